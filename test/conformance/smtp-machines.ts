/**
 * The cases of the machines of `@mailwright/smtp`: end-of-data smuggling and dot-unstuffing against the server machine, whole
 * recorded sessions against the client machine, all without a socket.
 *
 * Read next: `smtp.ts`, the cases of the codecs.
 */
import {
  ClientMachine, ClientTransaction, type ClientEvent, type Command, encodeCommand, mailCommand, parseCommand, type RcptCommand, resolveClientOptions, resolveServerOptions, scanMessage, ServerMachine,
} from '@mailwright/smtp';
import { concatOctets, decodeBase64, encodeUtf8, type LineEndPolicy, utf8 } from '@mailwright/wire';
import { clientText, type MailkitCase, type Outcome, readCases, serverText, tally } from './smtp.ts';
import type { ConformanceSuite, SuiteResult } from './suite.ts';

const HELLO = 'EHLO client.example\r\nMAIL FROM:<a@outside.example>\r\nRCPT TO:<b@inside.example>\r\n';

/** What a server made of a session: the verbs it took, the messages it accepted, its replies as text. */
interface Served {
  readonly verbs: readonly string[];
  readonly messages: readonly string[];
  readonly replies: readonly string[];
}

/** Runs the server machine over a client's octets, in pieces of `pieceOctets`; it accepts all that the machine lets through. */
function serve(session: string, policy: LineEndPolicy, pieceOctets: number): Served {
  const machine = new ServerMachine(resolveServerOptions({ hostname: 'mx.example', lineEnds: policy, nul: policy }), false, 0);
  const octets = encodeUtf8(session);
  const served = { verbs: [] as string[], messages: [] as string[], replies: [] as string[] };
  let parts: Uint8Array[] = [];
  for (let from = 0; from <= octets.length; from += pieceOctets) {
    machine.receive(octets.subarray(from, from + pieceOctets), 0);
    for (let event = machine.next(); event.type !== 'need-data' && event.type !== 'closed'; event = machine.next()) {
      if (event.type === 'body-begin') parts = [];
      else if (event.type === 'body') parts.push(event.octets.slice());
      else if (event.type === 'body-end' && event.refusal === undefined) served.messages.push(utf8(concatOctets(parts)));
      if (event.type === 'command') served.verbs.push(event.command.verb);
      if (event.type === 'command' || event.type === 'connect' || (event.type === 'body-end' && event.refusal === undefined)) machine.accept();
    }
    served.replies.push(...(machine.takeOutput(0) ?? '').split('\r\n').slice(0, -1));
  }
  return served;
}

const POLICIES: readonly LineEndPolicy[] = ['reject', 'normalize', 'pass'];

/** Under each policy and each cut: one verdict behind the 354, one message at most, and no inner command is taken. */
function runSmuggling(folder: string): SuiteResult {
  interface Case { readonly id: string; readonly data: string }
  const { tests } = readCases<{ readonly tests: readonly Case[] }>(folder, 'smuggling.json');
  const outcomes = tests.map(({ id, data }) => ({ id, expected: '', actual: smugglingFaults(data).join('; ') }));
  return tally('smtp/smuggling', outcomes);
}

function smugglingFaults(data: string): string[] {
  const faults: string[] = [];
  const cuts = POLICIES.flatMap((policy) => [1, 2, 3, 7, data.length * 2].map((pieceOctets) => ({ policy, pieceOctets })));
  for (const { policy, pieceOctets } of cuts) {
    const { verbs, messages, replies } = serve(`${HELLO}DATA\r\n${data}NOOP\r\n`, policy, pieceOctets);
    const behind = replies.slice(replies.findIndex((line) => line.startsWith('354')) + 1);
    const verdict = behind[0] ?? 'none';
    const wanted = policy === 'reject' ? /^550 / : /^250 /;
    const where = `${policy}, pieces of ${pieceOctets}`;
    if (!wanted.test(verdict)) faults.push(`${where}: the verdict is ${verdict}`);
    if (behind.length !== 2) faults.push(`${where}: ${behind.length} replies behind the 354, not two (the message, NOOP)`);
    if (verbs.join() !== 'EHLO,MAIL,RCPT,NOOP') faults.push(`${where}: commands taken: ${verbs.join()}`);
    if (messages.length !== (policy === 'reject' ? 0 : 1)) faults.push(`${where}: ${messages.length} messages`);
    if (policy === 'pass' && messages[0] !== data.slice(0, -3)) faults.push(`${where}: the content was changed`);
  }
  return faults;
}

