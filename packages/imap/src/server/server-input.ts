/**
 * What a client sends, in steps of the machine: whole commands, messages that go by, and what is wrong before anything is read of it. Every
 * literal is judged here before it is let in: its form, its size, and the command it belongs to.
 *
 * Read next: `frame-reader.ts` (octets to frames), `server-command.ts` (frames to commands), `server.ts`.
 *
 * @rfc 9051 4.3
 * @rfc 7888 4
 */
import { assertNever } from '@mailwright/wire';
import type { ReadCommand } from '../command-parse.ts';
import { LITERAL_MINUS_OCTETS } from '../extensions/literal.ts';
import type { Frame } from '../frame.ts';
import type { FrameViolation, LiteralWanted } from '../frame-event.ts';
import { FrameReader } from '../frame-reader.ts';
import { bad, checkCommand, checkHead, type Refusal } from './command-gate.ts';
import { type CommandPart, isCarrier, readCommand, readHead, readPart, refusalOf, unaskedOctets } from './server-command.ts';
import type { ServerLimits } from './server-options.ts';
import type { Session } from './server-session.ts';

export type InputStep =
  | { readonly type: 'need-data' }
  /** A literal that is an argument comes next: the client waits for a word. */
  | { readonly type: 'go-ahead' }
  /** A message: `accept` or `refuse`. The command is right so far. */
  | { readonly type: 'literal-wanted'; readonly read: ReadCommand; readonly octetCount: number; readonly binary: boolean }
  | { readonly type: 'literal-data'; readonly octets: Uint8Array }
  | { readonly type: 'literal-end' }
  | { readonly type: 'command'; readonly read: ReadCommand }
  | { readonly type: 'refused'; readonly tag: string | undefined; readonly refusal: Refusal }
  /** What follows can't be trusted to be commands: the session ends. */
  | { readonly type: 'fatal'; readonly tag: string | undefined; readonly refusal: Refusal };

/** So many literals of a command are judged by what stands before them: the name of a mailbox, a user and a password, a few URLs. */
const JUDGED_LITERALS = 8;

const NEED_DATA: InputStep = { type: 'need-data' };
const GO_AHEAD: InputStep = { type: 'go-ahead' };
const LITERAL_END: InputStep = { type: 'literal-end' };

export class ServerInput {
  readonly #session: Session;
  #reader: FrameReader;
  /** The literal that the driver decides on waits for `+`. */
  #sync: boolean = false;
  /** The message that goes by may hold NUL; one of the command's messages held one that might not. */
  #binary: boolean = false;
  #nul: boolean = false;
  /** What stood before the last literal of the command that is being read, and how many literals it had that were asked for. */
  #part: CommandPart | undefined = undefined;
  #literals: number = 0;

  constructor(session: Session) {
    this.#session = session;
    this.#reader = makeReader(session.options.limits, false);
  }

  /** Octets that came and are in no command yet. */
  get unread(): number {
    return this.#reader.unread;
  }

  /** Whether a command began and is not whole. */
  get inside(): boolean {
    return this.#reader.inside;
  }

  push(octets: Uint8Array): void {
    this.#reader.push(octets);
  }

  /** Drops all that came. */
  clear(): void {
    this.#reader = makeReader(this.#session.options.limits, this.#session.identity !== undefined);
  }

  /** The client has logged in: larger commands may come. Between two commands only, as `distrust`. */
  trust(): void {
    this.#swap(true);
  }

  distrust(): void {
    this.#swap(false);
  }

  next(): InputStep {
    const event = this.#reader.next();
    switch (event.type) {
      case 'need-data':
        return NEED_DATA;
      case 'frame':
        return this.#command(event.frame);
      case 'literal-wanted':
        return this.#literal(event);
      case 'literal-data':
        this.#nul ||= !this.#binary && event.octets.includes(0);
        return event;
      case 'literal-end':
        return LITERAL_END;
      case 'violation':
        return this.#lost(event);
      case 'literal-begin':
        throw new TypeError('a server is asked before a literal begins');
      default:
        return assertNever(event);
    }
  }

  /** One line that is no command: of an exchange, or DONE. `undefined`: it is not whole yet. `wrong`: it can't be one. */
  line(): Uint8Array | 'wrong' | undefined {
    const event = this.#reader.next();
    if (event.type === 'need-data') return undefined;
    if (event.type === 'literal-wanted') this.#reader.refuse();
    return event.type === 'frame' && event.frame.streamed.length === 0 ? event.frame.octets : 'wrong';
  }

  /** Takes the literal of the last `literal-wanted`. True where the client waits for a word. */
  accept(): boolean {
    this.#reader.accept();
    return this.#sync;
  }

  /** Does not take the literal of the last `literal-wanted`; the command ends here. */
  refuse(): void {
    this.#reader.refuse();
    this.#begin();
  }

