/**
 * The form of a header section: what is no field, what is folded so that programs differ, what two ways of canonicalizing (RFC 6376 section
 * 3.4) see differently, and octets above 127.
 *
 * Left out: lengths of lines (`lint-lines.ts`), and what the fields say (`lint-fields.ts`).
 */
import { CR, LF, SP, TAB, indexOfOctet } from '@mailwright/wire';
import type { MimeDefectCode } from '../defect.ts';
import type { HeaderField } from '../header/header-field.ts';
import type { HeaderSection } from '../header/header-parse.ts';
import type { LintCode, LintReport } from './lint-finding.ts';

const WORD_OCTETS = 996; // 998, less the space before it and the comma or bracket behind
const DEL = 0x7f;

/** Defects of the reader that are findings here. Line lengths, line ends and NUL are found by `lint-lines.ts` in all of the message. */
const CODES: Readonly<Partial<Record<MimeDefectCode, LintCode>>> = {
  MIME_NO_COLON: 'LINT_NO_FIELD',
  MIME_BAD_FIELD_NAME: 'LINT_NO_FIELD',
  MIME_LEADING_CONTINUATION: 'LINT_NO_FIELD',
  MIME_MBOX_LINE: 'LINT_NO_FIELD',
  MIME_BYTE_ORDER_MARK: 'LINT_NO_FIELD',
  MIME_SPACE_BEFORE_COLON: 'LINT_SPACE_BEFORE_COLON',
  MIME_NOT_UTF8: 'LINT_HEADER_NOT_UTF8',
};

/**
 * `smtpUtf8`: UTF-8 in the section is meant, and only what is not UTF-8 is a fault.
 *
 * @rfc 5322 2.2.3
 * @rfc 6376 3.4.1
 * @rfc 6532 3.2
 */
export function lintHeaderLines(section: HeaderSection, smtpUtf8: boolean, report: LintReport): void {
  for (const defect of section.defects) {
    const code = CODES[defect.code];
    if (code !== undefined) report.add(code, defect.offset);
  }
  for (const field of section.fields) {
    lintFolds(field, report);
    if (!smtpUtf8) lintEightBit(field, report);
  }
}

/** From line to line of one field. */
function lintFolds(field: HeaderField, report: LintReport): void {
  const { raw, valueStart } = field;
  for (let from = 0, isFirst = true; from <= raw.length; isFirst = false) {
    const lf = indexOfOctet(raw, LF, from);
    const next = lf === -1 ? raw.length + 1 : lf + 1;
    const end = lf === -1 ? raw.length : lf > from && raw[lf - 1] === CR ? lf - 1 : lf;
    const textEnd = skipBack(raw, from, end);
    if (textEnd === from) {
      if (!isFirst) report.add('LINT_BLANK_CONTINUATION', valueStart + from);
      else if (lf !== -1) report.add('LINT_EMPTY_FIRST_LINE', valueStart);
    } else if (textEnd < end) report.add('LINT_HEADER_TRAILING_SPACE', valueStart + textEnd);
    if (end - from > WORD_OCTETS) lintWords(raw, from, end, valueStart, report);
    from = next;
  }
}

/** Where the text of a line ends, white space at its end left out. */
function skipBack(raw: Uint8Array, from: number, end: number): number {
  let at = end;
  while (at > from && (raw[at - 1] === SP || raw[at - 1] === TAB)) at--;
  return at;
}

function lintWords(raw: Uint8Array, from: number, end: number, valueStart: number, report: LintReport): void {
  let wordStart = from;
  for (let at = from; at <= end; at++) {
    if (at < end && raw[at] !== SP && raw[at] !== TAB) continue;
    if (at - wordStart > WORD_OCTETS) report.add('LINT_WORD_TOO_LONG', valueStart + wordStart);
    wordStart = at + 1;
  }
}

function lintEightBit(field: HeaderField, report: LintReport): void {
  const at = field.raw.findIndex((octet) => octet > DEL);
  if (at !== -1) report.add('LINT_EIGHT_BIT_HEADER', field.valueStart + at);
}
