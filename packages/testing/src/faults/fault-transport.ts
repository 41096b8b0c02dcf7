/**
 * Stands between a server and its connection and makes go wrong what a script says. Commands pass one by one, so that each
 * reply is known for what it answers; a refusal of the script is said without the server hearing of the command, in its
 * turn among the server's own replies.
 *
 * Read next: `client-framing.ts` (what comes in), `faulty-reply.ts` and `reply-output.ts` (what goes out), `paced-input.ts`.
 *
 * @rfc 2920 3.2
 */
import { ForwardingTransport, NetError, octetParts, type TlsClientOptions, type TlsFacts, type TlsHandshakeOptions, type TlsServerOptions, type Transport, type TransportSink } from '@mailwright/net';
import type { Reply } from '@mailwright/smtp';
import { type Clock, concatOctets } from '@mailwright/wire';
import { ClientFraming, type ClientPart, type CommandPart } from './client-framing.ts';
import { FAULT_VERBS, type Fault, type FaultAction, type FaultPoint } from './fault.ts';
import { describeFault } from './fault-describe.ts';
import type { FaultRun } from './fault-run.ts';
import { faultRefusal, faultyReply } from './faulty-reply.ts';
import { PacedInput } from './paced-input.ts';
import { ReplyFraming } from './reply-framing.ts';
import { HandshakeWait } from './handshake-wait.ts';
import { type Ending, ReplyOutput } from './reply-output.ts';
import { Thresholds } from './thresholds.ts';

const MAX_HELD_OCTETS = 65_536;
const NO_OCTETS = new Uint8Array(0);
const NO_THRESHOLDS = new Thresholds([]);

/** Something the server, or the script in its place, has to answer. */
interface Pending {
  readonly verb: string;
  /** Whether its answer is the verdict on a message. */
  readonly verdict: boolean;
  faults: readonly Fault[];
  /** The script answers. */
  readonly local: boolean;
}

/** What a `FaultTransport` needs beside the connection. */
export interface FaultConnection {
  readonly run: FaultRun;
  readonly clock: Clock;
  /** The number of the connection, from 1. */
  readonly number: number;
  /** Told of each fault as it takes effect. */
  readonly note: (text: string) => void;
}

export class FaultTransport extends ForwardingTransport {
  readonly #connection: FaultConnection;
  readonly #framing = new ClientFraming();
  readonly #replies = new ReplyFraming();
  readonly #output: ReplyOutput;
  readonly #input: PacedInput;
  #state: 'new' | 'open' | 'stalled' | 'closing' | 'gone' = 'new';
  readonly #pending: Pending[] = [];
  /** Connection octets, then message octets: how many came, and what waits for how many. */
  #received = 0;
  #thresholds: Thresholds = NO_THRESHOLDS;
  #messageOctets = 0;
  #messageThresholds: Thresholds = NO_THRESHOLDS;
  /** The octets of the chunk under way belong to a BDAT that the script has answered. */
  #swallowing = false;
  /** DATA or AUTH is unanswered: until then nobody knows what comes next. */
  #holding = false;
  #processing = false;
  #serverPaused = false;
  #reading = true;
  /** Whether the client's FIN came, and the server was told. */
  #ended: 'no' | 'untold' | 'told' = 'no';
  #closeRequested = false;
  #writable = true;
  /** An EHLO was answered: replies have enhanced status codes from then on. */
  #extended = false;
  #sender = '';
  readonly #handshake: HandshakeWait;

  constructor(inner: Transport, connection: FaultConnection) {
    super(inner);
    this.#connection = connection;
    this.#handshake = new HandshakeWait(connection.clock);
    this.#output = new ReplyOutput({ send: (octets) => this.#send(octets), end: (ending) => this.#end(ending), emptied: () => this.#outputEmptied() }, connection.clock);
    this.#input = new PacedInput({ take: (octets) => this.#take(octets), emptied: () => this.#process() }, connection.clock);
  }

  override get bufferedOctets(): number {
    return this.inner.bufferedOctets + this.#output.heldOctets;
  }

  /** Neither side hears of the other any more, though the connection is open. */
  get stalled(): boolean {
    return this.#state === 'stalled';
  }

  /** What the script holds against the greeting, or against the message that waits for its verdict. */
  refusal(of: 'greeting' | 'verdict'): Reply | undefined {
    const pending = this.#pending.find(({ verb, verdict }) => (of === 'greeting' ? verb === 'greeting' : verdict));
    return pending === undefined ? undefined : faultRefusal(pending.faults)?.reply;
  }

  // What the server asks

  override attach(sink: TransportSink): void {
    super.attach(sink);
    this.#begin();
  }

