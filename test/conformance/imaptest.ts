/**
 * The scripts of Dovecot's imaptest against our server: `imap/imaptest`, one case a file.
 *
 *     header of the script: `capabilities:`, `connections:`, `messages:` (how many of the mbox beside it are there), `state:` (how far it goes before)
 *     1 ok fetch 1 body[]          connection, what the tagged answer says ("" for anything), command
 *     * 1 fetch (body[] {{{...}}}) an untagged response that has to be among those of the command
 *     ! 1 fetch ()                 one that may not be
 *     $name                        a value: that of before, else any, which it is from then on
 *     $3                           the message that had number 3 before the command
 *     $tag                         the tag of the command
 *
 * An `append` without a message takes the next one of the mbox.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createImapServer, defaultCapabilities, MemoryStore } from '@mailwright/imap-server';
import { memoryPair, type Transport } from '@mailwright/net';
import { readValues, type Value } from './imaptest-values.ts';
import type { ConformanceSuite, SuiteResult } from './suite.ts';

const MAILBOX = 'imaptest';
const USERS = ['ann', 'bob'];
const PASSWORD = 'secret';
const ANSWER_MS = 5000;

interface MboxMessage {
  readonly raw: string;
  readonly date: string;
}

/** One command and what it is to give. */
interface Step {
  readonly connection: number;
  readonly command: string;
  readonly status: string;
  /** Of the tagged answer, behind its status. */
  reply: string;
  readonly expected: string[];
  readonly forbidden: string[];
}

interface Script {
  readonly header: ReadonlyMap<string, string>;
  readonly steps: readonly Step[];
}

/** Messages of an mbox with the dates of their first lines. */
export function readMbox(text: string): MboxMessage[] {
  return text.split(/^From (?=\S+ +\w{3} \w{3} +\d)/m).slice(1).map((part) => {
    const end = part.indexOf('\n');
    const [, month = 'Jan', day = '1', time = '00:00:00', year = '2000'] = /\w{3} (\w{3}) +(\d+) (\S+) (\d{4})/.exec(part.slice(0, end)) ?? [];
    const raw = part.slice(end + 1).replace(/\n\n$/, '\n').replace(/\r?\n/g, '\r\n');
    return { raw, date: `"${day.padStart(2)}-${month}-${year} ${time} +0000"` };
  });
}

/** A script with its literals written as IMAP writes them. */
export function readScript(text: string): Script {
  const source = text.replace(/\{\{\{\n([\s\S]*?)\n?\}\}\}/g, (_all, literal: string) => {
    const octets = literal.replace(/\n/g, '\r\n');
    return `{${octets.length}+}\r\n${octets}`;
  });
  const [head, ...rest] = source.split(/\n\n/);
  const isHeader = /^[a-z0-9 ]+: /.test(head!);
  const header = new Map((isHeader ? head!.split('\n') : []).map((line) => line.split(': ') as [string, string]));
  const isMany = Number(header.get('connections') ?? 1) > 1;
  const steps: Step[] = [];
  for (const line of linesOf((isHeader ? rest : [head!, ...rest]).join('\n\n'))) readLine(line, isMany, steps);
  return { header, steps };
}

/** Lines, each with its literals. */
function linesOf(body: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf('\n', at);
    const piece = body.slice(at, end === -1 ? body.length : end + 1);
    at += piece.length;
    const literal = /\{(\d+)\+\}\r\n$/.exec(piece);
    line += piece;
    if (literal !== null) {
      line += body.slice(at, at + Number(literal[1]));
      at += Number(literal[1]);
      continue;
    }
    if (line.trim() !== '' && !line.startsWith('#')) lines.push(line.replace(/\n$/, ''));
    line = '';
  }
  return lines;
}

