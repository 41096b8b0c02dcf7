/** What the tests of this package share: Node's cryptography as primitives, and a client and a server coupled in memory. */
import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import type {
  AuthAttempt, ClientMechanism, ClientStep, DeriveKeyStep, SaslPrimitives, Secret, ServerMechanism, ServerStep,
} from '@mailwright/sasl';

export const primitives: SaslPrimitives = {
  hash: (algorithm, octets) => createHash(algorithm).update(octets).digest(),
  hmac: (algorithm, key, octets) => createHmac(algorithm, key).update(octets).digest(),
  equal: (a, b) => timingSafeEqual(a, b),
};

export function computeKey(step: DeriveKeyStep): Uint8Array {
  return pbkdf2Sync(step.password, step.salt, step.iterations, step.keyOctets, step.algorithm);
}

export const octets = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (value: Uint8Array): string => Buffer.from(value).toString('utf8');

export const CLIENT_NONCE: Uint8Array = Buffer.from('rOprNGfwEbeRWgbNEkqO', 'base64');
export const SERVER_NONCE: Uint8Array = Buffer.from('fVnHbWvyYq0sU9cFhQxS1sYz', 'base64');
export const SALT_KEY: Uint8Array = octets('a key that only the server knows');
export const CRAM_CHALLENGE: Uint8Array = octets('<1896.697170952@postoffice.reston.mci.net>');

export const serverOptions = {
  primitives, nonce: SERVER_NONCE, saltKey: SALT_KEY, cramChallenge: CRAM_CHALLENGE, externalIdentity: 'tim',
} as const;

/** What the driver of the server does with an attempt: gives a secret (or `undefined`), or a decision of its own. */
export type Judge = (attempt: AuthAttempt) => { readonly secret: Secret | undefined } | { readonly accepted: boolean; readonly as?: string };

export interface Coupled {
  readonly client: ClientStep;
  readonly server: ServerStep;
  readonly transcript: readonly string[];
  readonly attempts: readonly AuthAttempt[];
}

/** Answers the steps of a server that do not go over the wire. */
export function settleServer(server: ServerMechanism, first: ServerStep, judge: Judge, attempts: AuthAttempt[] = []): ServerStep {
  let step = first;
  for (;;) {
    if (step.type === 'derive-key') step = server.derived(computeKey(step));
    else if (step.type === 'verify') {
      attempts.push(step.attempt);
      const verdict = judge(step.attempt);
      step = 'accepted' in verdict ? server.decide(verdict.accepted, verdict.as) : server.verify(verdict.secret);
    } else return step;
  }
}

/** Answers the steps of a client that do not go over the wire. */
export function settleClient(client: ClientMechanism, step: ClientStep): ClientStep {
  return step.type === 'derive-key' ? client.derived(computeKey(step)) : step;
}

/** Runs both to the end. `initialResponse: false` sends the first message only after an empty challenge. */
export function couple(client: ClientMechanism, server: ServerMechanism, judge: Judge, initialResponse = true): Coupled {
  const transcript: string[] = [];
  const attempts: AuthAttempt[] = [];
  let mine = settleClient(client, client.start());
  const send = (): Uint8Array => {
    if (mine.type !== 'respond') throw new Error(`the client does not respond: ${mine.type}`);
    transcript.push(`C: ${text(mine.octets)}`);
    return mine.octets;
  };
  const withFirst = mine.type === 'respond' && initialResponse;
  let theirs = settleServer(server, server.start(withFirst ? send() : undefined), judge, attempts);
  let firstIsDue = mine.type === 'respond' && !initialResponse;
  for (let round = 0; theirs.type === 'challenge' && round < 10; round++) {
    transcript.push(`S: ${text(theirs.octets)}`);
    if (!firstIsDue) mine = settleClient(client, client.challenge(theirs.octets));
    firstIsDue = false;
    if (mine.type === 'failed') return { client: mine, server: theirs, transcript, attempts };
    theirs = settleServer(server, server.response(send()), judge, attempts);
  }
  if (theirs.type === 'accepted') mine = client.accepted();
  return { client: mine, server: theirs, transcript, attempts };
}

/** Every cut of `value` that is shorter than the whole. */
export function truncations(value: Uint8Array): Uint8Array[] {
  return Array.from({ length: value.length }, (_, length) => value.subarray(0, length));
}
