/**
 * SCRAM (RFC 5802, with SHA-256 in RFC 7677), the server's side.
 *
 * A user that is not there gets the same exchange as one that is, with a salt that is always the same for that name, and fails at
 * its end like one with a wrong password (section 9). The optional server-final-message with an error is not sent: the failure
 * of the protocol around says as much as the peer may know.
 * Left out: the extension `m=`, which no RFC defines.
 *
 * Read first: `scram-message.ts`.
 */
import { concatOctets, encodeBase64, encodeUtf8 } from '@mailwright/wire';
import type {
  AuthAttempt, ChannelBinding, MechanismName, ScramAlgorithm, ScramKeys, Secret, ServerMechanismOptions, ServerStep,
} from './mechanism.ts';
import type { ServerExchange, ServerPart } from './exchange.ts';
import {
  CREDENTIALS_REFUSED, EMPTY, HASH_OCTETS, accept, askSecret, challenge, deriveKey, firstResponse, makeAttempt, makeDeriveKey, reject,
} from './exchange.ts';
import type { ClientFinal, ClientFirst } from './scram-message.ts';
import { parseClientFinal, parseClientFirst } from './scram-message.ts';
import { prepareName } from './credential-text.ts';
import { refuseForeignAuthorization } from './password-check.ts';
import { saslprepOrSame } from './saslprep.ts';
import { exclusiveOr } from './scram-client.ts';
import { imitatedScramKeys, scramAlgorithmOf, scramKeys } from './secret.ts';

/** Which mechanism of the family this is. */
export interface ScramKind {
  readonly name: MechanismName;
  readonly algorithm: ScramAlgorithm;
  readonly plus: boolean;
}

/**
 * The server's side. `nonce` is the server's part, in the form in which it is sent.
 *
 * @rfc 5802 5
 * @rfc 5802 6
 * @rfc 7677 3
 */
export function* scramServer(
  kind: ScramKind,
  options: ServerMechanismOptions,
  nonce: string,
  initialResponse: Uint8Array | undefined,
): ServerExchange {
  const first = parseClientFirst(yield* firstResponse(initialResponse));
  if (!first.ok) {
    return first.error === 'extension'
      ? reject('SASL_EXTENSION_REFUSED', 'the client demands a SCRAM extension that is not known')
      : reject('SASL_MALFORMED_RESPONSE', 'not a client-first-message of RFC 5802');
  }
  const clientFirst = first.value;
  const binding = chooseBinding(kind, clientFirst, options.channelBindings ?? []);
  if ('type' in binding) return binding;
  const identities = readIdentities(clientFirst);
  if (identities === undefined) return reject('SASL_MALFORMED_RESPONSE', 'an identity is empty or holds a forbidden character');
  const { username, authorizationId } = identities;
  const refusal = refuseForeignAuthorization(username, authorizationId, options);
  if (refusal !== undefined) return refusal;
  const attempt = makeAttempt({ mechanism: kind.name, username, authorizationId });
  return yield* proveBothSides({ kind, options, clientFirst, attempt, bindingData: binding.data }, clientFirst.nonce + nonce);
}

/** What is known after the client's first message. */
interface ScramServerContext {
  readonly kind: ScramKind;
  readonly options: ServerMechanismOptions;
  readonly clientFirst: ClientFirst;
  readonly attempt: AuthAttempt;
  readonly bindingData: Uint8Array;
}

/** The second half: the salt, the client's proof, the server's proof. */
function* proveBothSides(context: ScramServerContext, nonce: string): ServerExchange {
  const { kind, options, clientFirst, attempt } = context;
  const { primitives } = options;
  const { algorithm } = kind;
  const secret = yield* askSecret(attempt);
  const source = keySourceOf(algorithm, attempt.username, secret, options);
  const serverFirst = `r=${nonce},s=${encodeBase64(source.keys.salt)},i=${source.keys.iterations}`;
  const final = parseClientFinal(yield* challenge(encodeUtf8(serverFirst)));
  if (!final.ok || final.value.proof.length !== HASH_OCTETS[algorithm]) {
    return reject('SASL_MALFORMED_RESPONSE', 'not a client-final-message of RFC 5802');
  }
  const clientFinal = final.value;
  const mismatch = findMismatch(context, clientFinal, nonce);
  if (mismatch !== undefined) return mismatch;
  const keys = yield* resolveKeys(algorithm, source, options);
  const authMessage = encodeUtf8(`${clientFirst.bare},${serverFirst},${clientFinal.withoutProof}`);
  const clientKey = exclusiveOr(clientFinal.proof, primitives.hmac(algorithm, keys.storedKey, authMessage));
  const same = primitives.equal(primitives.hash(algorithm, clientKey), keys.storedKey);
  if (source.from === 'unusable') return reject('SASL_SECRET_UNUSABLE', `the stored secret does not fit ${kind.name}`);
  if (!same || source.from === 'nobody') return CREDENTIALS_REFUSED;
  const signature = primitives.hmac(algorithm, keys.serverKey, authMessage);
  const last = yield* challenge(encodeUtf8(`v=${encodeBase64(signature)}`));
  return last.length === 0 ? accept(attempt) : reject('SASL_MALFORMED_RESPONSE', 'the answer to the server-final-message is not empty');
}

