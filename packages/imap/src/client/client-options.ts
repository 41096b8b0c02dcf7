/** What a client machine may be told. Every field has its default, unit and source here; `resolveClientOptions` fills them once. */
import { fillNumbers } from '@mailwright/wire';
import { CLIENT_LIMITS, type ImapLimits } from '../limits.ts';

/** Milliseconds. `Infinity` switches one off. */
export interface ClientTimeouts {
  /** The greeting, whatever drips in meanwhile. Default 60000. */
  readonly greetingMs: number;
  /** A login as a whole: STARTTLS, LOGIN, AUTHENTICATE, without the time that the driver takes. Default 120000. */
  readonly loginMs: number;
  /**
   * Silence while a command is in flight: no octet in either direction. Servers that work for long say `* OK` meanwhile. Default 300000.
   * @rfc 9585 4
   */
  readonly silenceMs: number;
  /** How long IDLE lasts before it is begun anew. Servers may close after 30 minutes without a command. Default 1680000. @rfc 2177 3 */
  readonly idleRestartMs: number;
  /** Silence during IDLE. Servers need not say anything, so the default is Infinity; those that say `* OK Still here` do it every 2 minutes. */
  readonly idleSilenceMs: number;
  /** The answer to DONE, whatever else comes meanwhile: here a dead connection is noticed. Default 30000. */
  readonly idleDoneMs: number;
  /** LOGOUT as a whole. Default 10000. */
  readonly logoutMs: number;
}

/** The resolved options of a client machine: no optional fields. */
export interface ClientOptions {
  /** What tags begin with; a number follows. Default `A`. */
  readonly tagPrefix: string;
  /** Capabilities to take for not announced, in upper case, to work round a server. Default none. */
  readonly disabled: ReadonlySet<string>;
  /** How many commands may be in flight where RFC 9051 5.5 allows more than one. Default 64; 1 waits for every answer. */
  readonly pipelineDepth: number;
  /** Whether LITERAL+ and LITERAL- are made use of. Default true; false waits for `+` before every literal. @rfc 7888 3 */
  readonly nonSynchronizingLiterals: boolean;
  /** Whether lines that end in a bare LF are taken. Default false. */
  readonly bareLf: boolean;
  readonly limits: ImapLimits;
  readonly timeouts: ClientTimeouts;
}

/** Input to `resolveClientOptions`: everything has a default. */
export type ClientOptionsInput = {
  readonly [K in Exclude<keyof ClientOptions, 'limits' | 'timeouts'>]?: ClientOptions[K] | undefined;
} & {
  readonly limits?: { readonly [K in keyof ImapLimits]?: number | undefined } | undefined;
  readonly timeouts?: { readonly [K in keyof ClientTimeouts]?: number | undefined } | undefined;
};

const TIMEOUTS: ClientTimeouts = {
  greetingMs: 60_000, loginMs: 120_000, silenceMs: 300_000, idleRestartMs: 1_680_000, idleSilenceMs: Infinity, idleDoneMs: 30_000, logoutMs: 10_000,
};
/** tag = 1*<any ASTRING-CHAR except "+">; letters and digits are what every server takes. */
const TAG_PREFIX = /^[A-Za-z][A-Za-z0-9]{0,15}$/;

/**
 * Fills in the defaults, once.
 * Errors: a `RangeError` names a number that is none, a `TypeError` a prefix that can't begin a tag.
 */
export function resolveClientOptions(input: ClientOptionsInput = {}): ClientOptions {
  const tagPrefix = input.tagPrefix ?? 'A';
  if (!TAG_PREFIX.test(tagPrefix)) throw new TypeError(`tags can't begin with ${JSON.stringify(tagPrefix)}`);
  const pipelineDepth = input.pipelineDepth ?? 64;
  if (!(pipelineDepth >= 1)) throw new RangeError(`pipelineDepth must be a number from 1, not ${pipelineDepth}`);
  return {
    tagPrefix,
    disabled: input.disabled ?? new Set(),
    pipelineDepth,
    nonSynchronizingLiterals: input.nonSynchronizingLiterals ?? true,
    bareLf: input.bareLf ?? false,
    limits: fillNumbers(CLIENT_LIMITS, input.limits, 'limits'),
    timeouts: fillNumbers(TIMEOUTS, input.timeouts, 'timeouts'),
  };
}
