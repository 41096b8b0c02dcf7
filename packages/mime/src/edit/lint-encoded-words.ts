/**
 * Encoded words (RFC 2047) as they must be written. Readers of this package take much more; others do not.
 *
 *     encoded-word = "=?" charset "?" encoding "?" encoded-text "?="
 *
 * Left out: fields that hold no text for people (trace fields, signatures).
 */
import { latin1 } from '@mailwright/wire';
import type { HeaderField } from '../header/header-field.ts';
import type { HeaderSection } from '../header/header-parse.ts';
import type { LintReport } from './lint-finding.ts';
import { ADDRESS_FIELDS } from './single-fields.ts';

const WORD_CHARACTERS = 75;
const WORD = /=\?([^?\s]{1,75})\?([^?\s]*)\?([^?]*)\?=/y;
/** As far as it goes, it is meant as an encoded word: a query string that ends in `=?` is not. */
const LIKE_A_WORD = /=\?[A-Za-z][\w.:*-]{0,75}\?[^?]?\?/y;
const ENCODED = /^[!->@-~]+$/;
const MACHINE_FIELD = /^(?:received|dkim-|arc-|authentication-|return-path$|x-google-|message-id$|in-reply-to$|references$)/;

/**
 * Looks at every encoded word of a header section.
 *
 * @rfc 2047 2
 * @rfc 2047 5
 */
export function lintEncodedWords(section: HeaderSection, report: LintReport): void {
  for (const field of section.fields) {
    const name = field.name.toLowerCase();
    if (!MACHINE_FIELD.test(name)) lintField(field, name, report);
  }
}

function lintField(field: HeaderField, name: string, report: LintReport): void {
  const value = latin1(field.raw);
  const hasParameters = name === 'content-type' || name === 'content-disposition';
  const isStructured = hasParameters || ADDRESS_FIELDS.has(name);
  let isQuoted = false;
  let from = 0;
  for (let at = value.indexOf('=?'); at !== -1; at = value.indexOf('=?', at)) {
    if (isStructured) isQuoted = isQuotedAt(value, from, at, isQuoted);
    from = at;
    const word = matchAt(WORD, value, at);
    const offset = field.valueStart + at;
    if (word !== null) {
      if (hasParameters) report.add('LINT_ENCODED_WORD_PARAMETER', offset);
      else lintWord(word, value, offset, report);
      if (isQuoted && !hasParameters) report.add('LINT_ENCODED_WORD_QUOTED', offset);
    } else if (matchAt(LIKE_A_WORD, value, at) !== null) report.add('LINT_BAD_ENCODED_WORD', offset);
    at += word === null ? 2 : word[0].length;
  }
}

function lintWord(word: RegExpExecArray, value: string, offset: number, report: LintReport): void {
  const [whole, , encoding, text] = word as unknown as readonly [string, string, string, string];
  if (!/^[BbQq]$/.test(encoding) || !ENCODED.test(text)) report.add('LINT_BAD_ENCODED_WORD', offset);
  else if (whole.length > WORD_CHARACTERS) report.add('LINT_ENCODED_WORD_TOO_LONG', offset);
  const before = value[word.index - 1] ?? ' ';
  const after = value[word.index + whole.length] ?? ' ';
  if (!/[\s("]/.test(before) || !/[\s)"]/.test(after)) report.add('LINT_ENCODED_WORD_NOT_SEPARATE', offset);
}

/** Whether a quoted string is open at `to`, where that is known of `from`. */
function isQuotedAt(value: string, from: number, to: number, isQuoted: boolean): boolean {
  let open = isQuoted;
  for (let at = from; at < to; at++) {
    const character = value[at];
    if (character === '"') open = !open;
    else if (character === '\\') at++;
  }
  return open;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