/** The octets that the client must bind to, or the refusal. @rfc 5802 6 */
function chooseBinding(
  kind: ScramKind,
  clientFirst: ClientFirst,
  offered: readonly ChannelBinding[],
): { readonly data: Uint8Array } | ServerStep {
  if (!kind.plus) {
    if (clientFirst.bindingFlag === 'p') return reject('SASL_MALFORMED_RESPONSE', `${kind.name} has no channel binding`);
    if (clientFirst.bindingFlag === 'y' && offered.length > 0) {
      return reject('SASL_CHANNEL_BINDING_DOWNGRADE', 'the client did not see that channel binding is offered: somebody removed the offer');
    }
    return { data: EMPTY };
  }
  if (clientFirst.bindingFlag !== 'p') return reject('SASL_MALFORMED_RESPONSE', `${kind.name} needs a channel binding`);
  const binding = offered.find(({ type }) => type === clientFirst.bindingType);
  if (binding === undefined) return reject('SASL_CHANNEL_BINDING_UNSUPPORTED', 'the client binds to something that this connection does not have');
  return { data: binding.data };
}

/** Both names in their prepared form, or `undefined` where one has none. */
function readIdentities(clientFirst: ClientFirst): { readonly username: string; readonly authorizationId: string | undefined } | undefined {
  const username = prepareName(clientFirst.username);
  const authorizationId = clientFirst.authorizationId === undefined ? undefined : prepareName(clientFirst.authorizationId);
  if (username === undefined || (clientFirst.authorizationId !== undefined && authorizationId === undefined)) return undefined;
  return { username, authorizationId };
}

/** The nonce and the channel binding must come back as they were. @rfc 5802 5.1 */
function findMismatch(context: ScramServerContext, clientFinal: ClientFinal, nonce: string): ServerStep | undefined {
  if (clientFinal.nonce !== nonce) return reject('SASL_NONCE_MISMATCH', 'the nonce that came back is another one');
  const expected = concatOctets([encodeUtf8(context.clientFirst.gs2Header), context.bindingData]);
  const { channelBinding } = clientFinal;
  if (channelBinding.length === expected.length && context.options.primitives.equal(channelBinding, expected)) return undefined;
  return reject('SASL_CHANNEL_BINDING_MISMATCH', 'the client is bound to another connection: somebody stands in between');
}

/** Where the keys come from. `password` is set when they must be derived first. */
interface KeySource {
  readonly from: 'user' | 'nobody' | 'unusable';
  readonly keys: ScramKeys;
  readonly password: string | Uint8Array | undefined;
}

/** Finds or imitates the keys. Nothing here takes longer for a user that is there than for one that is not. */
function keySourceOf(algorithm: ScramAlgorithm, username: string, secret: Secret | undefined, options: ServerMechanismOptions): KeySource {
  const imitated = imitatedScramKeys(algorithm, username, options);
  if (secret !== undefined && 'password' in secret) return { from: 'user', keys: imitated, password: saslprepOrSame(secret.password) };
  if (secret !== undefined && scramAlgorithmOf(secret.scram) === algorithm) return { from: 'user', keys: secret.scram, password: undefined };
  const password = options.unknownUsers === 'scram' ? undefined : imitated.storedKey;
  return { from: secret === undefined ? 'nobody' : 'unusable', keys: imitated, password };
}

/** The keys to check against, derived now where only a password is known. */
function* resolveKeys(algorithm: ScramAlgorithm, source: KeySource, options: ServerMechanismOptions): ServerPart<ScramKeys> {
  if (source.password === undefined) return source.keys;
  const request = makeDeriveKey(algorithm, source.password, source.keys.salt, source.keys.iterations);
  return scramKeys(request, yield* deriveKey(request), options.primitives);
}
