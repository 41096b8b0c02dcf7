/**
 * A session's side of its transport: what is written when, when reading stops, and what holds the session up. A session that
 * is held pulls nothing from its machine.
 *
 * Replies leave when the machine needs more data, or when a handler takes longer than this turn of the event loop: so all
 * replies of a pipelined group stand in one write, whether the handlers are synchronous or not.
 *
 * Read next: `connection.ts`.
 *
 * @rfc 2920 3.2
 */
import type { TlsFacts, Transport } from '@mailwright/net';
import type { ServerMachine, TranscriptRecorder } from '@mailwright/smtp';
import { encodeUtf8 } from '@mailwright/wire';
import type { ServerCore } from './core.ts';

/** Octets received and not read above which the client is held back. */
const MAX_UNREAD_OCTETS = 262_144;
/** Replies of one group that may gather before they leave although more commands are there. */
const MAX_GATHERED_CHARACTERS = 65_536;
/** How long the client has to close its side after we closed ours. */
const LINGER_MS = 2000;

// What holds the session, as bits of `#flags`.
const BLOCKED = 1; // the client does not read its replies
const TARPIT = 2;
const HANDSHAKE = 4;
const CLOSING = 8; // our side is closed
const GONE = 16;
const HELD: number = BLOCKED | TARPIT | HANDSHAKE | CLOSING | GONE;
// What holds nothing.
const PAUSED = 32; // reading is paused
const FLUSH_DUE = 64;

export class Wire {
  readonly transport: Transport;
  readonly #core: ServerCore;
  readonly #machine: ServerMachine;
  readonly #recorder: TranscriptRecorder | undefined;
  #flags = 0;
  /** When what holds the session must be over, on the server's clock. */
  #until: number | undefined = undefined;

  constructor(core: ServerCore, transport: Transport, machine: ServerMachine, recorder: TranscriptRecorder | undefined) {
    this.#core = core;
    this.transport = transport;
    this.#machine = machine;
    this.#recorder = recorder;
  }

  get held(): boolean {
    return (this.#flags & HELD) !== 0;
  }

  get handshaking(): boolean {
    return (this.#flags & HANDSHAKE) !== 0;
  }

  get until(): number | undefined {
    return this.#until;
  }

  /** Octets that came; what comes behind our goodbye is nobody's. */
  receive(octets: Uint8Array): void {
    if ((this.#flags & CLOSING) !== 0) return;
    const now = this.#core.now();
    this.#recorder?.client(octets, now);
    this.#machine.receive(octets, now);
  }

  /** Stops reading while more than enough is unread. */
  throttle(): void {
    if ((this.#flags & (PAUSED | CLOSING)) !== 0 || this.#machine.unreadOctets <= MAX_UNREAD_OCTETS) return;
    this.#flags |= PAUSED;
    this.transport.pause();
  }

  unthrottle(): void {
    if ((this.#flags & PAUSED) === 0) return;
    this.#flags &= ~PAUSED;
    this.transport.resume();
  }

  /** Writes what the machine holds. */
  flush(): void {
    if ((this.#flags & (CLOSING | GONE | HANDSHAKE)) !== 0) return;
    const now = this.#core.now();
    const replies = this.#machine.takeOutput(now);
    if (replies === undefined) return;
    this.#recorder?.server(encodeUtf8(replies), now);
    if (!this.transport.write(replies)) this.#hold(BLOCKED, this.#core.writeMs);
  }

  flushIfMuch(): void {
    if (this.#machine.outputLength > MAX_GATHERED_CHARACTERS) this.flush();
  }

  /** True when a flush in the next turn is to be asked for. */
  wantsFlushLater(): boolean {
    if ((this.#flags & FLUSH_DUE) !== 0 || this.#machine.outputLength === 0) return false;
    this.#flags |= FLUSH_DUE;
    return true;
  }

  /** The handler takes longer than a turn of the event loop: what was answered so far leaves. */
  flushDue(): void {
    this.#flags &= ~FLUSH_DUE;
    if ((this.#flags & (TARPIT | BLOCKED)) === 0 && this.#machine.outputLength > 0) this.flush();
  }

  /** Holds the session for `delayMs`, the replies that wait included. A client that does not read waits anyway. */
  delay(delayMs: number): void {
    if (delayMs > 0 && (this.#flags & HELD) === 0) this.#hold(TARPIT, delayMs);
  }

  /** A client that was to wait for its reply need not any more. */
  endDelay(): void {
    if ((this.#flags & TARPIT) !== 0) this.release();
  }

  /** The client has read what was written. */
  drained(): void {
    if ((this.#flags & BLOCKED) === 0) return;
    this.#flags &= ~BLOCKED;
    this.#until = (this.#flags & CLOSING) === 0 ? undefined : this.#core.now() + LINGER_MS;
  }

  /** The TLS handshake, once what the machine holds has been written. Rejects with a `NetError`, the connection dropped. */
  async handshake(): Promise<TlsFacts> {
    this.flush();
    this.unthrottle();
    this.#hold(HANDSHAKE, this.#core.handshakeMs);
    const facts = await this.transport.startTls(this.#core.tls!, this.#core.tlsBounds);
    this.#flags &= ~(HANDSHAKE | BLOCKED); // what was written before has left, or there would be no handshake
    this.#until = undefined;
    this.#recorder?.event(`${facts.protocol} established, ${facts.cipher}`, this.#core.now());
    return facts;
  }

  /** Writes what the machine holds and closes our side; the client has a moment to close its own. */
  close(): void {
    this.flush();
    this.#flags |= CLOSING;
    if ((this.#flags & BLOCKED) === 0) this.#until = this.#core.now() + LINGER_MS;
    this.transport.close();
    this.unthrottle(); // what the client still sends is read away: unread, it would cost the client our last reply (RFC 1122 4.2.2.13)
  }

  destroy(): void {
    this.#flags |= CLOSING;
    this.#until = undefined;
    this.transport.destroy();
  }

  gone(): void {
    this.#flags |= GONE;
    this.#until = undefined;
  }

  /** `until` has passed: true when the session can go on, false when it is lost. */
  release(): boolean {
    this.#until = undefined;
    if ((this.#flags & TARPIT) === 0) return false;
    this.#flags &= ~TARPIT;
    return true;
  }

  #hold(flag: number, forMs: number): void {
    this.#flags |= flag;
    this.#until = this.#core.now() + forMs;
  }
}
