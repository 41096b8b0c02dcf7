/**
 * Follows a session that others hold, line by line in both directions: which lines are one command or one response, what is a literal, what answers what,
 * and where the session stands afterwards. It judges nothing and answers nothing; transcripts and explanations stand on it.
 *
 * Read next: `transcript-recorder.ts`, `explain-session.ts`.
 *
 * @rfc 9051 2.2
 * @rfc 9051 3
 */
import { encodeUtf8 } from '@mailwright/wire';
import type { Command } from '../command.ts';
import { type ParsedCommand, parseCommand } from '../command-parse.ts';
import type { SessionState } from '../extension.ts';
import { CLIENT_LIMITS, type ImapLimits } from '../limits.ts';
import { parseResponse } from '../response-parse.ts';
import type { Response, ResponseCode, Status } from '../response.ts';
import { findCommand } from '../tables.ts';
import { commandName, isSecret, readableCommand } from './redact.ts';
import { SpokenFrame } from './spoken-frame.ts';

/** Where the session stands, as far as its responses tell. `greeting`: nothing said yet. */
export type DialogueState = SessionState | 'greeting';

/** A line of the client as it is to be understood. */
export interface ClientLine {
  /**
   * `command`: its first line. `rest`: what follows a literal of it. `auth`: a line of a login, also one that is cut in the wrong place. `done`: the end
   * of IDLE.
   */
  readonly kind: 'command' | 'rest' | 'auth' | 'done';
  /** The line may hold a password. */
  readonly secret: boolean;
  /** The whole command, on its last line. */
  readonly command: ParsedCommand | undefined;
}

/** A line of the server as it is to be understood. */
export interface ServerLine {
  readonly kind: 'response' | 'rest';
  /** What `+` asks the client for, as things stand; `undefined` for any other response. */
  readonly asks: 'literal' | 'auth' | 'idle' | undefined;
  /** It is the greeting. */
  readonly greets: boolean;
  /** The whole response, on its last line. */
  readonly response: Response | undefined;
}

interface Pending {
  readonly tag: string;
  readonly name: string;
  command: Command | undefined;
}

/** A transcript may be read by anyone: what bounds a client's reader will do. */
const LIMITS: ImapLimits = CLIENT_LIMITS;

/** Commands that wait for an answer; older ones are forgotten. */
const MAX_PENDING = 10_000;

/** Follows one session: give it every line and literal of both sides, in the order in which they went by. */
export class Dialogue {
  state: DialogueState = 'greeting';
  /** Behind COMPRESS there are no lines any more. */
  opaque = false;
  readonly #client: SpokenFrame = new SpokenFrame();
  readonly #server: SpokenFrame = new SpokenFrame();
  readonly #pending: Pending[] = [];
  #utf8 = false;
  /** The command that is being said, and what stands in its place where it is secret. */
  #saying: { readonly pending: Pending; readonly readable: string | undefined } | undefined = undefined;

  /** `greeted`: the first lines were missed; the state is the one that the first command needs. */
  constructor(greeted: boolean = false) {
    if (greeted) this.state = 'not-authenticated';
  }

