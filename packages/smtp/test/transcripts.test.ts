/**
 * Runs the dialogues in `transcripts/` against the server machine. They are Markdown, to be read from top to bottom, and
 * `test/tools/README.md` describes the format. What the adapter here adds to it:
 *
 * - `json`: any option of `resolveServerOptions` (`disabled` as a list). `after` says how much happened before the
 *   case begins: `greeting`, `hello` (EHLO client.example) or `envelope` (and one sender, one recipient). `secure` begins
 *   inside TLS. `replies` maps a line of the log to the driver's reply, so `{ "rcpt x@y.example": "550 5.1.1 Unknown" }`
 *   refuses a recipient; everything else is accepted. `showBody` writes the message into the log, each line behind `| `.
 * - Directives: `-- tls`, `-- shutdown`, `-- time N` (so many seconds pass).
 */
import { type Command, type Reply, reply, resolveServerOptions, type ServerEvent, ServerMachine, type ServerOptionsInput } from '@mailwright/smtp';
import { concatOctets } from '@mailwright/wire';
import { join } from 'node:path';
import { escape } from '../../../test/tools/transcript-format.ts';
import { describeTranscripts, type TranscriptSubject } from '../../../test/tools/transcript-runner.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (octets: Uint8Array): string => new TextDecoder().decode(octets);

/** What the `json` fence of a server case may say besides the options of the machine. */
interface ServerCase extends Omit<Partial<ServerOptionsInput>, 'disabled'> {
  readonly disabled?: readonly string[];
  readonly secure?: boolean;
  readonly after?: keyof typeof BEFORE;
  readonly replies?: Readonly<Record<string, string>>;
  readonly showBody?: boolean;
}

/** What was said before a case begins; its replies and its log are dropped. */
const BEFORE = {
  greeting: '',
  hello: 'EHLO client.example\r\n',
  envelope: 'EHLO client.example\r\nMAIL FROM:<ann@client.example>\r\nRCPT TO:<bob@mx.example>\r\n',
} as const;

/** The driver of the server cases: it accepts everything that `replies` does not speak against. */
class ServerSubject implements TranscriptSubject {
  readonly #machine: ServerMachine;
  readonly #replies: ReadonlyMap<string, Reply>;
  readonly #showBody: boolean;
  #log: string[] = [];
  #output: Uint8Array[] = [];
  #pieces: Uint8Array[] = [];
  #now = 0;
  /** The messages of the client in a SASL exchange, LOGIN's or PLAIN's. */
  #exchange: { readonly mechanism: string; readonly responses: string[] } = { mechanism: '', responses: [] };

  constructor({ disabled, secure, after, replies, showBody, ...options }: ServerCase) {
    const resolved = resolveServerOptions({ hostname: 'mx.example', ...options, disabled: new Set(disabled) });
    this.#machine = new ServerMachine(resolved, secure === true, 0);
    this.#replies = new Map(Object.entries(replies ?? {}).map(([line, answer]) => [line, readReply(answer)]));
    this.#showBody = showBody === true;
    this.#pump();
    if (after === undefined) return;
    this.feed(utf8(BEFORE[after]));
    this.#output = [];
    this.#log = [];
  }

  feed(octets: Uint8Array): void {
    this.#machine.receive(octets, this.#now);
    this.#pump();
  }

