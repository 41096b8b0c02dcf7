/**
 * How a mechanism is written: as a generator that reads from top to bottom like the exchange in its RFC. It yields what
 * the driver shall do and is resumed with the answer. `client.ts` and `server.ts` put guards around it, so that inside a mechanism
 * the answer always fits the step.
 *
 * Secrets live in the generator's variables, where no inspection of the machine finds them.
 */
import { encodeUtf8 } from '@mailwright/wire';
import type {
  AuthAttempt,
  ClientErrorCode,
  ClientStep,
  DeriveKeyStep,
  MechanismName,
  SaslIdentity,
  ScramAlgorithm,
  Secret,
  ServerErrorCode,
  ServerStep,
} from './mechanism.ts';

/** Longest message accepted from a peer, in octets, unless the options say otherwise. */
export const MESSAGE_OCTETS = 65_536;

/** A message without octets. */
export const EMPTY: Uint8Array = new Uint8Array(0);

/** A client's step, and what the machine around it must know. */
export interface ClientMove {
  readonly step: ClientStep;
  /** After this step the mechanism is content if the server says success. */
  readonly mayAccept: boolean;
  readonly serverError: string | undefined;
}

/** A client mechanism under way. It is resumed with a challenge, or after `derive-key` with the key. */
export type ClientExchange = Generator<ClientMove, ClientMove, Uint8Array>;

/** Send `octets`; the server is not expected to be content yet. */
export function respond(octets: Uint8Array): ClientMove {
  return { step: { type: 'respond', octets }, mayAccept: false, serverError: undefined };
}

/** Send `octets`; with that the client has said all, and the server may report success. */
export function respondLast(octets: Uint8Array): ClientMove {
  return { step: { type: 'respond', octets }, mayAccept: true, serverError: undefined };
}

/** Send `octets`, because the server needs something to answer to; it has reported an error already. */
export function respondToError(octets: Uint8Array, serverError: string): ClientMove {
  return { step: { type: 'respond', octets }, mayAccept: false, serverError };
}

/** Wait for the server to begin. */
export const AWAIT_CHALLENGE: ClientMove = { step: { type: 'await-challenge' }, mayAccept: false, serverError: undefined };

/** Ask the driver for a key. */
export function deriveKeyMove(step: DeriveKeyStep): ClientMove {
  return { step, mayAccept: false, serverError: undefined };
}

/** Give up. */
export function fail(code: ClientErrorCode, message: string, serverError?: string): ClientMove {
  return { step: { type: 'failed', code, message }, mayAccept: false, serverError };
}

/** What a server mechanism is resumed with. */
export type ServerInput =
  | { readonly type: 'response'; readonly octets: Uint8Array }
  | { readonly type: 'key'; readonly key: Uint8Array }
  | { readonly type: 'secret'; readonly secret: Secret | undefined }
  | { readonly type: 'decision'; readonly accepted: boolean; readonly authenticationId: string | undefined };

/** A server mechanism under way; it returns `accepted` or `rejected`. */
export type ServerExchange = Generator<ServerStep, ServerStep, ServerInput>;

/** A part of a server's exchange that gives a value. */
export type ServerPart<T> = Generator<ServerStep, T, ServerInput>;

/** Sends a challenge and waits for the response. */
export function* challenge(octets: Uint8Array): ServerPart<Uint8Array> {
  const input = yield { type: 'challenge', octets };
  return input.type === 'response' ? input.octets : unexpected(input);
}

/** The client's first message: the initial response, or what it answers to an empty challenge. */
export function* firstResponse(initialResponse: Uint8Array | undefined): ServerPart<Uint8Array> {
  return initialResponse ?? (yield* challenge(EMPTY));
}

/** Lets the driver compute a key. */
export function* deriveKey(step: DeriveKeyStep): ServerPart<Uint8Array> {
  const input = yield step;
  return input.type === 'key' ? input.key : unexpected(input);
}

/** Lets the driver look the user up, or judge for itself. */
export function* askDriver(attempt: AuthAttempt): ServerPart<Extract<ServerInput, { type: 'secret' | 'decision' }>> {
  const input = yield { type: 'verify', attempt };
  return input.type === 'secret' || input.type === 'decision' ? input : unexpected(input);
}

