/**
 * The Content-Type field (RFC 2045 section 5.1), as much of it as showing a message needs.
 *
 *     content   = type "/" subtype *( ";" parameter )
 *     parameter = attribute "=" ( token / quoted-string )
 *
 * Left out: parameters in pieces and charsets (RFC 2231), and the repair of what is not well formed.
 */

/** What a body is. */
export interface ContentType {
  /** In lower case: `text/plain`. */
  readonly mediaType: string;
  /** In their order, names in lower case. Values keep their letter case. */
  readonly parameters: readonly ContentTypeParameter[];
}

/** One parameter. */
export interface ContentTypeParameter {
  readonly name: string;
  readonly value: string;
}

/** What a body is that says nothing of itself. @rfc 2045 5.2 */
export const DEFAULT_CONTENT_TYPE: ContentType = { mediaType: 'text/plain', parameters: [{ name: 'charset', value: 'us-ascii' }] };

const MEDIA_TYPE = /[ \t]*([!#$%&'*+.^_`{|}~0-9A-Za-z-]+)\/([!#$%&'*+.^_`{|}~0-9A-Za-z-]+)/y;
const NAME = /[ \t]*;[ \t]*([!#$%&'*+.^_`{|}~0-9A-Za-z-]+)[ \t]*=[ \t]*/y;
const TOKEN = /[!#$%&'*+.^_`{|}~0-9A-Za-z/:=?@[\]<>-]+/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
const PARAMETERS = 100;

/**
 * Reads the text of a Content-Type field, `undefined` where it has no media type. Parameters are read up to the first that is not well
 * formed, and 100 at most. Never throws.
 *
 * Deviation: a value without quotes may hold `/ : = ? @ [ ] < >`, since many senders forget the quotes around a boundary.
 * @rfc 2045 5.1
 */
export function parseContentType(text: string): ContentType | undefined {
  const type = matchAt(MEDIA_TYPE, text, 0);
  if (type === null) return undefined;
  const parameters: ContentTypeParameter[] = [];
  let at = type[0].length;
  while (parameters.length < PARAMETERS) {
    const name = matchAt(NAME, text, at);
    if (name === null) break;
    at += name[0].length;
    const quoted = matchAt(QUOTED, text, at);
    const value = quoted ?? matchAt(TOKEN, text, at);
    if (value === null) break;
    at += value[0].length;
    parameters.push({ name: name[1]!.toLowerCase(), value: quoted === null ? value[0] : quoted[1]!.replace(/\\(.)/g, '$1') });
  }
  return { mediaType: `${type[1]!}/${type[2]!}`.toLowerCase(), parameters };
}

/** The value of a parameter, or `undefined`. `name` is in lower case. */
export function findParameter(contentType: ContentType, name: string): string | undefined {
  return contentType.parameters.find((parameter) => parameter.name === name)?.value;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
