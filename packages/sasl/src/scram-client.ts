/**
 * SCRAM (RFC 5802, with SHA-256 in RFC 7677), the client's side. The password never crosses the wire, the server proves that it
 * knows the user too, and with a channel binding (`-PLUS`) nobody can stand between the two.
 *
 * Read first: `scram-message.ts`.
 */
import { concatOctets, encodeBase64, encodeUtf8 } from '@mailwright/wire';
import type { ChannelBinding, ClientMechanismOptions, PasswordCredentials, SaslPrimitives, ScramAlgorithm } from './mechanism.ts';
import type { ClientExchange, ClientMove } from './exchange.ts';
import { EMPTY, deriveKeyMove, fail, makeDeriveKey, printable, respond, respondLast } from './exchange.ts';
import { checkName, checkOptionalName, checkPassword, prepareOrThrow } from './credential-text.ts';
import type { ServerFirst } from './scram-message.ts';
import { encodeSaslName, parseServerFinal, parseServerFirst } from './scram-message.ts';
import { LEAST_ITERATIONS, scramClientKey, scramKeys } from './secret.ts';

const LEAST_NONCE_OCTETS = 15;
const MOST_ITERATIONS = 600_000; // OWASP's recommendation of 2023 for PBKDF2 with SHA-256; more is a server that burns our time
const BINDING_TYPE = /^[A-Za-z0-9.-]+$/;

/** A nonce in the form in which SCRAM sends it. Throws TypeError where it is missing, RangeError where it is short. */
export function scramNonce(octets: Uint8Array | undefined): string {
  if (octets === undefined) throw new TypeError('options.nonce is needed');
  if (octets.length < LEAST_NONCE_OCTETS) throw new RangeError(`options.nonce has ${LEAST_NONCE_OCTETS} octets or more`);
  return encodeBase64(octets);
}

/** Throws TypeError for a channel binding without data or with a name that can't be sent. */
export function checkChannelBinding(binding: ChannelBinding): ChannelBinding {
  if (!BINDING_TYPE.test(binding.type)) throw new TypeError('the type of a channel binding is letters, digits, dots and hyphens');
  if (binding.data.length === 0) throw new TypeError('the data of a channel binding is empty');
  return binding;
}

/** Everything fixed before the first octet is sent. */
interface ScramClientSetup {
  readonly algorithm: ScramAlgorithm;
  readonly primitives: SaslPrimitives;
  readonly gs2Header: string;
  readonly bindingData: Uint8Array;
  readonly username: string;
  readonly password: string;
  readonly nonce: string;
  readonly leastIterations: number;
  readonly mostIterations: number;
}

/**
 * The client's side.
 *
 * Errors: TypeError and RangeError for credentials or options that can't be used.
 * @rfc 5802 5
 * @rfc 5802 6
 * @rfc 7677 3
 */
export function scramClient(
  algorithm: ScramAlgorithm,
  plus: boolean,
  credentials: PasswordCredentials,
  options: ClientMechanismOptions,
): ClientExchange {
  const binding = options.channelBinding === undefined ? undefined : checkChannelBinding(options.channelBinding);
  if (plus && binding === undefined) throw new TypeError('options.channelBinding is needed');
  const { leastIterations = LEAST_ITERATIONS, mostIterations = MOST_ITERATIONS } = options;
  if (!(leastIterations >= 1 && leastIterations <= mostIterations)) throw new RangeError('leastIterations is from 1 to mostIterations');
  const authorizationId = checkOptionalName('authorizationId', credentials.authorizationId);
  return exchange({
    algorithm,
    primitives: options.primitives,
    gs2Header: formatGs2Header(plus, binding, authorizationId),
    bindingData: plus && binding !== undefined ? binding.data : EMPTY,
    username: prepareOrThrow('username', checkName('username', credentials.username)),
    password: prepareOrThrow('password', checkPassword(credentials.password)),
    nonce: scramNonce(options.nonce),
    leastIterations,
    mostIterations,
  });
}

