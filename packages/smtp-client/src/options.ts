/**
 * What a connection may be told. Every field has its default, unit and source here; `resolveOptions` fills them in once and
 * refuses what can't be meant: a misspelt name, a number out of bounds, CR, LF or NUL in a text.
 *
 * TLS is one value, `tls`. For who comes from nodemailer:
 *
 * | nodemailer | here |
 * | --- | --- |
 * | `secure: true` | `implicitTls: true` |
 * | `requireTLS: true` | `tls: { mode: 'verified', names: [host] }`, which is the default with credentials |
 * | `tls: { rejectUnauthorized: false }` | `tls: { mode: 'required' }` |
 * | neither (`opportunisticTLS: true`) | `tls: { mode: 'opportunistic' }`, which is the default without credentials |
 * | `ignoreTLS: true` | `tls: { mode: 'none' }` |
 */
import { hostname } from 'node:os';
import { parseAddressLiteral, parseDomain, toAscii } from '@mailwright/address';
import { dial, type DialOptions, type Endpoint, type Lookup, type Pem, systemClock, systemRandom, type TlsPolicy, type TlsSessionCache, type TlsVersion, type Transport } from '@mailwright/net';
import type { Credentials, MechanismName } from '@mailwright/sasl';
import { type ClientOptionsInput, resolveClientOptions, type TranscriptEntry } from '@mailwright/smtp';
import type { Clock, Random } from '@mailwright/wire';
import { checkNames } from './option-names.ts';
import { parseSmtpUrl } from './url.ts';

/** Makes the transport of a connection. TLS is started on it afterwards. */
export type Dial = (options: DialOptions) => Promise<Transport>;

/** Credentials, or where to get fresh ones for each connection (a token that expires). */
export type CredentialSource = Credentials | (() => Credentials | Promise<Credentials>);

type MachineOptions = Omit<ClientOptionsInput, 'helloDomain' | 'disabled'>;

export interface SmtpConnectOptions extends MachineOptions {
  /** The server as one line: `smtps://user:password@host:465/?name=client.example`. Other options overrule it. */
  readonly url?: string | undefined;
  /** A host name or an IP address. Default `localhost`. */
  readonly host?: string | undefined;
  /** Default 465 with `implicitTls`, else 587, the port of submission. @rfc 6409 3.1 @rfc 8314 3.3 */
  readonly port?: number | undefined;
  /** The path of a Unix socket, in place of host and port. */
  readonly path?: string | undefined;
  /** TLS from the first octet, as on port 465. Default false: STARTTLS, as `tls` demands. */
  readonly implicitTls?: boolean | undefined;
  /**
   * What is demanded of TLS. Default: `verified` for `host` with credentials or `implicitTls`; else `opportunistic`: STARTTLS where
   * it is offered, whoever answers, and in clear text on a new connection if the handshake fails.
   */
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
  /** Where TLS sessions are kept to be resumed. Default: a pool has one of its own, a connection has none. */
  readonly sessionCache?: TlsSessionCache | undefined;
  /** Who we are. A function is asked for each connection. Default: no login. */
  readonly auth?: CredentialSource | undefined;
  /** Only these mechanisms may be used. Default: the strongest that is offered and fits. */
  readonly mechanisms?: readonly MechanismName[] | undefined;
  /** Let a mechanism that shows the password (PLAIN, LOGIN, XOAUTH2, OAUTHBEARER) run without TLS. Default false. */
  readonly allowClearTextAuth?: boolean | undefined;
  /**
   * The argument of EHLO: a domain or an address literal. Default: this machine's name if it is a full one, else the address of
   * the connection as a literal. @rfc 5321 4.1.3
   */
  readonly helloDomain?: string | undefined;
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
  /** EHLO keywords, in any case, to take for not announced. Default none. */
  readonly disabled?: Iterable<string> | undefined;
  /** Gives up connecting. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the system's. */
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  /** Gets each line of the dialogue, secrets left out, message text counted. */
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
  readonly mechanisms: readonly MechanismName[] | undefined;
  readonly allowClearTextAuth: boolean;
  readonly helloDomain: string | undefined;
  readonly localAddress: string | undefined;
  readonly family: 'IPv4' | 'IPv6' | undefined;
  readonly connectTimeoutMs: number;
  readonly tlsTimeoutMs: number;
  readonly closeTimeoutMs: number;
  /** Everything of the machine's but the EHLO name, which may need the connection. */
  readonly machine: ClientOptionsInput;
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: ((entry: TranscriptEntry) => void) | undefined;
  readonly lookup: Lookup | undefined;
  readonly dial: Dial;
}