function runDataMode(folder: string): SuiteResult {
  interface Case { readonly input: string; readonly commands: readonly string[]; readonly message: string }
  const { tests } = readCases<{ readonly tests: readonly Case[] }>(folder, 'data-mode.json');
  const outcomes = tests.map(({ input, commands, message }, index) => {
    // The last command stands there without its CRLF; a line that is cut is nobody's, so it gets one.
    const results = [1, 2, 5, 1000].map((pieceOctets) => {
      const served = serve(`${HELLO}${input}\r\n`, 'reject', pieceOctets);
      const verbs = served.verbs.slice(3);
      return JSON.stringify({ commands: served.replies.some((line) => line.startsWith('354')) ? ['DATA', ...verbs] : verbs, message: served.messages[0] });
    });
    return { id: String(index), expected: JSON.stringify({ commands, message }), actual: [...new Set(results)].join(' or ') };
  });
  return tally('smtp/data-mode', outcomes);
}

const MESSAGE = scanMessage(encodeUtf8('Subject: replayed\r\n\r\n.dot\r\n'), 'reject', 'reject');
const RSET_LINE = 'RSET\r\n';

/** The client machine says what the recorded client said, step by step, and takes what the recorded server said. */
function runMailkitReplay(folder: string): SuiteResult {
  const { tests } = readCases<{ readonly tests: readonly MailkitCase[] }>(folder, 'mailkit-transcripts.json');
  const outcomes: Outcome[] = tests.map((one) => ({ id: one.test, expected: '', actual: new Replay(folder, one).run() ?? '' }));
  return tally('smtp/mailkit-replay', outcomes);
}

class Replay {
  readonly #folder: string;
  readonly #case: MailkitCase;
  readonly #machine: ClientMachine;
  #output = '';
  #violation: string | undefined = undefined;

  constructor(folder: string, one: MailkitCase) {
    this.#folder = folder;
    this.#case = one;
    const hello = one.steps.map(({ client }) => clientText(client)).find((text) => text.startsWith('EHLO '));
    this.#machine = new ClientMachine(resolveClientOptions({ helloDomain: hello?.slice(5, -2) ?? 'localhost' }), 0);
  }