/** `gs2-header = gs2-cbind-flag "," [ authzid ] ","`. @rfc 5802 7 */
function formatGs2Header(plus: boolean, binding: ChannelBinding | undefined, authorizationId: string | undefined): string {
  const couldBind = binding === undefined ? 'n' : 'y';
  const flag = plus && binding !== undefined ? `p=${binding.type}` : couldBind;
  return `${flag},${authorizationId === undefined ? '' : `a=${encodeSaslName(authorizationId)}`},`;
}

function* exchange(setup: ScramClientSetup): ClientExchange {
  const { algorithm, primitives, gs2Header } = setup;
  const clientFirstBare = `n=${encodeSaslName(setup.username)},r=${setup.nonce}`;
  const serverFirstOctets = yield respond(encodeUtf8(gs2Header + clientFirstBare));
  const serverFirst = readServerFirst(serverFirstOctets, setup);
  if ('step' in serverFirst) return serverFirst;
  const { nonce, salt, iterations } = serverFirst;
  const request = makeDeriveKey(algorithm, setup.password, salt, iterations);
  const saltedPassword = yield deriveKeyMove(request);
  const { storedKey, serverKey } = scramKeys(request, saltedPassword, primitives);
  const channelBinding = encodeBase64(concatOctets([encodeUtf8(gs2Header), setup.bindingData]));
  const withoutProof = `c=${channelBinding},r=${nonce}`;
  const authMessage = concatOctets([encodeUtf8(`${clientFirstBare},`), serverFirstOctets, encodeUtf8(`,${withoutProof}`)]);
  const clientSignature = primitives.hmac(algorithm, storedKey, authMessage);
  const proof = exclusiveOr(scramClientKey(algorithm, saltedPassword, primitives), clientSignature);
  const serverFinalOctets = yield respond(encodeUtf8(`${withoutProof},p=${encodeBase64(proof)}`));
  const serverFinal = parseServerFinal(serverFinalOctets);
  if (!serverFinal.ok) return fail('SASL_MALFORMED_CHALLENGE', 'the last challenge is not a server-final-message of RFC 5802');
  if (serverFinal.value.type === 'error') {
    const error = printable(serverFinal.value.error);
    return fail('SASL_SERVER_ERROR', `the server reports: ${error}`, error);
  }
  const expected = primitives.hmac(algorithm, serverKey, authMessage);
  const { signature } = serverFinal.value;
  if (signature.length !== expected.length || !primitives.equal(signature, expected)) {
    return fail('SASL_SERVER_SIGNATURE_INVALID', 'the server does not know the password');
  }
  return respondLast(EMPTY);
}

/** The server's parameters, if we can go on with them. @rfc 5802 5.1 */
function readServerFirst(octets: Uint8Array, setup: ScramClientSetup): ServerFirst | ClientMove {
  const { leastIterations, mostIterations } = setup;
  const serverFirst = parseServerFirst(octets);
  if (!serverFirst.ok) {
    return serverFirst.error === 'extension'
      ? fail('SASL_EXTENSION_REFUSED', 'the server demands a SCRAM extension that is not known')
      : fail('SASL_MALFORMED_CHALLENGE', 'the first challenge is not a server-first-message of RFC 5802');
  }
  const { nonce, iterations } = serverFirst.value;
  if (!nonce.startsWith(setup.nonce) || nonce.length === setup.nonce.length) {
    return fail('SASL_NONCE_MISMATCH', 'the nonce of the server does not continue ours');
  }
  if (iterations < leastIterations || iterations > mostIterations) {
    const message = `the server asks for ${iterations} iterations; the bounds are ${leastIterations} to ${mostIterations}`;
    return fail('SASL_ITERATIONS_OUT_OF_BOUNDS', message);
  }
  return serverFirst.value;
}

/** `a XOR b`, both of the same length. */
export function exclusiveOr(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((octet, index) => octet ^ b[index]!);
}