/** The defaults of every connection, where they do not hang on other options. */
export const CONNECT_DEFAULTS: { readonly host: string; readonly connectTimeoutMs: number; readonly tlsTimeoutMs: number; readonly closeTimeoutMs: number } = {
  host: 'localhost',
  connectTimeoutMs: 30_000,
  tlsTimeoutMs: 30_000,
  closeTimeoutMs: 1000,
};

const SUBMISSION_PORT = 587; // RFC 6409 3.1
const IMPLICIT_TLS_PORT = 465; // RFC 8314 3.3
const PLACEHOLDER_DOMAIN = 'localhost';

/**
 * Fills in the defaults, once.
 *
 * Errors: throws a `TypeError` for an option that does not exist, a combination that can't be, and a text that can't stand
 * where it would go; a `RangeError` for a number out of bounds.
 */
export function resolveOptions(input: SmtpConnectOptions): ResolvedOptions {
  checkNames(input);
  const given: SmtpConnectOptions = input.url === undefined ? input : { ...parseSmtpUrl(input.url), ...withoutUndefined(input) };
  const { implicitTls = false, auth, path, host = CONNECT_DEFAULTS.host } = given;
  const port = given.port ?? (implicitTls ? IMPLICIT_TLS_PORT : SUBMISSION_PORT);
  if (path !== undefined && (given.host !== undefined || given.port !== undefined)) throw new TypeError('give either path or host and port');
  checkTarget(host, port, path);
  const { ca, cert, key, passphrase, minTlsVersion: minVersion } = given;
  return {
    target: path === undefined ? { host, port } : { path },
    destination: path ?? host,
    implicitTls,
    tls: checkPolicy(given.tls ?? defaultPolicy(path, host, implicitTls || auth !== undefined), implicitTls),
    servername: checkText('servername', given.servername),
    material: { ca, cert, key, passphrase, minVersion },
    sessionCache: given.sessionCache,
    auth: checkAuth(auth),
    mechanisms: given.mechanisms,
    allowClearTextAuth: given.allowClearTextAuth ?? false,
    helloDomain: given.helloDomain === undefined ? undefined : checkHelloDomain(given.helloDomain),
    localAddress: checkLocalAddress(given.localAddress),
    family: given.family,
    connectTimeoutMs: patience('connectTimeoutMs', given.connectTimeoutMs ?? CONNECT_DEFAULTS.connectTimeoutMs),
    tlsTimeoutMs: patience('tlsTimeoutMs', given.tlsTimeoutMs ?? CONNECT_DEFAULTS.tlsTimeoutMs),
    closeTimeoutMs: duration('closeTimeoutMs', given.closeTimeoutMs ?? CONNECT_DEFAULTS.closeTimeoutMs),
    machine: machineOptions(given),
    signal: given.signal,
    clock: given.clock ?? systemClock,
    random: given.random ?? systemRandom,
    trace: given.trace,
    lookup: given.lookup,
    dial: given.dial ?? dial,
  };
}

