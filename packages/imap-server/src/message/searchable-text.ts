/**
 * What SEARCH looks at of a message: the fields of its header, and its texts, decoded. `@mailwright/imap` compares; here it is read, in two
 * steps, since most searches ask for the header alone.
 *
 * @rfc 9051 6.4.4
 */
import type { EnvelopeAddress, SearchableAddresses, SearchableField } from '@mailwright/imap';
import { decodeEncodedWords, parseHeaders } from '@mailwright/mime';
import type { MessageContent } from '../store/message-content.ts';
import type { MessageLayout } from './message-layout.ts';
import type { OctetRange } from './octet-pieces.ts';
import { readPartText } from './part-text.ts';

/** What keys about the header need. */
export interface SearchableHeader {
  readonly fields: readonly SearchableField[];
  readonly addresses: SearchableAddresses;
}

/** What BODY and TEXT need beside it. */
export interface SearchableBody {
  /** The fields of the parts' own headers. */
  readonly partFields: readonly SearchableField[];
  /** The texts of the parts, and the headers of messages in the message. */
  readonly texts: readonly string[];
}

/** Of one part, still encoded. What is behind it is not searched. */
const TEXT_OCTETS = 16 * 1024 * 1024;

/** Reads the header. */
export async function readSearchableHeader(content: MessageContent, { header, envelope }: MessageLayout): Promise<SearchableHeader> {
  const { from, to, cc, bcc } = envelope;
  return {
    fields: await readFields(content, header),
    addresses: { from: from.map(decodeName), to: to.map(decodeName), cc: cc.map(decodeName), bcc: bcc.map(decodeName) },
  };
}

/**
 * Reads the parts. Text parts alone are decoded; of an HTML part what is shown of it counts, so that a word is found across its markup.
 *
 * Deviation: of a part longer than 16 MiB the rest is not searched.
 * @rfc 9051 6.4.4
 */
export async function readSearchableBody(content: MessageContent, layout: MessageLayout): Promise<SearchableBody> {
  const partFields: SearchableField[] = [];
  const texts: string[] = [];
  for (const part of layout.parts.values()) {
    if (part.header.from !== layout.header.from) partFields.push(...(await readFields(content, part.header)));
    if (part.message !== undefined) {
      const fields = await readFields(content, part.message.header);
      texts.push(fields.map(({ name, value }) => `${name}: ${value}\r\n`).join(''));
    } else if (part.mediaType.startsWith('text/')) texts.push(await readPartText(content, part, TEXT_OCTETS));
  }
  return { partFields, texts };
}

async function readFields(content: MessageContent, { from, to }: OctetRange): Promise<readonly SearchableField[]> {
  const octets = content.octets?.subarray(from, to) ?? (await content.read(from, to));
  return parseHeaders(octets, { headerOctets: Math.max(1, octets.length) }).fields.map(({ name, text }) => ({ name, value: decodeEncodedWords(text) }));
}

function decodeName(address: EnvelopeAddress): EnvelopeAddress {
  return address.name === undefined ? address : { ...address, name: decodeEncodedWords(address.name) };
}
