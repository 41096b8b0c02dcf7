/**
 * The client's machine: a mechanism's exchange with guards around it. What the peer does wrong is a `failed` step, what the driver does
 * wrong (an answer nobody asked for) is a TypeError.
 */
import type { ClientErrorCode, ClientMechanism, ClientMechanismOptions, ClientStep, Credentials, MechanismName } from './mechanism.ts';
import type { ClientExchange, ClientMove } from './exchange.ts';
import { MESSAGE_OCTETS, checkKey, fail } from './exchange.ts';
import { requireMechanism } from './mechanism-table.ts';

/**
 * Makes the client's side of a mechanism.
 *
 * Errors: TypeError for an unknown name, for credentials of the wrong kind, for CR, LF or NUL in them, and for a missing option;
 * RangeError for an option out of bounds. No error text holds a secret.
 * @rfc 4422 3
 */
export function createClientMechanism(name: MechanismName, credentials: Credentials, options: ClientMechanismOptions): ClientMechanism {
  const { info, client } = requireMechanism(name);
  return new Client(info.name, info.clearText, info.clientFirst, client(credentials, options), options.messageOctets ?? MESSAGE_OCTETS);
}

/** What the driver may call next. After `ended` the exchange has nothing left to say. */
type Expecting = 'start' | 'challenge' | 'key' | 'ended';

class Client implements ClientMechanism {
  readonly name: MechanismName;
  readonly clearText: boolean;
  readonly clientFirst: boolean;
  readonly #exchange: ClientExchange;
  readonly #messageOctets: number;
  #expecting: Expecting = 'start';
  #last: ClientMove | undefined;

  constructor(name: MechanismName, clearText: boolean, clientFirst: boolean, exchange: ClientExchange, messageOctets: number) {
    this.name = name;
    this.clearText = clearText;
    this.clientFirst = clientFirst;
    this.#exchange = exchange;
    this.#messageOctets = messageOctets;
  }

  get serverError(): string | undefined {
    return this.#last?.serverError;
  }

  start(): ClientStep {
    if (this.#expecting !== 'start') throw new TypeError('start() is called once, first');
    return this.#take(this.#exchange.next());
  }

  challenge(octets: Uint8Array): ClientStep {
    if (this.#last?.step.type === 'failed') return this.#last.step;
    if (this.#expecting === 'start' || this.#expecting === 'key') throw new TypeError(`challenge() is called while ${this.#expecting} is due`);
    if (this.#expecting === 'ended') return this.#giveUp('SASL_TOO_MANY_CHALLENGES', 'the server goes on after the client has said all');
    if (octets.length > this.#messageOctets) return this.#giveUp('SASL_MESSAGE_TOO_LONG', `a challenge of more than ${this.#messageOctets} octets`);
    return this.#take(this.#exchange.next(octets));
  }

  derived(key: Uint8Array): ClientStep {
    const step = this.#last?.step;
    if (this.#expecting !== 'key' || step?.type !== 'derive-key') throw new TypeError('derived() is called without derive-key');
    checkKey(step, key);
    return this.#take(this.#exchange.next(key));
  }

  accepted(additionalData?: Uint8Array | undefined): ClientStep {
    if (this.#last === undefined) throw new TypeError('accepted() is called before start()');
    if (this.#last.step.type === 'failed') return this.#last.step;
    if (additionalData !== undefined && this.#expecting !== 'key') {
      const answer = this.challenge(additionalData);
      if (answer.type === 'failed') return answer;
    }
    const { mayAccept, serverError } = this.#last;
    if (mayAccept) return { type: 'done' };
    if (serverError !== undefined) return this.#giveUp('SASL_SERVER_ERROR', 'the server reports success after an error');
    return this.#giveUp('SASL_SERVER_NOT_VERIFIED', 'the server reports success before the exchange is complete');
  }

  #take(result: IteratorResult<ClientMove, ClientMove>): ClientStep {
    const move = result.value;
    this.#last = move;
    const next = move.step.type === 'derive-key' ? 'key' : 'challenge';
    this.#expecting = result.done === true ? 'ended' : next;
    return move.step;
  }

  #giveUp(code: ClientErrorCode, message: string): ClientStep {
    this.#last = fail(code, message, this.#last?.serverError);
    this.#expecting = 'ended';
    return this.#last.step;
  }
}
