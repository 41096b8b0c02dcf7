/**
 * What a connection may be told. Every field has its default, unit and source here; `resolveOptions` fills them in once and refuses what
 * can't be meant: a misspelt name, a number out of bounds, CR, LF or NUL in a text.
 *
 * TLS is one value, `tls`. For who comes from imapflow:
 *
 * | imapflow | here |
 * | --- | --- |
 * | `secure: true` | `implicitTls: true`, or a URL with `imaps:` |
 * | `doSTARTTLS: true` | `tls: { mode: 'verified', names: [host] }`, which is the default with credentials |
 * | `tls: { rejectUnauthorized: false }` | `tls: { mode: 'required' }` |
 * | `auth: { user, pass }` | `auth: { username, password }` |
 * | `qresync: true` | always, where the server has it |
 */
import { type ClientOptionsInput, type IdFields, resolveClientOptions } from '@mailwright/imap';
import { dial, type DialOptions, type Lookup, type Pem, systemClock, systemRandom, type TlsPolicy, type TlsSessionCache, type TlsVersion, type Transport } from '@mailwright/net';
import type { Credentials, MechanismName } from '@mailwright/sasl';
import type { Clock, Random } from '@mailwright/wire';
import { checkNames } from './option-names.ts';
import { duration, patience } from './option-numbers.ts';
import { resolveReconnect, type ReconnectOptions, type ResolvedReconnect } from './reconnect-options.ts';
import type { TraceEntry } from './trace.ts';
import { parseImapUrl } from './url.ts';

/** Makes the transport of a connection. TLS is started on it afterwards. */
export type Dial = (options: DialOptions) => Promise<Transport>;

/** Credentials, or where to get fresh ones for each connection (a token that expires). */
export type CredentialSource = Credentials | (() => Credentials | Promise<Credentials>);

type MachineOptions = Omit<ClientOptionsInput, 'disabled'>;

export interface ImapConnectOptions extends MachineOptions {
  /** The server as one line: `imaps://user:password@host`. Other options overrule it. */
  readonly url?: string | undefined;
  /** A host name or an IP address. Default `localhost`. */
  readonly host?: string | undefined;
  /** Default 993 with `implicitTls`, else 143. @rfc 8314 3.2 */
  readonly port?: number | undefined;
  /** The path of a Unix socket, in place of host and port. */
  readonly path?: string | undefined;
  /** TLS from the first octet, as on port 993. Default false: STARTTLS, as `tls` demands. */
  readonly implicitTls?: boolean | undefined;
  /** What is demanded of TLS. Default: `verified` for `host` with credentials or `implicitTls`; else `opportunistic`. */
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
  /** Where TLS sessions are kept to be resumed. Default none. */
  readonly sessionCache?: TlsSessionCache | undefined;
  /** Who we are. A function is asked for each connection. Default: no login, for servers that greet with PREAUTH. */
  readonly auth?: CredentialSource | undefined;
  /** Only these mechanisms may be used, and not the LOGIN command. Default: the strongest that is offered and fits. */
  readonly mechanisms?: readonly MechanismName[] | undefined;
  /** Let a login that shows the password run without TLS. Default false. */
  readonly allowClearTextAuth?: boolean | undefined;
  /** What to tell the server of this program with ID, where it has that; `{}` only asks. Default: ID is not sent. @rfc 2971 */
  readonly id?: Readonly<Record<string, string>> | undefined;
  /** Whether to ENABLE IMAP4rev2 where it is offered. Default false. @rfc 9051 6.3.1 */
  readonly rev2?: boolean | undefined;
  /** Whether to ENABLE UTF8=ACCEPT where it is offered. Default true. @rfc 9755 */
  readonly utf8?: boolean | undefined;
  /** Whether to compress where the server has COMPRESS=DEFLATE. Default false. @rfc 4978 */
  readonly compress?: boolean | undefined;
  /** Whether a connection that is lost is made again; mailboxes are opened again, `watch` and `download` go on. Default false. */
  readonly reconnect?: boolean | ReconnectOptions | undefined;
  /** The address to connect from. */
  readonly localAddress?: string | undefined;
  /** Try only addresses of this family. Default: both. */
  readonly family?: 'IPv4' | 'IPv6' | undefined;
  /** How long lookup and connecting may take together. Default 30000. */
  readonly connectTimeoutMs?: number | undefined;
  /** How long a TLS handshake may take. Default 30000. */
  readonly tlsTimeoutMs?: number | undefined;
  /** How long `logout` and `close` wait for the server. Default 3000. */
  readonly closeTimeoutMs?: number | undefined;
  /** How long one command may take, to its end; loops and downloads, which wait for their reader, are not bound. Default: no such deadline; `timeouts` bound silence. */
  readonly commandTimeoutMs?: number | undefined;
  /** How long the server may still answer a command that was given up; then the connection is closed. Default 10000. */
  readonly abortGraceMs?: number | undefined;
  /** How long `open` waits for its turn. Default 30000. */
  readonly waitTimeoutMs?: number | undefined;
  /** Octets of messages that wait for their reader in memory, for each `fetch`; what is more waits in a temporary file. Default 4 MiB. */
  readonly memoryOctets?: number | undefined;
  /** Octets that may wait in temporary files, for each `fetch`. Default 4 GiB. LIMIT_SPILLED_OCTETS. */
  readonly spilledOctets?: number | undefined;
  /** The folder of temporary files. Default: the system's. */
  readonly temporaryFolder?: string | undefined;
  /** Capabilities to take for not announced, in any case. Default none. */
  readonly disabled?: Iterable<string> | undefined;
  /** Gives up connecting. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the system's. */
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  /** Gets each line of the dialogue, secrets left out, literals counted. */
  readonly trace?: ((entry: TraceEntry) => void) | undefined;
  /** What the server wants the user to read (ALERT). @rfc 9051 7.1 */
  readonly onAlert?: ((text: string) => void) | undefined;
  /** How a host name becomes addresses. Default: the operating system's way. */
  readonly lookup?: Lookup | undefined;
  /** Makes the transport. Default: `dial` of `@mailwright/net`. */
  readonly dial?: Dial | undefined;
}

