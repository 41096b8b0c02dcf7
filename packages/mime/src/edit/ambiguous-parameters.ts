/**
 * Parameters of Content-Type and Content-Disposition that programs read differently: one twice, quotes that are forgotten, RFC 2231, a file with
 * several names. Each is read a second time the way programs without a grammar do it.
 *
 * Read next: `ambiguous-parts.ts`.
 */
import { decodeEncodedWords } from '../header/encoded-word-decode.ts';
import { findParameter, isMultipart, parseContentTypeField } from '../header/content-type.ts';
import { parseDisposition } from '../header/content-disposition.ts';
import { findField } from '../header/header-parse.ts';
import { parameterValue } from '../header/parameter-parse.ts';
import { ParameterScanner } from '../header/parameter-scan.ts';
import type { MessagePart } from '../parse/message-part.ts';
import type { AmbiguityReport } from './ambiguity.ts';

type Readings = readonly (readonly [rule: string, result: string])[];

const PARAMETERS = 100;
const NONE = 'none';

/** The media type of a part, and the parameters that decide how its body is read. @rfc 2045 5.1 @rfc 2231 3 */
export function findAmbiguousType(part: MessagePart, report: AmbiguityReport): void {
  const field = findField(part.headers, 'Content-Type');
  if (field === undefined) return;
  const { contentType } = parseContentTypeField(field.text);
  const naive = field.text.split(';', 1)[0]!.trim().toLowerCase();
  report.add('AMBIGUOUS_MEDIA_TYPE', field.start, [
    ['what can be read counts, and no multipart is without boundary', part.mediaType],
    ['what stands before the first semicolon counts', naive === '' ? NONE : naive],
  ]);
  if (contentType === undefined) return;
  const name = isMultipart(contentType.mediaType) ? 'boundary' : contentType.mediaType.startsWith('text/') ? 'charset' : undefined;
  if (name === undefined) return;
  const ours = findParameter(contentType, name);
  if (ours !== undefined) report.add('AMBIGUOUS_PARAMETER', field.start, [['sections of RFC 2231 are put together, and the first of a name counts', ours], ...otherReadings(field.text, name)]);
}

/** @rfc 2183 2.3 */
export function findAmbiguousFileName(part: MessagePart, report: AmbiguityReport): void {
  const { fileName } = part;
  if (fileName === undefined) return;
  const disposition = findField(part.headers, 'Content-Disposition');
  const type = findField(part.headers, 'Content-Type');
  const name = type === undefined ? undefined : parameterValue(parseContentTypeField(type.text).contentType?.parameters ?? [], 'name');
  const hasFileName = disposition !== undefined && parameterValue(parseDisposition(disposition.text).parameters, 'filename') !== undefined;
  const readings: (readonly [string, string])[] = [['filename counts, by RFC 2231 before plain, then name', fileName]];
  for (const [rule, result] of hasFileName ? otherReadings(disposition.text, 'filename') : []) {
    // A program that does not know RFC 2231 takes the name, where there is one.
    if (result !== NONE || name === undefined) readings.push([rule, decodeEncodedWords(result)]);
  }
  if (name !== undefined && name !== '') readings.push(['the name of Content-Type counts', name]);
  report.add('AMBIGUOUS_FILE_NAME', (disposition ?? type)!.start, readings);
}

/** What other programs make of a parameter. */
function otherReadings(text: string, name: string): Readings {
  const scanner = new ParameterScanner(text);
  const semicolon = text.indexOf(';');
  scanner.at = semicolon === -1 ? text.length : semicolon;
  const plain: string[] = [];
  let isExtended = false;
  for (let count = 0; count < PARAMETERS; count++) {
    const written = scanner.next();
    if (written === undefined) break;
    if (written.name !== name) continue;
    if (written.section === undefined && !written.extended) plain.push(written.value);
    else isExtended = true;
  }
  const readings: (readonly [string, string])[] = [];
  if (isExtended) readings.push(['RFC 2231 is not known', plain[0] ?? NONE]);
  if (plain.length > 1) readings.push(['the last of a name counts', plain.at(-1)!]);
  const searched = searchParameter(text, name);
  if (searched !== undefined) readings.push(['the name is searched for, and a value without quotes ends at a space or semicolon', searched]);
  return readings;
}

/** Without a grammar: the first `name=` behind a semicolon or space, even in a comment or a quoted string. */
function searchParameter(text: string, name: string): string | undefined {
  const match = new RegExp(`[;\\s]${name}[ \\t]{0,9}=[ \\t]{0,9}(?:"([^"]*)"?|([^;\\s]*))`, 'i').exec(text);
  return match === null ? undefined : (match[1] ?? match[2]);
}