  end(): void {
    this.#machine.end();
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

  direct(words: string): void {
    const [word, seconds] = words.split(' ');
    if (word === 'tls') this.#machine.tlsStarted(this.#now);
    else if (word === 'shutdown') this.#machine.shutdown();
    else if (word === 'time') this.#machine.expire((this.#now += Number(seconds) * 1000));
    else throw new SyntaxError(`no directive: -- ${words}`);
    this.#pump();
  }

  #pump(): void {
    let event = this.#machine.next();
    for (; event.type !== 'need-data' && event.type !== 'upgrade-tls' && event.type !== 'closed'; event = this.#machine.next()) this.#handle(event);
    const closed = event.type === 'closed' ? `closed ${event.end}` : undefined;
    if (closed !== undefined && this.#log.at(-1) !== closed) this.#log.push(closed);
    this.#output.push(Buffer.from(this.#machine.takeOutput(this.#now) ?? ''));
  }

  #handle(event: ServerEvent): void {
    switch (event.type) {
      case 'connect':
        return this.#answer('connect');
      case 'command':
        return this.#command(event.command);
      case 'response':
        this.#exchange.responses.push(text(event.octets));
        return this.#authenticate();
      case 'auth-cancelled':
        return void this.#log.push('auth cancelled');
      case 'body-begin':
        this.#pieces = [];
        return;
      case 'body':
        return void this.#pieces.push(event.octets.slice());
      case 'body-abort':
        return void this.#log.push('body dropped');
      case 'body-end':
        return this.#message(event.octetCount, event.refusal);
      case 'violation':
        return void this.#log.push(`violation ${event.code}`);
      default:
        throw new TypeError(`no answer to ${event.type}`);
    }
  }

  #command(command: Command): void {
    const line = describeCommand(command);
    this.#log.push(line);
    if (command.verb !== 'AUTH') return this.#answer(line);
    const { mechanism, initialResponse } = command;
    this.#exchange = { mechanism, responses: initialResponse === undefined ? [] : [text(initialResponse)] };
    this.#authenticate();
  }

  #answer(line: string): void {
    const answer = this.#replies.get(line);
    if (answer === undefined) this.#machine.accept();
    else this.#machine.reply(answer);
  }

  #message(octetCount: number, refusal: Reply | undefined): void {
    this.#log.push(refusal === undefined ? `body ${octetCount} octets` : `body refused with ${refusal.code}`);
    if (refusal !== undefined) return;
    if (this.#showBody) this.#log.push(...escape(concatOctets(this.#pieces)).map((line) => `| ${line}`));
    this.#answer('message');
  }

  /** PLAIN and LOGIN; every password but `wrong` is right. */
  #authenticate(): void {
    const { mechanism, responses } = this.#exchange;
    const prompts = mechanism === 'LOGIN' ? ['Username:', 'Password:'] : [''];
    const prompt = prompts[responses.length];
    if (prompt !== undefined) return this.#machine.challenge(utf8(prompt));
    const [user = '', password = ''] = mechanism === 'LOGIN' ? responses : responses[0]!.split('\0').slice(1);
    if (password === 'wrong') return this.#machine.reply(reply(535, '5.7.8', 'Authentication credentials invalid'));
    this.#machine.authenticated(user);
    this.#log.push(`authenticated ${user}`);
  }
}

function readReply(line: string): Reply {
  const [, code, enhanced, words] = /^(\d{3}) (?:(\d\.\d+\.\d+) )?(.*)$/.exec(line)!;
  return reply(Number(code), enhanced as Reply['enhanced'], words!);
}

/** A command as the log shows it: decoded, so that what a parameter means is seen. */
function describeCommand(command: Command): string {
  switch (command.verb) {
    case 'EHLO':
    case 'HELO':
      return `hello ${command.domain}`;
    case 'MAIL':
      return `mail ${command.reversePath?.address ?? '<>'}${describeParameters(command.parameters)}`;
    case 'RCPT':
      return `rcpt ${command.forwardPath.address}${describeParameters(command.parameters)}`;
    case 'AUTH':
      return `auth ${command.mechanism}`;
    default:
      return `${command.verb.toLowerCase()}${'argument' in command && command.argument !== '' ? ` ${command.argument}` : ''}`;
  }
}

function describeParameters(parameters: object): string {
  const given = Object.entries(parameters).filter(([keyword, value]) => keyword !== 'unknown' && value !== undefined);
  return given.map(([keyword, value]) => (value === true ? ` ${keyword}` : ` ${keyword}=${describeValue(value)}`)).join('');
}

function describeValue(value: unknown): string {
  if (value === null) return '<>';
  if (typeof value !== 'object' || Array.isArray(value)) return String(value);
  const { addressType, address: mailbox } = value as { readonly addressType?: string; readonly address: string };
  return addressType === undefined ? mailbox : `${addressType};${mailbox}`;
}

describeTranscripts(join(import.meta.dirname, 'transcripts'), { create: (options) => new ServerSubject(options as ServerCase) });