/** Options with their defaults. */
export interface ResolvedOptions {
  readonly target: { readonly host: string; readonly port: number } | { readonly path: string };
  /** For texts: the host, or the path. */
  readonly destination: string;
  readonly implicitTls: boolean;
  readonly tls: TlsPolicy;
  readonly servername: string | undefined;
  readonly material: { readonly ca: Pem | readonly Pem[] | undefined; readonly cert: Pem | undefined; readonly key: Pem | undefined; readonly passphrase: string | undefined; readonly minVersion: TlsVersion | undefined };
  readonly sessionCache: TlsSessionCache | undefined;
  readonly auth: CredentialSource | undefined;
  readonly mechanisms: readonly MechanismName[] | undefined;
  readonly allowClearTextAuth: boolean;
  readonly id: IdFields | undefined;
  readonly rev2: boolean;
  readonly utf8: boolean;
  readonly compress: boolean;
  readonly reconnect: ResolvedReconnect | undefined;
  readonly localAddress: string | undefined;
  readonly family: 'IPv4' | 'IPv6' | undefined;
  readonly connectTimeoutMs: number;
  readonly tlsTimeoutMs: number;
  readonly closeTimeoutMs: number;
  readonly commandTimeoutMs: number;
  readonly abortGraceMs: number;
  readonly waitTimeoutMs: number;
  readonly memoryOctets: number;
  readonly spilledOctets: number;
  readonly temporaryFolder: string | undefined;
  readonly machine: ClientOptionsInput;
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: ((entry: TraceEntry) => void) | undefined;
  readonly onAlert: ((text: string) => void) | undefined;
  readonly lookup: Lookup | undefined;
  readonly dial: Dial;
}

const IMAP_PORT = 143;
const IMPLICIT_TLS_PORT = 993;
const MIB = 1024 * 1024;

