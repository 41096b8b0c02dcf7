/**
 * A server machine with a driver that is as small as one can be: a mailbox of messages in an array, everything answered at once. The transcripts
 * and the pair tests run it.
 */
import { concatOctets, encodeLatin1 } from '@mailwright/wire';
import type { TranscriptSubject } from '../../../test/tools/transcript-runner.ts';
import type { Command } from '../src/command.ts';
import type { AppendCommand } from '../src/commands/append.ts';
import { emptyFetchData } from '../src/make-values.ts';
import type { ResponseCode, Status } from '../src/response.ts';
import { MailboxView } from '../src/server/mailbox-view.ts';
import type { ServerEvent } from '../src/server/server-event.ts';
import { resolveServerOptions, type ServerOptionsInput } from '../src/server/server-options.ts';
import { ServerMachine } from '../src/server/server.ts';
import type { StoreChange } from '../src/server/view-change.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (octets: Uint8Array): string => new TextDecoder().decode(octets);

/** What the `json` fence of a case may say besides the options of the machine. */
export interface ServerCase extends Omit<ServerOptionsInput, 'capabilities'> {
  readonly capabilities?: readonly string[];
  /** Inside TLS from the start. */
  readonly secure?: boolean;
  /** What happened before the case begins. */
  readonly after?: keyof typeof BEFORE;
  /** Answers of the driver by name of the command, in place of OK: `{ "CREATE": "NO [ALREADYEXISTS] There is one" }`. */
  readonly replies?: Readonly<Record<string, string>>;
  /** Answers to `literal-wanted`: what a refusal says. */
  readonly refuseLiterals?: string;
  /** The UIDs in the mailbox. Default 10, 20, 30. */
  readonly uids?: readonly number[];
  /** `BODY[]` is told in pieces of so many octets, by `literal`. */
  readonly pieceOctets?: number;
  /** The greeting: PREAUTH, or BYE with this text. */
  readonly greeting?: 'preauth' | (string & Record<never, never>);
}

/** What was said before a case begins; its answers and its log are dropped. */
const BEFORE = {
  login: 'L LOGIN ann secret\r\n',
  select: 'L LOGIN ann secret\r\nS SELECT INBOX\r\n',
} as const;

interface Message {
  readonly uid: number;
  flags: readonly string[];
}

/** The one mailbox there is, INBOX, and the sessions that look at it. */
export class ToyMailbox {
  readonly messages: Message[];
  readonly #sessions: ServerSubject[] = [];
  #modseq = 1n;
  #uidNext: number;

  constructor(uids: readonly number[]) {
    this.messages = uids.map((uid) => ({ uid, flags: [] }));
    this.#uidNext = (uids.at(-1) ?? 0) + 1;
  }

  join(session: ServerSubject): void {
    this.#sessions.push(session);
  }

  /** Throws a `TypeError` for a message that is not there. */
  message(uid: number): Message {
    const message = this.messages.find((candidate) => candidate.uid === uid);
    if (message === undefined) throw new TypeError(`no message ${uid}`);
    return message;
  }

  add(uid: number = this.#uidNext): void {
    this.#uidNext = uid + 1;
    this.messages.push({ uid, flags: [] });
    this.#publish({ type: 'added', uids: [uid], recent: false });
  }

  remove(uids: readonly number[]): void {
    for (const uid of uids) this.messages.splice(this.messages.indexOf(this.message(uid)), 1);
    if (uids.length > 0) this.#publish({ type: 'removed', uids });
  }

  /** `silentFor`: the session that did it and wants no answer. */
  setFlags(uid: number, flags: readonly string[], silentFor?: ServerSubject): void {
    this.message(uid).flags = flags;
    this.#publish({ type: 'flags', uid, flags, modseq: ++this.#modseq }, silentFor);
  }

  #publish(change: StoreChange, silentFor?: ServerSubject): void {
    for (const session of this.#sessions) session.machine.notice(change, session === silentFor);
  }
}

export class ServerSubject implements TranscriptSubject {
  readonly machine: ServerMachine;
  readonly #options: ServerCase;
  readonly #mailbox: ToyMailbox;
  readonly #log: string[] = [];
  #output: Uint8Array[] = [];
  #pieces: Uint8Array[] = [];
  #now = 0;
  #mechanism = '';

  constructor(options: ServerCase, mailbox: ToyMailbox = new ToyMailbox(options.uids ?? [10, 20, 30])) {
    const { secure, after, replies: _replies, refuseLiterals: _refuse, uids: _uids, pieceOctets: _piece, greeting: _greeting, ...rest } = options;
    this.#options = options;
    const resolved = resolveServerOptions({ clearTextAuth: 'allow', capabilityCodes: false, banner: 'ready', capabilities: [], ...rest });
    this.machine = new ServerMachine(resolved, secure === true, 0);
    this.#mailbox = mailbox;
    mailbox.join(this);
    this.#pump();
    if (after === undefined) return;
    this.feed(utf8(BEFORE[after]));
    this.#output = [];
    this.#log.length = 0;
  }

