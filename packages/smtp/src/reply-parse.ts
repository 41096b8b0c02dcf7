/**
 * Reply lines to replies, for the client: fed line by line, gives a reply when its last line came.
 *
 *     Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF
 *
 * @rfc 5321 4.2
 * @rfc 2034 4
 */
import type { Parsed } from '@mailwright/wire';
import { type EnhancedStatus, enhancedStatusLength } from './enhanced-status.ts';
import type { Reply } from './reply.ts';

/** Why lines are not a reply. After one of these nothing the server says can be trusted to answer anything. */
export type ReplyViolation =
  | 'SMTP_BAD_REPLY' // no code, another separator than blank or hyphen, or several codes in one reply
  | 'LIMIT_REPLY_LINES'
  | 'LIMIT_REPLY_OCTETS';

/** Bounds of one reply. */
export interface ReplyLimits {
  /** Lines. Default 128. */
  readonly replyLines: number;
  /** Characters of text in all its lines. Default 65536. */
  readonly replyOctets: number;
}

export const DEFAULT_REPLY_LIMITS: ReplyLimits = { replyLines: 128, replyOctets: 65_536 };

const SP = 0x20;
const HYPHEN = 0x2d;
const NO_CODE = 0;

/**
 * Joins the lines of replies. One object for a connection; it holds nothing between replies.
 *
 * Measured on Node 20.20.2: a one-line reply 16 ns, with an enhanced status code 35.
 */
export class ReplyParser {
  readonly #limits: ReplyLimits;
  #code = NO_CODE;
  #lines: string[] | undefined = undefined;
  #octets = 0;
  #violation: ReplyViolation | undefined = undefined;

  constructor(limits: ReplyLimits = DEFAULT_REPLY_LIMITS) {
    this.#limits = limits;
  }

  /** True between the first and the last line of a reply of several lines. */
  get pending(): boolean {
    return this.#lines !== undefined;
  }

  /**
   * Takes one line without its CRLF. Gives the reply that it ends, `undefined` where more lines follow, or the violation,
   * which is given again for all that comes later.
   *
   * Deviation: 2yz to 5yz with any second digit are taken (RFC 5321 4.2 ends at 559), since Sendmail sends 571; test
   * "codes above 559".
   * @rfc 5321 4.2
   */
  push(line: string): Reply | ReplyViolation | undefined {
    const code = replyCode(line);
    const separator = line.length > 3 ? line.charCodeAt(3) : SP;
    if (this.#violation !== undefined || code === NO_CODE || (separator !== SP && separator !== HYPHEN)) return this.#fail('SMTP_BAD_REPLY');
    if (separator === SP && this.#lines === undefined) return line.length > this.#limits.replyOctets ? this.#fail('LIMIT_REPLY_OCTETS') : oneLine(code, line);
    return this.#add(code, line, separator === SP);
  }

  #add(code: number, line: string, last: boolean): Reply | ReplyViolation | undefined {
    const lines = this.#lines ?? [];
    if (lines.length > 0 && code !== this.#code) return this.#fail('SMTP_BAD_REPLY');
    if (lines.length >= this.#limits.replyLines) return this.#fail('LIMIT_REPLY_LINES');
    this.#octets += line.length;
    if (this.#octets > this.#limits.replyOctets) return this.#fail('LIMIT_REPLY_OCTETS');
    lines.push(line.slice(4));
    this.#code = code;
    this.#lines = lines;
    if (!last) return undefined;
    this.#lines = undefined;
    this.#octets = 0;
    return withStatus(code, lines);
  }

  #fail(violation: ReplyViolation): ReplyViolation {
    this.#lines = undefined;
    return (this.#violation ??= violation);
  }
}

/** The code at the start of `line`, or 0: three digits, the first of them 2 to 5. */
function replyCode(line: string): number {
  const hundreds = line.charCodeAt(0) - 0x30;
  const tens = line.charCodeAt(1) - 0x30;
  const ones = line.charCodeAt(2) - 0x30;
  const valid = hundreds >= 2 && hundreds <= 5 && tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9;
  return valid ? hundreds * 100 + tens * 10 + ones : NO_CODE;
}

/** The length of an enhanced status code of the class of `code` at the start of `text`, or 0. */
function statusLength(code: number, text: string): number {
  return text.charCodeAt(0) - 0x30 === Math.floor(code / 100) ? enhancedStatusLength(text) : 0;
}

function oneLine(code: number, line: string): Reply {
  const text = line.slice(4);
  const length = statusLength(code, text);
  if (length === 0) return { code, enhanced: undefined, lines: [text] };
  return { code, enhanced: text.slice(0, length) as EnhancedStatus, lines: [text.slice(length + 1)] };
}

/** The status is that of the first line; from the others it is taken away where it is the same. */
function withStatus(code: number, lines: string[]): Reply {
  const first = lines[0]!;
  const length = statusLength(code, first);
  if (length === 0) return { code, enhanced: undefined, lines };
  const enhanced = first.slice(0, length);
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    if (line.startsWith(enhanced) && (line.length === length || line.charCodeAt(length) === SP)) lines[index] = line.slice(length + 1);
  }
  return { code, enhanced: enhanced as EnhancedStatus, lines };
}

/**
 * Reads a whole reply, with or without the CRLF of its last line.
 *
 * Errors: those of `ReplyViolation`; also `SMTP_BAD_REPLY` for text behind the reply or a reply without its last line.
 * @rfc 5321 4.2
 */
export function parseReply(text: string, limits: ReplyLimits = DEFAULT_REPLY_LIMITS): Parsed<Reply, ReplyViolation> {
  const parser = new ReplyParser(limits);
  for (let from = 0; from <= text.length; ) {
    const crlf = text.indexOf('\r\n', from);
    const end = crlf < 0 ? text.length : crlf;
    const result = parser.push(text.slice(from, end));
    if (typeof result === 'string') return { ok: false, error: result, at: from };
    from = crlf < 0 ? text.length : crlf + 2;
    if (result !== undefined) return from === text.length ? { ok: true, value: result, end: from } : { ok: false, error: 'SMTP_BAD_REPLY', at: from };
    if (from === text.length) break;
  }
  return { ok: false, error: 'SMTP_BAD_REPLY', at: text.length };
}