/**
 * Fills in the defaults, once.
 *
 * Errors: throws a `TypeError` for an option that does not exist, a combination that can't be, and a text that can't stand where it would go;
 * a `RangeError` for a number out of bounds.
 */
export function resolveOptions(input: ImapConnectOptions): ResolvedOptions {
  checkNames(input);
  const given: ImapConnectOptions = input.url === undefined ? input : { ...parseImapUrl(input.url), ...withoutUndefined(input) };
  const { implicitTls = false, auth, path, host = 'localhost', ca, cert, key, passphrase, minTlsVersion: minVersion } = given;
  const port = given.port ?? (implicitTls ? IMPLICIT_TLS_PORT : IMAP_PORT);
  if (path !== undefined && (given.host !== undefined || given.port !== undefined)) throw new TypeError('give either path or host and port');
  checkTarget(host, port, path);
  return {
    target: path === undefined ? { host, port } : { path },
    destination: path ?? host,
    implicitTls,
    tls: checkPolicy(given.tls ?? defaultPolicy(path, host, implicitTls || auth !== undefined), implicitTls),
    servername: given.servername,
    material: { ca, cert, key, passphrase, minVersion },
    sessionCache: given.sessionCache,
    auth: checkAuth(auth),
    mechanisms: given.mechanisms,
    allowClearTextAuth: given.allowClearTextAuth ?? false,
    id: given.id === undefined ? undefined : new Map(Object.entries(given.id)),
    rev2: given.rev2 ?? false,
    utf8: given.utf8 ?? true,
    compress: given.compress ?? false,
    reconnect: resolveReconnect(given.reconnect),
    localAddress: given.localAddress,
    family: given.family,
    connectTimeoutMs: patience('connectTimeoutMs', given.connectTimeoutMs ?? 30_000),
    tlsTimeoutMs: patience('tlsTimeoutMs', given.tlsTimeoutMs ?? 30_000),
    closeTimeoutMs: duration('closeTimeoutMs', given.closeTimeoutMs ?? 3000),
    commandTimeoutMs: patience('commandTimeoutMs', given.commandTimeoutMs ?? Infinity),
    abortGraceMs: duration('abortGraceMs', given.abortGraceMs ?? 10_000),
    waitTimeoutMs: duration('waitTimeoutMs', given.waitTimeoutMs ?? 30_000),
    memoryOctets: duration('memoryOctets', given.memoryOctets ?? 4 * MIB),
    spilledOctets: duration('spilledOctets', given.spilledOctets ?? 4096 * MIB),
    temporaryFolder: given.temporaryFolder,
    machine: machineOptions(given),
    signal: given.signal,
    clock: given.clock ?? systemClock,
    random: given.random ?? systemRandom,
    trace: given.trace,
    onAlert: given.onAlert,
    lookup: given.lookup,
    dial: given.dial ?? dial,
  };
}

/** The machine's options are checked here, before there is a connection. */
function machineOptions(given: ImapConnectOptions): ClientOptionsInput {
  const { tagPrefix, pipelineDepth, nonSynchronizingLiterals, bareLf, limits, timeouts } = given;
  const disabled = new Set([...(given.disabled ?? [])].map((name) => name.toUpperCase()));
  const machine = { disabled, tagPrefix, pipelineDepth, nonSynchronizingLiterals, bareLf, limits, timeouts };
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
  if ('user' in auth || 'pass' in auth) throw new TypeError("auth has username and password here, not imapflow's user and pass");
  for (const [field, value] of Object.entries(auth)) {
    if (typeof value === 'string' && /[\0\r\n]/.test(value)) throw new TypeError(`auth.${field} must be a text without CR, LF and NUL`);
  }
  return auth;
}

function checkTarget(host: string, port: number, path: string | undefined): void {
  if (typeof host !== 'string' || host === '' || /[\0-\x20\x7f]/.test(host)) throw new TypeError('host must be a host name or an IP address');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new RangeError(`port must be a whole number from 1 to 65535, not ${port}`);
  if (path !== undefined && (path === '' || path.includes('\0'))) throw new TypeError('path must be the path of a Unix socket');
}

function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
