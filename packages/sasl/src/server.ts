/**
 * The server's machine: a mechanism's exchange with guards around it. What the peer does wrong is a `rejected` step, what the driver
 * does wrong (an answer nobody asked for) is a TypeError.
 */
import type { MechanismName, Secret, ServerErrorCode, ServerMechanism, ServerMechanismOptions, ServerStep } from './mechanism.ts';
import type { ServerExchange, ServerInput } from './exchange.ts';
import type { BeginServer, Mechanism } from './mechanism-table.ts';
import { MESSAGE_OCTETS, checkKey, reject } from './exchange.ts';
import { checkServerOptions, requireMechanism } from './mechanism-table.ts';

/**
 * Makes the server's side of a mechanism.
 *
 * Errors: TypeError for an unknown name (ask `mechanismInfo` about a peer's choice first) and for a missing option; RangeError for an
 * option out of bounds.
 * @rfc 4422 3
 */
export function createServerMechanism(name: MechanismName, options: ServerMechanismOptions): ServerMechanism {
  const mechanism = requireMechanism(name);
  checkServerOptions(options);
  return new Server(mechanism, mechanism.server(options), options.messageOctets ?? MESSAGE_OCTETS);
}

/** The step that the driver has to answer; `start` before the first, `ended` after the last. */
type Pending = 'start' | 'challenge' | 'verify' | 'derive-key' | 'ended';

class Server implements ServerMechanism {
  readonly name: MechanismName;
  readonly clearText: boolean;
  readonly clientFirst: boolean;
  readonly #judgedBy: Mechanism['judgedBy'];
  readonly #begin: BeginServer;
  readonly #messageOctets: number;
  #exchange: ServerExchange | undefined;
  #pending: Pending = 'start';
  #last: ServerStep | undefined;

  constructor(mechanism: Mechanism, begin: BeginServer, messageOctets: number) {
    this.name = mechanism.info.name;
    this.clearText = mechanism.info.clearText;
    this.clientFirst = mechanism.info.clientFirst;
    this.#judgedBy = mechanism.judgedBy;
    this.#begin = begin;
    this.#messageOctets = messageOctets;
  }

  start(initialResponse: Uint8Array | undefined): ServerStep {
    this.#require('start', 'start');
    if (initialResponse !== undefined && initialResponse.length > this.#messageOctets) return this.#refuseLength();
    this.#exchange = this.#begin(initialResponse);
    return this.#take(this.#exchange.next());
  }

  response(octets: Uint8Array): ServerStep {
    if (this.#last?.type === 'rejected') return this.#last;
    if (this.#pending === 'ended') return this.#refuse('SASL_TOO_MANY_RESPONSES', 'the client goes on after the exchange is complete');
    this.#require('challenge', 'response');
    if (octets.length > this.#messageOctets) return this.#refuseLength();
    return this.#resume({ type: 'response', octets });
  }

  verify(secret: Secret | undefined): ServerStep {
    this.#require('verify', 'verify');
    if (this.#judgedBy === 'decide') throw new TypeError(`${this.name} has nothing to verify: call decide()`);
    return this.#resume({ type: 'secret', secret });
  }

  decide(accepted: boolean, authenticationId?: string | undefined): ServerStep {
    this.#require('verify', 'decide');
    if (this.#judgedBy === 'verify') throw new TypeError(`${this.name} is judged by the mechanism: call verify()`);
    return this.#resume({ type: 'decision', accepted, authenticationId });
  }

  derived(key: Uint8Array): ServerStep {
    this.#require('derive-key', 'derived');
    if (this.#last?.type === 'derive-key') checkKey(this.#last, key);
    return this.#resume({ type: 'key', key });
  }

  #require(pending: Pending, method: string): void {
    if (this.#pending !== pending) throw new TypeError(`${method}() is called while ${this.#pending} is due`);
  }

  #resume(input: ServerInput): ServerStep {
    return this.#take(this.#exchange!.next(input));
  }

  #take(result: IteratorResult<ServerStep, ServerStep>): ServerStep {
    const step = result.value;
    this.#last = step;
    this.#pending = step.type === 'accepted' || step.type === 'rejected' ? 'ended' : step.type;
    return step;
  }

  #refuseLength(): ServerStep {
    return this.#refuse('SASL_MESSAGE_TOO_LONG', `a response of more than ${this.#messageOctets} octets`);
  }

  #refuse(code: ServerErrorCode, message: string): ServerStep {
    this.#pending = 'ended';
    this.#last = reject(code, message);
    return this.#last;
  }
}
