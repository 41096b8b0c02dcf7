/**
 * A login by SASL, the client's side: the strongest mechanism that is offered, fits the credentials and keeps the secret on this connection, run
 * with the cryptography and the TLS connection that are there.
 *
 * `converse` is the dialogue of protocols in which each message is answered before the next; others drive a `ClientExchange` themselves.
 *
 * @rfc 4422 3
 * @rfc 5802 6
 */
import type { TlsFacts } from '@mailwright/net';
import { chooseMechanism, type ClientMechanism, type ClientStep, createClientMechanism, type Credentials, type MechanismChoice, type MechanismName } from '@mailwright/sasl';
import { encodeBase64, type Random } from '@mailwright/wire';
import { channelBinding, hasChannelBinding } from './channel-binding.ts';
import { deriveKey, nodePrimitives } from './sasl-primitives.ts';

const NONCE_OCTETS = 18;

/** Who wants in, and what is known of the connection. */
export interface LoginTerms {
  readonly credentials: Credentials;
  /** The mechanisms that the server offers. */
  readonly offered: readonly string[];
  readonly tls: TlsFacts | undefined;
  /** Let a mechanism that shows the secret run without TLS. */
  readonly allowClearText: boolean;
  /** Only these may be used; `undefined` for all. */
  readonly mechanisms: readonly MechanismName[] | undefined;
  readonly random: Random;
}

/** The mechanism to take, or why there is none. */
export function chooseLogin({ credentials, offered, tls, allowClearText, mechanisms }: LoginTerms): MechanismChoice {
  return chooseMechanism(offered, credentials, { secure: tls !== undefined, allowClearText, canBindChannel: hasChannelBinding(tls), allowed: mechanisms });
}

/** What the client says to a challenge, or why it gives up. */
export type ExchangeAnswer = Extract<ClientStep, { readonly type: 'respond' | 'failed' }>;
type FailedStep = Extract<ClientStep, { readonly type: 'failed' }>;

const MALFORMED: FailedStep = { type: 'failed', code: 'SASL_MALFORMED_CHALLENGE', message: 'the challenge is not base64' };

/** One run of a mechanism. */
export class ClientExchange {
  readonly #mechanism: ClientMechanism;

  /** Errors: throws a `TypeError` for credentials that can't be written (CR, LF, NUL). */
  constructor(name: MechanismName, { credentials, offered, tls, random }: LoginTerms) {
    this.#mechanism = createClientMechanism(name, credentials, {
      primitives: nodePrimitives,
      nonce: random.octets(NONCE_OCTETS),
      channelBinding: tellsBinding(name, offered) ? channelBinding(tls) : undefined,
    });
  }

  get name(): MechanismName {
    return this.#mechanism.name;
  }

  /** ` (invalid-proof)`: what the server said within the exchange of its failure; else nothing. */
  get serverError(): string {
    const { serverError } = this.#mechanism;
    return serverError === undefined ? '' : ` (${serverError})`;
  }

  /** The first message; `undefined` where the server speaks first, as the mechanism wants it. */
  async start(): Promise<Uint8Array | undefined> {
    const step = await finish(this.#mechanism, this.#mechanism.start());
    if (step.type !== 'await-challenge' && step.type !== 'respond') throw new TypeError(`${this.name} has nothing to begin with`);
    return step.type === 'respond' ? step.octets : undefined;
  }

  /** What to say to a challenge; `undefined` for one that could not be read. */
  async answer(challenge: Uint8Array | undefined): Promise<ExchangeAnswer> {
    if (challenge === undefined) return MALFORMED;
    const step = await finish(this.#mechanism, this.#mechanism.challenge(challenge));
    return step.type === 'respond' || step.type === 'failed' ? step : MALFORMED;
  }

  /** The server says that the client is in: why that is not to be believed, if so. */
  accepted(): FailedStep | undefined {
    const step = this.#mechanism.accepted();
    return step.type === 'failed' ? step : undefined;
  }
}

/**
 * A mechanism without `-PLUS` is told of the binding only where the server did not offer the one with it: it says so to the server, which
 * sees then whether somebody took the offer away.
 */
function tellsBinding(name: MechanismName, offered: readonly string[]): boolean {
  return name.endsWith('-PLUS') || !offered.includes(`${name}-PLUS`);
}

async function finish(mechanism: ClientMechanism, step: ClientStep): Promise<ClientStep> {
  if (step.type !== 'derive-key') return step;
  return await finish(mechanism, mechanism.derived(await deriveKey(step)));
}

/** A challenge of the server; without octets where they could not be read. */
export interface Challenge {
  readonly type: 'challenge';
  readonly octets: Uint8Array | undefined;
}

/** How a protocol carries an exchange: what the server says is a challenge (`C`) or a verdict (`V`). */
export interface Dialogue<V extends { readonly type: string }, C extends Challenge> {
  /** The longest line with AUTH, its end left out, that may carry the first message; a longer one waits for the server's empty challenge. 0: it always waits. */
  readonly commandOctets: number;
  /** Sends the command. */
  begin(initialResponse: Uint8Array | undefined): Promise<V | C>;
  /** Answers a challenge; `undefined` cancels. */
  respond(challenge: C, octets: Uint8Array | undefined): Promise<V | C>;
  /** The error of a server that did not play by the rules of the mechanism. */
  broken(message: string, code: string): Error;
}

/**
 * Runs an exchange to the server's verdict.
 *
 * Errors: rejects with what the dialogue rejects with, and with its `broken` where the mechanism gives up.
 *
 * @rfc 4954 4
 * @rfc 5034 4
 */
export async function converse<V extends { readonly type: string }, C extends Challenge>(exchange: ClientExchange, dialogue: Dialogue<V, C>): Promise<V> {
  let said = await begin(exchange, dialogue);
  while (isChallenge(said)) {
    const answer = await exchange.answer(said.octets);
    if (answer.type === 'respond') {
      said = await dialogue.respond(said, answer.octets);
      continue;
    }
    await dialogue.respond(said, undefined); // whatever the server says to it, it is over
    throw dialogue.broken(answer.message, answer.code);
  }
  return said;
}

async function begin<V extends { readonly type: string }, C extends Challenge>(exchange: ClientExchange, dialogue: Dialogue<V, C>): Promise<V | C> {
  const first = await exchange.start();
  if (first === undefined) return await dialogue.begin(undefined);
  if (`AUTH ${exchange.name} ${encodeBase64(first)}`.length <= dialogue.commandOctets) return await dialogue.begin(first);
  const said = await dialogue.begin(undefined);
  return isChallenge(said) ? await dialogue.respond(said, first) : said;
}

function isChallenge<V extends { readonly type: string }, C extends Challenge>(said: V | C): said is C {
  return said.type === 'challenge';
}
