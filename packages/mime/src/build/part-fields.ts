/** The fields that describe a part: Content-Type with its parameters, Content-Disposition, and the rest. */
import { HeaderWriter } from '../header/header-writer.ts';
import { formatContentType, formatDisposition } from '../header/parameter-format.ts';
import type { ParameterMode } from '../header/parameter-format.ts';
import type { WrittenEncoding } from './choose-encoding.ts';
import type { CheckedFacts } from './part.ts';

/**
 * Writes them. `encoding` is `undefined` for a multipart of 7 bits, which says nothing of its encoding.
 * @rfc 2045 5
 * @rfc 2045 6.1
 * @rfc 2045 7
 * @rfc 2183 2
 */
export function formatPartFields(
  mediaType: string, parameters: CheckedFacts['parameters'], encoding: WrittenEncoding | undefined, facts: CheckedFacts, mode: ParameterMode | undefined,
): string {
  const { fileName, contentId } = facts;
  const disposition = facts.disposition ?? (fileName === undefined ? undefined : 'attachment');
  let fields = formatType(mediaType, fileName === undefined ? parameters : [...parameters, ['name', fileName]], mode);
  if (encoding !== undefined) fields += `Content-Transfer-Encoding: ${encoding}\r\n`;
  if (contentId !== undefined) fields += formatId(contentId);
  if (disposition !== undefined) fields += formatDisposition(disposition, fileName === undefined ? [] : [{ name: 'filename', value: fileName }], mode);
  return fields + facts.fields;
}

function formatType(mediaType: string, parameters: CheckedFacts['parameters'], mode: ParameterMode | undefined): string {
  if (parameters.length === 1 && parameters[0]![0] === 'charset' && parameters[0]![1] === 'utf-8') return `Content-Type: ${mediaType}; charset=utf-8\r\n`; // nearly all there are
  return formatContentType(mediaType, parameters.map(([name, value]) => ({ name, value })), mode);
}

function formatId(contentId: string): string {
  const writer = new HeaderWriter('Content-ID');
  writer.token(contentId);
  return writer.end();
}
