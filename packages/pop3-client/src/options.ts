/**
 * What a connection may be told. Every field has its default, unit and source here; `resolveOptions` fills them in once and refuses what can't be meant: a
 * misspelt name, a number out of bounds, CR, LF or NUL in a text.
 */
import { dial, type DialOptions, type Lookup, type Pem, systemClock, systemRandom, type TlsPolicy, type TlsSessionCache, type TlsVersion, type Transport } from '@mailwright/net';
import { type ClientOptions, type ClientOptionsInput, resolveClientOptions, type TranscriptEntry } from '@mailwright/pop3';
import type { Credentials, MechanismName } from '@mailwright/sasl';
import type { Clock, Random } from '@mailwright/wire';
import { parsePop3Url } from './url.ts';

/** Makes the transport of a connection. TLS is started on it afterwards. */
export type Dial = (options: DialOptions) => Promise<Transport>;

/** Credentials, or where to get fresh ones (a token that expires). */
export type CredentialSource = Credentials | (() => Credentials | Promise<Credentials>);

/** A way to log in: a mechanism of SASL, USER and PASS, or APOP. */
export type LoginMethod = MechanismName | 'USER' | 'APOP';

export interface Pop3ConnectOptions extends Omit<ClientOptionsInput, 'disabled'> {
  /** The server as one line: `pop3s://user:password@host:995/`. Other options overrule it. */
  readonly url?: string | undefined;
  /** A host name or an IP address. Default `localhost`. */
  readonly host?: string | undefined;
  /** Default 995 with `implicitTls`, else 110. @rfc 8314 3.2 */
  readonly port?: number | undefined;
  /** The path of a Unix socket, in place of host and port. */
  readonly path?: string | undefined;
  /** TLS from the first octet, as on port 995. Default false: STLS, as `tls` demands. @rfc 8314 3.2 */
  readonly implicitTls?: boolean | undefined;
  /** What is demanded of TLS. Default: `verified` for `host`, because a password is at stake; `none` for a Unix socket. */
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
  /** Who we are. Default: no login; then only `capabilities`, `tls`, `greeting` and `quit` are of use. */
  readonly auth?: CredentialSource | undefined;
  /** Only these ways to log in may be used. Default: the strongest that is offered and fits. */
  readonly mechanisms?: readonly LoginMethod[] | undefined;
  /** Let a way to log in that shows the password (USER, PLAIN, LOGIN, XOAUTH2, OAUTHBEARER) run without TLS. Default false. */
  readonly allowClearTextAuth?: boolean | undefined;
  /**
   * Send the first message of a login with AUTH, where it fits into 255 octets. Default false: it is sent after the server's empty challenge, which costs one
   * round trip and which every server understands. Exchange Online closes the connection on AUTH XOAUTH2 with a first message. @rfc 5034 4
   */
  readonly initialResponse?: boolean | undefined;
  /** Ask for UTF8 mode where it is offered. Default false: the server then turns what is UTF-8 in headers into what older programs read. @rfc 6856 2.1 */
  readonly utf8?: boolean | undefined;
  /** Octets of messages that are kept in memory while another command waits behind them. Default 16777216 (16 MiB). Code `POP3_SPILL_FULL`. */
  readonly spillOctets?: number | undefined;
  /** Octets that are read and dropped of a message whose loop was left early, before the connection is given up. Default 67108864 (64 MiB). Code `POP3_LEFT_UNREAD`. */
  readonly drainOctets?: number | undefined;
  /** How long that may take. Default 60000. Code `POP3_LEFT_UNREAD`. */
  readonly drainMs?: number | undefined;
  /** Octets of messages that `retrieveAll` asks for ahead of the one that is being read, as LIST tells them. Default 262144; 0 for none. */
  readonly aheadOctets?: number | undefined;
  /** The address to connect from. */
  readonly localAddress?: string | undefined;
  /** Try only addresses of this family. Default: both. */
  readonly family?: 'IPv4' | 'IPv6' | undefined;
  /** How long lookup and connecting may take together. Default 30000. */
  readonly connectTimeoutMs?: number | undefined;
  /** How long a TLS handshake may take. Default 30000. */
  readonly tlsTimeoutMs?: number | undefined;
  /** How long the server may take to close after QUIT. Default 1000. */
  readonly closeTimeoutMs?: number | undefined;
  /** CAPA tags, in any case, to take for not announced. Default none. */
  readonly disabled?: Iterable<string> | undefined;
  /** Gives up connecting. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the system's. */
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  /** Gets each line of the dialogue, secrets left out, messages counted. */
  readonly trace?: ((entry: TranscriptEntry) => void) | undefined;
  /** How a host name becomes addresses. Default: the operating system's way. */
  readonly lookup?: Lookup | undefined;
  /** Makes the transport. Default: `dial` of `@mailwright/net`. */
  readonly dial?: Dial | undefined;
}

