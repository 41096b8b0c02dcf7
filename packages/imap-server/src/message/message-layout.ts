/**
 * Where everything of a message is: computed in one pass, kept, and asked for each `BODY[1.2]` without looking at the rest again. The envelope and
 * the structure come along, since the pass has seen their fields.
 *
 * Read next: `layout-scanner.ts` (the pass), `section-octets.ts` (who asks), `layout-cache.ts`.
 *
 * @rfc 9051 6.4.5.1
 */
import type { BodyStructure, Envelope } from '@mailwright/imap';
import type { TransferEncoding } from '@mailwright/mime';
import type { MessageContent } from '../store/message-content.ts';
import { LayoutScanner, LineCounter } from './layout-scanner.ts';
import { arrangeParts } from './part-tree.ts';
import type { OctetRange } from './octet-pieces.ts';

/** The header of a message, the empty line behind it included, and what follows. */
export interface MessagePlaces {
  readonly header: OctetRange;
  readonly text: OctetRange;
}

/** One part that a number names. */
export interface PartLayout {
  /** `1.2`. */
  readonly part: string;
  /** Its MIME header, the empty line included. */
  readonly header: OctetRange;
  /** Its octets in their transfer coding. */
  readonly body: OctetRange;
  /** In lower case: `text/plain`. */
  readonly mediaType: string;
  readonly charset: string | undefined;
  /** `undefined` for an encoding that is not known. */
  readonly coding: TransferEncoding | undefined;
  /** In lower case, or `undefined`. */
  readonly disposition: string | undefined;
  /** The message that the part is. */
  readonly message: MessagePlaces | undefined;
  /** How many messages it stands in, beside the message itself. */
  readonly depth: number;
}

/** A message laid out. */
export interface MessageLayout extends MessagePlaces {
  readonly sizeOctets: number;
  readonly envelope: Envelope;
  readonly bodyStructure: BodyStructure;
  /** By their numbers, in the order in which they stand. */
  readonly parts: ReadonlyMap<string, PartLayout>;
}

/** Lays out a message that is in memory. Linear; never throws for what it holds. @rfc 9051 6.4.5.1 */
export function layoutMessage(octets: Uint8Array): MessageLayout {
  const scanner = new LayoutScanner();
  scanner.push(octets);
  const parts = scanner.end();
  const lines = new LineCounter(scanner.lineOffsets);
  lines.push(octets);
  return arrangeParts(parts, octets.length, lines);
}

/** Lays out a message that is read piece by piece, twice; nothing of it is kept but fields. */
export async function readMessageLayout(content: MessageContent): Promise<MessageLayout> {
  if (content.octets !== undefined) return layoutMessage(content.octets);
  const scanner = new LayoutScanner();
  for await (const chunk of content.stream(0, content.sizeOctets)) scanner.push(chunk);
  const parts = scanner.end();
  const lines = new LineCounter(scanner.lineOffsets);
  for await (const chunk of content.stream(0, content.sizeOctets)) lines.push(chunk);
  return arrangeParts(parts, content.sizeOctets, lines);
}
