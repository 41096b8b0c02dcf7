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
import { checkAboveZero, checkNumber, type ConnectOptions, type CredentialSource, namesInUpperCase, overUrl, type ProtocolDefaults, resolveConnectOptions, type ResolvedConnectOptions } from '@mailwright/driver';
import { type ClientOptionsInput, type IdFields, resolveClientOptions } from '@mailwright/imap';
import type { TlsPolicy } from '@mailwright/net';
import type { MechanismName } from '@mailwright/sasl';
import { checkNames } from './option-names.ts';
import { resolveReconnect, type ReconnectOptions, type ResolvedReconnect } from './reconnect-options.ts';
import type { TraceEntry } from './trace.ts';
import { parseImapUrl } from './url.ts';

export type { CredentialSource, Dial } from '@mailwright/driver';

type MachineOptions = Omit<ClientOptionsInput, 'disabled'>;

export interface ImapConnectOptions extends MachineOptions, ConnectOptions {
  /** The server as one line: `imaps://user:password@host`. Other options overrule it. */
  readonly url?: string | undefined;
  /** Default 993 with `implicitTls`, else 143. @rfc 8314 3.2 */
  readonly port?: number | undefined;
  /** TLS from the first octet, as on port 993. Default false: STARTTLS, as `tls` demands. */
  readonly implicitTls?: boolean | undefined;
  /** What is demanded of TLS. Default: `verified` for `host` with credentials or `implicitTls`; else `opportunistic`. */
  readonly tls?: TlsPolicy | undefined;
  /** Who we are. A function is asked for each connection. Default: no login, for servers that greet with PREAUTH. */
  readonly auth?: CredentialSource | undefined;
  /** Only these mechanisms may be used, and not the LOGIN command. Default: the strongest that is offered and fits. */
  readonly mechanisms?: readonly MechanismName[] | undefined;
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
  /** How long `logout` and `close` wait for the server. Default 3000. */
  readonly closeTimeoutMs?: number | undefined;
  /** How long one command may take, to its end; for loops over `fetch` and downloads, how long their reader waits for the next thing. Default: no such deadline; `timeouts` bound silence. */
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
  /** Gets each line of the dialogue, secrets left out, literals counted. What it throws is told on `mailwright:imap-client:session` alone. */
  readonly trace?: ((entry: TraceEntry) => void) | undefined;
  /** What the server wants the user to read (ALERT). What it throws is told on `mailwright:imap-client:session` alone. @rfc 9051 7.1 */
  readonly onAlert?: ((text: string) => void) | undefined;
}

/** Options with their defaults. */
export interface ResolvedOptions extends ResolvedConnectOptions {
  readonly mechanisms: readonly MechanismName[] | undefined;
  readonly id: IdFields | undefined;
  readonly rev2: boolean;
  readonly utf8: boolean;
  readonly compress: boolean;
  readonly reconnect: ResolvedReconnect | undefined;
  readonly commandTimeoutMs: number;
  readonly abortGraceMs: number;
  readonly waitTimeoutMs: number;
  readonly memoryOctets: number;
  readonly spilledOctets: number;
  readonly temporaryFolder: string | undefined;
  readonly machine: ClientOptionsInput;
  readonly trace: ((entry: TraceEntry) => void) | undefined;
  readonly onAlert: ((text: string) => void) | undefined;
}

const PROTOCOL: ProtocolDefaults = { port: 143, implicitTlsPort: 993, tlsWithoutCredentials: 'opportunistic', closeTimeoutMs: 3000, userAndPass: "imapflow's" };
const MIB = 1024 * 1024;

/**
 * Fills in the defaults, once.
 *
 * Errors: throws a `TypeError` for an option that does not exist, a combination that can't be, and a text that can't stand where it would go;
 * a `RangeError` for a number out of bounds.
 */
export function resolveOptions(input: ImapConnectOptions): ResolvedOptions {
  checkNames(input);
  const given = overUrl(input, parseImapUrl);
  return {
    ...resolveConnectOptions(given, PROTOCOL),
    mechanisms: given.mechanisms,
    id: given.id === undefined ? undefined : new Map(Object.entries(given.id)),
    rev2: given.rev2 ?? false,
    utf8: given.utf8 ?? true,
    compress: given.compress ?? false,
    reconnect: resolveReconnect(given.reconnect),
    commandTimeoutMs: checkAboveZero('commandTimeoutMs', given.commandTimeoutMs ?? Infinity),
    abortGraceMs: checkNumber('abortGraceMs', given.abortGraceMs ?? 10_000),
    waitTimeoutMs: checkNumber('waitTimeoutMs', given.waitTimeoutMs ?? 30_000),
    memoryOctets: checkNumber('memoryOctets', given.memoryOctets ?? 4 * MIB),
    spilledOctets: checkNumber('spilledOctets', given.spilledOctets ?? 4096 * MIB),
    temporaryFolder: given.temporaryFolder,
    machine: machineOptions(given),
    trace: given.trace,
    onAlert: given.onAlert,
  };
}

/** The machine's options are checked here, before there is a connection. */
function machineOptions(given: ImapConnectOptions): ClientOptionsInput {
  const { tagPrefix, pipelineDepth, nonSynchronizingLiterals, bareLf, limits, timeouts } = given;
  const machine = { disabled: namesInUpperCase(given.disabled), tagPrefix, pipelineDepth, nonSynchronizingLiterals, bareLf, limits, timeouts };
  resolveClientOptions(machine);
  return machine;
}
