/**
 * What every client may be told of its connection, whatever its protocol: where to, how safely, as whom, how long. A client extends
 * `ConnectOptions` by its own options and lays what `resolveConnectOptions` gives into its own.
 *
 * Leaves out what the machine of a protocol may be told. Read next: `server-url.ts`, `opening.ts`.
 */
import { parseAddressLiteral } from '@mailwright/address';
import { dial, type DialOptions, type Lookup, type Pem, systemClock, systemRandom, type TlsPolicy, type TlsSessionCache, type TlsVersion, type Transport } from '@mailwright/net';
import type { Credentials } from '@mailwright/sasl';
import type { Clock, Random } from '@mailwright/wire';
import { checkAboveZero, checkNumber, checkText } from './option-checks.ts';

/** Makes the transport of a connection. TLS is started on it afterwards. */
export type Dial = (options: DialOptions) => Promise<Transport>;

/** Credentials, or where to get fresh ones for each connection (a token that expires). */
export type CredentialSource = Credentials | (() => Credentials | Promise<Credentials>);

export interface ConnectOptions {
  /** The server as one line. Other options overrule it. */
  readonly url?: string | undefined;
  /** A host name or an IP address. Default `localhost`. */
  readonly host?: string | undefined;
  /** Default: the one of the protocol, with `implicitTls` or without. */
  readonly port?: number | undefined;
  /** The path of a Unix socket, in place of host and port. */
  readonly path?: string | undefined;
  /** TLS from the first octet. Default false. @rfc 8314 3 */
  readonly implicitTls?: boolean | undefined;
  /** What is demanded of TLS. Default: by the protocol, and by whether there are credentials. */
  readonly tls?: TlsPolicy | undefined;
  /** The host name to send as SNI. Default: the host. */
  readonly servername?: string | undefined;
  /** The trusted authorities, in place of the ones that come with Node. */
  readonly ca?: Pem | readonly Pem[] | undefined;
  /** A client certificate and its key. */
  readonly cert?: Pem | undefined;
  readonly key?: Pem | undefined;
  readonly passphrase?: string | undefined;
  /** Default `TLSv1.2`. */
  readonly minTlsVersion?: TlsVersion | undefined;
  /** Where TLS sessions are kept to be resumed. Default: nowhere. */
  readonly sessionCache?: TlsSessionCache | undefined;
  /** Who we are. A function is asked for each connection. Default: no login. */
  readonly auth?: CredentialSource | undefined;
  /** Let a login that shows the password or the token (PLAIN, LOGIN, XOAUTH2, OAUTHBEARER) run without TLS. Default false. */
  readonly allowClearTextAuth?: boolean | undefined;
  /** The IP address to connect from; one of IPv6 may name its zone. */
  readonly localAddress?: string | undefined;
  /** Try only addresses of this family. Default: both. */
  readonly family?: 'IPv4' | 'IPv6' | undefined;
  /** How long lookup and connecting may take together. Default 30000. */
  readonly connectTimeoutMs?: number | undefined;
  /** How long a TLS handshake may take. Default 30000. */
  readonly tlsTimeoutMs?: number | undefined;
  /** How long the server may take to close at the end. */
  readonly closeTimeoutMs?: number | undefined;
  /** What the server announces, in any case, to take for not announced. Default none. */
  readonly disabled?: Iterable<string> | undefined;
  /** Gives up connecting. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the system's. */
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  /** How a host name becomes addresses. Default: the operating system's way. */
  readonly lookup?: Lookup | undefined;
  /** Makes the transport. Default: `dial` of `@mailwright/net`. */
  readonly dial?: Dial | undefined;
}

/** Every option once, for `checkOptionNames`: the compiler sees that none is missing. */
export const CONNECT_OPTION_NAMES: Readonly<Record<keyof ConnectOptions, true>> = {
  url: true, host: true, port: true, path: true, implicitTls: true, tls: true, servername: true, ca: true, cert: true, key: true, passphrase: true, minTlsVersion: true,
  sessionCache: true, auth: true, allowClearTextAuth: true, localAddress: true, family: true, connectTimeoutMs: true, tlsTimeoutMs: true, closeTimeoutMs: true, disabled: true,
  signal: true, clock: true, random: true, lookup: true, dial: true,
};

/** Options with their defaults. */
export interface ResolvedConnectOptions {
  readonly target: { readonly host: string; readonly port: number } | { readonly path: string };
  /** For texts and for SNI: the host, or the path. */
  readonly destination: string;
  readonly implicitTls: boolean;
  readonly tls: TlsPolicy;
  readonly servername: string | undefined;
  readonly material: { readonly ca: Pem | readonly Pem[] | undefined; readonly cert: Pem | undefined; readonly key: Pem | undefined; readonly passphrase: string | undefined; readonly minVersion: TlsVersion | undefined };
  readonly sessionCache: TlsSessionCache | undefined;
  readonly auth: CredentialSource | undefined;
  readonly allowClearTextAuth: boolean;
  readonly localAddress: string | undefined;
  readonly family: 'IPv4' | 'IPv6' | undefined;
  readonly connectTimeoutMs: number;
  readonly tlsTimeoutMs: number;
  readonly closeTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly lookup: Lookup | undefined;
  readonly dial: Dial;
}

