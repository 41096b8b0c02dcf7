/**
 * The types of SASL (RFC 4422): one machine for the client's side of a mechanism, one for the server's.
 *
 * A machine sees octets only. How they travel (base64, `=` for an empty initial response, `*` for cancel) is the
 * business of the protocol around it. It makes no randomness, knows no time, and does no slow work: nonces come in as
 * data, hashing comes in as `SaslPrimitives`, and PBKDF2 is a step that the driver answers.
 * Read next: `plain.ts` (the shortest mechanism), then `client.ts` and `server.ts`.
 */

/** A hash function that a mechanism here needs. Not a choice: the mechanism's name fixes it. */
export type HashAlgorithm = 'md5' | 'sha1' | 'sha256';

/** The hash functions of SCRAM. */
export type ScramAlgorithm = 'sha1' | 'sha256';

/** The cryptography of the surroundings (`node:crypto` in a driver). All synchronous and fast. */
export interface SaslPrimitives {
  hash(algorithm: HashAlgorithm, octets: Uint8Array): Uint8Array;
  hmac(algorithm: HashAlgorithm, key: Uint8Array, octets: Uint8Array): Uint8Array;
  /** Compares two sequences of the same length in a time that does not tell where they differ. */
  equal(a: Uint8Array, b: Uint8Array): boolean;
}

/** The mechanisms of this package, by the names in IANA's registry (LOGIN and XOAUTH2 by custom). */
export type MechanismName =
  | 'SCRAM-SHA-256-PLUS'
  | 'SCRAM-SHA-256'
  | 'SCRAM-SHA-1-PLUS'
  | 'SCRAM-SHA-1'
  | 'CRAM-MD5'
  | 'OAUTHBEARER'
  | 'XOAUTH2'
  | 'PLAIN'
  | 'LOGIN'
  | 'EXTERNAL';

/** What a caller has to know of a mechanism before it starts one. */
export interface MechanismInfo {
  readonly name: MechanismName;
  /** The password or token itself crosses the wire: whoever reads the connection has it. */
  readonly clearText: boolean;
  /** The client speaks first, so an initial response is possible. */
  readonly clientFirst: boolean;
  /** The kind of `Credentials` that the client needs. */
  readonly uses: 'password' | 'token' | 'external';
  /** The exchange is tied to the TLS connection below it. */
  readonly bindsChannel: boolean;
}

/** A name and password. `authorizationId` is whom to act as, when that is someone else (RFC 4422 section 2). */
export interface PasswordCredentials {
  readonly username: string;
  readonly password: string;
  readonly authorizationId?: string | undefined;
}

