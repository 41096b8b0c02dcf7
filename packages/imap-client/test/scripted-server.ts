/**
 * A server that says what a test tells it to, over a pair of transports in memory. It knows lines and literals; everything else is the script's, or
 * one of a few plain answers.
 */
import { memoryPair, type MemoryPairOptions, type NetError, type Transport, type TransportSink } from '@mailwright/net';
import { concatOctets, encodeLatin1, indexOfSequence, latin1 } from '@mailwright/wire';
import type { Dial } from '../src/options.ts';

/** What a command is answered with; `{tag}` stands for its tag. `undefined`: a plain answer. A promise holds up those behind it. */
export type Answer = string | undefined | Promise<string | undefined>;
export type Script = (command: string, server: ScriptedServer, tag: string) => Answer;

export interface ScriptedOptions extends MemoryPairOptions {
  readonly greeting?: string;
  readonly capabilities?: string;
  readonly exists?: number;
  /** `+` for the literals of clients that wait. Default true. */
  readonly continues?: boolean;
}

const CRLF = encodeLatin1('\r\n');
const LITERAL = /~?\{(\d+)(\+?)\}$/;

export class ScriptedServer implements TransportSink {
  readonly transport: Transport;
  /** Every command, without its tag; literals as they came. */
  readonly commands: string[] = [];
  readonly exists: number;
  closedBy: NetError | 'client' | undefined = undefined;
  ended = false;
  readonly #script: Script;
  readonly #options: ScriptedOptions;
  readonly #whenClosed: (() => void)[] = [];
  readonly #expected: { readonly pattern: RegExp; readonly resolve: () => void }[] = [];
  #octets: Uint8Array = new Uint8Array(0);
  #line = '';
  #literal = -1;
  idleTag: string | undefined = undefined;
  #last: Promise<unknown> = Promise.resolve();
  #answering = 0;

  constructor(transport: Transport, script: Script, options: ScriptedOptions) {
    this.transport = transport;
    this.#script = script;
    this.#options = options;
    this.exists = options.exists ?? 3;
    transport.attach(this);
    this.say(options.greeting ?? `* OK [CAPABILITY ${this.capabilities}] ready`);
  }

  get capabilities(): string {
    return this.#options.capabilities ?? 'IMAP4rev1 LITERAL+ UNSELECT IDLE';
  }

  /** Sends lines; CRLF is added to what has none. */
  say(text: string): void {
    this.transport.write(encodeLatin1(text.endsWith('\r\n') || text === '' ? text : `${text}\r\n`));
  }

  /** Sends as it stands. */
  send(octets: Uint8Array | string): void {
    this.transport.write(typeof octets === 'string' ? encodeLatin1(octets) : octets);
  }

  /** Resolves when a command came that fits. */
  got(pattern: RegExp): Promise<void> {
    if (this.commands.some((command) => pattern.test(command))) return Promise.resolve();
    return new Promise((resolve) => this.#expected.push({ pattern, resolve }));
  }

  /** Resolves when a line without a tag came: a response of a SASL exchange. */
  sawLine(line: string): Promise<void> {
    return this.got(new RegExp(`^${line.replace(/[+/=]/g, '\\$&')}$`));
  }

  whenClosed(): Promise<void> {
    return this.closedBy === undefined ? new Promise((resolve) => this.#whenClosed.push(resolve)) : Promise.resolve();
  }

  data(octets: Uint8Array): void {
    this.#octets = concatOctets([this.#octets, octets]);
    while (this.#read()) continue;
  }

  end(): void {
    this.ended = true;
    this.transport.close();
  }

  drained(): void {}

  closed(error: NetError | undefined): void {
    this.closedBy = error ?? 'client';
    for (const resolve of this.#whenClosed.splice(0)) resolve();
  }

  #read(): boolean {
    if (this.#literal >= 0) {
      if (this.#octets.length < this.#literal) return false;
      this.#line += latin1(this.#octets, 0, this.#literal);
      this.#octets = this.#octets.slice(this.#literal);
      this.#literal = -1;
      return true;
    }
    const end = indexOfSequence(this.#octets, CRLF, 0);
    if (end < 0) return false;
    const line = latin1(this.#octets, 0, end);
    this.#octets = this.#octets.slice(end + 2);
    const literal = LITERAL.exec(line);
    this.#line += literal === null ? line : `${line}\r\n`;
    if (literal !== null) {
      this.#literal = Number(literal[1]);
      if (literal[2] === '' && this.#options.continues !== false) this.say('+ go on');
      return true;
    }
    const whole = this.#line;
    this.#line = '';
    this.#receive(whole);
    return true;
  }

  #receive(line: string): void {
    const space = line.indexOf(' ');
    const tag = space < 0 ? line : line.slice(0, space);
    const command = space < 0 ? line : line.slice(space + 1);
    this.commands.push(command);
    const answer = space < 0 && command !== 'DONE' ? '' : this.#script(command, this, tag);
    if (answer instanceof Promise || this.#answering > 0) {
      this.#answering++;
      this.#last = this.#last.then(() => answer).then((text) => {
        this.#answering--;
        this.#answer(text, command, tag);
      });
    } else this.#answer(answer, command, tag);
    for (const { pattern, resolve } of [...this.#expected]) if (pattern.test(command)) resolve();
  }

  #answer(answer: string | undefined, command: string, tag: string): void {
    const text = answer ?? this.#plain(command, tag);
    if (text !== '') this.say(text.replaceAll('{tag}', tag));
  }

  #plain(command: string, tag: string): string {
    const [name = ''] = command.toUpperCase().split(' ');
    switch (name) {
      case 'CAPABILITY':
        return `* CAPABILITY ${this.capabilities}\r\n{tag} OK done`;
      case 'LOGIN':
        return `{tag} OK [CAPABILITY ${this.capabilities}] logged in`;
      case 'AUTHENTICATE':
        return `{tag} OK [CAPABILITY ${this.capabilities}] logged in`;
      case 'ENABLE':
        return `* ENABLED ${command.slice('ENABLE '.length)}\r\n{tag} OK done`;
      case 'SELECT': case 'EXAMINE':
        return `* FLAGS (\\Seen \\Deleted)\r\n* ${this.exists} EXISTS\r\n* OK [UIDVALIDITY 7] valid\r\n* OK [UIDNEXT ${this.exists * 10 + 1}] next\r\n{tag} OK [${name === 'SELECT' ? 'READ-WRITE' : 'READ-ONLY'}] open`;
      case 'LOGOUT':
        return '* BYE see you\r\n{tag} OK bye';
      case 'IDLE':
        this.idleTag = tag;
        return '+ idling';
      case 'DONE':
        return `${this.idleTag} OK idled`;
      case 'NOOP': case 'UNSELECT': case 'CLOSE': case 'CHECK':
        return '{tag} OK done';
      default:
        return '{tag} BAD what?';
    }
  }
}

/** A dial that leads to a new scripted server each time; the servers in their order. */
export function scripted(script: Script = () => undefined, options: ScriptedOptions = {}): { readonly dial: Dial; readonly servers: ScriptedServer[] } {
  const servers: ScriptedServer[] = [];
  const dial: Dial = () => {
    const [client, server] = memoryPair(options);
    servers.push(new ScriptedServer(server, script, options));
    return Promise.resolve(client);
  };
  return { dial, servers };
}
