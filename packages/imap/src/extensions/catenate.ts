/**
 * CATENATE: a message appended in pieces, some of them taken from messages that the server has.
 *
 *     append-data    =/ "CATENATE" SP "(" cat-part *(SP cat-part) ")"
 *     cat-part       = text-literal / url
 *     text-literal   = "TEXT" SP literal
 *     url            = "URL" SP astring
 *     resp-text-code =/ "BADURL" SP url-resp-text / "TOOBIG"
 *
 * @rfc 4469
 */
import { indexOfOctet, RIGHT_BRACKET } from '@mailwright/wire';
import { type MessageLiteral, readMessageLiteral, writeMessageLiteral } from '../commands/append.ts';
import type { CodeSpec, ParameterSpec } from '../extension.ts';
import type { ValueReader } from '../value-reader.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

/** Octets, or the URL of a message or part in one of the server's mailboxes, `/INBOX;UIDVALIDITY=1/;UID=20/;section=1.2`. */
export type CatenatePart =
  | { readonly type: 'text'; readonly text: MessageLiteral }
  | { readonly type: 'url'; readonly url: string };

/** The URL gives nothing. @rfc 4469 4 */
export interface BadUrlCode {
  readonly name: 'BADURL';
  readonly url: string;
}

/** The message would be too large, or a literal that LITERAL- does not allow. @rfc 4469 4 @rfc 7888 5 */
export interface TooBigCode {
  readonly name: 'TOOBIG';
}

const TOO_BIG: TooBigCode = { name: 'TOOBIG' };

const catenateData: ParameterSpec<'APPEND', 'catenate', readonly CatenatePart[]> = {
  place: 'APPEND',
  name: 'CATENATE',
  field: 'catenate',
  source: 'RFC 4469 3',
  parse(reader) {
    reader.space();
    const from = reader.at;
    const parts = reader.list(() => readCatenatePart(reader));
    if (parts.length === 0) reader.fail('a part', from);
    return parts;
  },
  encode(writer, parts) {
    if (parts.length === 0) throw new RangeError('CATENATE needs at least one part');
    writer.space().list(parts, (part) => {
      if (part.type === 'url') writer.raw('URL ').astring(part.url);
      else writeMessageLiteral(writer.raw('TEXT '), part.text);
    });
  },
  explain: (parts) => `a message made of ${parts.length} parts, ${parts.filter(({ type }) => type === 'url').length} of which the server has`,
};

const badUrl: CodeSpec<BadUrlCode> = {
  name: 'BADURL',
  source: 'RFC 4469 4',
  parse(reader) {
    reader.space();
    const bracket = indexOfOctet(reader.octets, RIGHT_BRACKET, reader.at);
    const to = bracket === -1 ? reader.end : bracket;
    const from = reader.at;
    const url = reader.until(to);
    if (url === '') reader.fail('a URL', from);
    return { name: 'BADURL', url };
  },
  encode(writer, { url }) {
    if (!/^[!-\\^-~]+$/.test(url)) throw new TypeError(`not a URL for a response code: ${JSON.stringify(url)}`);
    writer.raw(` ${url}`);
  },
  explain: ({ url }) => `The URL ${url} gives nothing.`,
};

const tooBig: CodeSpec<TooBigCode> = {
  name: 'TOOBIG',
  source: 'RFC 4469 4',
  parse: () => TOO_BIG,
  encode: () => {},
  explain: () => 'The message, or a literal, is too large.',
};

export const catenate: Brings<{ codes: typeof badUrl | typeof tooBig; parameters: typeof catenateData }> = {
  ...NOTHING,
  capability: 'CATENATE',
  rfc: 4469,
  announced: ALWAYS,
  codes: [badUrl, tooBig],
  parameters: [catenateData],
  explain: () => 'A message can be appended in pieces, some of which the server has already.',
};

function readCatenatePart(reader: ValueReader): CatenatePart {
  if (reader.skipKeyword('URL')) {
    reader.space();
    return { type: 'url', url: reader.astring() };
  }
  if (!reader.skipKeyword('TEXT')) reader.fail('TEXT or URL');
  reader.space();
  return { type: 'text', text: readMessageLiteral(reader) };
}