/** The machine's options are checked here, before there is a connection. */
function machineOptions(given: SmtpConnectOptions): ClientOptionsInput {
  const { requireRecipients, pipelineBehindMessage, window, lineEnds, nul, limits, timeouts } = given;
  const disabled = new Set([...(given.disabled ?? [])].map((keyword) => keyword.toUpperCase()));
  const machine = { helloDomain: PLACEHOLDER_DOMAIN, disabled, requireRecipients, pipelineBehindMessage, window, lineEnds, nul, limits, timeouts };
  oneOf('requireRecipients', requireRecipients, ['any', 'all']);
  oneOf('lineEnds', lineEnds, ['reject', 'normalize', 'pass']);
  oneOf('nul', nul, ['reject', 'normalize', 'pass']);
  resolveClientOptions(machine);
  return machine;
}

/** With a password or from the first octet on, TLS is worth nothing if anybody may answer. */
function defaultPolicy(path: string | undefined, host: string, verified: boolean): TlsPolicy {
  if (path !== undefined) return { mode: 'none' };
  return verified ? { mode: 'verified', names: [host] } : { mode: 'opportunistic' };
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
  if ('user' in auth || 'pass' in auth) throw new TypeError("auth has username and password here, not nodemailer's user and pass");
  for (const [field, value] of Object.entries(auth)) if (typeof value === 'string') checkText(`auth.${field}`, value);
  return auth;
}

function checkTarget(host: string, port: number, path: string | undefined): void {
  if (typeof host !== 'string' || host === '' || /[\0-\x20\x7f]/.test(host)) throw new TypeError('host must be a host name or an IP address');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new RangeError(`port must be a whole number from 1 to 65535, not ${port}`);
  if (path !== undefined && (path === '' || path.includes('\0'))) throw new TypeError('path must be the path of a Unix socket');
}

/** An IP address; one of IPv6 may name its zone. */
function checkLocalAddress(text: string | undefined): string | undefined {
  const [address = '', zone = ''] = text === undefined ? ['0.0.0.0'] : text.split('%', 2);
  const known = parseAddressLiteral(`[${address}]`).ok || parseAddressLiteral(`[IPv6:${address}]`).ok;
  if (!known || /[^\w.-]/.test(zone)) throw new TypeError('localAddress must be an IP address');
  return text;
}

function checkText(name: string, text: string | undefined): string | undefined {
  if (text !== undefined && (typeof text !== 'string' || /[\0\r\n]/.test(text))) throw new TypeError(`${name} must be a text without CR, LF and NUL`);
  return text;
}

/** A domain in its ASCII form, or an address literal. @rfc 5321 4.1.1.1 */
export function checkHelloDomain(text: string): string {
  if (typeof text === 'string' && parseAddressLiteral(text).ok) return text;
  const domain = typeof text === 'string' && parseDomain(text).ok ? toAscii(text) : undefined;
  if (domain === undefined) throw new TypeError(`helloDomain must be a domain or an address literal, not ${JSON.stringify(text)}`);
  return domain;
}

/** What to say in EHLO when nobody said. */
export function helloDomainFor(local: Endpoint): string {
  const name = hostname();
  if (name.includes('.') && parseDomain(name).ok) return name;
  if (local.family === 'IPv4') return `[${local.address}]`;
  const literal = `[IPv6:${local.address.split('%', 1)[0]}]`;
  return local.family === 'IPv6' && parseAddressLiteral(literal).ok ? literal : PLACEHOLDER_DOMAIN;
}

function oneOf(name: string, value: string | undefined, values: readonly string[]): void {
  if (value !== undefined && !values.includes(value)) throw new TypeError(`${name} is one of ${values.join(', ')}, not ${JSON.stringify(value)}`);
}

/** A number of milliseconds from 0; `Infinity` is no limit. */
export function duration(name: string, value: number): number {
  if (typeof value !== 'number' || !(value >= 0)) throw new RangeError(`${name} must be a number from 0, not ${String(value)}`);
  return value;
}

/** As `duration`, and above 0: nothing can be had in no time. */
function patience(name: string, value: number): number {
  if (!(duration(name, value) > 0)) throw new RangeError(`${name} must be above 0`);
  return value;
}

function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