function readLine(line: string, isMany: boolean, steps: Step[]): void {
  const last = steps.at(-1);
  if (line.startsWith('* ')) return void last!.expected.push(line.slice(2));
  if (line.startsWith('! ')) return void last!.forbidden.push(line.slice(2));
  const [, connection = '1', rest = line] = (isMany ? /^(\d) ([\s\S]*)$/.exec(line) : undefined) ?? [];
  const [, status, command] = /^(ok|no|bad|"")(?: ([\s\S]*))?$/i.exec(rest) ?? [];
  if (status !== undefined && last?.status === '?' && (command === undefined || command.startsWith('['))) {
    steps[steps.length - 1] = { ...last, status: status.toLowerCase(), reply: command ?? '' };
    return;
  }
  steps.push({ connection: Number(connection), command: status === undefined ? rest : (command ?? ''), status: status?.toLowerCase() ?? '?', reply: '', expected: [], forbidden: [] });
}

/** What a command was answered with. */
interface Answered {
  readonly tag: string;
  readonly untagged: readonly { readonly line: string; readonly numbers: readonly number[] }[];
  readonly tagged: string;
}

/** A client that knows lines and literals, and how numbers move. */
class Session {
  readonly #transport: Transport;
  #text = '';
  #wake: (() => void) | undefined = undefined;
  #tags = 0;
  #isClosed = false;

  constructor(transport: Transport) {
    this.#transport = transport;
    transport.attach({
      data: (octets) => {
        this.#text += Buffer.from(octets).toString('latin1');
        this.#wake?.();
      },
      end: () => undefined,
      drained: () => undefined,
      closed: () => {
        this.#isClosed = true;
        this.#wake?.();
      },
    });
  }

  async greeting(): Promise<string> {
    return this.#line();
  }

  async command(command: string): Promise<Answered> {
    const tag = `T${++this.#tags}`;
    this.#transport.write(Buffer.from(`${tag} ${command}\r\n`, 'latin1'));
    const untagged: { line: string; numbers: readonly number[] }[] = [];
    let numbers = Array.from({ length: 1000 }, (_, index) => index + 1);
    for (;;) {
      const line = await this.#line();
      if (line.startsWith(`${tag} `)) return { tag, untagged, tagged: line.slice(tag.length + 1) };
      untagged.push({ line: line.slice(2), numbers });
      const expunged = /^\* (\d+) EXPUNGE/i.exec(line);
      if (expunged !== null) numbers = numbers.filter((_, index) => index !== Number(expunged[1]) - 1);
    }
  }

  close(): void {
    this.#transport.destroy();
  }

  /** One line with its literals. */
  async #line(): Promise<string> {
    const until = Date.now() + ANSWER_MS;
    for (;;) {
      const end = this.#end();
      if (end !== undefined) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        return line;
      }
      if (this.#isClosed || Date.now() > until) throw new Error(`no answer behind ${JSON.stringify(this.#text)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ANSWER_MS);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  #end(): number | undefined {
    for (let from = 0; ; ) {
      const end = this.#text.indexOf('\r\n', from);
      if (end === -1) return undefined;
      const literal = /\{(\d+)\}$/.exec(this.#text.slice(from, end));
      if (literal === null) return end;
      from = end + 2 + Number(literal[1]);
    }
  }
}

class ScriptRun {
  readonly #script: Script;
  readonly #messages: MboxMessage[];
  readonly #values: Map<string, string>;
  readonly #sessions: Session[] = [];
  #next = 0;

  constructor(script: Script, messages: MboxMessage[]) {
    this.#script = script;
    this.#messages = messages;
    this.#values = new Map([['mailbox', MAILBOX], ['mailbox_url', MAILBOX], ['username', USERS[0]!], ['user', USERS[0]!], ['domain', 'localhost'], ['password', PASSWORD], ['user2', USERS[1]!]]);
  }

