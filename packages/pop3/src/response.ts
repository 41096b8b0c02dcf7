/**
 * The server's answer to a command: one line that begins with +OK or -ERR, with an extended response code where the server has something for programs to say.
 *
 *     response    = status-indicator [SP resp-code] [SP text]
 *     resp-code   = "[" resp-level *("/" resp-level) "]"
 *     resp-level  = 1*<any character but "]" and "/", printable>
 *
 * Left out: what follows a first line (`response-reader.ts`), what the text of STAT, LIST and UIDL says (`listings.ts`).
 *
 * @rfc 1939 3
 * @rfc 2449 8
 */

/** One status line. */
export interface Response {
  readonly status: 'OK' | 'ERR';
  /** The extended response code without its brackets, in upper case: `IN-USE`, `SYS/TEMP`, `AUTH`. `undefined` where there is none. */
  readonly code: string | undefined;
  /** What stands behind it; `''` for nothing. For people, but for STAT, LIST n, UIDL n and LANG. */
  readonly text: string;
}

/** How a response is written. */
export interface ResponseEncoding {
  /** Write the extended response code; false for a server without RESP-CODES. */
  readonly codes: boolean;
}

const RESPONSE_CODE = /^[!-.0-\\^-~ ]+(?:\/[!-.0-\\^-~ ]+)*$/;
const CODE_IN_TEXT = /^\[([!-\\^-~ ]+)\](?: |$)/;
const OK_WORD = '+OK';
const ERR_WORD = '-ERR';

/**
 * Makes a response.
 * Errors: throws a `TypeError` for CR, LF and NUL, for a code that is none, and for a text that would be read as a code.
 * @rfc 2449 8
 */
export function response(status: 'OK' | 'ERR', code: string | undefined, text: string): Response {
  if (code !== undefined && (!RESPONSE_CODE.test(code) || code !== code.toUpperCase())) throw new TypeError(`not a response code: ${JSON.stringify(code)}`);
  if (/[\0\r\n]/.test(text)) throw new TypeError('the text of a response has no CR, LF and NUL');
  if (code === undefined && CODE_IN_TEXT.test(text)) throw new TypeError('the text of a response would be read as a response code: give it as one');
  return { status, code, text };
}

/** `+OK text`. Errors: as `response`. */
export function ok(text: string = '', code?: string | undefined): Response {
  return response('OK', code, text);
}

/** `-ERR [code] text`. Errors: as `response`. */
export function err(text: string = '', code?: string | undefined): Response {
  return response('ERR', code, text);
}

/** The line with its CRLF. @rfc 1939 3 */
export function encodeResponse({ status, code, text }: Response, { codes }: ResponseEncoding): string {
  const word = status === 'OK' ? OK_WORD : ERR_WORD;
  const shown = codes && code !== undefined ? `${word} [${code}]` : word;
  return text === '' ? `${shown}\r\n` : `${shown} ${text}\r\n`;
}

/**
 * Reads a status line without its line end; `undefined` for what is none.
 *
 * Deviation: the word in any case, and more blanks behind it than one, because a response of which no program has to read the text is read all
 * the same (test "sloppy status lines"). A code is read whether or not RESP-CODES was announced: Gmail's `[AUTH]` comes before CAPA.
 * @rfc 1939 3
 * @rfc 2449 8
 */
export function parseResponse(line: string): Response | undefined {
  const status = statusOf(line);
  if (status === undefined) return undefined;
  const wordEnd = status === 'OK' ? OK_WORD.length : ERR_WORD.length;
  const next = line.charCodeAt(wordEnd);
  if (wordEnd < line.length && next !== 0x20 && next !== 0x09) return undefined;
  const text = line.slice(Math.min(line.length, wordEnd + 1));
  const match = CODE_IN_TEXT.exec(text);
  if (match === null || !RESPONSE_CODE.test(match[1]!)) return { status, code: undefined, text };
  return { status, code: match[1]!.toUpperCase(), text: text.slice(match[0].length) };
}

function statusOf(line: string): 'OK' | 'ERR' | undefined {
  if (line.startsWith(OK_WORD)) return 'OK';
  if (line.startsWith(ERR_WORD)) return 'ERR';
  const word = line.slice(0, ERR_WORD.length).toUpperCase();
  if (word.startsWith(OK_WORD)) return 'OK';
  return word === ERR_WORD ? 'ERR' : undefined;
}

/** What the registered response codes mean. @rfc 2449 8.1 @rfc 3206 4 @rfc 6856 5 */
export const RESPONSE_CODES: ReadonlyMap<string, string> = new Map([
  ['LOGIN-DELAY', 'The maildrop was opened too short a time ago; later it may be opened again.'],
  ['IN-USE', 'The name and the secret are right, and somebody else has the maildrop open.'],
  ['SYS/TEMP', 'The server has a passing problem; the same command may be tried again later.'],
  ['SYS/PERM', 'The server has a problem that only people can solve.'],
  ['AUTH', 'The name or the secret is wrong.'],
  ['UTF8', 'The command or the message needs UTF8 mode.'],
]);
