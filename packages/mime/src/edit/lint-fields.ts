/**
 * The fields that a message must, may, and must not have (the table of RFC 5322 section 3.6), and what the most important ones say.
 *
 * Left out: the form of their lines (`lint-header-lines.ts`), encoded words (`lint-encoded-words.ts`), the fields of parts (`lint-parts.ts`).
 */
import { parseAddressList } from '@mailwright/address';
import { parseDate } from '../header/date.ts';
import { decodeEncodedWords } from '../header/encoded-word-decode.ts';
import type { HeaderField } from '../header/header-field.ts';
import { findField } from '../header/header-parse.ts';
import type { HeaderSection } from '../header/header-parse.ts';
import type { LintReport } from './lint-finding.ts';
import { parseOneClick } from './one-click.ts';
import { ADDRESS_FIELDS, SINGLE_FIELDS } from './single-fields.ts';

/** `msg-id = "<" id-left "@" id-right ">"`, UTF-8 as RFC 6532 allows it. */
const MESSAGE_ID = /^<[!#$%&'*+./0-9=?^_`{|}~A-Za-z\u0080-\uffff-]+@(?:[!#$%&'*+./0-9=?^_`{|}~A-Za-z\u0080-\uffff-]+|\[[!-Z^-~]*\])>$/;
const SUBJECT_CHARACTERS = 255;

/** @rfc 5322 3.6 */
export function lintFields(section: HeaderSection, report: LintReport): void {
  lintMissing(section, report);
  const seen = new Set<string>();
  for (const field of section.fields) {
    const name = field.name.toLowerCase();
    if (SINGLE_FIELDS.has(name) && seen.has(name)) report.add('LINT_DUPLICATE_FIELD', field.start);
    seen.add(name);
    if (ADDRESS_FIELDS.has(name)) lintAddresses(section, name, field, report);
    else lintValue(name, field, report);
  }
  const post = findField(section, 'List-Unsubscribe-Post');
  if (post === undefined) return;
  const { problem } = parseOneClick(section);
  if (problem !== undefined && problem !== 'not-signed') report.add('LINT_ONE_CLICK', post.start);
}

function lintMissing(section: HeaderSection, report: LintReport): void {
  const end = section.bodyOffset;
  if (!section.complete && section.limit === undefined) report.add('LINT_NO_HEADER_END', end);
  if (findField(section, 'Date') === undefined) report.add('LINT_NO_DATE', end);
  if (findField(section, 'From') === undefined) report.add('LINT_NO_FROM', end);
  if (findField(section, 'Message-ID') === undefined) report.add('LINT_NO_MESSAGE_ID', end);
  if (findField(section, 'MIME-Version') !== undefined) return;
  const needs = findField(section, 'Content-Type') ?? findField(section, 'Content-Transfer-Encoding');
  if (needs !== undefined) report.add('LINT_NO_MIME_VERSION', end);
}

function lintAddresses(section: HeaderSection, name: string, field: HeaderField, report: LintReport): void {
  if (name === 'bcc' && field.text !== '') report.add('LINT_BCC', field.start);
  const { addresses, defects } = parseAddressList(field.text);
  const isMissing = addresses.length === 0 && name !== 'bcc' && name !== 'resent-bcc';
  if (isMissing || defects.some(({ obsolete }) => !obsolete)) report.add('LINT_BAD_ADDRESS', field.valueStart);
  const authors = addresses.reduce((count, address) => count + (address.type === 'group' ? address.members.length : 1), 0);
  if (name === 'from' && authors > 1 && findField(section, 'Sender') === undefined) report.add('LINT_NO_SENDER', field.start);
}

function lintValue(name: string, field: HeaderField, report: LintReport): void {
  if (name === 'date' && parseDate(field.text) === undefined) report.add('LINT_BAD_DATE', field.valueStart);
  else if (name === 'message-id' && !MESSAGE_ID.test(field.text)) report.add('LINT_BAD_MESSAGE_ID', field.valueStart);
  else if (name === 'subject' && decodeEncodedWords(field.text).length > SUBJECT_CHARACTERS) report.add('LINT_LONG_SUBJECT', field.start);
}