/** Options with their defaults. */
export interface ResolvedOptions {
  readonly target: { readonly host: string; readonly port: number } | { readonly path: string };
  /** For texts and for SNI: the host, or the path. */
  readonly destination: string;
  readonly implicitTls: boolean;
  readonly tls: TlsPolicy;
  readonly servername: string | undefined;
  readonly material: { readonly ca: Pem | readonly Pem[] | undefined; readonly cert: Pem | undefined; readonly key: Pem | undefined; readonly passphrase: string | undefined; readonly minVersion: TlsVersion | undefined };
  readonly sessionCache: TlsSessionCache | undefined;
  readonly auth: CredentialSource | undefined;
  readonly mechanisms: readonly LoginMethod[] | undefined;
  readonly allowClearTextAuth: boolean;
  readonly initialResponse: boolean;
  readonly utf8: boolean;
  readonly spillOctets: number;
  readonly drainOctets: number;
  readonly drainMs: number;
  readonly aheadOctets: number;
  readonly localAddress: string | undefined;
  readonly family: 'IPv4' | 'IPv6' | undefined;
  readonly connectTimeoutMs: number;
  readonly tlsTimeoutMs: number;
  readonly closeTimeoutMs: number;
  readonly machine: ClientOptions;
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: ((entry: TranscriptEntry) => void) | undefined;
  readonly lookup: Lookup | undefined;
  readonly dial: Dial;
}

const POP3_PORT = 110; // RFC 1939 3
const IMPLICIT_TLS_PORT = 995; // RFC 8314 3.2

/** Every option once: the compiler sees that none is missing. */
const NAMES: Readonly<Record<keyof Pop3ConnectOptions, true>> = {
  url: true, host: true, port: true, path: true, implicitTls: true, tls: true, servername: true, ca: true, cert: true, key: true, passphrase: true, minTlsVersion: true, sessionCache: true, auth: true,
  mechanisms: true, allowClearTextAuth: true, initialResponse: true, utf8: true, spillOctets: true, drainOctets: true, drainMs: true, aheadOctets: true, localAddress: true, family: true,
  connectTimeoutMs: true, tlsTimeoutMs: true, closeTimeoutMs: true, disabled: true, signal: true, clock: true, random: true, trace: true, lookup: true, dial: true, lineEnds: true, window: true, limits: true, timeouts: true,
};

/**
 * Fills in the defaults, once.
 *
 * Errors: throws a `TypeError` for an option that does not exist, a combination that can't be, and a text that can't stand where it would go; a `RangeError`
 * for a number out of bounds.
 */
