/**
 * What the parts of a message say of themselves, and how they stand in each other: Content-Type, Content-Disposition, Content-Transfer-Encoding,
 * boundaries.
 *
 * Left out: what the bodies hold (`lint-bodies.ts`).
 */
import { isIdentity, parseTransferEncoding } from '../coding/transfer-codec.ts';
import { parseDisposition } from '../header/content-disposition.ts';
import { findParameter, isMultipart, parseContentTypeField } from '../header/content-type.ts';
import { findField } from '../header/header-parse.ts';
import type { MessagePart } from '../parse/message-part.ts';
import type { ParsedMessage } from '../parse/parse-message.ts';
import { COMPOSITE, STANDARD_ENCODING } from './encoding-rules.ts';
import { lintEncodedWords } from './lint-encoded-words.ts';
import type { LintReport } from './lint-finding.ts';
import { lintHeaderLines } from './lint-header-lines.ts';

/** `boundary := 0*69<bchars> bcharsnospace` */
const BOUNDARY = /^[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]$/;

/**
 * Looks at every part, whatever its depth.
 *
 * @rfc 2045 6
 * @rfc 2046 5.1.1
 * @rfc 2183 2
 */
export function lintParts(message: ParsedMessage, smtpUtf8: boolean, report: LintReport): void {
  lintWidths(message, report);
  for (const part of message.parts) {
    const parent = part.parent === undefined ? undefined : message.parts[part.parent];
    lintHeaderLines(part.headers, smtpUtf8 || parent?.mediaType === 'message/global', report);
    lintEncodedWords(part.headers, report);
    lintDisposition(part, report);
    const declared = lintContentType(part, report);
    lintEncoding(part, declared, report);
    if (isMultipart(part.mediaType)) lintMultipart(message, part, report);
    else if (isMultipart(declared) && message.limit === undefined) report.add('LINT_NO_BOUNDARY', fieldOffset(part, 'Content-Type'));
  }
}

/** What the field says, in lower case; '' where it says nothing. */
function lintContentType({ headers }: MessagePart, report: LintReport): string {
  const field = findField(headers, 'Content-Type');
  if (field === undefined) return '';
  const { contentType, defects } = parseContentTypeField(field.text);
  if (contentType === undefined) report.add('LINT_BAD_CONTENT_TYPE', field.start);
  if (defects.some(({ code }) => code !== 'MIME_UNKNOWN_CHARSET')) report.add('LINT_BAD_PARAMETER', field.start);
  return contentType?.mediaType ?? '';
}

function lintDisposition({ headers }: MessagePart, report: LintReport): void {
  const field = findField(headers, 'Content-Disposition');
  if (field === undefined) return;
  const { defects } = parseDisposition(field.text);
  if (defects.some(({ code }) => code === 'MIME_BAD_DISPOSITION')) report.add('LINT_BAD_DISPOSITION', field.start);
  if (defects.some(({ code }) => code !== 'MIME_BAD_DISPOSITION' && code !== 'MIME_UNKNOWN_CHARSET')) report.add('LINT_BAD_PARAMETER', field.start);
}

function lintEncoding({ headers }: MessagePart, declared: string, report: LintReport): void {
  const field = findField(headers, 'Content-Transfer-Encoding');
  if (field === undefined) return;
  if (!STANDARD_ENCODING.test(field.text)) report.add('LINT_UNKNOWN_TRANSFER_ENCODING', field.start);
  const encoding = parseTransferEncoding(field.text);
  if (encoding === 'binary') report.add('LINT_BINARY', field.start);
  if (COMPOSITE.test(declared) && encoding !== undefined && !isIdentity(encoding)) report.add('LINT_ENCODED_MULTIPART', field.start);
}

/** A multipart or message says of itself what the widest of its parts does. @rfc 2045 6.4 */
function lintWidths({ parts }: ParsedMessage, report: LintReport): void {
  const widest: number[] = parts.map(() => 0); // among the parts inside
  for (const part of parts.toReversed()) {
    const declared = declaredWidth(part);
    if (widest[part.id]! > declared) report.add('LINT_NARROW_ENCODING', fieldOffset(part, 'Content-Transfer-Encoding'));
    if (part.parent !== undefined) widest[part.parent] = Math.max(widest[part.parent]!, widest[part.id]!, declared);
  }
}

function declaredWidth(part: MessagePart): number {
  const field = findField(part.headers, 'Content-Transfer-Encoding');
  const encoding = field === undefined ? undefined : parseTransferEncoding(field.text);
  return encoding === 'binary' ? 2 : encoding === '8bit' ? 1 : 0;
}

function lintMultipart(message: ParsedMessage, part: MessagePart, report: LintReport): void {
  const offset = fieldOffset(part, 'Content-Type');
  const boundary = findParameter(part.contentType, 'boundary') ?? '';
  if (!BOUNDARY.test(boundary)) report.add('LINT_BAD_BOUNDARY', offset);
  if (beginsLikeAnother(message, part, boundary)) report.add('LINT_BOUNDARY_REUSED', offset);
  if (message.limit !== undefined) return;
  const last = part.children.at(-1);
  if (last === undefined) report.add('LINT_NO_PARTS', offset);
  else if (message.parts[last]!.end === part.epilogueStart) report.add('LINT_NOT_CLOSED', part.end);
}

/** A boundary around it that is the same, or the beginning of it: a reader that compares beginnings ends the wrong multipart. */
function beginsLikeAnother(message: ParsedMessage, part: MessagePart, boundary: string): boolean {
  for (let at = part.parent; at !== undefined; at = message.parts[at]!.parent) {
    const around = findParameter(message.parts[at]!.contentType, 'boundary');
    if (around !== undefined && around !== '' && boundary.startsWith(around)) return true;
  }
  return false;
}

function fieldOffset(part: MessagePart, name: string): number {
  return findField(part.headers, name)?.start ?? part.start;
}
