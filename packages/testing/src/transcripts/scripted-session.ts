/**
 * One connection of a server that says what its script says, whatever the client does, and notes where the client does
 * something else than the script expects.
 */
import type { NetError, TlsServerOptions, Transport, TransportSink } from '@mailwright/net';
import { type Clock, encodeUtf8, type Timer, utf8 } from '@mailwright/wire';
import { ClientFraming } from '../faults/client-framing.ts';
import type { ScriptStep } from './script-lines.ts';

/** Where a session stands. `running`, `finished`: the script came to its end; `failed`: the client left it. */
export type ScriptState = 'running' | 'finished' | 'failed';

export interface ScriptedSessionOwner {
  readonly tls: TlsServerOptions;
  readonly clock: Clock;
  /** The session is finished, or failed. */
  settled(session: ScriptedSession): void;
}

export class ScriptedSession implements TransportSink {
  readonly #transport: Transport;
  readonly #owner: ScriptedSessionOwner;
  readonly #steps: readonly ScriptStep[];
  readonly #framing = new ClientFraming();
  #at = 0;
  #state: ScriptState = 'running';
  /** A handshake or a wait is under way. */
  #busy = false;
  #ended = false;
  #inText = false;
  #timer: Timer | undefined = undefined;
  /** What the client did in place of what was expected. */
  failure: string | undefined = undefined;

  constructor(transport: Transport, steps: readonly ScriptStep[], owner: ScriptedSessionOwner) {
    this.#transport = transport;
    this.#steps = steps;
    this.#owner = owner;
    transport.attach(this);
    this.#run();
  }

  get state(): ScriptState {
    return this.#state;
  }

  data(octets: Uint8Array): void {
    if (this.#state !== 'running') return;
    this.#framing.push(octets);
    this.#run();
  }

  end(): void {
    this.#ended = true;
    this.#run();
    this.#transport.close();
  }

  drained(): void {}

  closed(error: NetError | undefined): void {
    this.#timer?.cancel();
    const step = this.#steps[this.#at];
    if (step === undefined || step.type === 'stall') this.#settle('finished');
    else this.#fail(error === undefined ? 'the client closed the connection' : `the connection was lost (${error.message})`);
  }

  #run(): void {
    while (this.#state === 'running' && !this.#busy) {
      const step = this.#steps[this.#at];
      if (step === undefined) {
        this.#transport.close();
        return this.#settle('finished');
      }
      if (!this.#step(step)) return;
      this.#at++;
    }
  }

  /** Does one step; false when more of the client is needed first. */
  #step(step: ScriptStep): boolean {
    switch (step.type) {
      case 'say':
        this.#transport.write(encodeUtf8(step.text));
        return true;
      case 'expect':
        return this.#expect(step);
      case 'message':
        return this.#message();
      case 'tls':
        this.#busy = true;
        this.#transport.startTls(this.#owner.tls).then(() => this.#goOn(), () => undefined); // `closed` tells
        return true;
      case 'wait':
        this.#busy = true;
        this.#timer = this.#owner.clock.setTimer(() => this.#goOn(), step.ms);
        return true;
      case 'close':
        this.#transport.close();
        return true;
      case 'cut':
        this.#transport.destroy();
        return true;
      case 'stall':
        this.#transport.pause();
        this.#settle('finished');
        return false;
    }
  }

  #goOn(): void {
    this.#busy = false;
    this.#run();
  }

  /** A line: of a command, of a login, of a message. */
  #expect({ line, matches }: Extract<ScriptStep, { readonly type: 'expect' }>): boolean {
    const part = this.#framing.next(Infinity);
    if (part === undefined) return this.#lacking(`C: ${line}`);
    const said = part.type === 'command' ? part.line : utf8(part.octets).trimEnd();
    if (part.type !== 'message' && matches(said)) return true;
    this.#fail(`the client said ${JSON.stringify(said)}`);
    return false;
  }

  /** A text up to its dot, or the chunk that BDAT announced. */
  #message(): boolean {
    if (!this.#framing.inChunk && !this.#inText) this.#framing.beginText();
    const chunk = this.#framing.inChunk;
    this.#inText = !chunk;
    for (;;) {
      const part = this.#framing.next(Infinity);
      if (part?.type !== 'message') return this.#lacking('a message');
      if (chunk ? this.#framing.inChunk : !part.last) continue;
      this.#inText = false;
      return true;
    }
  }

  #lacking(what: string): false {
    if (this.#ended) this.#fail(`the client closed its direction where ${what} was expected`);
    return false;
  }

  #fail(what: string): void {
    if (this.#state !== 'running') return;
    const step = this.#steps[this.#at];
    this.failure = `at step ${this.#at + 1}, where ${step?.type === 'expect' ? `"C: ${step.line}"` : (step?.type ?? 'nothing')} was expected, ${what}`;
    this.#settle('failed');
    this.#transport.destroy();
  }

  #settle(state: ScriptState): void {
    if (this.#state !== 'running') return;
    this.#state = state;
    this.#owner.settled(this);
  }
}
