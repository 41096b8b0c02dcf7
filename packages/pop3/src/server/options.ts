/** What a server session may be told. Every field has its default, unit and source here; `resolveServerOptions` fills them once. */
import { fillNumbers } from '@mailwright/wire';
import { apopTimestamp } from '../commands/apop.ts';
import { encodeLanguageListing, type LanguageListing } from '../listings.ts';
import { ok } from '../response.ts';
import type { StoredLineEnds } from '../text-stuffer.ts';

/** Bounds on what a client may send. Reaching one gives -ERR; nothing grows past it. */
export interface ServerLimits {
  /** Octets of a command line, CRLF included. Default 255. @rfc 2449 4 */
  readonly lineOctets: number;
  /** Octets of a line in an AUTH exchange. Default 12288. @rfc 5034 4 */
  readonly authOctets: number;
  /** Refused commands before the session is ended. Default 20. */
  readonly errors: number;
  /** Refused logins before the session is ended. Default 5. */
  readonly authAttempts: number;
  /** Commands before the login: CAPA, NOOP, LANG, ... Default 100. */
  readonly idleCommands: number;
}

/** Milliseconds. */
export interface ServerTimeouts {
  /** From the response to the end of the next command line, however it drips. Default 600000, the least that is allowed. @rfc 1939 3 */
  readonly commandMs: number;
  /** The same before the login, where nothing would be lost. Default 180000. */
  readonly authorizationMs: number;
  /** From the greeting to the close. Default Infinity. */
  readonly sessionMs: number;
}

/** The resolved options of a server machine: no optional fields. */
export interface ServerOptions {
  /** The text of the greeting. Default `POP3 server ready`. */
  readonly banner: string;
  /** What APOP is computed over, fresh for each connection: `<1896.697170952@dbc.mtview.ca.us>`. It stands behind the banner. Default: no APOP. @rfc 1939 7 */
  readonly timestamp: string | undefined;
  /** CAPA tags that are not announced and whose commands are unknown. Default none. */
  readonly disabled: ReadonlySet<string>;
  /** SASL mechanisms to announce; none switches AUTH off. */
  readonly mechanisms: readonly string[];
  /** True when the driver can do a TLS handshake: announces STLS in clear text. */
  readonly stls: boolean;
  /** Whether what shows the password (USER, PLAIN, LOGIN, XOAUTH2, OAUTHBEARER) may run without TLS. Default `refuse`. */
  readonly clearTextAuth: 'refuse' | 'allow';
  /** UTF8 mode, and with `user` UTF-8 in names and passwords as well. Default `off`: a message with UTF-8 in its header is a `utf8` entry of the maildrop. @rfc 6856 2 */
  readonly utf8: 'off' | 'messages' | 'user';
  /** The languages of LANG, the server's own choice first; none switches LANG off. */
  readonly languages: readonly LanguageListing[];
  /** Days that messages are kept; `Infinity` for ever. Default: nothing is said. @rfc 2449 6.7 */
  readonly expireDays: number | undefined;
  /** Seconds between two logins. Default: nothing is said. @rfc 2449 6.5 */
  readonly loginDelaySeconds: number | undefined;
  /** Said after the login. Default: nothing is said. @rfc 2449 6.9 */
  readonly implementation: string | undefined;
  /** What becomes of bare CR and bare LF in a message. Default `normalize`. */
  readonly lineEnds: StoredLineEnds;
  readonly limits: ServerLimits;
  readonly timeouts: ServerTimeouts;
}

/** Input to `resolveServerOptions`: everything has a default. */
export type ServerOptionsInput = { readonly [K in Exclude<keyof ServerOptions, 'limits' | 'timeouts'>]?: ServerOptions[K] | undefined } & {
  readonly limits?: { readonly [K in keyof ServerLimits]?: number | undefined } | undefined;
  readonly timeouts?: { readonly [K in keyof ServerTimeouts]?: number | undefined } | undefined;
};

/** The defaults of every server. */
export const SERVER_DEFAULTS: ServerOptions = {
  banner: 'POP3 server ready',
  timestamp: undefined,
  disabled: new Set(),
  mechanisms: [],
  stls: false,
  clearTextAuth: 'refuse',
  utf8: 'off',
  languages: [],
  expireDays: undefined,
  loginDelaySeconds: undefined,
  implementation: undefined,
  lineEnds: 'normalize',
  limits: { lineOctets: 255, authOctets: 12_288, errors: 20, authAttempts: 5, idleCommands: 100 },
  timeouts: { commandMs: 600_000, authorizationMs: 180_000, sessionMs: Infinity },
};

/**
 * Fills in the defaults, once.
 * Errors: a `RangeError` names a limit, a timeout or a count that is no number from 0; a `TypeError` a text that can't be said.
 */
export function resolveServerOptions(input: ServerOptionsInput = {}): ServerOptions {
  const { limits, timeouts, ...rest } = input;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) as Partial<ServerOptions>;
  const options: ServerOptions = {
    ...SERVER_DEFAULTS,
    ...given,
    limits: fillNumbers(SERVER_DEFAULTS.limits, limits, 'limits'),
    timeouts: fillNumbers(SERVER_DEFAULTS.timeouts, timeouts, 'timeouts'),
  };
  checkTexts(options);
  for (const name of ['expireDays', 'loginDelaySeconds'] as const) {
    const value = options[name];
    if (value !== undefined && value !== Infinity && (!Number.isSafeInteger(value) || value < 0)) throw new RangeError(`${name} must be a whole number from 0, not ${value}`);
  }
  if (options.loginDelaySeconds === Infinity) throw new RangeError('loginDelaySeconds must be finite');
  return options;
}

function checkTexts({ banner, timestamp, implementation, mechanisms, languages }: ServerOptions): void {
  ok(banner);
  if (apopTimestamp(banner) !== undefined) throw new TypeError('the banner must not hold what looks like a timestamp');
  if (timestamp !== undefined && apopTimestamp(timestamp) !== timestamp) throw new TypeError('timestamp must look like a message-id: <process.clock@host>');
  if (implementation !== undefined && !/^[!-~]+(?: [!-~]+)*$/.test(implementation)) throw new TypeError('implementation must be words of printable ASCII');
  for (const name of mechanisms) if (!/^[A-Za-z0-9_-]{1,32}$/.test(name)) throw new TypeError(`not the name of a mechanism: ${JSON.stringify(name)}`);
  for (const language of languages) encodeLanguageListing(language);
}
