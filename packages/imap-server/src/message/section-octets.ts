/**
 * `BODY[1.2.HEADER.FIELDS (SUBJECT)]<0.100>`: which octets of a message it means. Nothing is read but a header whose fields are chosen.
 *
 * @rfc 9051 6.4.5
 */
import type { Partial, Section } from '@mailwright/imap';
import { parseHeaders } from '@mailwright/mime';
import { CR, LF } from '@mailwright/wire';
import type { MessageContent } from '../store/message-content.ts';
import type { MessageLayout, MessagePlaces } from './message-layout.ts';
import { findOctets } from './octet-pieces.ts';
import type { FoundOctets, OctetPiece, OctetRange } from './octet-pieces.ts';

const CRLF = Uint8Array.of(CR, LF);

/**
 * The octets of a section. `undefined` where the message has none such: no such part, the header of a part that is no message.
 *
 * @rfc 9051 6.4.5.1
 */
export async function findSection(content: MessageContent, layout: MessageLayout, section: Section, partial?: Partial): Promise<FoundOctets | undefined> {
  const pieces = await sectionPieces(content, layout, section);
  return pieces === undefined ? undefined : findOctets(content, pieces, partial);
}

async function sectionPieces(content: MessageContent, layout: MessageLayout, { part, text }: Section): Promise<readonly OctetPiece[] | undefined> {
  const number = part.join('.');
  const found = layout.parts.get(number);
  if (number !== '' && found === undefined) return undefined;
  if (text === undefined) return [found?.body ?? { from: 0, to: layout.sizeOctets }];
  if (text.type === 'MIME') return found === undefined ? undefined : [found.header];
  const message: MessagePlaces | undefined = number === '' ? layout : found?.message;
  if (message === undefined) return undefined;
  if (text.type === 'TEXT') return [message.text];
  if (!('fields' in text)) return [message.header];
  return chooseFields(content, message.header, new Set(text.fields.map((name) => name.toLowerCase())), text.type === 'HEADER.FIELDS');
}

/** The fields, in the order of the message, and the empty line. */
async function chooseFields(content: MessageContent, header: OctetRange, names: ReadonlySet<string>, isNamed: boolean): Promise<readonly OctetPiece[]> {
  const octets = content.octets?.subarray(header.from, header.to) ?? (await content.read(header.from, header.to));
  const { fields } = parseHeaders(octets, { base: header.from, headerOctets: Math.max(1, octets.length) });
  const pieces: OctetPiece[] = [];
  let last = header.from;
  for (const { name, start, end } of fields) {
    last = end;
    if (names.has(name.toLowerCase()) !== isNamed) continue;
    pieces.push({ from: start, to: end });
    if (octets[end - header.from - 1] !== LF) pieces.push(CRLF); // the message ends here
  }
  pieces.push(isLineEnd(octets.subarray(last - header.from)) ? { from: last, to: header.to } : CRLF);
  return pieces;
}

function isLineEnd(octets: Uint8Array): boolean {
  return (octets.length === 1 && octets[0] === LF) || (octets.length === 2 && octets[0] === CR && octets[1] === LF);
}
