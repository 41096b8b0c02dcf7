/** What a server session may be told. Every field has its default, unit and source here; `resolveServerOptions` fills them once. */
import { fillNumbers } from '@mailwright/wire';
import type { LineEndPolicy } from '@mailwright/wire';
import { encodeHello } from './commands/hello-domain.ts';
import { reply } from './reply.ts';

/** Bounds on what a client may send. Reaching one gives the coded reply named beside it; nothing grows past it. */
export interface ServerLimits {
  /** Octets of a command line, CRLF included. Default 2048: RFC 5321 4.5.3.1.4 asks for 512, parameters add to it. 500 5.5.2. */
  readonly lineOctets: number;
  /** Octets of a line in an AUTH exchange. Default 12288. 500 5.5.6. @rfc 4954 4 */
  readonly authOctets: number;
  /** Octets of a message as SIZE counts them. Default 26214400 (25 MiB). 552 5.3.4. @rfc 1870 6.1 */
  readonly messageOctets: number;
  /** Accepted recipients of one transaction. Default 1000; RFC 5321 4.5.3.1.8 asks for at least 100. 452 4.5.3. */
  readonly recipients: number;
  /** Commands answered with 5xx before the session is ended with 421 4.7.0. Default 20. */
  readonly errors: number;
  /** Commands before the session is authenticated or a transaction is under way: NOOP, RSET, VRFY, ... Default 200. 421 4.7.0. */
  readonly idleCommands: number;
  /** Transactions of one session. Default Infinity. 421 4.7.0. */
  readonly transactions: number;
}

/** Milliseconds. The defaults are those of RFC 5321 4.5.3.2.7 and, for what a server waits for inside DATA, 4.5.3.2.5. */
export interface ServerTimeouts {
  /** From the reply to the end of the next command line, however it drips. Default 300000. */
  readonly commandMs: number;
  /** Between two pieces of message data. Default 180000. */
  readonly dataBlockMs: number;
  /** The whole of one message's data. Default 3600000: a peer that drips one octet a minute ends here. */
  readonly messageMs: number;
  /** From the greeting to the close. Default Infinity. */
  readonly sessionMs: number;
}

/** The resolved options of a server machine: no optional fields. */
export interface ServerOptions {
  /** The server's name in the greeting and in the reply to EHLO. */
  readonly hostname: string;
  /** What stands behind the name in the greeting. Default `ESMTP mailwright`. */
  readonly banner: string;
  /** EHLO keywords that are not announced and whose commands and parameters are refused. Default none. */
  readonly disabled: ReadonlySet<string>;
  /** SASL mechanisms to announce; none switches AUTH off. */
  readonly mechanisms: readonly string[];
  /** True when the driver can do a TLS handshake: announces STARTTLS in clear text. */
  readonly startTls: boolean;
  /** 530 5.7.0 to everything but EHLO, NOOP, STARTTLS, QUIT in clear text. @rfc 3207 4 */
  readonly requireTls: boolean;
  /** 530 5.7.0 to MAIL before AUTH. @rfc 4954 6 */
  readonly requireAuth: boolean;
  /** Whether a mechanism that shows the password (PLAIN, LOGIN, XOAUTH2, OAUTHBEARER) may run without TLS. Default `refuse`. */
  readonly clearTextAuth: 'refuse' | 'allow';
  /** What happens to bare CR and bare LF in a message. Default `reject`. @rfc 5321 2.3.8 */
  readonly lineEnds: LineEndPolicy;
  /** What happens to NUL in a message. Default `reject`; BINARYMIME messages are exempt from both. */
  readonly nul: LineEndPolicy;
  /**
   * Octets above 127 in a message whose MAIL said neither BODY=8BITMIME nor BODY=BINARYMIME. Default `pass`: many clients
   * never say it, and nothing here is harmed by them. `reject` answers 554 5.6.3. @rfc 6152 3
   */
  readonly eightBit: 'pass' | 'reject';
  readonly limits: ServerLimits;
  readonly timeouts: ServerTimeouts;
}

/** Input to `resolveServerOptions`: everything but the name has a default. */
export type ServerOptionsInput = { readonly hostname: string } & {
  readonly [K in Exclude<keyof ServerOptions, 'hostname' | 'limits' | 'timeouts'>]?: ServerOptions[K] | undefined;
} & {
  readonly limits?: { readonly [K in keyof ServerLimits]?: number | undefined } | undefined;
  readonly timeouts?: { readonly [K in keyof ServerTimeouts]?: number | undefined } | undefined;
};

/** The defaults of every server. */
export const SERVER_DEFAULTS: Omit<ServerOptions, 'hostname'> = {
  banner: 'ESMTP mailwright',
  disabled: new Set(),
  mechanisms: [],
  startTls: false,
  requireTls: false,
  requireAuth: false,
  clearTextAuth: 'refuse',
  lineEnds: 'reject',
  nul: 'reject',
  eightBit: 'pass',
  limits: {
    lineOctets: 2048,
    authOctets: 12_288,
    messageOctets: 26_214_400,
    recipients: 1000,
    errors: 20,
    idleCommands: 200,
    transactions: Infinity,
  },
  timeouts: { commandMs: 300_000, dataBlockMs: 180_000, messageMs: 3_600_000, sessionMs: Infinity },
};

/**
 * Fills in the defaults, once.
 * Errors: a `RangeError` names a limit or a timeout that is no number from 0; a `TypeError` says that the name is none, or that
 * the greeting can't be said.
 */
export function resolveServerOptions(input: ServerOptionsInput): ServerOptions {
  const { limits, timeouts, ...rest } = input;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) as typeof rest;
  encodeHello('EHLO', input.hostname);
  reply(220, undefined, `${input.hostname} ${input.banner ?? SERVER_DEFAULTS.banner}`);
  return {
    ...(SERVER_DEFAULTS as ServerOptions),
    ...(given as Partial<ServerOptions>),
    limits: fillNumbers(SERVER_DEFAULTS.limits, limits, 'limits'),
    timeouts: fillNumbers(SERVER_DEFAULTS.timeouts, timeouts, 'timeouts'),
  };
}