  /** `undefined`, or the first thing that is wrong. */
  async run(): Promise<{ readonly expected: string; readonly actual: unknown } | undefined> {
    const users = Object.fromEntries(USERS.map((user) => [user, { password: PASSWORD }]));
    const server = createImapServer({ store: new MemoryStore({ users }), clearTextAuth: 'allow', capabilities: defaultCapabilities() });
    try {
      await this.#prepare((transport) => server.serve(transport));
      for (const step of this.#script.steps) {
        const fault = await this.#step(step);
        if (fault !== undefined) return fault;
      }
      return undefined;
    } finally {
      for (const session of this.#sessions) session.close();
      await server.close({ timeoutMs: 0 });
    }
  }

  async #prepare(serve: (transport: Transport) => void): Promise<void> {
    const { header } = this.#script;
    const state = header.get('state') ?? 'selected';
    const wanted = header.get('messages') ?? 'all';
    const count = state === 'created' ? 0 : wanted === 'all' ? this.#messages.length : Number(wanted);
    for (let index = 0; index < Number(header.get('connections') ?? 1); index++) {
      const [near, far] = memoryPair();
      serve(far);
      const session = new Session(near);
      this.#sessions.push(session);
      await session.greeting();
      if (state !== 'nonauth') await session.command(`LOGIN ${header.has(`user ${index + 1}`) ? USERS[1]! : USERS[0]!} ${PASSWORD}`);
      if (state === 'nonauth' || state === 'auth') continue;
      if (index === 0 || header.has(`user ${index + 1}`)) await session.command(`CREATE ${MAILBOX}`);
      if (index === 0) for (let at = 0; at < count; at++) await session.command(`APPEND ${MAILBOX} ${this.#nextMessage()}`);
      if (state === 'selected') await session.command(`SELECT ${MAILBOX}`);
    }
  }

