/**
 * What a connection may be told. Every field has its default, unit and source here; `resolveOptions` fills them in once and refuses what can't be meant: a
 * misspelt name, a number out of bounds, CR, LF or NUL in a text.
 */
import { checkNumber, checkOptionNames, CONNECT_OPTION_NAMES, type ConnectOptions, type CredentialSource, namesInUpperCase, overUrl, type ProtocolDefaults, resolveConnectOptions, type ResolvedConnectOptions } from '@mailwright/driver';
import type { TlsPolicy } from '@mailwright/net';
import { type ClientOptions, type ClientOptionsInput, resolveClientOptions, type TranscriptEntry } from '@mailwright/pop3';
import type { MechanismName } from '@mailwright/sasl';
import { parsePop3Url } from './url.ts';

export type { CredentialSource, Dial } from '@mailwright/driver';

/** A way to log in: a mechanism of SASL, USER and PASS, or APOP. */
export type LoginMethod = MechanismName | 'USER' | 'APOP';

export interface Pop3ConnectOptions extends Omit<ClientOptionsInput, 'disabled'>, ConnectOptions {
  /** The server as one line: `pop3s://user:password@host:995/`. Other options overrule it. */
  readonly url?: string | undefined;
  /** Default 995 with `implicitTls`, else 110. @rfc 8314 3.2 */
  readonly port?: number | undefined;
  /** TLS from the first octet, as on port 995. Default false: STLS, as `tls` demands. @rfc 8314 3.2 */
  readonly implicitTls?: boolean | undefined;
  /** What is demanded of TLS. Default: `verified` for `host`, because a password is at stake; `none` for a Unix socket. */
  readonly tls?: TlsPolicy | undefined;
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
  /** How long the server may take to close after QUIT. Default 1000. */
  readonly closeTimeoutMs?: number | undefined;
  /** CAPA tags, in any case, to take for not announced. Default none. */
  readonly disabled?: Iterable<string> | undefined;
  /** Gets each line of the dialogue, secrets left out, messages counted. */
  readonly trace?: ((entry: TranscriptEntry) => void) | undefined;
}

/** Options with their defaults. */
export interface ResolvedOptions extends ResolvedConnectOptions {
  readonly mechanisms: readonly LoginMethod[] | undefined;
  readonly initialResponse: boolean;
  readonly utf8: boolean;
  readonly spillOctets: number;
  readonly drainOctets: number;
  readonly drainMs: number;
  readonly aheadOctets: number;
  readonly machine: ClientOptions;
  readonly trace: ((entry: TranscriptEntry) => void) | undefined;
}

const PROTOCOL: ProtocolDefaults = {
  port: 110, // RFC 1939 3
  implicitTlsPort: 995, // RFC 8314 3.2
  tlsWithoutCredentials: 'verified',
  closeTimeoutMs: 1000,
  userAndPass: "other clients'",
};

/** Every option once: the compiler sees that none is missing. */
const NAMES: Readonly<Record<keyof Pop3ConnectOptions, true>> = {
  ...CONNECT_OPTION_NAMES, mechanisms: true, initialResponse: true, utf8: true, spillOctets: true, drainOctets: true, drainMs: true, aheadOctets: true, trace: true, lineEnds: true, window: true,
  limits: true, timeouts: true,
};

/**
 * Fills in the defaults, once.
 *
 * Errors: throws a `TypeError` for an option that does not exist, a combination that can't be, and a text that can't stand where it would go; a `RangeError`
 * for a number out of bounds.
 */
export function resolveOptions(input: Pop3ConnectOptions | string): ResolvedOptions {
  const asked: Pop3ConnectOptions = typeof input === 'string' ? { url: input } : input;
  checkOptionNames(asked, NAMES);
  const given = overUrl(asked, parsePop3Url);
  const { lineEnds, window, limits, timeouts } = given;
  return {
    ...resolveConnectOptions(given, PROTOCOL),
    mechanisms: given.mechanisms,
    initialResponse: given.initialResponse ?? false,
    utf8: given.utf8 ?? false,
    spillOctets: checkNumber('spillOctets', given.spillOctets ?? 16_777_216),
    drainOctets: checkNumber('drainOctets', given.drainOctets ?? 67_108_864),
    drainMs: checkNumber('drainMs', given.drainMs ?? 60_000),
    aheadOctets: checkNumber('aheadOctets', given.aheadOctets ?? 262_144),
    machine: resolveClientOptions({ lineEnds, window, limits, timeouts, disabled: namesInUpperCase(given.disabled) }),
    trace: given.trace,
  };
}
