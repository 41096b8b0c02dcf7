/**
 * The list of mechanisms. One more is one file and one entry here.
 */
import type {
  ClientMechanismOptions,
  Credentials,
  ExternalCredentials,
  MechanismInfo,
  MechanismName,
  PasswordCredentials,
  ScramAlgorithm,
  ServerMechanismOptions,
  TokenCredentials,
} from './mechanism.ts';
import type { ClientExchange, ServerExchange } from './exchange.ts';
import { checkName } from './credential-text.ts';
import { cramMd5Client, cramMd5Server, requireCramChallenge } from './cram-md5.ts';
import { externalClient, externalServer } from './external.ts';
import { loginClient, loginServer } from './login.ts';
import { oauthBearerClient, oauthBearerServer } from './oauthbearer.ts';
import { plainClient, plainServer } from './plain.ts';
import { checkChannelBinding, scramClient, scramNonce } from './scram-client.ts';
import { scramServer } from './scram-server.ts';
import { LEAST_ITERATIONS, requireIterations, requireSaltKey } from './secret.ts';
import { xoauth2Client, xoauth2Server } from './xoauth2.ts';

/** Makes the exchange of one connection, once the initial response is known or known to be missing. */
export type BeginServer = (initialResponse: Uint8Array | undefined) => ServerExchange;

/** Everything about a mechanism. */
export interface Mechanism {
  readonly info: MechanismInfo;
  /** Who can judge an attempt: `verify` gives a secret to the mechanism, `decide` is the driver's own word. */
  readonly judgedBy: 'verify' | 'decide' | 'both';
  /** Checks credentials and options (TypeError, RangeError) and makes the client's exchange. */
  client(credentials: Credentials, options: ClientMechanismOptions): ClientExchange;
  /** Checks options (TypeError, RangeError); the exchange itself begins later. */
  server(options: ServerMechanismOptions): BeginServer;
}

function scram(name: MechanismName, algorithm: ScramAlgorithm, plus: boolean): Mechanism {
  return {
    info: { name, clearText: false, clientFirst: true, uses: 'password', bindsChannel: plus },
    judgedBy: 'verify',
    client: (credentials, options) => scramClient(algorithm, plus, passwordOf(credentials), options),
    server: (options) => {
      const nonce = scramNonce(options.nonce);
      requireSaltKey(options.saltKey);
      if (plus && (options.channelBindings ?? []).length === 0) throw new TypeError('options.channelBindings is needed');
      options.channelBindings?.forEach(checkChannelBinding);
      return (initialResponse) => scramServer({ name, algorithm, plus }, options, nonce, initialResponse);
    },
  };
}

const MECHANISMS: readonly Mechanism[] = [
  scram('SCRAM-SHA-256-PLUS', 'sha256', true),
  scram('SCRAM-SHA-256', 'sha256', false),
  scram('SCRAM-SHA-1-PLUS', 'sha1', true),
  scram('SCRAM-SHA-1', 'sha1', false),
  {
    info: { name: 'PLAIN', clearText: true, clientFirst: true, uses: 'password', bindsChannel: false },
    judgedBy: 'both',
    client: (credentials) => plainClient(passwordOf(credentials)),
    server: (options) => (initialResponse) => plainServer(options, initialResponse),
  },
  {
    info: { name: 'LOGIN', clearText: true, clientFirst: false, uses: 'password', bindsChannel: false },
    judgedBy: 'both',
    client: (credentials) => loginClient(passwordOf(credentials)),
    server: (options) => (initialResponse) => loginServer(options, initialResponse),
  },
  {
    info: { name: 'CRAM-MD5', clearText: false, clientFirst: false, uses: 'password', bindsChannel: false },
    judgedBy: 'verify',
    client: (credentials, options) => cramMd5Client(passwordOf(credentials), options.primitives),
    server: (options) => {
      requireCramChallenge(options.cramChallenge);
      return (initialResponse) => cramMd5Server(options, initialResponse);
    },
  },
  {
    info: { name: 'OAUTHBEARER', clearText: true, clientFirst: true, uses: 'token', bindsChannel: false },
    judgedBy: 'decide',
    client: (credentials) => oauthBearerClient(tokenOf(credentials)),
    server: (options) => (initialResponse) => oauthBearerServer(options, initialResponse),
  },
  {
    info: { name: 'XOAUTH2', clearText: true, clientFirst: true, uses: 'token', bindsChannel: false },
    judgedBy: 'decide',
    client: (credentials) => xoauth2Client(tokenOf(credentials)),
    server: (options) => (initialResponse) => xoauth2Server(options, initialResponse),
  },
  {
    info: { name: 'EXTERNAL', clearText: false, clientFirst: true, uses: 'external', bindsChannel: false },
    judgedBy: 'decide',
    client: (credentials) => externalClient(externalOf(credentials)),
    server: (options) => {
      if (options.externalIdentity !== undefined) checkName('externalIdentity', options.externalIdentity);
      return (initialResponse) => externalServer(options, initialResponse);
    },
  },
];

const BY_NAME: ReadonlyMap<string, Mechanism> = new Map(MECHANISMS.map((mechanism) => [mechanism.info.name, mechanism]));

/** The mechanisms of this package, the strongest first among those that use the same kind of credentials. */
export const MECHANISM_INFOS: readonly MechanismInfo[] = MECHANISMS.map((mechanism) => mechanism.info);

/** What is known of a mechanism, or `undefined` for one that is not here. Upper and lower case are the same. @rfc 4422 3.1 */
export function mechanismInfo(name: string): MechanismInfo | undefined {
  return BY_NAME.get(name.toUpperCase())?.info;
}

/** Finds a mechanism. Throws TypeError for one that is not here. */
export function requireMechanism(name: string): Mechanism {
  const mechanism = BY_NAME.get(name.toUpperCase());
  if (mechanism === undefined) throw new TypeError('no such SASL mechanism');
  return mechanism;
}

/** Checks what all server mechanisms have in common. Throws TypeError and RangeError. */
export function checkServerOptions(options: ServerMechanismOptions): void {
  requireIterations(options.iterations ?? LEAST_ITERATIONS);
  if (options.unknownUsers === 'scram') requireSaltKey(options.saltKey);
}

function passwordOf(credentials: Credentials): PasswordCredentials {
  if (!('password' in credentials)) throw new TypeError('the mechanism needs a username and a password');
  return credentials;
}

function tokenOf(credentials: Credentials): TokenCredentials {
  if (!('token' in credentials)) throw new TypeError('the mechanism needs a username and a token');
  return credentials;
}

function externalOf(credentials: Credentials): ExternalCredentials {
  if (!('external' in credentials)) throw new TypeError('the mechanism needs credentials of the form { external: true }');
  return credentials;
}
