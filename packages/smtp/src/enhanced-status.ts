/**
 * Enhanced mail system status codes: class, subject, detail. The names and what they say are in
 * `enhanced-status-registry.ts`.
 *
 *     status-code = class "." subject "." detail
 *     class       = "2"/"4"/"5"
 *     subject     = 1*3digit
 *     detail      = 1*3digit
 *
 * @rfc 3463 2
 */

/** An enhanced status code as it is written: `5.1.1`. */
export type EnhancedStatus = `${2 | 4 | 5}.${number}.${number}`;

/** The three numbers of an enhanced status code. */
export interface EnhancedStatusParts {
  readonly class: 2 | 4 | 5;
  readonly subject: number;
  readonly detail: number;
}

const DIGIT_0 = 0x30;
const DOT = 0x2e;

/**
 * How many characters at the start of `text` are an enhanced status code, followed by a blank or the end; 0 for none.
 * A leading zero is refused (RFC 3463 2: numbers without them).
 */
export function enhancedStatusLength(text: string): number {
  const first = text.charCodeAt(0);
  if ((first !== 0x32 && first !== 0x34 && first !== 0x35) || text.charCodeAt(1) !== DOT) return 0;
  const subjectEnd = numberEnd(text, 2);
  if (subjectEnd === 0 || text.charCodeAt(subjectEnd) !== DOT) return 0;
  const end = numberEnd(text, subjectEnd + 1);
  if (end === 0 || (end < text.length && text.charCodeAt(end) !== 0x20)) return 0;
  return end;
}

/** The offset after one to three digits at `from`, or 0 where there are none, more, or a leading zero. */
function numberEnd(text: string, from: number): number {
  let end = from;
  while (end - from < 4 && isDigit(text.charCodeAt(end))) end++;
  const digits = end - from;
  if (digits === 0 || digits > 3) return 0;
  return digits > 1 && text.charCodeAt(from) === DIGIT_0 ? 0 : end;
}

function isDigit(code: number): boolean {
  return code >= DIGIT_0 && code <= 0x39;
}

/**
 * Reads an enhanced status code that is the whole of `text`; `undefined` for anything else.
 * @rfc 3463 2
 */
export function parseEnhancedStatus(text: string): EnhancedStatus | undefined {
  return text.length > 0 && enhancedStatusLength(text) === text.length ? (text as EnhancedStatus) : undefined;
}

/** The numbers of a code that `parseEnhancedStatus` gave or the caller wrote. Errors: a `TypeError` for what is no code. */
export function enhancedStatusParts(status: EnhancedStatus): EnhancedStatusParts {
  if (parseEnhancedStatus(status) === undefined) throw new TypeError(`not an enhanced status code: ${status}`);
  const [statusClass, subject, detail] = status.split('.').map(Number);
  return { class: statusClass as 2 | 4 | 5, subject: subject!, detail: detail! };
}
