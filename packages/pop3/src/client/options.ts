/** What a client machine may be told. Every field has its default, unit and source here. */
import { fillNumbers } from '@mailwright/wire';
import type { LineEnds } from '../text-reader.ts';

/** How long each wait may last, in milliseconds. Octets that drip in win no time, but for the text of a message. */
export interface ClientTimeouts {
  /** The greeting. Default 60000. */
  readonly greetingMs: number;
  /** From the moment a command is the next to be answered to the end of its response. Default 120000; no RFC names one. */
  readonly commandMs: number;
  /** Between two pieces of a message, or of a listing. Default 120000. */
  readonly textMs: number;
}

export interface ClientLimits {
  /** Octets of one line of a response, line end included. Default 8192; RFC 2449 4 allows 512 for a status line. Code `LIMIT_LINE_OCTETS`. */
  readonly lineOctets: number;
  /** Octets of one challenge. Default 12288. Code `LIMIT_LINE_OCTETS`. @rfc 5034 4 */
  readonly authOctets: number;
  /** Lines of one listing. Default 1000000. Code `LIMIT_REPLY_LINES`. */
  readonly replyLines: number;
  /** Octets of one listing. Default 67108864 (64 MiB). Code `LIMIT_REPLY_OCTETS`. */
  readonly replyOctets: number;
  /** Octets of one message; it is not kept, so nothing grows with it. Default Infinity. Code `LIMIT_MESSAGE_OCTETS`. */
  readonly messageOctets: number;
}

/** The resolved options of a client machine: no optional fields. */
export interface ClientOptions {
  /** CAPA tags, in upper case, to take for not announced, to work round a server. Default none. */
  readonly disabled: ReadonlySet<string>;
  /** What ends a line. Default `crlf`; `lf-too` is for servers that send bare LF. @rfc 1939 3 */
  readonly lineEnds: LineEnds;
  /** Commands in flight at most, where the server offers PIPELINING. Default 64. @rfc 2449 6.6 */
  readonly window: number;
  readonly limits: ClientLimits;
  readonly timeouts: ClientTimeouts;
}

/** Input to `resolveClientOptions`: everything has a default. */
export type ClientOptionsInput = { readonly [K in Exclude<keyof ClientOptions, 'limits' | 'timeouts'>]?: ClientOptions[K] | undefined } & {
  readonly limits?: { readonly [K in keyof ClientLimits]?: number | undefined } | undefined;
  readonly timeouts?: { readonly [K in keyof ClientTimeouts]?: number | undefined } | undefined;
};

/** The defaults of every client. */
export const CLIENT_DEFAULTS: ClientOptions = {
  disabled: new Set(),
  lineEnds: 'crlf',
  window: 64,
  limits: { lineOctets: 8192, authOctets: 12_288, replyLines: 1_000_000, replyOctets: 67_108_864, messageOctets: Infinity },
  timeouts: { greetingMs: 60_000, commandMs: 120_000, textMs: 120_000 },
};

/**
 * Fills in the defaults, once.
 * Errors: a `RangeError` names a number that is no number from 0 (the window: a whole number from 1); a `TypeError` for another `lineEnds`.
 */
export function resolveClientOptions(input: ClientOptionsInput = {}): ClientOptions {
  const options: ClientOptions = {
    disabled: input.disabled ?? CLIENT_DEFAULTS.disabled,
    lineEnds: input.lineEnds ?? CLIENT_DEFAULTS.lineEnds,
    window: input.window ?? CLIENT_DEFAULTS.window,
    limits: fillNumbers(CLIENT_DEFAULTS.limits, input.limits, 'limits'),
    timeouts: fillNumbers(CLIENT_DEFAULTS.timeouts, input.timeouts, 'timeouts'),
  };
  if (!Number.isInteger(options.window) || options.window < 1) throw new RangeError(`window must be a whole number from 1, not ${options.window}`);
  if (options.lineEnds !== 'crlf' && options.lineEnds !== 'lf-too') throw new TypeError("lineEnds is 'crlf' or 'lf-too'");
  return options;
}
