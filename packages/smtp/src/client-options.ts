/** What a client machine may be told. Every field has its default, unit and source here. */
import { fillNumbers } from '@mailwright/wire';
import type { LineEndPolicy } from '@mailwright/wire';
import { DEFAULT_REPLY_LIMITS } from './reply-parse.ts';

/**
 * How long each phase may last, in milliseconds: from the moment its command left (or the reply before it came) to the
 * end of its reply. Octets that drip in meanwhile win no time. The defaults are the least that RFC 5321 4.5.3.2 allows.
 */
export interface ClientTimeouts {
  /** The greeting. Default 300000. @rfc 5321 4.5.3.2.1 */
  readonly greetingMs: number;
  /** EHLO, HELO, STARTTLS, AUTH, RSET, NOOP, VRFY, QUIT. Default 300000; RFC 5321 names none. */
  readonly commandMs: number;
  /** MAIL. Default 300000. @rfc 5321 4.5.3.2.2 */
  readonly mailMs: number;
  /** RCPT. Default 300000. @rfc 5321 4.5.3.2.3 */
  readonly rcptMs: number;
  /** DATA, to its 354. Default 120000. @rfc 5321 4.5.3.2.4 */
  readonly dataMs: number;
  /** Each piece of the message, until the peer took it. Default 180000. @rfc 5321 4.5.3.2.5 */
  readonly dataBlockMs: number;
  /** The verdict on the message. Default 600000. @rfc 5321 4.5.3.2.6 */
  readonly finalDotMs: number;
}

export interface ClientLimits {
  /** Octets of one reply line, CRLF included. Default 4096; RFC 5321 4.5.3.1.5 asks for 512. Code `LIMIT_LINE_OCTETS`. */
  readonly lineOctets: number;
  /** Lines of one reply. Default 128. Code `LIMIT_REPLY_LINES`. */
  readonly replyLines: number;
  /** Octets of one reply, all its lines together. Default 65536. Code `LIMIT_REPLY_OCTETS`. */
  readonly replyOctets: number;
}

/** The resolved options of a client machine: no optional fields. */
export interface ClientOptions {
  /** The argument of EHLO. @rfc 5321 4.1.1.1 */
  readonly helloDomain: string;
  /** EHLO keywords to take for not announced, to work round a server. Default none. */
  readonly disabled: ReadonlySet<string>;
  /** Whether a recipient that is refused stops the message for all (`all`) or not (`any`). Default `any`. */
  readonly requireRecipients: 'any' | 'all';
  /** Whether the next MAIL may stand behind the end of a message in one group. Default true. @rfc 2920 3.1 */
  readonly pipelineBehindMessage: boolean;
  /**
   * How many BDAT transactions may be in flight on the connection. Default 1. Only for a server that is known to read a
   * chunk that it refuses (RFC 3030 2 demands it): one that does not would take the message for commands.
   */
  readonly window: number;
  /** What happens to bare CR, bare LF in a message. Default `reject`. @rfc 5321 2.3.8 */
  readonly lineEnds: LineEndPolicy;
  /** What happens to NUL in a message that is not BINARYMIME. Default `reject`. */
  readonly nul: LineEndPolicy;
  readonly limits: ClientLimits;
  readonly timeouts: ClientTimeouts;
}

/** Input to `resolveClientOptions`: everything but the EHLO name has a default. */
export type ClientOptionsInput = { readonly helloDomain: string } & {
  readonly [K in Exclude<keyof ClientOptions, 'helloDomain' | 'limits' | 'timeouts'>]?: ClientOptions[K] | undefined;
} & {
  readonly limits?: { readonly [K in keyof ClientLimits]?: number | undefined } | undefined;
  readonly timeouts?: { readonly [K in keyof ClientTimeouts]?: number | undefined } | undefined;
};

/** The defaults of every client. */
export const CLIENT_DEFAULTS: Omit<ClientOptions, 'helloDomain'> = {
  disabled: new Set(),
  requireRecipients: 'any',
  pipelineBehindMessage: true,
  window: 1,
  lineEnds: 'reject',
  nul: 'reject',
  limits: { lineOctets: 4096, ...DEFAULT_REPLY_LIMITS },
  timeouts: {
    greetingMs: 300_000,
    commandMs: 300_000,
    mailMs: 300_000,
    rcptMs: 300_000,
    dataMs: 120_000,
    dataBlockMs: 180_000,
    finalDotMs: 600_000,
  },
};

/**
 * Fills in the defaults, once.
 * Errors: a `RangeError` names a number that is negative, NaN or, for counts, not whole.
 */
export function resolveClientOptions(input: ClientOptionsInput): ClientOptions {
  const options: ClientOptions = {
    helloDomain: input.helloDomain,
    disabled: input.disabled ?? CLIENT_DEFAULTS.disabled,
    requireRecipients: input.requireRecipients ?? CLIENT_DEFAULTS.requireRecipients,
    pipelineBehindMessage: input.pipelineBehindMessage ?? CLIENT_DEFAULTS.pipelineBehindMessage,
    window: input.window ?? CLIENT_DEFAULTS.window,
    lineEnds: input.lineEnds ?? CLIENT_DEFAULTS.lineEnds,
    nul: input.nul ?? CLIENT_DEFAULTS.nul,
    limits: fillNumbers(CLIENT_DEFAULTS.limits, input.limits, 'limits'),
    timeouts: fillNumbers(CLIENT_DEFAULTS.timeouts, input.timeouts, 'timeouts'),
  };
  if (!Number.isInteger(options.window) || options.window < 1) throw new RangeError(`window must be a whole number from 1, not ${options.window}`);
  return options;
}