  /** The next command begins. */
  #begin(): void {
    this.#nul = false;
    this.#part = undefined;
    this.#literals = 0;
  }

  #swap(trusted: boolean): void {
    const parts = this.#reader.takeUnread();
    this.#reader = makeReader(this.#session.options.limits, trusted);
    for (const part of parts) this.#reader.push(part);
  }

  #command(frame: Frame): InputStep {
    const { options, utf8 } = this.#session;
    const nul = this.#nul;
    this.#begin();
    const parsed = readCommand(frame, options.limits, utf8);
    if (!parsed.ok) return refused(parsed.tag, refusalOf(parsed));
    const unasked = options.capabilities.has('LITERAL+') ? undefined : unaskedOctets(frame);
    const refusal = (unasked === undefined ? undefined : this.#form(false, unasked)) ?? checkCommand(parsed, this.#session);
    if (refusal !== undefined) return refused(parsed.tag, refusal);
    if (nul || holdsNul(parsed)) return refused(parsed.tag, bad('IMAP_NUL', 'NUL needs BINARY and a literal8'));
    return { type: 'command', read: parsed };
  }

  #literal({ frame, octetCount, binary, sync }: LiteralWanted): InputStep {
    const part = this.#judge(frame);
    if (part.type === 'wrong') return this.#refused(part.tag, part.refusal);
    const { tag, name } = part.type === 'message' ? { tag: part.read.tag, name: part.read.command.name } : part.head;
    const refusal = this.#form(sync, octetCount) ?? (part.type === 'message' ? this.#message(part.read, octetCount) : this.#argument(name, octetCount));
    if (refusal !== undefined) return this.#refused(tag, refusal);
    this.#part = part;
    this.#literals++;
    if (part.type === 'message') {
      this.#sync = sync;
      this.#binary = binary;
      return { type: 'literal-wanted', read: part.read, octetCount, binary };
    }
    this.#reader.accept();
    return GO_AHEAD;
  }

  /**
   * What stands before a literal. A command is not read anew for each of its literals, or 8000 of them (64 KB) would cost a minute: after the first
   * few, the rest are taken for what the last one was. What is wrong then shows when the command is whole.
   */
  #judge(frame: Frame): CommandPart {
    const { options, utf8 } = this.#session;
    return this.#part !== undefined && this.#literals >= JUDGED_LITERALS ? this.#part : readPart(frame, options.limits, utf8);
  }

  /** The octets of the largest literal that is kept. */
  get #kept(): number {
    const { limits } = this.#session.options;
    return this.#session.state === 'not-authenticated' ? Math.min(limits.loginFrameOctets, limits.keptLiteralOctets) : limits.keptLiteralOctets;
  }

  /** What speaks against a literal that is kept as an argument. */
  #argument(name: string, octetCount: number): Refusal | undefined {
    return checkHead(name, this.#session) ?? (octetCount > this.#kept ? tooBig(name, octetCount) : undefined);
  }

  /** What speaks against a message. @rfc 7889 4 */
  #message(read: ReadCommand, octetCount: number): Refusal | undefined {
    const refusal = checkCommand(read, this.#session);
    if (refusal !== undefined) return refusal;
    const limit = Number(this.#session.options.capabilities.valueOf('APPENDLIMIT') ?? Infinity);
    return octetCount > limit ? tooBig(read.command.name, octetCount) : undefined;
  }

  /** Whether a literal may come without waiting. @rfc 7888 5 */
  #form(sync: boolean, octetCount: number): Refusal | undefined {
    const { capabilities } = this.#session.options;
    if (sync || capabilities.has('LITERAL+')) return undefined;
    if (!capabilities.offers('LITERAL-')) return bad('IMAP_LITERAL', 'Literals must wait here');
    if (octetCount <= LITERAL_MINUS_OCTETS) return undefined;
    return bad('IMAP_LITERAL', `A literal of more than ${LITERAL_MINUS_OCTETS} octets must wait`, { name: 'TOOBIG' });
  }

  #refused(tag: string | undefined, refusal: Refusal): InputStep {
    this.refuse();
    return refused(tag, refusal);
  }

  #lost({ code, head }: FrameViolation): InputStep {
    this.#begin();
    const { limits } = this.#session.options;
    const { tag, name } = readHead(head, limits);
    switch (code) {
      case 'BARE_LF': // what another program took for the middle of this line would be run as a command
        return { type: 'fatal', tag, refusal: bad('IMAP_BARE_LF', 'Lines end with CRLF') };
      case 'BARE_CR':
        return refused(tag, bad('IMAP_BARE_CR', 'CR stands only at the end of a line'));
      case 'NUL':
        return refused(tag, bad('IMAP_NUL', 'NUL stands only in a literal8'));
      case 'LIMIT_LINE_OCTETS':
        return refused(tag, bad(code, 'Line too long'));
      case 'LIMIT_FRAME_OCTETS':
        return refused(tag, bad(code, 'Command too long'));
      case 'LIMIT_LITERAL_OCTETS':
        return refused(tag, checkHead(name, this.#session) ?? tooBig(name, undefined));
      default:
        return assertNever(code);
    }
  }
}

/** Before a login little is kept: whoever connects can say as much. */
function makeReader(limits: ServerLimits, trusted: boolean): FrameReader {
  const { loginFrameOctets: most, lineOctets, keptLiteralOctets, frameOctets } = limits;
  const few = { lineOctets: Math.min(most, lineOctets), keptLiteralOctets: Math.min(most, keptLiteralOctets), frameOctets: Math.min(most, frameOctets) };
  return new FrameReader(trusted ? limits : { ...limits, ...few }, { end: 'server' });
}

function refused(tag: string | undefined, refusal: Refusal): InputStep {
  return { type: 'refused', tag, refusal };
}

/** A message that is too large is refused with NO: the same command with a smaller one is right. @rfc 7889 4 */
function tooBig(name: string, octetCount: number | undefined): Refusal {
  const text = octetCount === undefined ? 'The literal is too large' : `A literal of ${octetCount} octets is too large`;
  return { ...bad('LIMIT_LITERAL_OCTETS', text, { name: 'TOOBIG' }), status: isCarrier(name) ? 'NO' : 'BAD' };
}

/** Whether a message that was kept in the command holds NUL and came as no literal8. */
function holdsNul({ command }: ReadCommand): boolean {
  const messages = command.name === 'APPEND' ? command.messages : command.name === 'REPLACE' ? [command.message] : [];
  return messages.some(({ message }) => message?.type === 'literal' && !message.binary && message.octets.includes(0));
}
