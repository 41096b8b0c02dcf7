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
import { type ConnectOptions, type CredentialSource, namesInUpperCase, overUrl, type ProtocolDefaults, resolveConnectOptions, type ResolvedConnectOptions } from '@mailwright/driver';
import type { Endpoint, TlsPolicy, TlsSessionCache } from '@mailwright/net';
import type { MechanismName } from '@mailwright/sasl';
import { type ClientOptionsInput, resolveClientOptions, type TranscriptEntry } from '@mailwright/smtp';
import { checkNames } from './option-names.ts';
import { parseSmtpUrl } from './url.ts';

export type { CredentialSource, Dial } from '@mailwright/driver';

type MachineOptions = Omit<ClientOptionsInput, 'helloDomain' | 'disabled'>;

export interface SmtpConnectOptions extends MachineOptions, ConnectOptions {
  /** The server as one line: `smtps://user:password@host:465/?name=client.example`. Other options overrule it. */
  readonly url?: string | undefined;
  /** Default 465 with `implicitTls`, else 587, the port of submission. @rfc 6409 3.1 @rfc 8314 3.3 */
  readonly port?: number | undefined;
  /** TLS from the first octet, as on port 465. Default false: STARTTLS, as `tls` demands. */
  readonly implicitTls?: boolean | undefined;
  /**
   * What is demanded of TLS. Default: `verified` for `host` with credentials or `implicitTls`; else `opportunistic`: STARTTLS where
   * it is offered, whoever answers, and in clear text on a new connection if the handshake fails.
   */
  readonly tls?: TlsPolicy | undefined;
  /** Where TLS sessions are kept to be resumed. Default: a pool has one of its own, a connection has none. */
  readonly sessionCache?: TlsSessionCache | undefined;
  /** Who we are. A function is asked for each connection. Default: no login. */
  readonly auth?: CredentialSource | undefined;
  /** Only these mechanisms may be used. Default: the strongest that is offered and fits. */
  readonly mechanisms?: readonly MechanismName[] | undefined;
  /**
   * The argument of EHLO: a domain or an address literal. Default: this machine's name if it is a full one, else the address of
   * the connection as a literal. @rfc 5321 4.1.3
   */
  readonly helloDomain?: string | undefined;
  /** How long the server may take to close after QUIT. Default 1000. */
  readonly closeTimeoutMs?: number | undefined;
  /** EHLO keywords, in any case, to take for not announced. Default none. */
  readonly disabled?: Iterable<string> | undefined;
  /** Gets each line of the dialogue, secrets left out, message text counted. */
  readonly trace?: ((entry: TranscriptEntry) => void) | undefined;
}

/** Options with their defaults. */
export interface ResolvedOptions extends ResolvedConnectOptions {
  readonly mechanisms: readonly MechanismName[] | undefined;
  readonly helloDomain: string | undefined;
  /** Everything of the machine's but the EHLO name, which may need the connection. */
  readonly machine: ClientOptionsInput;
  readonly trace: ((entry: TranscriptEntry) => void) | undefined;
}

const PROTOCOL: ProtocolDefaults = {
  port: 587, // RFC 6409 3.1
  implicitTlsPort: 465, // RFC 8314 3.3
  tlsWithoutCredentials: 'opportunistic',
  closeTimeoutMs: 1000,
  userAndPass: "nodemailer's",
};
const PLACEHOLDER_DOMAIN = 'localhost';

/**
 * Fills in the defaults, once.
 *
 * Errors: throws a `TypeError` for an option that does not exist, a combination that can't be, and a text that can't stand
 * where it would go; a `RangeError` for a number out of bounds.
 */
export function resolveOptions(input: SmtpConnectOptions): ResolvedOptions {
  checkNames(input);
  const given = overUrl(input, parseSmtpUrl);
  return {
    ...resolveConnectOptions(given, PROTOCOL),
    mechanisms: given.mechanisms,
    helloDomain: given.helloDomain === undefined ? undefined : checkHelloDomain(given.helloDomain),
    machine: machineOptions(given),
    trace: given.trace,
  };
}

/** The machine's options are checked here, before there is a connection. */
function machineOptions(given: SmtpConnectOptions): ClientOptionsInput {
  const { requireRecipients, pipelineBehindMessage, window, lineEnds, nul, limits, timeouts } = given;
  const machine = { helloDomain: PLACEHOLDER_DOMAIN, disabled: namesInUpperCase(given.disabled), requireRecipients, pipelineBehindMessage, window, lineEnds, nul, limits, timeouts };
  oneOf('requireRecipients', requireRecipients, ['any', 'all']);
  oneOf('lineEnds', lineEnds, ['reject', 'normalize', 'pass']);
  oneOf('nul', nul, ['reject', 'normalize', 'pass']);
  resolveClientOptions(machine);
  return machine;
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
