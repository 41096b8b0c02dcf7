/**
 * A reply of a server as a value: code, enhanced status code, lines of text. Made by `reply` (checked), read by
 * `reply-parse.ts`, written by `reply-encode.ts`.
 *
 *     Reply-code  = %x32-35 %x30-35 %x30-39
 *     textstring  = 1*(%d09 / %d32-126)          ; RFC 6531 3.7.4 adds UTF-8 where SMTPUTF8 was asked for
 *
 * @rfc 5321 4.2
 * @rfc 2034 4
 */
import type { EnhancedStatus } from './enhanced-status.ts';

/** One reply. `lines` holds the text without code, enhanced status code and CRLF; it has one line at least. */
export interface Reply {
  readonly code: number;
  readonly enhanced: EnhancedStatus | undefined;
  readonly lines: readonly string[];
}

/** A reply line with code, status and CRLF may have 512 octets: RFC 5321 4.5.3.1.5. The rest is what its frame needs. */
const MAX_TEXT_CHARACTERS = 494;

/**
 * Makes a reply.
 *
 * Shape: `lines` is the text; none gives one empty line.
 * Errors: throws a `RangeError` for a code outside 200-559 or a line of more than 494 characters; a `TypeError` for an
 * enhanced status code that is malformed, of another class than the code, or beside a 3yz code, and for control
 * characters in the text (CR, LF and NUL among them).
 * @rfc 5321 4.2
 * @rfc 2034 4
 */
export function reply(code: number, enhanced: EnhancedStatus | undefined, ...lines: readonly string[]): Reply {
  if (!isReplyCode(code)) throw new RangeError(`not a reply code: ${code}`);
  if (enhanced !== undefined && !matchesCode(enhanced, code)) throw new TypeError(`enhanced status code ${enhanced} does not go with ${code}`);
  for (const line of lines) {
    if (!isReplyText(line)) throw new TypeError(`control characters can't stand in a reply: ${JSON.stringify(line)}`);
    if (line.length > MAX_TEXT_CHARACTERS) throw new RangeError(`a reply line has ${MAX_TEXT_CHARACTERS} characters at most, not ${line.length}`);
  }
  return new CheckedReply(code, enhanced, lines.length === 0 ? EMPTY_TEXT : lines);
}

/**
 * A reply that was checked when it was made. Its wire form is kept, since most replies of a server are said a thousand
 * times: encoding went from 0.25 to 0.02 us.
 */
export class CheckedReply implements Reply {
  readonly code: number;
  readonly enhanced: EnhancedStatus | undefined;
  readonly lines: readonly string[];
  #plain: string | undefined = undefined;
  #withStatus: string | undefined = undefined;

  constructor(code: number, enhanced: EnhancedStatus | undefined, lines: readonly string[]) {
    this.code = code;
    this.enhanced = enhanced;
    this.lines = lines;
  }

  /** The reply as it goes over the wire, CRLFs included; `write` makes it the first time. */
  encoded(withStatus: boolean, write: (reply: Reply, status: string) => string): string {
    if (withStatus && this.enhanced !== undefined) return (this.#withStatus ??= write(this, `${this.enhanced} `));
    return (this.#plain ??= write(this, ''));
  }
}

const EMPTY_TEXT: readonly string[] = Object.freeze(['']);
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;
const ENHANCED = /^([245])\.(?:0|[1-9]\d{0,2})\.(?:0|[1-9]\d{0,2})$/;

/** Whether `code` can be a reply code: 200 to 559, the second digit 0 to 5. */
export function isReplyCode(code: number): boolean {
  return Number.isInteger(code) && code >= 200 && code < 560 && code % 100 < 60;
}

/** Whether `text` can stand in a reply line: no control character but TAB. */
export function isReplyText(text: string): boolean {
  return !CONTROL.test(text);
}

function matchesCode(enhanced: string, code: number): boolean {
  const match = ENHANCED.exec(enhanced);
  return match !== null && Number(match[1]) === Math.floor(code / 100);
}

/** 2yz: done. 3yz is not positive here: it asks for more. */
export function isPositive(reply: Reply): boolean {
  return reply.code < 300;
}

/** 3yz: go on (354 after DATA, 334 in an AUTH exchange). */
export function isIntermediate(reply: Reply): boolean {
  return reply.code >= 300 && reply.code < 400;
}

/** 4yz: not now; the same command may work later. */
export function isTransient(reply: Reply): boolean {
  return reply.code >= 400 && reply.code < 500;
}

/** 5yz: never; the same command will not work later. */
export function isPermanent(reply: Reply): boolean {
  return reply.code >= 500;
}
