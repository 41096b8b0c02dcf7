/**
 * The Content-Disposition field (RFC 2183): how a part is meant to be shown, and the name of its file.
 *
 *     disposition = disposition-type *( ";" disposition-parm )
 *
 * Read next: `parameter-parse.ts`, `file-name.ts`.
 */
import { EQUALS } from '@mailwright/wire';
import type { LimitReached } from '@mailwright/wire';
import { mimeDefect } from '../defect.ts';
import type { MimeDefect } from '../defect.ts';
import type { MimeLimits } from '../limits.ts';
import { parameterLimit } from './content-type.ts';
import { readParameters } from './parameter-parse.ts';
import type { ContentTypeParameter } from './parameter-parse.ts';
import { ParameterScanner } from './parameter-scan.ts';

/** What a Content-Disposition says, and what is wrong with it. Offsets of defects are those of the text. */
export interface Disposition {
  /** In lower case: `inline`, `attachment`, or another token, which means the same as `attachment`. */
  readonly disposition: string;
  /** Each name once, in the order of their first appearance. */
  readonly parameters: readonly ContentTypeParameter[];
  readonly defects: readonly MimeDefect[];
  /** `LIMIT_PARAMETERS`: further parameters were not read. */
  readonly limit: LimitReached | undefined;
}

/**
 * Reads the text of a Content-Disposition field. What has no type is taken for an attachment.
 *
 * Errors: none; `MIME_BAD_DISPOSITION` and those of `parseContentTypeField` are defects.
 * @rfc 2183 2
 * @rfc 2231 3
 */
export function parseDisposition(text: string, limits: MimeLimits = {}): Disposition {
  const scanner = new ParameterScanner(text);
  scanner.skipCfws();
  const start = scanner.at;
  const quoted = /"([!#$&'*+.^_`{|}~0-9A-Za-z-]+)"/y;
  quoted.lastIndex = start;
  const inQuotes = quoted.exec(text);
  let disposition = inQuotes === null ? scanner.readToken() : inQuotes[1]!.toLowerCase();
  if (inQuotes !== null) scanner.at = quoted.lastIndex;
  scanner.skipCfws();
  if (text.charCodeAt(scanner.at) === EQUALS) {
    scanner.at = start; // a parameter, and no type before it
    disposition = '';
  } else scanner.expectSemicolon();
  const { parameters, limit } = readParameters(scanner, parameterLimit(limits));
  const { defects } = scanner;
  if (disposition === '' || inQuotes !== null) defects.unshift(mimeDefect('MIME_BAD_DISPOSITION', start));
  return { disposition: disposition === '' ? 'attachment' : disposition, parameters, defects, limit };
}