export function resolveOptions(input: Pop3ConnectOptions | string): ResolvedOptions {
  const asked: Pop3ConnectOptions = typeof input === 'string' ? { url: input } : input;
  for (const name of Object.keys(asked)) if (!Object.hasOwn(NAMES, name)) throw new TypeError(`${name} is not an option`);
  const given: Pop3ConnectOptions = asked.url === undefined ? asked : { ...parsePop3Url(asked.url), ...withoutUndefined(asked) };
  const { implicitTls = false, path, host = 'localhost', ca, cert, key, passphrase, minTlsVersion: minVersion } = given;
  const port = given.port ?? (implicitTls ? IMPLICIT_TLS_PORT : POP3_PORT);
  if (path !== undefined && (given.host !== undefined || given.port !== undefined)) throw new TypeError('give either path or host and port');
  checkTarget(host, port, path);
  return {
    target: path === undefined ? { host, port } : { path },
    destination: path ?? host,
    implicitTls,
    tls: checkPolicy(given.tls ?? (path === undefined ? { mode: 'verified', names: [host] } : { mode: 'none' }), implicitTls),
    servername: checkText('servername', given.servername),
    material: { ca, cert, key, passphrase, minVersion },
    sessionCache: given.sessionCache,
    auth: checkAuth(given.auth),
    mechanisms: given.mechanisms,
    allowClearTextAuth: given.allowClearTextAuth ?? false,
    initialResponse: given.initialResponse ?? false,
    utf8: given.utf8 ?? false,
    ...resolveNumbers(given),
    localAddress: checkText('localAddress', given.localAddress),
    family: given.family,
    machine: resolveClientOptions({ lineEnds: given.lineEnds, window: given.window, limits: given.limits, timeouts: given.timeouts, disabled: new Set([...(given.disabled ?? [])].map((tag) => tag.toUpperCase())) }),
    signal: given.signal,
    clock: given.clock ?? systemClock,
    random: given.random ?? systemRandom,
    trace: given.trace,
    lookup: given.lookup,
    dial: given.dial ?? dial,
  };
}

type Numbers = Pick<ResolvedOptions, 'spillOctets' | 'drainOctets' | 'drainMs' | 'aheadOctets' | 'connectTimeoutMs' | 'tlsTimeoutMs' | 'closeTimeoutMs'>;

function resolveNumbers(given: Pop3ConnectOptions): Numbers {
  const numbers: Numbers = {
    spillOctets: given.spillOctets ?? 16_777_216,
    drainOctets: given.drainOctets ?? 67_108_864,
    drainMs: given.drainMs ?? 60_000,
    aheadOctets: given.aheadOctets ?? 262_144,
    connectTimeoutMs: given.connectTimeoutMs ?? 30_000,
    tlsTimeoutMs: given.tlsTimeoutMs ?? 30_000,
    closeTimeoutMs: given.closeTimeoutMs ?? 1000,
  };
  for (const [name, value] of Object.entries(numbers) as [string, unknown][]) {
    if (typeof value !== 'number' || !(value >= 0)) throw new RangeError(`${name} must be a number from 0, not ${String(value)}`);
  }
  if (numbers.connectTimeoutMs === 0 || numbers.tlsTimeoutMs === 0) throw new RangeError('connectTimeoutMs and tlsTimeoutMs must be above 0');
  return numbers;
}

function checkPolicy(policy: TlsPolicy, implicitTls: boolean): TlsPolicy {
  const modes: readonly unknown[] = ['none', 'opportunistic', 'required', 'verified'];
  if (typeof policy !== 'object' || policy === null || !modes.includes(policy.mode)) throw new TypeError("tls must be { mode: 'none' | 'opportunistic' | 'required' } or { mode: 'verified', names }");
  if (policy.mode === 'none' && implicitTls) throw new TypeError("implicitTls goes with tls: { mode: 'required' } or 'verified', not 'none'");
  if (policy.mode === 'verified' && (!Array.isArray(policy.names) || policy.names.length === 0)) throw new TypeError('tls.names must hold the names that the certificate may have');
  return policy;
}

function checkAuth(auth: CredentialSource | undefined): CredentialSource | undefined {
  if (auth === undefined || typeof auth === 'function') return auth;
  if (typeof auth !== 'object' || auth === null) throw new TypeError('auth must be credentials or a function that gives them');
  for (const [field, value] of Object.entries(auth)) if (typeof value === 'string') checkText(`auth.${field}`, value);
  return auth;
}

function checkTarget(host: string, port: number, path: string | undefined): void {
  if (typeof host !== 'string' || host === '' || /[\0-\x20\x7f]/.test(host)) throw new TypeError('host must be a host name or an IP address');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new RangeError(`port must be a whole number from 1 to 65535, not ${port}`);
  if (path !== undefined && (path === '' || path.includes('\0'))) throw new TypeError('path must be the path of a Unix socket');
}

function checkText(name: string, text: string | undefined): string | undefined {
  if (text !== undefined && (typeof text !== 'string' || /[\0\r\n]/.test(text))) throw new TypeError(`${name} must be a text without CR, LF and NUL`);
  return text;
}

function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