  /** The octets of the literal that comes next from this side; `undefined` where a line does. */
  literalOctets(direction: 'client' | 'server'): number | undefined {
    return (direction === 'client' ? this.#client : this.#server).literalOctets;
  }

  /** A literal went by. `octets`: where they were kept. */
  literal(direction: 'client' | 'server', octets: Uint8Array | undefined): void {
    (direction === 'client' ? this.#client : this.#server).literal(octets);
  }

  /** Takes a line of the client, without CRLF. */
  client(text: string): ClientLine {
    if (this.#client.inside) return this.#clientRest(text);
    const last = this.#pending.at(-1);
    const goesOn = last?.name === 'AUTHENTICATE' || (last?.name === 'LOGIN' && findCommand(commandName(text)) === undefined);
    if (goesOn) return { kind: 'auth', secret: true, command: undefined };
    if (last?.name === 'IDLE' && /^done$/i.test(text.trim())) return { kind: 'done', secret: false, command: undefined };
    const secret = isSecret(text);
    const pending: Pending = { tag: text.trimStart().split(' ', 1)[0]!, name: commandName(text), command: undefined };
    this.#pending.push(pending);
    if (this.#pending.length > MAX_PENDING) this.#pending.shift();
    this.#saying = { pending, readable: secret ? readableCommand(text) : undefined };
    return { kind: 'command', secret, command: this.#clientLine(text) };
  }

  /** Takes a line of the server, without CRLF. */
  server(text: string): ServerLine {
    const kind = this.#server.inside ? 'rest' : 'response';
    const asks = kind === 'response' && text.startsWith('+') ? this.#asked() : undefined;
    const greets = this.state === 'greeting';
    if (!this.#server.line(text, 'server')) return { kind, asks, greets, response: undefined };
    const frame = this.#server.take();
    const response = frame === undefined ? undefined : parseResponse(frame, LIMITS, this.#utf8);
    if (response !== undefined) this.#receive(response);
    return { kind, asks, greets, response };
  }

  #asked(): ServerLine['asks'] {
    if (this.#client.inside && this.#client.waits) return 'literal';
    const name = this.#pending.at(-1)?.name;
    return name === 'AUTHENTICATE' ? 'auth' : name === 'IDLE' ? 'idle' : undefined;
  }

  #clientRest(text: string): ClientLine {
    const secret = this.#saying?.readable !== undefined;
    return { kind: 'rest', secret, command: this.#clientLine(text) };
  }

  #clientLine(text: string): ParsedCommand | undefined {
    if (!this.#client.line(text, 'client')) return undefined;
    const frame = this.#client.take();
    const { pending, readable } = this.#saying!;
    const read = readable === undefined ? frame : { octets: encodeUtf8(readable), streamed: [], complete: true };
    const parsed = read === undefined ? undefined : parseCommand(read, LIMITS, this.#utf8);
    if (parsed?.ok === true) pending.command = parsed.command;
    this.#assume(parsed);
    return parsed;
  }

  /** Of a session whose beginning was missed, the first command tells where it stands. */
  #assume(parsed: ParsedCommand | undefined): void {
    if (parsed?.ok !== true || this.state === 'logout' || this.state === 'greeting' || this.#pending.length > 1) return;
    const { states } = parsed.spec;
    if (!states.includes(this.state) && this.state === 'not-authenticated') this.state = states[0]!;
  }

  #receive(response: Response): void {
    switch (response.type) {
      case 'tagged':
        return this.#end(response.tag, response.status);
      case 'status':
        this.#learn(response.code);
        if (response.status === 'BYE') this.state = 'logout';
        else if (this.state === 'greeting') this.state = response.status === 'PREAUTH' ? 'authenticated' : 'not-authenticated';
        return;
      case 'data':
        if (response.data.name === 'ENABLED') this.#enabled(response.data.capabilities);
        return;
      default:
        return;
    }
  }

  #learn(code: ResponseCode | undefined): void {
    if (code?.name === 'CLOSED' && this.state === 'selected') this.state = 'authenticated';
  }

  #enabled(names: readonly string[]): void {
    if (names.some((name) => /^(?:IMAP4rev2|UTF8=ACCEPT)$/i.test(name))) this.#utf8 = true;
  }

  /** A command is answered. One that was waiting for `+` ends here. */
  #end(tag: string, status: Status): void {
    const at = this.#pending.findIndex((pending) => pending.tag === tag);
    if (at === -1) return;
    const [ended] = this.#pending.splice(at, 1);
    if (this.#client.inside && this.#client.waits && this.#saying?.pending === ended) this.#client.drop();
    this.state = stateAfter(this.state, ended!.name, status);
    if (ended!.name === 'COMPRESS' && status === 'OK') this.opaque = true;
    if (ended!.name === 'UNAUTHENTICATE' && status === 'OK') this.#utf8 = false;
  }
}

/** Where a session stands when a command was answered. @rfc 9051 3 */
function stateAfter(state: DialogueState, name: string, status: Status): DialogueState {
  if (state === 'logout') return state;
  switch (name) {
    case 'SELECT':
    case 'EXAMINE':
      return status === 'OK' ? 'selected' : status === 'NO' ? 'authenticated' : state;
    case 'LOGIN':
    case 'AUTHENTICATE':
    case 'CLOSE':
    case 'UNSELECT':
      return status === 'OK' ? 'authenticated' : state;
    case 'LOGOUT':
      return status === 'OK' ? 'logout' : state;
    case 'UNAUTHENTICATE':
      return status === 'OK' ? 'not-authenticated' : state;
    default:
      return state;
  }
}