/** What a protocol says where its caller said nothing. */
export interface ProtocolDefaults {
  readonly port: number;
  readonly implicitTlsPort: number;
  /** What is demanded of TLS without credentials and without `implicitTls`; with one of them, and for no Unix socket, it is `verified`. */
  readonly tlsWithoutCredentials: 'opportunistic' | 'verified';
  readonly closeTimeoutMs: number;
  /** Whose `user` and `pass` are typed here by mistake: `nodemailer's`. */
  readonly userAndPass: string;
}

/**
 * Fills in the defaults, once.
 *
 * Errors: throws a `TypeError` for a combination that can't be and for a text that can't stand where it would go; a `RangeError` for a number
 * out of bounds.
 */
export function resolveConnectOptions(given: ConnectOptions, protocol: ProtocolDefaults): ResolvedConnectOptions {
  const { implicitTls = false, path, host = 'localhost', ca, cert, key, passphrase, minTlsVersion: minVersion } = given;
  const port = given.port ?? (implicitTls ? protocol.implicitTlsPort : protocol.port);
  if (path !== undefined && (given.host !== undefined || given.port !== undefined)) throw new TypeError('give either path or host and port');
  checkTarget(host, port, path);
  return {
    target: path === undefined ? { host, port } : { path },
    destination: path ?? host,
    implicitTls,
    tls: checkPolicy(given.tls ?? defaultPolicy(given, host, protocol), implicitTls),
    servername: checkText('servername', given.servername),
    material: { ca, cert, key, passphrase, minVersion },
    sessionCache: given.sessionCache,
    auth: checkAuth(given.auth, protocol.userAndPass),
    allowClearTextAuth: given.allowClearTextAuth ?? false,
    localAddress: checkLocalAddress(given.localAddress),
    family: given.family,
    connectTimeoutMs: checkAboveZero('connectTimeoutMs', given.connectTimeoutMs ?? 30_000),
    tlsTimeoutMs: checkAboveZero('tlsTimeoutMs', given.tlsTimeoutMs ?? 30_000),
    closeTimeoutMs: checkNumber('closeTimeoutMs', given.closeTimeoutMs ?? protocol.closeTimeoutMs),
    signal: given.signal,
    clock: given.clock ?? systemClock,
    random: given.random ?? systemRandom,
    lookup: given.lookup,
    dial: given.dial ?? dial,
  };
}

/** With a password or from the first octet on, TLS is worth nothing if anybody may answer. */
function defaultPolicy({ path, implicitTls, auth }: ConnectOptions, host: string, { tlsWithoutCredentials }: ProtocolDefaults): TlsPolicy {
  if (path !== undefined) return { mode: 'none' };
  const mode = implicitTls === true || auth !== undefined ? 'verified' : tlsWithoutCredentials;
  return mode === 'verified' ? { mode, names: [host] } : { mode };
}

function checkPolicy(policy: TlsPolicy, implicitTls: boolean): TlsPolicy {
  const modes: readonly unknown[] = ['none', 'opportunistic', 'required', 'verified'];
  if (typeof policy !== 'object' || policy === null || !modes.includes(policy.mode)) throw new TypeError("tls must be { mode: 'none' | 'opportunistic' | 'required' } or { mode: 'verified', names }");
  if (policy.mode === 'none' && implicitTls) throw new TypeError("implicitTls goes with tls: { mode: 'required' } or 'verified', not 'none'");
  if (policy.mode === 'verified' && (!Array.isArray(policy.names) || policy.names.length === 0)) throw new TypeError('tls.names must hold the names that the certificate may have');
  return policy;
}

function checkAuth(auth: CredentialSource | undefined, userAndPass: string): CredentialSource | undefined {
  if (auth === undefined || typeof auth === 'function') return auth;
  if (typeof auth !== 'object' || auth === null) throw new TypeError('auth must be credentials or a function that gives them');
  if ('user' in auth || 'pass' in auth) throw new TypeError(`auth has username and password here, not ${userAndPass} user and pass`);
  for (const [field, value] of Object.entries(auth)) if (typeof value === 'string') checkText(`auth.${field}`, value);
  return auth;
}

function checkTarget(host: string, port: number, path: string | undefined): void {
  if (typeof host !== 'string' || host === '' || /[\0-\x20\x7f]/.test(host)) throw new TypeError('host must be a host name or an IP address');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new RangeError(`port must be a whole number from 1 to 65535, not ${port}`);
  if (path !== undefined && (path === '' || path.includes('\0'))) throw new TypeError('path must be the path of a Unix socket');
}

function checkLocalAddress(text: string | undefined): string | undefined {
  const [address = '', zone = ''] = text === undefined ? ['0.0.0.0'] : text.split('%', 2);
  const known = parseAddressLiteral(`[${address}]`).ok || parseAddressLiteral(`[IPv6:${address}]`).ok;
  if (!known || /[^\w.-]/.test(zone)) throw new TypeError('localAddress must be an IP address');
  return text;
}