  /** What went wrong, or `undefined`. */
  run(): string | undefined {
    for (const [index, step] of this.#case.steps.entries()) {
      const wanted = clientText(step.client);
      const fault = wanted === '' ? undefined : this.#say(wanted, index);
      if (fault !== undefined) return fault;
      const said = serverText(this.#folder, step);
      if (said !== undefined) this.#machine.receive(encodeUtf8(said), 0);
      this.#pump();
      if (this.#violation !== undefined) return `step ${index}: ${this.#violation}`;
    }
    return this.#output === '' || this.#output.startsWith('QUIT') ? undefined : `left over: ${JSON.stringify(this.#output)}`;
  }

  #say(wanted: string, index: number): string | undefined {
    if (this.#output === '') {
      const fault = this.#provoke(wanted, index);
      if (fault !== undefined) return fault;
      this.#pump();
    }
    if (wanted !== RSET_LINE && this.#output === RSET_LINE) this.#answerOwnReset();
    const said = this.#output;
    const text = wanted === '.\r\n';
    const end = text ? said.length : endOfLines(said, wanted.split('\r\n').length - 1);
    this.#output = said.slice(end);
    const same = text ? said.endsWith('\r\n.\r\n') : isSame(said.slice(0, end), wanted);
    return same ? undefined : `step ${index}: ${JSON.stringify(said)} instead of ${JSON.stringify(wanted)}`;
  }

  /** We say RSET before the next MAIL where the server may still hold a transaction; a second one hurts nobody. */
  #answerOwnReset(): void {
    this.#output = '';
    this.#machine.receive(encodeUtf8('250 2.0.0 OK\r\n'), 0);
    this.#pump();
  }

  /** Makes the machine say what the recorded client said here. */
  #provoke(wanted: string, index: number): string | undefined {
    const line = wanted.slice(0, wanted.indexOf('\r\n'));
    const octets = decodeBase64(line);
    const parsed = parseCommand(line);
    if (!parsed.ok && octets !== undefined && !line.includes(' ')) return void this.#machine.respond(octets);
    if (!parsed.ok) return `${line} is refused: ${parsed.error}`;
    const command: Command = parsed.value;
    if (command.verb === 'EHLO') this.#machine.hello();
    else if (command.verb === 'AUTH') this.#machine.auth(command.mechanism, command.initialResponse);
    else if (command.verb === 'MAIL') this.#machine.begin(new ClientTransaction(mailCommand(command.reversePath, command.parameters), this.#recipientsFrom(index), { form: 'whole', text: MESSAGE }));
    else this.#machine.command(command);
    return undefined;
  }

  /** The recipients that the recorded client named behind the MAIL of step `index`; one of ours where it got none. */
  #recipientsFrom(index: number): readonly RcptCommand[] {
    const lines = this.#case.steps.slice(index).flatMap(({ client }) => clientText(client).split('\r\n').slice(0, -1)).slice(1);
    const end = lines.findIndex((line) => !line.startsWith('RCPT '));
    const recipients = lines.slice(0, end < 0 ? lines.length : end).map((line) => parseCommand(line));
    const read = recipients.flatMap((parsed) => (parsed.ok ? [parsed.value as RcptCommand] : []));
    const stand = parseCommand('RCPT TO:<recipient@example.com>');
    return read.length > 0 || !stand.ok ? read : [stand.value as RcptCommand];
  }

  #pump(): void {
    for (let event: ClientEvent = this.#machine.next(); event.type !== 'need-data' && event.type !== 'closed'; event = this.#machine.next()) {
      if (event.type === 'violation') this.#violation = `${event.code}: ${event.detail}`;
    }
    for (let parts = this.#machine.takeOutput(0); parts !== undefined; parts = this.#machine.takeOutput(0)) this.#output += utf8(concatOctets(parts));
  }
}

function endOfLines(text: string, count: number): number {
  let end = 0;
  for (let line = 0; line < count; line++) {
    const crlf = text.indexOf('\r\n', end);
    if (crlf < 0) return text.length;
    end = crlf + 2;
  }
  return end;
}

/** The same commands; parameters have no order, and we tell the size and the kind of our own message. */
function isSame(said: string, wanted: string): boolean {
  const normal = (text: string): string => text.split('\r\n').map((line) => {
    const parsed = parseCommand(line);
    const words = (parsed.ok ? encodeCommand(parsed.value) : line).split(' ');
    return [words[0], ...words.slice(1).filter((word) => !/^(?:SIZE=\d+|BODY=8BITMIME)$/.test(word)).sort()].join(' ');
  }).join('\r\n');
  return normal(said) === normal(wanted);
}

/** The suites of this file. */
export const suites: readonly ConformanceSuite[] = [
  { suite: 'smtp/smuggling', run: runSmuggling },
  { suite: 'smtp/data-mode', run: runDataMode },
  { suite: 'smtp/mailkit-replay', run: runMailkitReplay },
];