/** As `askDriver`, for mechanisms that only the driver can judge. */
export function* askDecision(attempt: AuthAttempt): ServerPart<Extract<ServerInput, { type: 'decision' }>> {
  const input = yield* askDriver(attempt);
  return input.type === 'decision' ? input : unexpected(input);
}

/** As `askDriver`, for mechanisms that only the mechanism can judge. */
export function* askSecret(attempt: AuthAttempt): ServerPart<Secret | undefined> {
  const input = yield* askDriver(attempt);
  return input.type === 'secret' ? input.secret : unexpected(input);
}

/** The machine around the exchange lets only fitting answers through, so this is a fault of this package. */
function unexpected(input: ServerInput): never {
  throw new TypeError(`a ${input.type} does not answer the last step`);
}

/** Refuse. */
export function reject(code: ServerErrorCode, message: string): ServerStep {
  return { type: 'rejected', code, message };
}

/** Accept; the attempt's own names, unless the driver knew better. */
export function accept(attempt: AuthAttempt, authenticationId: string = attempt.username): ServerStep {
  const identity: SaslIdentity = { authenticationId, authorizationId: attempt.authorizationId ?? authenticationId };
  return { type: 'accepted', identity };
}

/** The one rejection for a wrong password, an unknown user and a refused token. */
export const CREDENTIALS_REFUSED: ServerStep = reject('SASL_CREDENTIALS_REFUSED', 'the credentials were not accepted');

/** What an attempt is made from. */
export interface AttemptFacts {
  readonly mechanism: MechanismName;
  readonly username: string;
  readonly authorizationId: string | undefined;
  readonly password?: string;
  readonly token?: string;
}

/** An attempt whose secrets can be read, but are not shown by printing or serializing it. */
class Attempt implements AuthAttempt {
  readonly mechanism: MechanismName;
  readonly username: string;
  readonly authorizationId: string | undefined;
  readonly #password: string | undefined;
  readonly #token: string | undefined;

  constructor(facts: AttemptFacts) {
    this.mechanism = facts.mechanism;
    this.username = facts.username;
    this.authorizationId = facts.authorizationId;
    this.#password = facts.password;
    this.#token = facts.token;
  }

  get password(): string | undefined {
    return this.#password;
  }

  get token(): string | undefined {
    return this.#token;
  }
}

/** Makes an attempt. */
export function makeAttempt(facts: AttemptFacts): AuthAttempt {
  return new Attempt(facts);
}

/** A request for a key whose password can be read, but is not shown by printing or serializing it. */
class DeriveKey implements DeriveKeyStep {
  readonly type = 'derive-key' as const;
  readonly algorithm: ScramAlgorithm;
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly keyOctets: number;
  readonly #password: Uint8Array;

  constructor(algorithm: ScramAlgorithm, password: Uint8Array, salt: Uint8Array, iterations: number) {
    this.algorithm = algorithm;
    this.salt = salt;
    this.iterations = iterations;
    this.keyOctets = HASH_OCTETS[algorithm];
    this.#password = password;
  }

  get password(): Uint8Array {
    return this.#password;
  }
}

/** Octets that the hash functions of SCRAM give. */
export const HASH_OCTETS: Readonly<Record<ScramAlgorithm, number>> = { sha1: 20, sha256: 32 };

/** Makes a request for a key. `password` is prepared already. */
export function makeDeriveKey(algorithm: ScramAlgorithm, password: string | Uint8Array, salt: Uint8Array, iterations: number): DeriveKeyStep {
  return new DeriveKey(algorithm, typeof password === 'string' ? encodeUtf8(password) : password, salt, iterations);
}

/** Throws RangeError for a key that is not of the length that was asked for. */
export function checkKey(request: DeriveKeyStep, key: Uint8Array): void {
  if (key.length !== request.keyOctets) throw new RangeError(`the key must have ${request.keyOctets} octets`);
}

const SERVER_ERROR_CHARACTERS = 1000;

/** A peer's text, fit to be printed: at most 1,000 characters, controls replaced. */
export function printable(text: string): string {
  return text.slice(0, SERVER_ERROR_CHARACTERS).replace(/[\p{Cc}\p{Cs}]/gu, '\ufffd');
}