  override write(octets: string | Uint8Array | readonly Uint8Array[]): boolean {
    if (this.#state !== 'open') return true;
    for (const part of octetParts(octets)) this.#replies.push(part);
    for (let answer = this.#replies.next(); answer !== undefined; answer = this.#replies.next()) this.#answer(answer);
    this.#output.flush();
    if (!this.#processing) queueMicrotask(() => this.#process()); // a transport reports nothing inside `write`
    if (this.#output.heldOctets > MAX_HELD_OCTETS) this.#writable = false;
    return this.#writable;
  }

  override pause(): void {
    this.#serverPaused = true;
    this.#updateReading();
  }

  override resume(): void {
    this.#serverPaused = false;
    this.#updateReading();
  }

  override async startTls(options: TlsClientOptions | TlsServerOptions, bounds?: TlsHandshakeOptions): Promise<TlsFacts> {
    this.#begin();
    const faults = this.#due(['handshake'], '');
    const delayMs = faults.reduce((sum, { action }) => sum + (action.type === 'delay' ? action.ms : 0), 0);
    const ending = faults.map(({ action }) => endingOf(action)).find((found) => found !== undefined);
    // The ClientHello must not be read as a command.
    if (delayMs > 0 || !this.#output.empty || ending !== undefined) this.inner.pause();
    if (!this.#output.empty) await this.#handshake.event();
    if (delayMs > 0) await this.#handshake.time(delayMs);
    if (ending !== undefined && this.#state === 'open') this.#end(ending);
    if (this.stalled) await this.#handshake.event();
    if (this.#state !== 'open') throw new NetError('NET_CLOSED', 'the connection ended before the TLS handshake', { phase: 'tls', peer: this.peer });
    const handshake = this.inner.startTls(options, bounds);
    this.inner.resume(); // not before: what has come already is the handshake's
    return handshake;
  }

  override close(): void {
    if (this.#state !== 'open') return;
    this.#closeRequested = true;
    if (this.#output.empty) this.inner.close();
  }

  override destroy(): void {
    if (this.#state === 'stalled') return;
    this.#stop();
    this.inner.destroy();
  }

  // What the connection reports

  override data(octets: Uint8Array): void {
    if (this.#state !== 'open') return;
    this.#input.push(octets);
    this.#updateReading();
  }

  override end(): void {
    if (this.#ended !== 'no') return;
    this.#ended = 'untold';
    this.#process();
  }

  override drained(): void {
    if (this.#output.heldOctets > MAX_HELD_OCTETS) return;
    this.#writable = true;
    this.sink.drained();
  }

  override closed(error: NetError | undefined): void {
    this.#state = 'gone';
    this.#stop();
    this.#handshake.end();
    this.sink.closed(error);
  }

  // The beginning

  #begin(): void {
    if (this.#state !== 'new') return;
    this.#state = 'open';
    const due = this.#due(['connection'], '');
    this.#thresholds = new Thresholds(due);
    const now = due.filter(({ afterOctets }) => afterOctets === undefined);
    this.#pending.push({ verb: 'greeting', verdict: false, local: false, faults: [...now.filter(({ action }) => action.type === 'delay'), ...this.#due(['greeting', 'any'], '')] });
    const ending = now.map(({ action }) => endingOf(action)).find((found) => found !== undefined);
    if (ending !== undefined) this.#end(ending);
  }

  // What comes in

  /** Octets that are due; those behind the next threshold go back until that was seen to. */
  #take(octets: Uint8Array): void {
    if (this.#state !== 'open') return;
    const count = Math.min(octets.length, this.#thresholds.left(this.#received));
    this.#input.unshift(octets.subarray(count));
    this.#received += count;
    this.#framing.push(octets.subarray(0, count));
    this.#process();
    for (const fault of this.#thresholds.take(this.#received)) this.#apply(fault);
  }

  /** Hands on the parts that are complete. */
  #process(): void {
    if (this.#processing) return;
    this.#processing = true;
    while (this.#state === 'open' && !this.#holding) {
      const part = this.#framing.next(this.#messageThresholds.left(this.#messageOctets));
      if (part === undefined) break;
      this.#part(part);
    }
    this.#processing = false;
    this.#updateReading();
    if (this.#ended === 'untold' && this.#input.empty && !this.#holding && this.#state === 'open') {
      this.#ended = 'told';
      this.sink.end();
    }
  }

  #part(part: ClientPart): void {
    switch (part.type) {
      case 'command':
        return this.#command(part);
      case 'other':
        this.#holding = this.#pending.some(({ verb }) => verb === 'AUTH');
        return this.sink.data(part.octets);
      case 'message':
        return this.#message(part);
    }
  }

  #command(part: CommandPart): void {
    const { verb, line, chunk } = part;
    const verdict = chunk?.last === true;
    if (verb === 'MAIL') this.#sender = `${this.peer.address} ${line.slice(0, line.indexOf('>') + 1).toLowerCase()}`;
    const due = this.#due([...FAULT_VERBS.filter((known) => known === verb), ...(verdict ? ['final-dot' as const] : []), 'any'], line);
    const faults = due.filter(({ afterOctets }) => afterOctets === undefined);
    const refusal = faultRefusal(faults);
    const local = refusal !== undefined && refusal.fault.point !== 'final-dot';
    this.#messageOctets = 0;
    this.#messageThresholds = new Thresholds(due);
    this.#swallowing = local;
    this.#holding = !local && (verb === 'DATA' || verb === 'AUTH');
    this.#pending.push({ verb, verdict, faults, local });
    // The server must see what came behind STARTTLS before it answers: it refuses such a client.
    if (!local) return this.sink.data(verb === 'STARTTLS' ? concatOctets([part.octets, this.#framing.takeRest()]) : part.octets);
    this.#answerLocally();
    this.#output.flush();
  }

  #message({ octets, form, last }: Extract<ClientPart, { readonly type: 'message' }>): void {
    if (form === 'text' && last) this.#pending.push({ verb: 'final-dot', verdict: true, faults: this.#due(['final-dot', 'any'], ''), local: false });
    this.#messageOctets += octets.length;
    if (!(form === 'chunk' && this.#swallowing) && octets.length > 0) this.sink.data(octets);
    const due = this.#messageThresholds.take(this.#messageOctets);
    if (due.some(({ action }) => action.type === 'delay' || action.type === 'read-slowly')) this.#input.unshift(this.#framing.takeRest());
    for (const fault of due) this.#apply(fault);
  }

  /** What happens when so many octets have come. */
  #apply(fault: Fault): void {
    const { action } = fault;
    const ending = endingOf(action);
    if (this.#state !== 'open') return;
    if (ending !== undefined) this.#end(ending);
    else if (action.type === 'delay') this.#input.wait(action.ms);
    else if (action.type === 'read-slowly') this.#input.slowDown(action);
    else if (action.type === 'raw') {
      this.#output.push(faultyReply(NO_OCTETS, [fault], false));
      this.#output.flush();
    }
  }

  #updateReading(): void {
    if (this.#state === 'closing' || this.#state === 'gone') return;
    const reading = this.#state !== 'stalled' && !this.#serverPaused && !this.#input.full && this.#framing.waitingOctets < MAX_HELD_OCTETS;
    if (reading === this.#reading) return;
    this.#reading = reading;
    if (reading) this.inner.resume();
    else this.inner.pause();
  }

  // What goes out

  /** A reply of the server: to the first command that waits, or to none. */
  #answer(octets: Uint8Array): void {
    const pending = this.#pending[0];
    this.#output.push(faultyReply(octets, pending?.faults ?? [], this.#extended));
    if (pending === undefined) return;
    for (const { action } of pending.faults) if (action.type === 'read-slowly') this.#input.slowDown(action);
    const code = Number(String.fromCharCode(...octets.subarray(0, 3)));
    if (pending.verb === 'AUTH' && code === 334) {
      pending.faults = [];
      this.#framing.beginResponse();
    } else this.#pending.shift();
    if (pending.verb === 'DATA' && code === 354) this.#framing.beginText();
    if (pending.verb === 'EHLO' && code === 250) this.#extended = true;
    if (pending.verb === 'DATA' || pending.verb === 'AUTH') this.#holding = false;
    this.#answerLocally();
  }

  /** The script's own answers whose turn it is. */
  #answerLocally(): void {
    for (let first = this.#pending[0]; first?.local === true; first = this.#pending[0]) {
      this.#pending.shift();
      this.#output.push(faultyReply(NO_OCTETS, first.faults, this.#extended));
    }
  }

  #send(octets: Uint8Array): void {
    if (!this.inner.write(octets)) this.#writable = false;
  }

  #outputEmptied(): void {
    this.#handshake.happened();
    if (this.#closeRequested && this.#state === 'open') this.inner.close();
    if (!this.#writable && this.inner.bufferedOctets === 0) {
      this.#writable = true;
      queueMicrotask(() => this.sink.drained());
    }
  }

  // The end

  #end(ending: Ending): void {
    this.#stop();
    switch (ending) {
      case 'stall':
        this.#state = 'stalled';
        return this.#updateReading();
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

  #stop(): void {
    this.#output.stop();
    this.#input.stop();
  }

  #due(points: readonly FaultPoint[], line: string): readonly Fault[] {
    const { run, number, note } = this.#connection;
    const due = run.due({ points, connection: number, line, sender: this.#sender });
    for (const fault of due) note(`fault: ${describeFault(fault)}`);
    return due;
  }
}

function endingOf(action: FaultAction): Ending | undefined {
  return action.type === 'stall' || action.type === 'cut' || action.type === 'hang-up' ? action.type : undefined;
}
