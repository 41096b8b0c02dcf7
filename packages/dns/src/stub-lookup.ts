/**
 * One question on its way through the servers: which is asked next, when it is given up, what makes its answer count.
 *
 * A server that was silent is asked again in the next round, with twice the time; one that said it can't is not. Truncated answers, and
 * answers that somebody may have forged, are asked for again over TCP. A server that refuses EDNS gets the query without.
 */
import type { Clock, Timer } from '@mailwright/wire';
import { readAnswer, type ResponseReading } from './answer-reading.ts';
import type { Exchange, ExchangeOutcome } from './exchange.ts';
import { RCODE, type DnsMessage } from './message.ts';
import { encodeQuery, type Chance } from './query-octets.ts';
import type { RecordType } from './records.ts';
import type { ServerState } from './stub-servers.ts';

const PLAIN_MS = 900_000;

export interface LookupSettings {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly tryTimeoutMs: number;
  readonly tries: number;
  readonly deadServerMs: number;
  readonly ednsOctets: number | undefined;
  readonly dnssecOk: boolean;
  readonly randomizeCase: boolean;
  readonly servers: readonly ServerState[];
}

export interface LookupQuestion {
  readonly labels: readonly string[];
  /** The labels in presentation form. */
  readonly name: string;
  readonly type: RecordType;
  readonly code: number;
  /** Milliseconds of the clock. */
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
}

export interface LookupResult {
  readonly reading: ResponseReading;
  /** The AD bit of a server that is trusted. */
  readonly isSecure: boolean;
}

export class Lookup {
  readonly #question: LookupQuestion;
  readonly #settings: LookupSettings;
  readonly #done: { resolve(result: LookupResult): void; reject(error: unknown): void };
  /** Those still to be asked in this round, and those worth another round. */
  #round: ServerState[] = [];
  #again: ServerState[];
  #rounds = 0;
  #exchange: Exchange | undefined;
  #timer: Timer | undefined;
  #reason = 'timeout';
  /** The server that refused EDNS just now. */
  #plain: ServerState | undefined;

  constructor(question: LookupQuestion, settings: LookupSettings, done: { resolve(result: LookupResult): void; reject(error: unknown): void }) {
    this.#question = question;
    this.#settings = settings;
    this.#done = done;
    this.#again = [...settings.servers];
  }

  start(): void {
    this.#question.signal?.addEventListener('abort', this.#abort, { once: true });
    this.#next();
  }

  readonly #abort = (): void => {
    this.#leave(false);
    this.#done.reject(this.#question.signal!.reason);
  };

  #next(): void {
    const { clock, tries } = this.#settings;
    if (this.#round.length === 0 && this.#rounds < tries) {
      this.#rounds++;
      this.#round = liveFirst(this.#again, clock.now());
      this.#again = [];
    }
    const server = this.#round.shift();
    if (server === undefined) this.#fail(this.#reason);
    else this.#ask(server, false);
  }

  #ask(server: ServerState, overStream: boolean): void {
    const { clock, tryTimeoutMs, ednsOctets, randomizeCase, dnssecOk, chance } = this.#settings;
    const now = clock.now();
    const left = this.#question.deadline - now;
    if (left <= 0) return this.#fail('deadline');
    const patience = tryTimeoutMs * 2 ** (this.#rounds - 1);
    const isPlain = this.#plain === server || server.plainUntil > now;
    const form = { randomizeCase, dnssecOk, wantsAd: server.trustAd, padded: server.isEncrypted, ednsOctets: isPlain ? undefined : ednsOctets };
    const query = encodeQuery({ labels: this.#question.labels, type: this.#question.code }, form, chance);
    this.#timer = clock.setTimer(() => this.#timeUp(server, left <= patience), Math.min(patience, left));
    this.#exchange = (overStream ? server.stream : server.transport).exchange(query, (outcome) => this.#hear(server, outcome, overStream));
  }

  #timeUp(server: ServerState, isDeadline: boolean): void {
    this.#leave(true);
    // A caller in a hurry says nothing about the server.
    if (isDeadline) return this.#fail('deadline');
    this.#markDead(server);
    this.#again.push(server);
    this.#reason = 'timeout';
    this.#next();
  }

  #markDead(server: ServerState): void {
    server.deadUntil = this.#settings.clock.now() + this.#settings.deadServerMs;
  }

  #hear(server: ServerState, outcome: ExchangeOutcome, overStream: boolean): void {
    this.#timer?.cancel();
    this.#exchange = undefined;
    if (outcome.type === 'message') return this.#read(server, outcome.message, overStream);
    if (outcome.type === 'forged') return this.#ask(server, true);
    this.#reason = outcome.reason;
    if (outcome.reason === 'closed') return this.#fail('closed');
    // A message that is none came from a server that lives.
    if (outcome.reason !== 'bad-message') this.#markDead(server);
    this.#again.push(server);
    this.#next();
  }

  #read(server: ServerState, message: DnsMessage, overStream: boolean): void {
    server.deadUntil = -Infinity;
    if (message.truncated && !overStream && server.stream !== server.transport) return this.#ask(server, true);
    if (this.#plain !== server && refusesEdns(message)) {
      this.#plain = server;
      return this.#ask(server, overStream);
    }
    if (message.truncated) return this.#tryOther('truncated');
    const reading = readAnswer(message, this.#question.name, this.#question.type);
    if (this.#plain === server && reading.type !== 'failure') server.plainUntil = this.#settings.clock.now() + PLAIN_MS;
    if (reading.type !== 'failure') return this.#settle(reading, server.trustAd && message.authenticData);
    // Who is not trusted to say that an answer is true is not trusted to say that it is false.
    if (reading.isBogus && server.trustAd) return this.#settle(reading, false);
    this.#tryOther(reading.reason);
  }

  #tryOther(reason: string): void {
    this.#reason = reason;
    this.#next();
  }

  #fail(reason: string): void {
    this.#settle({ type: 'failure', isBogus: false, reason }, false);
  }

  #settle(reading: ResponseReading, isSecure: boolean): void {
    this.#leave(false);
    this.#done.resolve({ reading, isSecure });
  }

  #leave(timedOut: boolean): void {
    this.#timer?.cancel();
    this.#exchange?.cancel(timedOut);
    this.#exchange = undefined;
    if (!timedOut) this.#question.signal?.removeEventListener('abort', this.#abort);
  }
}

function liveFirst(servers: readonly ServerState[], now: number): ServerState[] {
  if (servers.length < 2) return [...servers];
  return [...servers.filter((server) => server.deadUntil <= now), ...servers.filter((server) => server.deadUntil > now)];
}

/** @rfc 6891 7 */
function refusesEdns({ rcode, edns }: DnsMessage): boolean {
  return (rcode === RCODE.FORMERR || rcode === RCODE.NOTIMP) && edns === undefined;
}