  feed(octets: Uint8Array): void {
    this.machine.receive(octets, this.#now);
    this.#pump();
  }

  /** Takes what is new to say, after another session did something. */
  listen(): void {
    this.#pump();
  }

  end(): void {
    this.machine.end();
    this.#pump();
  }

  output(): Uint8Array {
    const output = concatOctets(this.#output);
    this.#output = [];
    return output;
  }

  log(): readonly string[] {
    return this.#log;
  }

  /** What other sessions do, and what time does. */
  direct(words: string): void {
    const [word, ...rest] = words.split(' ');
    if (word === 'tls') this.machine.tlsStarted(this.#now);
    else if (word === 'compressed') this.machine.compressionStarted();
    else if (word === 'shutdown') this.machine.shutdown();
    else if (word === 'time') this.machine.expire((this.#now += Number(rest[0]) * 1000));
    else if (word === 'notify') this.machine.notify(rest[0] as 'selected');
    else if (word === 'added') this.#mailbox.add(Number(rest[0]));
    else if (word === 'removed') this.#mailbox.remove(rest.map(Number));
    else if (word === 'flags') this.#mailbox.setFlags(Number(rest[0]), rest.slice(1));
    else throw new SyntaxError(`no directive: -- ${words}`);
    this.#pump();
  }

  #pump(): void {
    let event = this.machine.next();
    for (; !['need-data', 'upgrade-tls', 'compress', 'closed'].includes(event.type); event = this.machine.next()) {
      if (event.type === 'need-drain') this.#drain();
      else this.#handle(event);
    }
    const closed = event.type === 'closed' ? `closed ${event.end}` : undefined;
    if (closed !== undefined && this.#log.at(-1) !== closed) this.#log.push(closed);
    this.#drain();
  }

  #drain(): void {
    const output = this.machine.takeOutput(this.#now);
    if (output === undefined) return;
    this.#output.push(...(typeof output === 'string' ? [utf8(output)] : output));
  }

  #handle(event: ServerEvent): void {
    switch (event.type) {
      case 'connect':
        return this.#greet();
      case 'command':
        this.#log.push(describeCommand(event.tag, event.command));
        return this.#command(event.tag, event.command);
      case 'literal-wanted':
        this.#log.push(`literal ${event.ordinal} of ${event.octetCount} octets for ${'mailbox' in event.command ? event.command.mailbox : event.command.name}`);
        if (this.#options.refuseLiterals === undefined) return this.machine.acceptLiteral();
        return this.machine.refuseLiteral(...splitText(this.#options.refuseLiterals));
      case 'literal-data':
        return void this.#pieces.push(event.octets.slice());
      case 'literal-end':
        this.#log.push(`literal ${JSON.stringify(text(concatOctets(this.#pieces)))}`);
        this.#pieces = [];
        return;
      case 'command-abort':
        this.#pieces = [];
        return void this.#log.push(`abort ${event.tag}`);
      case 'auth':
        this.#mechanism = event.mechanism;
        this.#log.push(`auth ${event.tag} ${event.mechanism}`);
        return event.initialResponse === undefined ? this.machine.challenge(new Uint8Array(0)) : this.#authenticate(event.initialResponse);
      case 'auth-response':
        return this.#authenticate(event.octets);
      case 'auth-cancelled':
        return void this.#log.push(`auth cancelled ${event.tag}`);
      case 'idle':
        return void this.#log.push(`idle ${event.tag}`);
      case 'done':
        this.#log.push(`done ${event.tag}`);
        return this.machine.accept();
      case 'violation':
        return void this.#log.push(`violation ${event.code}`);
      default:
        throw new TypeError(`no answer to ${event.type}`);
    }
  }

  #greet(): void {
    const { greeting } = this.#options;
    if (greeting === undefined) this.machine.accept();
    else if (greeting === 'preauth') this.machine.preauthenticate('ann');
    else this.machine.refuse(greeting);
  }

  #command(tag: string, command: Command): void {
    const reply = this.#options.replies?.[command.name];
    if (reply !== undefined) {
      const [, status, rest] = /^(OK|NO|BAD) (.*)$/.exec(reply)!;
      return this.machine.complete(tag, status as Status, ...splitText(rest!));
    }
    switch (command.name) {
      case 'LOGIN':
        if (command.password === 'wrong') return this.machine.complete(tag, 'NO', { name: 'AUTHENTICATIONFAILED' }, 'Wrong password');
        return this.machine.authenticated(command.user);
      case 'SELECT':
      case 'EXAMINE':
        return this.#select(tag, command);
      case 'FETCH':
        return this.#fetch(tag, command);
      case 'STORE':
        if (command.item !== 'FLAGS') return this.#done(tag, command);
        for (const uid of this.#resolve(command)) this.#mailbox.setFlags(uid, command.values, command.silent ? this : undefined);
        return this.#done(tag, command);
      case 'EXPUNGE':
        this.#mailbox.remove(this.#mailbox.messages.filter(({ flags }) => flags.includes('\\Deleted')).map(({ uid }) => uid));
        return this.#done(tag, command);
      case 'APPEND':
        if (command.mailbox === 'INBOX') for (const _message of command.messages) this.#mailbox.add();
        return this.#done(tag, command);
      case 'CAPABILITY':
      case 'ENABLE':
      case 'ID':
      case 'NOOP':
      case 'LOGOUT':
      case 'STARTTLS':
      case 'COMPRESS':
      case 'UNSELECT':
      case 'UNAUTHENTICATE':
        return this.machine.accept();
      default:
        return this.#done(tag, command);
    }
  }

  #select(tag: string, { name, mailbox }: Extract<Command, { readonly name: 'SELECT' | 'EXAMINE' }>): void {
    if (mailbox !== 'INBOX') return this.machine.complete(tag, 'NO', { name: 'NONEXISTENT' }, 'No such mailbox');
    const view = new MailboxView(this.#mailbox.messages.map(({ uid }) => uid));
    this.machine.respond({ name: 'EXISTS', count: view.exists });
    this.machine.select({ name: mailbox, readOnly: name === 'EXAMINE', view });
    this.machine.complete(tag, 'OK', { name: name === 'SELECT' ? 'READ-WRITE' : 'READ-ONLY' }, `${name} completed`);
  }

  #fetch(tag: string, command: Extract<Command, { readonly name: 'FETCH' }>): void {
    const { pieceOctets } = this.#options;
    for (const uid of this.#resolve(command)) {
      const { flags } = this.#mailbox.message(uid);
      const octets = encodeLatin1(`Subject: ${uid}\r\n\r\nHello\r\n`);
      const wantsBody = command.items.some(({ name }) => name === 'BODY[]' || name === 'BODY.PEEK[]');
      const literal = pieceOctets === undefined ? octets : { type: 'pending-literal' as const, octetCount: octets.length, binary: false, source: uid };
      const sections = wantsBody ? [{ section: { part: [], text: undefined }, origin: undefined, octets: literal }] : [];
      this.machine.respondFetch(uid, { ...emptyFetchData(), flags: command.items.some(({ name }) => name === 'FLAGS') ? flags : undefined, sections });
      for (let at = 0; wantsBody && pieceOctets !== undefined && at < octets.length; at += pieceOctets) {
        this.machine.literal(octets.subarray(at, at + pieceOctets));
        this.#drain();
      }
    }
    this.#done(tag, command);
  }

  #resolve({ set, uid }: Extract<Command, { readonly name: 'FETCH' | 'STORE' }>): number[] {
    return [...this.machine.session.mailbox!.view.resolve(set, uid)!.uids];
  }

  #done(tag: string, { name }: Command): void {
    this.machine.complete(tag, 'OK', undefined, `${name} completed`);
  }

  /** PLAIN; every password but `wrong` is right. Another mechanism asks once more. */
  #authenticate(response: Uint8Array): void {
    if (this.#mechanism !== 'PLAIN' && response.length === 0) return this.machine.challenge(utf8('more'));
    const [, user = '', password = ''] = text(response).split('\0');
    if (password !== 'wrong') return this.machine.authenticated(user);
    this.machine.complete(/^auth (\S+)/.exec(this.#log.findLast((line) => line.startsWith('auth '))!)![1]!, 'NO', { name: 'AUTHENTICATIONFAILED' }, 'Wrong password');
  }
}

/** `[CODE] text` in its parts. */
function splitText(words: string): [code: ResponseCode | undefined, text: string] {
  const [, code, rest] = /^(?:\[([A-Z-]+)\] )?(.*)$/.exec(words)!;
  return [code === undefined ? undefined : ({ name: code } as ResponseCode), rest!];
}

/** A command as the log shows it: what a driver would look at. */
function describeCommand(tag: string, command: Command): string {
  const uid = 'uid' in command && command.uid ? 'UID ' : '';
  const set = 'set' in command && command.set !== undefined ? ` ${JSON.stringify(command.set)}` : '';
  const mailbox = 'mailbox' in command && typeof command.mailbox === 'string' ? ` ${command.mailbox}` : '';
  return `${tag} ${uid}${command.name}${set}${mailbox}${command.name === 'APPEND' ? describeAppend(command) : ''}`;
}

function describeAppend({ messages }: AppendCommand): string {
  return messages.map(({ flags, message }) => ` (${flags.join(' ')}) ${message?.type ?? 'parameters'}`).join('');
}
