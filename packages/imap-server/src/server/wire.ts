/**
 * A session's side of its transport: what is written when, when reading stops, and what holds the session up. A session that is held pulls nothing from
 * its machine.
 *
 * Output leaves when the machine needs more data, when enough has gathered, or when a command takes longer than this turn of the event loop: so all answers
 * of a pipelined group stand in one write, and a large FETCH leaves in chunks.
 *
 * Read next: `connection.ts`.
 */
import type { ServerMachine } from '@mailwright/imap';
import type { TlsFacts, Transport, TransportSink } from '@mailwright/net';
import type { ServerCore } from './core.ts';
import { DeflateTransport } from './deflate-transport.ts';

/** Octets received and not read above which the client is held back. */
const MAX_UNREAD_OCTETS = 262_144;
/** Output that may gather before it leaves although more is to be said. */
const MAX_GATHERED_OCTETS = 65_536;
/** How long the client has to close its side after we closed ours. */
const LINGER_MS = 2000;

// What holds the session, as bits of `#flags`.
const BLOCKED = 1; // the client does not read what it is told
const HANDSHAKE = 2;
const CLOSING = 4; // our side is closed
const GONE = 8;
const HELD: number = BLOCKED | HANDSHAKE | CLOSING | GONE;
// What holds nothing.
const PAUSED = 16; // reading is paused
const FLUSH_DUE = 32;

export class Wire {
  #transport: Transport;
  readonly #core: ServerCore;
  readonly #machine: ServerMachine;
  #flags = 0;
  /** When what holds the session must be over, on the server's clock. */
  #until: number | undefined = undefined;

  constructor(core: ServerCore, transport: Transport, machine: ServerMachine) {
    this.#core = core;
    this.#transport = transport;
    this.#machine = machine;
  }

  get transport(): Transport {
    return this.#transport;
  }

  get held(): boolean {
    return (this.#flags & HELD) !== 0;
  }

  /** The client does not read. */
  get blocked(): boolean {
    return (this.#flags & BLOCKED) !== 0;
  }

  /** Nothing that is said now is heard. */
  get over(): boolean {
    return (this.#flags & (CLOSING | GONE)) !== 0;
  }

  get handshaking(): boolean {
    return (this.#flags & HANDSHAKE) !== 0;
  }

  get until(): number | undefined {
    return this.#until;
  }

  /** Octets that came; what comes behind our goodbye is nobody's. */
  receive(octets: Uint8Array): void {
    if ((this.#flags & CLOSING) === 0) this.#machine.receive(octets, this.#core.now());
  }

  /** Stops reading while more than enough is unread. */
  throttle(): void {
    if ((this.#flags & (PAUSED | CLOSING)) !== 0 || this.#machine.unreadOctets <= MAX_UNREAD_OCTETS) return;
    this.#flags |= PAUSED;
    this.#transport.pause();
  }

  unthrottle(): void {
    if ((this.#flags & PAUSED) === 0) return;
    this.#flags &= ~PAUSED;
    this.#transport.resume();
  }

  /** Writes what the machine holds. */
  flush(): void {
    if (this.held) return;
    const output = this.#machine.takeOutput(this.#core.now());
    if (output !== undefined && !this.#transport.write(output)) this.#hold(BLOCKED, this.#core.timeouts.writeMs);
  }

  flushIfMuch(): void {
    if (this.#machine.outputLength > MAX_GATHERED_OCTETS) this.flush();
  }

  /** True when a flush in the next turn is to be asked for. */
  wantsFlushLater(): boolean {
    if ((this.#flags & FLUSH_DUE) !== 0) return false;
    this.#flags |= FLUSH_DUE;
    return true;
  }

  /** What was said so far leaves. */
  flushDue(): void {
    this.#flags &= ~FLUSH_DUE;
    this.flush();
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
    this.#hold(HANDSHAKE, this.#core.timeouts.handshakeMs);
    const facts = await this.#transport.startTls(this.#core.tls!, this.#core.tlsBounds);
    this.#flags &= ~(HANDSHAKE | BLOCKED); // what was written before has left, or there would be no handshake
    this.#until = undefined;
    return facts;
  }

  /** Both directions are compressed behind what the machine holds. @rfc 4978 4 */
  compress(sink: TransportSink): void {
    const output = this.#machine.takeOutput(this.#core.now());
    if (output !== undefined) this.#transport.write(output);
    this.unthrottle();
    this.#transport = new DeflateTransport(this.#transport);
    this.#transport.attach(sink);
  }

  /** Writes what the machine holds and closes our side; the client has a moment to close its own. */
  close(): void {
    if ((this.#flags & (CLOSING | GONE)) !== 0) return;
    const output = this.handshaking ? undefined : this.#machine.takeOutput(this.#core.now());
    if (output !== undefined && !this.#transport.write(output)) this.#hold(BLOCKED, this.#core.timeouts.writeMs);
    this.#flags |= CLOSING;
    if ((this.#flags & BLOCKED) === 0) this.#until = this.#core.now() + LINGER_MS;
    this.#transport.close();
    this.unthrottle(); // what the client still sends is read away: unread, it would cost the client our last words (RFC 1122 4.2.2.13)
  }

  destroy(): void {
    this.#flags |= CLOSING;
    this.#until = undefined;
    this.#transport.destroy();
  }

  gone(): void {
    this.#flags |= GONE;
    this.#until = undefined;
  }

  #hold(flag: number, forMs: number): void {
    this.#flags |= flag;
    this.#until = this.#core.now() + forMs;
  }
}
