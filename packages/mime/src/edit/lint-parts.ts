/**
 * What the parts of a message say of themselves, and how they stand in each other: Content-Type, Content-Disposition, Content-Transfer-Encoding,
 * boundaries.
 *
 * Left out: what the bodies hold (`lint-bodies.ts`).
 */
import { parseTransferEncoding } from '../coding/transfer-codec.ts';
import { parseDisposition } from '../header/content-disposition.ts';
import { findParameter, parseContentTypeField } from '../header/content-type.ts';
import { findField } from '../header/header-parse.ts';
import type { MessagePart } from '../parse/message-part.ts';
import type { ParsedMessage } from '../parse/parse-message.ts';
import { lintEncodedWords } from './lint-encoded-words.ts';
import type { LintReport } from './lint-finding.ts';
import { lintHeaderLines } from './lint-header-lines.ts';

/** `boundary := 0*69<bchars> bcharsnospace` */
const BOUNDARY = /^[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]$/;
const ENCODING = /^(?:7bit|8bit|binary|quoted-printable|base64)$/i;
/** In these only the parts inside may be encoded. @rfc 2046 5.2 */
const COMPOSITE = /^(?:multipart\/|message\/(?:rfc822|partial|external-body)$)/;

/**
 * Looks at every part, whatever its depth.
 *
 * @rfc 2045 6
 * @rfc 2046 5.1.1
 * @rfc 2183 2
 */
export function lintParts(message: ParsedMessage, smtpUtf8: boolean, report: LintReport): void {
  for (const part of message.parts) {
    const parent = part.parent === undefined ? undefined : message.parts[part.parent];
    lintHeaderLines(part.headers, smtpUtf8 || parent?.mediaType === 'message/global', report);
    lintEncodedWords(part.headers, report);
    lintDisposition(part, report);
    const declared = lintContentType(part, report);
    lintEncoding(part, declared, report);
    if (part.mediaType.startsWith('multipart/')) lintMultipart(message, part, report);
    else if (declared.startsWith('multipart/') && message.limit === undefined) report.add('LINT_NO_BOUNDARY', fieldOffset(part, 'Content-Type'));
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
  if (!ENCODING.test(field.text)) report.add('LINT_UNKNOWN_TRANSFER_ENCODING', field.start);
  const encoding = parseTransferEncoding(field.text);
  if (encoding === 'binary') report.add('LINT_BINARY', field.start);
  const isIdentity = encoding === '7bit' || encoding === '8bit' || encoding === 'binary';
  if (COMPOSITE.test(declared) && encoding !== undefined && !isIdentity) report.add('LINT_ENCODED_MULTIPART', field.start);
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
