/**
 * The way to a session that is the same for every protocol: dialing, TLS from the first octet or later, asking for credentials, and giving up
 * at any moment. What is said in between is the client's own.
 *
 * Each step fails with an error of the client's own making: it brings its codes and says how an error is made of them.
 */
import { type DialOptions, NetError, type TlsClientOptions, type Transport } from '@mailwright/net';
import type { Credentials } from '@mailwright/sasl';
import type { ResolvedConnectOptions } from './connect-options.ts';

/** How far an opening got when one of its steps failed. */
export type OpeningPhase = 'dial' | 'tls' | 'auth';

/** What a step failed with. `side` says who is at fault: this program and its machine, or the server and the network. */
export interface OpeningFailure<Code extends string> {
  readonly code: Code;
  readonly side: 'local' | 'remote';
  readonly message: string;
  readonly cause: unknown;
}

/** What a client calls the failures of the way, and what it does about them. */
export interface OpeningClient<Code extends string> {
  readonly codes: { readonly aborted: Code; readonly dial: Code; readonly tls: Code; readonly credentials: Code };
  /** The error to reject with. */
  error(failure: OpeningFailure<Code>, phase: OpeningPhase): Error;
  /** The caller gives up: ends the session, if there is one by now. */
  abort(failure: OpeningFailure<Code>): void;
  /** The opening failed: ends the session, if there is one by now, and gives the error to reject with. */
  discard(error: unknown): Promise<unknown>;
}

/** One try to open a session. */
export class Opening<Code extends string> {
  readonly #options: ResolvedConnectOptions;
  readonly #client: OpeningClient<Code>;
  readonly #signal: AbortSignal | undefined;

  /** `signal` gives up beside the one of the options. */
  constructor(options: ResolvedConnectOptions, signal: AbortSignal | undefined, client: OpeningClient<Code>) {
    this.#options = options;
    this.#client = client;
    this.#signal = eitherSignal(options.signal, signal);
  }

  /** Runs `open` under the signals. Rejects with what `discard` makes of its error, and at once where the caller gave up before. */
  async run<T>(open: () => Promise<T>): Promise<T> {
    this.#refuseWhenAborted('dial');
    this.#signal?.addEventListener('abort', this.#onAbort);
    try {
      return await open();
    } catch (error) {
      throw await this.#client.discard(error);
    } finally {
      this.#signal?.removeEventListener('abort', this.#onAbort);
    }
  }

  /** A connection, secured where TLS comes first. `recycles`: whether it shall take memory back, as `dial` has it; under TLS none can. */
  async connect(recycles: boolean = false): Promise<Transport> {
    const transport = await this.#dial(recycles && !this.#options.implicitTls);
    if (this.#options.implicitTls) await this.secure((tls) => transport.startTls(tls));
    return transport;
  }

  /** Does a handshake that `startTls` begins. */
  async secure(startTls: (options: TlsClientOptions) => Promise<unknown>): Promise<void> {
    try {
      await startTls(this.#tlsOptions());
    } catch (cause) {
      this.#refuseWhenAborted('tls');
      const { tls: code } = this.#client.codes;
      if (cause instanceof NetError) throw this.#client.error({ code, side: 'remote', message: cause.message, cause }, 'tls');
      throw this.#client.error({ code, side: 'local', message: `TLS can't be begun: ${describeCause(cause)}`, cause }, 'tls');
    }
  }

  /** Who we are: `undefined` where nobody is to log in. */
  async credentials(): Promise<Credentials | undefined> {
    const { auth } = this.#options;
    if (typeof auth !== 'function') return auth;
    try {
      return await auth();
    } catch (cause) {
      throw this.#client.error({ code: this.#client.codes.credentials, side: 'local', message: `no credentials could be had: ${describeCause(cause)}`, cause }, 'auth');
    }
  }

  async #dial(recycles: boolean): Promise<Transport> {
    const { target, localAddress, family, lookup, connectTimeoutMs, clock, dial, destination } = this.#options;
    const settings = { timeoutMs: connectTimeoutMs, signal: this.#signal, clock, recycles };
    const options: DialOptions = 'path' in target ? { ...target, ...settings } : { ...target, ...settings, localAddress, family, lookup };
    let transport: Transport;
    try {
      transport = await dial(options);
    } catch (cause) {
      this.#refuseWhenAborted('dial');
      throw this.#client.error({ code: this.#client.codes.dial, side: 'remote', message: cause instanceof NetError ? cause.message : `dialing ${destination} failed: ${describeCause(cause)}`, cause }, 'dial');
    }
    if (this.#signal?.aborted === true) transport.destroy();
    this.#refuseWhenAborted('dial');
    return transport;
  }

  #tlsOptions(): TlsClientOptions {
    const { tls, servername, target, material, sessionCache, tlsTimeoutMs, clock } = this.#options;
    const serverName = servername ?? ('path' in target ? undefined : target.host);
    return { ...material, policy: tls, serverName, sessionCache, timeoutMs: tlsTimeoutMs, signal: this.#signal, clock };
  }

  readonly #onAbort = (): void => {
    this.#client.abort(this.#aborted());
  };

  #refuseWhenAborted(phase: OpeningPhase): void {
    if (this.#signal?.aborted === true) throw this.#client.error(this.#aborted(), phase);
  }

  #aborted(): OpeningFailure<Code> {
    return { code: this.#client.codes.aborted, side: 'local', message: 'given up by the caller', cause: this.#signal?.reason };
  }
}

/** What a thrown value says. */
export function describeCause(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function eitherSignal(a: AbortSignal | undefined, b: AbortSignal | undefined): AbortSignal | undefined {
  return a !== undefined && b !== undefined ? AbortSignal.any([a, b]) : (a ?? b);
}
