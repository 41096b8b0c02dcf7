/**
 * What BODYSTRUCTURE tells of one part, out of its header section.
 *
 * Deviation: parameters are told decoded where they are US-ASCII, else in the one form of RFC 2231 that every reader knows (`filename*` with
 * `utf-8''...`), whatever form they were sent in: continuations are joined, encoded words and raw octets become text.
 *
 * @rfc 9051 7.5.2
 */
import type { BodyDisposition, BodyParameters } from '@mailwright/imap';
import { findField, parseDisposition, parseTransferEncoding } from '@mailwright/mime';
import type { ContentTypeParameter, HeaderSection, PartFacts, TransferEncoding } from '@mailwright/mime';
import { encodeUtf8 } from '@mailwright/wire';
import { fieldText, showableText } from './envelope.ts';

/** One part as its own header tells of it. */
export interface PartFields {
  readonly type: string;
  readonly subtype: string;
  readonly parameters: BodyParameters;
  readonly charset: string | undefined;
  readonly id: string | undefined;
  readonly description: string | undefined;
  /** As named, in lower case; `7bit` where it is not. */
  readonly encoding: string;
  /** What decodes it; `undefined` where nothing here does. */
  readonly coding: TransferEncoding | undefined;
  readonly md5: string | undefined;
  readonly disposition: BodyDisposition | undefined;
  readonly languages: readonly string[];
  readonly location: string | undefined;
}

const TOKEN = /^[!#$%&'*+.^_`{|}~0-9A-Za-z-]{1,100}$/;
/** More is not told of one value. */
const VALUE_CHARACTERS = 4000;
const LANGUAGES = 100;
const ATTRIBUTE_CHARACTER = /[!#$&+.^_`{|}~0-9A-Za-z-]/; // RFC 2231 7, attribute-char

/** Reads the fields that are about the part. */
export function readPartFields(facts: PartFacts): PartFields {
  const { headers, contentType, mediaType } = facts;
  const slash = mediaType.indexOf('/');
  const encodingText = findField(headers, 'Content-Transfer-Encoding')?.text;
  const coding = encodingText === undefined || encodingText === '' ? '7bit' : parseTransferEncoding(encodingText);
  return {
    type: showableText(mediaType.slice(0, slash)),
    subtype: showableText(mediaType.slice(slash + 1)),
    parameters: showParameters(contentType.parameters),
    charset: facts.charset,
    id: fieldText(headers, 'Content-ID'),
    description: fieldText(headers, 'Content-Description'),
    encoding: encodingName(encodingText, coding),
    coding,
    md5: fieldText(headers, 'Content-MD5'),
    disposition: readDisposition(headers),
    languages: readLanguages(headers),
    location: fieldText(headers, 'Content-Location'),
  };
}

/** The name that readers know, where it is an encoding that is known, whatever spelling was sent. */
function encodingName(text: string | undefined, coding: TransferEncoding | undefined): string {
  if (coding !== undefined) return coding === 'uuencode' ? 'x-uuencode' : coding;
  const named = text!.trim().toLowerCase();
  return TOKEN.test(named) && !/^\d+$/.test(named) ? named : 'x-unknown'; // a number would be taken for the octet count by lenient readers
}

function readDisposition(headers: HeaderSection): BodyDisposition | undefined {
  const text = findField(headers, 'Content-Disposition')?.text;
  if (text === undefined) return undefined;
  const { disposition, parameters } = parseDisposition(text);
  return { type: showableText(disposition), parameters: showParameters(parameters) };
}

/** @rfc 3282 2 */
function readLanguages(headers: HeaderSection): readonly string[] {
  const text = fieldText(headers, 'Content-Language') ?? '';
  return text.split(',').map((language) => language.trim()).filter((language) => language !== '').slice(0, LANGUAGES);
}

function showParameters(parameters: readonly ContentTypeParameter[]): BodyParameters {
  const shown = new Map<string, string>();
  for (const { name, value } of parameters) {
    const isPlain = /^[\x01-\x09\x0b\x0c\x0e-\x7f]*$/.test(value);
    if (isPlain) shown.set(showableText(name), value.slice(0, VALUE_CHARACTERS));
    else shown.set(`${showableText(name)}*`, `utf-8''${percentEncode(value.slice(0, VALUE_CHARACTERS))}`);
  }
  return shown;
}

/** @rfc 2231 4 */
function percentEncode(value: string): string {
  let encoded = '';
  for (const octet of encodeUtf8(value)) {
    const character = String.fromCharCode(octet);
    encoded += ATTRIBUTE_CHARACTER.test(character) ? character : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}
