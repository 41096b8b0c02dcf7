/**
 * Stands between a server for reading mail and its connection: what the server says goes out response by response, changed by a personality,
 * and by what a script says goes wrong. What the client says goes by unchanged; it is only looked at, so that each response is known for what it answers.
 *
 * Read next: `mail-dialect.ts` (what a response is), `faulty-unit.ts` (what becomes of it), `../faults/reply-output.ts`.
 */
import { ForwardingTransport, type NetError, octetParts, type TlsClientOptions, type TlsFacts, type TlsHandshakeOptions, type TlsServerOptions, type Transport, type TransportSink } from '@mailwright/net';
import type { Clock } from '@mailwright/wire';
import type { FaultRun } from '../faults/fault-run.ts';
import { type Ending, ReplyOutput } from '../faults/reply-output.ts';
import { describeMailFault } from './describe-mail-fault.ts';
import { faultyUnit } from './faulty-unit.ts';
import type { MailDialect, Unit } from './mail-dialect.ts';
import type { MailFault } from './mail-fault.ts';

const MAX_HELD_OCTETS = 65_536;

/** What a response becomes before any fault: a personality. */
export type Rewrite = (unit: Unit) => Uint8Array;

/** What a `MailFaultTransport` needs beside the connection. */
export interface MailFaultConnection {
  readonly dialect: MailDialect;
  readonly rewrite: Rewrite | undefined;
  readonly run: FaultRun<MailFault> | undefined;
  readonly clock: Clock;
  /** The number of the connection, from 1. */
  readonly number: number;
  /** Told of each fault as it takes effect. */
  readonly note: (text: string) => void;
}

export class MailFaultTransport extends ForwardingTransport {
  readonly #connection: MailFaultConnection;
  readonly #output: ReplyOutput;
  #state: 'new' | 'open' | 'stalled' | 'closing' | 'gone' = 'new';
  #sentOctets = 0;
  /** Faults of the connection that wait for a number of octets, the next one first. */
  #waiting: readonly MailFault[] = [];
  #closeRequested = false;
  #writable = true;
  /** What waits for a split, or for a delay in the middle: it leaves first. */
  readonly #late: Uint8Array[] = [];
  #isLate = false;

  constructor(inner: Transport, connection: MailFaultConnection) {
    super(inner);
    this.#connection = connection;
    this.#output = new ReplyOutput({ send: (octets) => this.#send(octets), end: (ending) => this.#end(ending), emptied: () => this.#emptied() }, connection.clock);
  }

  override get bufferedOctets(): number {
    return this.inner.bufferedOctets + this.#heldOctets;
  }

  /** Neither side hears of the other any more, though the connection is open. */
  get stalled(): boolean {
    return this.#state === 'stalled';
  }

  // What the server asks

  override attach(sink: TransportSink): void {
    super.attach(sink);
    if (this.#state !== 'new') return;
    this.#state = 'open';
    const due = this.#due(['connection'], '');
    this.#waiting = due.filter(({ afterOctets }) => afterOctets !== undefined).sort((a, b) => a.afterOctets! - b.afterOctets!);
    for (const { action } of due.filter(({ afterOctets }) => afterOctets === undefined)) if (action.type === 'cut' || action.type === 'hang-up' || action.type === 'stall') this.#end(action.type);
  }

  override write(octets: string | Uint8Array | readonly Uint8Array[]): boolean {
    if (this.#state !== 'open') return true;
    const { dialect, rewrite } = this.#connection;
    for (const part of octetParts(octets)) {
      for (const unit of dialect.server(part)) {
        const faults = this.#due(unit.points, unit.line);
        this.#output.push(faultyUnit(rewrite?.(unit) ?? unit.octets, faults.map(({ action }) => action)));
      }
    }
    this.#output.flush();
    if (this.#heldOctets > MAX_HELD_OCTETS) this.#writable = false;
    return this.#writable;
  }

  override startTls(options: TlsClientOptions | TlsServerOptions, bounds?: TlsHandshakeOptions): Promise<TlsFacts> {
    this.#connection.dialect.secured();
    return super.startTls(options, bounds);
  }

  override close(): void {
    if (this.#state !== 'open') return;
    this.#closeRequested = true;
    if (this.#heldOctets === 0) this.inner.close();
  }

  override destroy(): void {
    if (this.#state === 'stalled') return;
    this.#output.stop();
    this.inner.destroy();
  }

  override resume(): void {
    if (this.#state !== 'stalled') super.resume();
  }

  // What the connection reports

  override data(octets: Uint8Array): void {
    if (this.#state !== 'open') return;
    this.#connection.dialect.client(octets);
    super.data(octets);
  }

  override end(): void {
    if (this.#state === 'open') super.end();
  }

  override drained(): void {
    if (this.#heldOctets > MAX_HELD_OCTETS) return;
    this.#writable = true;
    super.drained();
  }

  override closed(error: NetError | undefined): void {
    this.#state = 'gone';
    this.#output.stop();
    super.closed(error);
  }

  // What goes out

  get #heldOctets(): number {
    return this.#output.heldOctets + this.#late.reduce((sum, { length }) => sum + length, 0);
  }

  /** Octets whose turn it is, up to the next number of octets that something waits for. */
  #send(octets: Uint8Array): void {
    if (octets.length === 0) return;
    if (this.#isLate) return void this.#late.push(octets);
    const fault = this.#waiting[0];
    const left = fault === undefined ? Infinity : fault.afterOctets! - this.#sentOctets;
    if (octets.length < left) return this.#pass(octets);
    this.#waiting = this.#waiting.slice(1);
    if (left > 0) this.#pass(octets.subarray(0, left));
    this.#late.unshift(octets.subarray(Math.max(0, left)));
    this.#isLate = true;
    this.#apply(fault!);
  }

  #pass(octets: Uint8Array): void {
    this.#sentOctets += octets.length;
    if (!this.inner.write(octets)) this.#writable = false;
  }

  #apply({ action }: MailFault): void {
    if (action.type === 'cut' || action.type === 'hang-up' || action.type === 'stall') return this.#end(action.type);
    if (action.type === 'delay') this.#connection.clock.setTimer(() => this.#goOn(), action.ms);
    else setImmediate(() => this.#goOn());
  }

  #goOn(): void {
    if (this.#state !== 'open') return;
    const late = this.#late.splice(0);
    this.#isLate = false;
    for (const octets of late) this.#send(octets);
    if (!this.#isLate) this.#emptied();
  }

  #emptied(): void {
    if (this.#isLate) return;
    if (this.#closeRequested && this.#state === 'open') this.inner.close();
    if (this.#writable || this.inner.bufferedOctets > 0) return;
    this.#writable = true;
    queueMicrotask(() => this.sink.drained());
  }

  // The end

  #end(ending: Ending): void {
    this.#output.stop();
    this.#late.length = 0;
    switch (ending) {
      case 'stall':
        this.#state = 'stalled';
        return this.inner.pause();
      case 'cut':
        this.#state = 'closing';
        return this.inner.destroy();
      case 'hang-up':
        this.#state = 'closing';
        this.inner.resume(); // or its end would not be noticed
        this.inner.close();
        queueMicrotask(() => this.sink.end());
    }
  }

  #due(points: readonly string[], line: string): readonly MailFault[] {
    const { run, number, note } = this.#connection;
    if (run === undefined || points.length === 0) return [];
    const due = run.due({ points, connection: number, line, sender: '' });
    for (const fault of due) note(`fault: ${describeMailFault(fault)}`);
    return due;
  }
}