/** An OAuth 2.0 bearer token. `host` and `port` are the server's, told to it by OAUTHBEARER when given. */
export interface TokenCredentials {
  readonly username: string;
  readonly token: string;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

/** Nothing but what the connection itself proves, such as a TLS client certificate. */
export interface ExternalCredentials {
  readonly external: true;
  readonly authorizationId?: string | undefined;
}

/** Who the client is, and what proves it. CR, LF and NUL in any of it are a TypeError. */
export type Credentials = PasswordCredentials | TokenCredentials | ExternalCredentials;

/** What ties an exchange to the TLS connection below it. */
export interface ChannelBinding {
  /** Its registered name: `tls-exporter` (RFC 9266), `tls-server-end-point` or `tls-unique` (RFC 5929). */
  readonly type: string;
  readonly data: Uint8Array;
}

/** Why a client gives up. Each is explained in docs/errors.md. */
export type ClientErrorCode =
  | 'SASL_MALFORMED_CHALLENGE'
  | 'SASL_MESSAGE_TOO_LONG'
  | 'SASL_TOO_MANY_CHALLENGES'
  | 'SASL_NONCE_MISMATCH'
  | 'SASL_EXTENSION_REFUSED'
  | 'SASL_ITERATIONS_OUT_OF_BOUNDS'
  | 'SASL_SERVER_SIGNATURE_INVALID'
  | 'SASL_SERVER_NOT_VERIFIED'
  | 'SASL_SERVER_ERROR';

/** Why a server refuses. Each is explained in docs/errors.md. None of it is meant for the peer, who gets one answer for all. */
export type ServerErrorCode =
  | 'SASL_MALFORMED_RESPONSE'
  | 'SASL_MESSAGE_TOO_LONG'
  | 'SASL_UNEXPECTED_INITIAL_RESPONSE'
  | 'SASL_TOO_MANY_RESPONSES'
  | 'SASL_CREDENTIALS_REFUSED'
  | 'SASL_SECRET_UNUSABLE'
  | 'SASL_AUTHORIZATION_REFUSED'
  | 'SASL_EXTERNAL_UNAVAILABLE'
  | 'SASL_NONCE_MISMATCH'
  | 'SASL_EXTENSION_REFUSED'
  | 'SASL_CHANNEL_BINDING_DOWNGRADE'
  | 'SASL_CHANNEL_BINDING_MISMATCH'
  | 'SASL_CHANNEL_BINDING_UNSUPPORTED';

/** Why no mechanism could be chosen. */
export type ChoiceErrorCode = 'SASL_NO_MECHANISM' | 'SASL_CLEAR_TEXT_REFUSED';

/** Every code of this package. */
export type SaslErrorCode = ClientErrorCode | ServerErrorCode | ChoiceErrorCode;

/**
 * The driver computes `PBKDF2(HMAC-algorithm, password, salt, iterations, keyOctets)`, off the main thread if it can,
 * and answers with `derived(key)`. `password` is readable but not enumerable: printing the step does not show it.
 */
export interface DeriveKeyStep {
  readonly type: 'derive-key';
  readonly algorithm: ScramAlgorithm;
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly keyOctets: number;
}

/** What a client's driver does next. */
export type ClientStep =
  /** Send nothing; wait for the server's first challenge. Only `start()` gives it, when the server speaks first. */
  | { readonly type: 'await-challenge' }
  /** Send `octets` (may be empty), then wait for a challenge or the outcome. */
  | { readonly type: 'respond'; readonly octets: Uint8Array }
  | DeriveKeyStep
  /** The server said success, and the mechanism agrees. */
  | { readonly type: 'done' }
  /** Give up: cancel the exchange if the server still waits (`*` in SMTP and IMAP). `message` holds no secret. */
  | { readonly type: 'failed'; readonly code: ClientErrorCode; readonly message: string };

/**
 * The client's side. The driver calls `start()` once and sends what it says; then `challenge` for each challenge,
 * `derived` for each `derive-key`, and `accepted` when the server reports success. When the server reports failure
 * nothing is called; `serverError` may say more than the reply did.
 *
 * When `clientFirst` and the initial response does not fit into the command, the driver starts without it, lets the server
 * send its empty challenge, and sends the octets of `start()` then. That empty challenge is not given to `challenge`.
 */
export interface ClientMechanism {
  readonly name: MechanismName;
  readonly clearText: boolean;
  readonly clientFirst: boolean;
  start(): ClientStep;
  challenge(octets: Uint8Array): ClientStep;
  derived(key: Uint8Array): ClientStep;
  /**
   * The server says the exchange succeeded: gives `done`, or `failed` if the server has not proved itself yet.
   * `additionalData` is what came with the success, in protocols that have that (SMTP and IMAP do not).
   */
  accepted(additionalData?: Uint8Array | undefined): ClientStep;
  /** What the server said about a failure inside the exchange (SCRAM `e=`, the JSON of OAUTHBEARER and XOAUTH2), printable. */
  readonly serverError: string | undefined;
}

/** What a client mechanism is made with. */
export interface ClientMechanismOptions {
  readonly primitives: SaslPrimitives;
  /** 15 fresh random octets or more. Needed by SCRAM only. */
  readonly nonce?: Uint8Array | undefined;
  /**
   * The TLS connection's binding. Needed by the `-PLUS` mechanisms. Given to one without `-PLUS` it says "I could bind,
   * but the server did not offer it", and a server that did offer it sees that somebody removed the offer.
   */
  readonly channelBinding?: ChannelBinding | undefined;
  /** Fewest PBKDF2 iterations accepted from a server. Default 4,096 (RFC 7677 section 4). */
  readonly leastIterations?: number | undefined;
  /** Most PBKDF2 iterations computed for a server. Default 600,000. */
  readonly mostIterations?: number | undefined;
  /** Longest challenge accepted, in octets. Default 65,536. */
  readonly messageOctets?: number | undefined;
}

/** What a server knows a password by, so that it need not know the password (RFC 5802 section 3). */
export interface ScramKeys {
  readonly salt: Uint8Array;
  readonly iterations: number;
  /** 32 octets for SCRAM-SHA-256, 20 for SCRAM-SHA-1. */
  readonly storedKey: Uint8Array;
  readonly serverKey: Uint8Array;
}

/** What the driver found for a user. PLAIN and LOGIN can be checked against either kind, CRAM-MD5 needs the password. */
export type Secret = { readonly password: string } | { readonly scram: ScramKeys };

/**
 * Somebody wants in. `password` and `token` are readable but not enumerable: printing or serializing the attempt does not
 * show them.
 */
export interface AuthAttempt {
  readonly mechanism: MechanismName;
  /** The authentication identity, SASLprep applied. EXTERNAL: what the connection proved. OAUTHBEARER: '' when the client named none. */
  readonly username: string;
  /** Whom the client asked to act as, when it asked. */
  readonly authorizationId: string | undefined;
  /** PLAIN and LOGIN. */
  readonly password: string | undefined;
  /** OAUTHBEARER and XOAUTH2. */
  readonly token: string | undefined;
}

/** Who got in. */
export interface SaslIdentity {
  /** Whose credentials they were. */
  readonly authenticationId: string;
  /** Whom the client acts as: the same, unless it asked for somebody else and that was allowed. */
  readonly authorizationId: string;
}

/** What a server's driver does next. */
export type ServerStep =
  /** Send `octets` (may be empty) as a challenge and wait for `response`. */
  | { readonly type: 'challenge'; readonly octets: Uint8Array }
  /** Look the user up, then call `verify` (with the secret, or `undefined` for an unknown user) or `decide`. */
  | { readonly type: 'verify'; readonly attempt: AuthAttempt }
  | DeriveKeyStep
  | { readonly type: 'accepted'; readonly identity: SaslIdentity }
  /** Refuse. `message` is for the log and holds no secret. */
  | { readonly type: 'rejected'; readonly code: ServerErrorCode; readonly message: string };

/**
 * The server's side. The driver calls `start` once, then answers each step: `challenge` with `response`, `verify` with
 * `verify` or `decide`, `derive-key` with `derived`. It ends with `accepted` or `rejected`. Cancel is not told to it.
 */
export interface ServerMechanism {
  readonly name: MechanismName;
  readonly clearText: boolean;
  readonly clientFirst: boolean;
  /** `initialResponse` is `undefined` when the client sent none, and empty when it sent an empty one. */
  start(initialResponse: Uint8Array | undefined): ServerStep;
  response(octets: Uint8Array): ServerStep;
  /** The driver found this secret, or nobody of that name. Not for OAUTHBEARER, XOAUTH2 and EXTERNAL (TypeError). */
  verify(secret: Secret | undefined): ServerStep;
  /**
   * The driver checked for itself. Not for CRAM-MD5 and SCRAM, where only the mechanism can check (TypeError).
   * `authenticationId` replaces the attempt's username as the one who got in, when the driver knows better (a token's subject).
   */
  decide(accepted: boolean, authenticationId?: string | undefined): ServerStep;
  derived(key: Uint8Array): ServerStep;
}

/** What a server mechanism is made with. */
export interface ServerMechanismOptions {
  readonly primitives: SaslPrimitives;
  /** 15 fresh random octets or more. Needed by SCRAM only. */
  readonly nonce?: Uint8Array | undefined;
  /** A challenge never used before, in the form of a message identifier (`formatCramChallenge`). Needed by CRAM-MD5 only. */
  readonly cramChallenge?: Uint8Array | undefined;
  /** The TLS connection's bindings, when the `-PLUS` mechanisms are offered on it. Default none. */
  readonly channelBindings?: readonly ChannelBinding[] | undefined;
  /** Who the connection proved the client to be (the subject of its certificate). Needed by EXTERNAL only. */
  readonly externalIdentity?: string | undefined;
  /** Let attempts through in which the client asks to act as somebody else; the driver then judges them. Default false. */
  readonly allowForeignAuthorization?: boolean | undefined;
  /**
   * The server's own secret, the same for all connections, 16 octets or more. Salts for users that have none (unknown users,
   * users kept with their password) are derived from it. Needed by SCRAM, and by any mechanism when `unknownUsers` is `scram`.
   */
  readonly saltKey?: Uint8Array | undefined;
  /** PBKDF2 iterations for users that have no `ScramKeys`. Default 4,096. Set it to what the stored keys use. */
  readonly iterations?: number | undefined;
  /** What kind of secret unknown users seem to have, so that they cost as much time as the known ones. Default `password`. */
  readonly unknownUsers?: 'password' | 'scram' | undefined;
  /** What OAUTHBEARER and XOAUTH2 tell a client whose token was refused (RFC 7628 section 3.2.2). */
  readonly oauthError?: OAuthErrorDetails | undefined;
  /** Longest response accepted, in octets. Default 65,536. */
  readonly messageOctets?: number | undefined;
}

/** The optional members of the error that a server gives for a refused token. */
export interface OAuthErrorDetails {
  readonly scope?: string | undefined;
  readonly openidConfiguration?: string | undefined;
}
