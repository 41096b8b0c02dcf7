/**
 * The Content-Type field (RFC 2045 section 5.1): what a body is.
 *
 *     content   = type "/" subtype *( ";" parameter )
 *
 * Left out: what to do where there is none, or none that can be read (RFC 2045 section 5.2), which is the reader's of parts.
 * Read next: `parameter-parse.ts`.
 */
import { SLASH } from '@mailwright/wire';
import type { LimitReached } from '@mailwright/wire';
import type { MimeDefect } from '../defect.ts';
import { resolveMimeLimits } from '../limits.ts';
import type { MimeLimits } from '../limits.ts';
import { parameterValue, readParameters } from './parameter-parse.ts';
import type { ContentTypeParameter } from './parameter-parse.ts';
import { ParameterScanner } from './parameter-scan.ts';

/** What a body is. */
export interface ContentType {
  /** In lower case: `text/plain`. */
  readonly mediaType: string;
  /** Each name once, in the order of their first appearance. */
  readonly parameters: readonly ContentTypeParameter[];
}

/** What a field says, and what is wrong with it. Offsets of defects are those of the text. */
export interface ContentTypeField {
  /** `undefined` where there is no media type. */
  readonly contentType: ContentType | undefined;
  readonly defects: readonly MimeDefect[];
  /** `LIMIT_PARAMETERS`: further parameters were not read. */
  readonly limit: LimitReached | undefined;
}

/** What a body is that says nothing of itself. @rfc 2045 5.2 */
export const DEFAULT_CONTENT_TYPE: ContentType = { mediaType: 'text/plain', parameters: [{ name: 'charset', value: 'us-ascii' }] };

/**
 * Reads the text of a Content-Type field; see `parseContentTypeField`, which tells the defects too.
 *
 * @rfc 2045 5.1
 */
export function parseContentType(text: string): ContentType | undefined {
  return parseContentTypeField(text).contentType;
}

/**
 * Reads the text of a Content-Type field, with comments, sections and charsets of parameters, and much of what senders get wrong.
 *
 * Shape: linear in the length of the text.
 * Errors: none; `MIME_BAD_PARAMETER`, `MIME_BAD_PARAMETER_VALUE`, `MIME_DUPLICATE_PARAMETER`, `MIME_PARAMETER_GAP`, `MIME_UNKNOWN_CHARSET` are defects.
 * Deviation: a value without quotes may hold `/ : = ? @ [ ] < >` and what is not ASCII, since many senders forget the quotes.
 * Deviation: encoded words in values are decoded, but in a boundary (test "legacy: an encoded word").
 * @rfc 2045 5.1
 * @rfc 2231 3
 * @rfc 2231 4
 */
export function parseContentTypeField(text: string, limits: MimeLimits = {}): ContentTypeField {
  const scanner = new ParameterScanner(text);
  const mediaType = readMediaType(scanner);
  if (mediaType === undefined) return { contentType: undefined, defects: [], limit: undefined };
  scanner.expectSemicolon();
  const { parameters, limit } = readParameters(scanner, parameterLimit(limits));
  return { contentType: { mediaType, parameters }, defects: scanner.defects, limit };
}

/** The value of a parameter, or `undefined`. `name` in any letter case. */
export function findParameter(contentType: ContentType, name: string): string | undefined {
  return parameterValue(contentType.parameters, name);
}

/** True for a body that is made of parts. */
export function isMultipart(mediaType: string): boolean {
  return mediaType.startsWith('multipart/');
}

/** True for a body that is a whole message. @rfc 2046 5.2.1 @rfc 6532 3.7 */
export function isMessage(mediaType: string): boolean {
  return mediaType === 'message/rfc822' || mediaType === 'message/global';
}

const DEFAULT_PARAMETERS = resolveMimeLimits().parameters;

/** Pieces of parameters that are read of one field. */
export function parameterLimit(limits: MimeLimits): number {
  return limits.parameters === undefined ? DEFAULT_PARAMETERS : resolveMimeLimits(limits).parameters;
}

/** `type "/" subtype`, in lower case. */
function readMediaType(scanner: ParameterScanner): string | undefined {
  scanner.skipCfws();
  const type = scanner.readToken();
  scanner.skipCfws();
  if (type === '' || scanner.text.charCodeAt(scanner.at) !== SLASH) return undefined;
  scanner.at++;
  scanner.skipCfws();
  const subtype = scanner.readToken();
  return subtype === '' ? undefined : `${type}/${subtype}`;
}