  async #step(step: Step): Promise<{ readonly expected: string; readonly actual: unknown } | undefined> {
    const command = this.#fill(step.command);
    const isAppend = /^append\b/i.test(command) && !/\{\d+\+\}|catenate/i.test(command);
    const sent = isAppend ? `${command === 'append' ? `append ${MAILBOX}` : command} ${this.#nextMessage()}` : command;
    const { tag, tagged, untagged } = await this.#sessions[step.connection - 1]!.command(sent);
    this.#values.set('tag', tag);
    const actual = { command, tagged, untagged: untagged.map(({ line }) => line) };
    const status = step.status === '?' || step.status === '""' ? '' : step.status;
    if (!tagged.toLowerCase().startsWith(status)) return { expected: status, actual };
    if (step.reply !== '' && !this.#matchesLine(step.reply, tagged.slice(tagged.indexOf(' ') + 1), [])) return { expected: step.reply, actual };
    const left = [...untagged];
    for (const expected of step.expected) {
      const at = left.findIndex(({ line, numbers }) => this.#matchesLine(expected, line, numbers));
      if (at === -1) return { expected: `* ${expected}`, actual };
      left.splice(at, 1);
    }
    const forbidden = step.forbidden.find((each) => untagged.some(({ line, numbers }) => this.#matchesLine(each, line, numbers)));
    return forbidden === undefined ? undefined : { expected: `! ${forbidden}`, actual };
  }

  #nextMessage(): string {
    const { raw, date } = this.#messages[this.#next++ % this.#messages.length]!;
    return `${date} {${raw.length}+}\r\n${raw}`;
  }

  #fill(text: string): string {
    return text.replace(/\$(?:\$|\{(\w+)\}|([a-z_]\w*))/gi, (all, braced?: string, plain?: string) => (all === '$$' ? '$' : (this.#values.get(braced ?? plain ?? '') ?? all)));
  }

  /** Values that were found are kept where all of the line fits. */
  #matchesLine(expected: string, line: string, numbers: readonly number[]): boolean {
    const before = new Map(this.#values);
    const wanted = readValues(this.#fillNumbers(expected, line, numbers));
    const given = readValues(line);
    const name = [...wanted.slice(0, 2)].map((value) => (value.type === 'text' ? value.text.toLowerCase() : ''));
    const isWhole = ['search', 'sort', 'thread'].includes(name[0] ?? '');
    const rule = name.includes('fetch') || name[0] === 'status' || name[0] === 'list' || name[0] === 'lsub' ? 'any-order' : 'in-order';
    const fits = (!isWhole || wanted.length === given.length) && wanted.length <= given.length && wanted.every((value, at) => this.#matches(value, given[at]!, rule));
    if (!fits) {
      this.#values.clear();
      for (const [key, value] of before) this.#values.set(key, value);
    }
    return fits;
  }

  /** `$3`: where the third message of before is now. */
  #fillNumbers(expected: string, _line: string, numbers: readonly number[]): string {
    return expected.replace(/\$(\d+)/g, (all, number: string) => (numbers.length === 0 ? all : String(numbers.indexOf(Number(number)) + 1)));
  }

  #matches(wanted: Value, given: Value, rule: 'any-order' | 'in-order'): boolean {
    if (wanted.type === 'text') return given.type === 'text' ? this.#matchesText(wanted, given) : this.#matchesVariable(wanted.text, JSON.stringify(given));
    if (given.type !== 'list') return false;
    if (wanted.values.some((value) => value.type === 'text' && value.text === '$!unordered')) return true;
    if (rule === 'in-order') return wanted.values.length === given.values.length && wanted.values.every((value, at) => this.#matches(value, given.values[at]!, rule));
    return this.#matchesPairs(wanted.values, given.values);
  }

  /** Items of FETCH and STATUS come in any order, flags as well; there may be more. A list that follows a name is that of the name. */
  #matchesPairs(wanted: readonly Value[], given: readonly Value[]): boolean {
    for (let at = 0; at < wanted.length; at++) {
      const name = wanted[at]!;
      const isPair = /^(?:[a-z0-9.]+(?:\[.*\])?)$/i.test(name.type === 'text' ? name.text : '') && at + 1 < wanted.length;
      const index = given.findIndex((value) => this.#matches(name, value, 'any-order'));
      if (index === -1) return false;
      if (!isPair) continue;
      const isFlags = name.type === 'text' && name.text.toLowerCase() === 'flags';
      if (!this.#matches(wanted[at + 1]!, given[index + 1]!, isFlags ? 'any-order' : 'in-order')) return false;
      at++;
    }
    return true;
  }

  #matchesText(wanted: Extract<Value, { readonly type: 'text' }>, given: Extract<Value, { readonly type: 'text' }>): boolean {
    const filled = wanted.exact ? wanted.text : this.#fill(wanted.text);
    if (wanted.exact) return filled === given.text;
    if (filled.toLowerCase() === given.text.toLowerCase()) return true;
    return this.#matchesVariable(filled, given.text);
  }

  #matchesVariable(name: string, value: string): boolean {
    const [, variable] = /^\$\{?([a-z_]\w*)\}?$/i.exec(name) ?? [];
    if (variable === undefined) return false;
    const known = this.#values.get(variable);
    if (known !== undefined) return known === value;
    this.#values.set(variable, value);
    return true;
  }
}

/** Runs one script. `undefined`: all was as it says. */
export function runImaptest(script: string, mbox: string): Promise<{ readonly expected: string; readonly actual: unknown } | undefined> {
  return new ScriptRun(readScript(script), readMbox(mbox)).run();
}

async function run(folder: string): Promise<SuiteResult> {
  const result: SuiteResult = { suite: 'imap/imaptest', passed: 0, failed: 0, skipped: 0, failures: [] };
  const at = join(folder, 'imap', 'imaptest');
  const files = readdirSync(at).sort();
  for (const id of files.filter((file) => !file.endsWith('.mbox'))) {
    const mbox = files.includes(`${id}.mbox`) ? `${id}.mbox` : 'default.mbox';
    const fault = await runImaptest(readFileSync(join(at, id), 'latin1'), readFileSync(join(at, mbox), 'latin1')).catch((error: unknown) => ({ expected: 'an answer', actual: String(error) }));
    if (fault === undefined) result.passed++;
    else {
      result.failed++;
      result.failures.push({ id, ...fault });
    }
  }
  return result;
}

export const imaptest: ConformanceSuite = { suite: 'imap/imaptest', run };
