/** What a server session may be told. Every field has its default, unit and source here; `resolveServerOptions` fills them once. */
import { fillNumbers } from '@mailwright/wire';
import { type ImapLimits, SERVER_LIMITS } from '../limits.ts';
import { allCapabilities, type CapabilitySet, resolveCapabilities } from './capabilities.ts';

/** Bounds on what a client may send and leave unread, beside those of the grammar. */
export interface ServerLimits extends ImapLimits {
  /** Octets of one command before the client has logged in, literals counted. Default 16 KiB. LIMIT_FRAME_OCTETS. */
  readonly loginFrameOctets: number;
  /** Octets of a line in an AUTHENTICATE exchange. Default 12288. LIMIT_AUTH_OCTETS. @rfc 4954 4 */
  readonly authOctets: number;
  /** Commands answered with BAD, and logins refused with NO, before the session ends with BYE. Default 20. LIMIT_ERRORS. */
  readonly errors: number;
  /** Commands before the login. Default 100. LIMIT_LOGIN_COMMANDS. */
  readonly loginCommands: number;
  /** Octets of output that wait to be taken; no command is begun above it. Default 1 MiB. */
  readonly outputOctets: number;
}

/** Milliseconds. */
export interface ServerTimeouts {
  /** From the connection to the login, whatever is said meanwhile. Default 180000. IMAP_TIMEOUT. */
  readonly loginMs: number;
  /** Between two commands of a client that has logged in, IDLE included: the autologout timer. Default 1860000. @rfc 9051 5.4 */
  readonly autologoutMs: number;
  /** Inside a command: until its line is complete, and between two pieces of a literal. Default 300000. */
  readonly commandMs: number;
  /** Inside a command as a whole, its literals and what the driver takes for them included: a client that drips gains no more. Default 3600000. */
  readonly wholeCommandMs: number;
  /** During IDLE: after this silence of the server it says `* OK Still here`. Default 120000. @rfc 2177 3 */
  readonly keepaliveMs: number;
  /** Output that nobody takes, as the client reads nothing. Default 600000. */
  readonly outputMs: number;
}

/** The resolved options of a server machine: no optional fields. */
export interface ServerOptions {
  /** What the greeting says. Default `mailwright IMAP server ready`. */
  readonly banner: string;
  /** Everything that is switched on. Default: all that is registered and needs no value. */
  readonly capabilities: CapabilitySet;
  /** SASL mechanisms to announce. Default none. */
  readonly mechanisms: readonly string[];
  /** True when the driver can do a TLS handshake: announces STARTTLS in clear text. Default false. */
  readonly startTls: boolean;
  /** Whether LOGIN and mechanisms that show the password may run without TLS. Default `refuse`. @rfc 9051 11.3 */
  readonly clearTextAuth: 'refuse' | 'allow';
  /** Whether the greeting and the answers to logins carry the capabilities. Default true. @rfc 9051 7.1 */
  readonly capabilityCodes: boolean;
  readonly limits: ServerLimits;
  readonly timeouts: ServerTimeouts;
}

/** Input to `resolveServerOptions`: everything has a default. */
export type ServerOptionsInput = {
  readonly [K in Exclude<keyof ServerOptions, 'capabilities' | 'limits' | 'timeouts'>]?: ServerOptions[K] | undefined;
} & {
  readonly capabilities?: Iterable<string> | undefined;
  readonly limits?: { readonly [K in keyof ServerLimits]?: number | undefined } | undefined;
  readonly timeouts?: { readonly [K in keyof ServerTimeouts]?: number | undefined } | undefined;
};

/** Mechanisms that show a password or a token to whoever listens. */
export const PLAINTEXT_MECHANISMS: ReadonlySet<string> = new Set(['PLAIN', 'LOGIN', 'XOAUTH2', 'OAUTHBEARER']);

const LIMITS: ServerLimits = { ...SERVER_LIMITS, loginFrameOctets: 16_384, authOctets: 12_288, errors: 20, loginCommands: 100, outputOctets: 1_048_576 };
const TIMEOUTS: ServerTimeouts = {
  loginMs: 180_000, autologoutMs: 1_860_000, commandMs: 300_000, wholeCommandMs: 3_600_000, keepaliveMs: 120_000, outputMs: 600_000,
};

/**
 * Fills in the defaults, once.
 * Errors: a `RangeError` names a limit or a timeout that is no number from 0, a `TypeError` a capability or a banner that can't be said.
 */
export function resolveServerOptions(input: ServerOptionsInput): ServerOptions {
  const banner = input.banner ?? 'mailwright IMAP server ready';
  if (!/^[^\r\n\0[][^\r\n\0]*$/.test(banner)) throw new TypeError(`not a text of a greeting: ${JSON.stringify(banner)}`);
  return {
    banner,
    capabilities: resolveCapabilities(input.capabilities ?? allCapabilities()),
    mechanisms: (input.mechanisms ?? []).map((mechanism) => mechanism.toUpperCase()),
    startTls: input.startTls ?? false,
    clearTextAuth: input.clearTextAuth ?? 'refuse',
    capabilityCodes: input.capabilityCodes ?? true,
    limits: fillNumbers(LIMITS, input.limits, 'limits'),
    timeouts: fillNumbers(TIMEOUTS, input.timeouts, 'timeouts'),
  };
}
