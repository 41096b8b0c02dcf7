/**
 * How a server checks a password that the client showed (PLAIN, LOGIN): against a password, against stored SCRAM keys, or by
 * the driver's own word. Unknown users take the same steps as known ones.
 */
import { encodeUtf8 } from '@mailwright/wire';
import type { AuthAttempt, SaslPrimitives, Secret, ServerMechanismOptions, ServerStep } from './mechanism.ts';
import type { ServerExchange } from './exchange.ts';
import { CREDENTIALS_REFUSED, accept, askDriver, deriveKey, makeDeriveKey, reject } from './exchange.ts';
import { saslprepOrSame } from './saslprep.ts';
import { imitatedScramKeys, scramAlgorithmOf, scramKeys } from './secret.ts';

/** Whether the client may ask to act as `authorizationId`: it asked for nobody else, or the driver wants to judge that. */
export function refuseForeignAuthorization(
  username: string,
  authorizationId: string | undefined,
  options: ServerMechanismOptions,
): ServerStep | undefined {
  if (authorizationId === undefined || authorizationId === username || options.allowForeignAuthorization === true) return undefined;
  return reject('SASL_AUTHORIZATION_REFUSED', 'the client asked to act as somebody else');
}

/** Lets the driver look `attempt` up and judges its password. @rfc 4616 2 */
export function* judgePassword(attempt: AuthAttempt, options: ServerMechanismOptions): ServerExchange {
  const answer = yield* askDriver(attempt);
  if (answer.type === 'decision') return answer.accepted ? accept(attempt, answer.authenticationId) : CREDENTIALS_REFUSED;
  const known = answer.secret;
  const secret = known ?? imitatedSecret(attempt.username, options);
  if (secret === undefined) return CREDENTIALS_REFUSED;
  const password = saslprepOrSame(attempt.password ?? '');
  if ('password' in secret) {
    const same = equalSecrets(options.primitives, encodeUtf8(password), encodeUtf8(saslprepOrSame(secret.password)));
    return same ? accept(attempt) : CREDENTIALS_REFUSED;
  }
  const algorithm = scramAlgorithmOf(secret.scram);
  if (algorithm === undefined) return reject('SASL_SECRET_UNUSABLE', 'the stored SCRAM keys are malformed');
  const { salt, iterations } = secret.scram;
  const request = makeDeriveKey(algorithm, password, salt, iterations);
  const keys = scramKeys(request, yield* deriveKey(request), options.primitives);
  const same = options.primitives.equal(keys.storedKey, secret.scram.storedKey);
  return same && known !== undefined ? accept(attempt) : CREDENTIALS_REFUSED;
}

/** Stored keys for a user that is not there, when the known ones are checked against such keys. */
function imitatedSecret(username: string, options: ServerMechanismOptions): Secret | undefined {
  return options.unknownUsers === 'scram' ? { scram: imitatedScramKeys('sha256', username, options) } : undefined;
}

/**
 * Compares in a time that tells neither where two secrets differ nor how long the right one is: their hashes have the same
 * length, and nobody can choose them.
 */
export function equalSecrets(primitives: SaslPrimitives, a: Uint8Array, b: Uint8Array): boolean {
  return primitives.equal(primitives.hash('sha256', a), primitives.hash('sha256', b));
}
