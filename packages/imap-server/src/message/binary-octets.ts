/**
 * `BINARY[1.2]`: the octets of a part without their transfer coding. How many they are is found by decoding them, once for each message that is
 * kept laid out.
 *
 * @rfc 3516 4
 */
import type { Partial } from '@mailwright/imap';
import { createTransferDecoder } from '@mailwright/mime';
import type { TransferEncoding } from '@mailwright/mime';
import { concatOctets } from '@mailwright/wire';
import type { MessageContent } from '../store/message-content.ts';
import type { MessageLayout, PartLayout } from './message-layout.ts';
import { findOctets } from './octet-pieces.ts';
import type { FoundOctets } from './octet-pieces.ts';

/** `unknown-cte`: the part's transfer encoding is not known. `undefined`: there is no such part. @rfc 3516 4.3 */
export type BinaryResult = FoundOctets | 'unknown-cte' | undefined;

const sizes = new WeakMap<PartLayout, number>();

/** The octets of a part, decoded; those of the message itself and of multiparts as they stand. @rfc 3516 4.2 */
export async function findBinary(content: MessageContent, layout: MessageLayout, part: readonly number[], partial?: Partial): Promise<BinaryResult> {
  if (part.length === 0) return findOctets(content, [{ from: 0, to: layout.sizeOctets }], partial);
  const found = layout.parts.get(part.join('.'));
  if (found === undefined) return undefined;
  if (found.coding === undefined) return 'unknown-cte';
  const { coding } = found;
  if (isIdentity(coding) || found.mediaType.startsWith('multipart/') || found.message !== undefined) return findOctets(content, [found.body], partial);
  const size = await decodedSize(content, found, coding);
  const from = Math.min(partial?.origin ?? 0, size);
  const to = partial === undefined ? size : Math.min(size, from + partial.octetCount);
  const stream = (): AsyncIterable<Uint8Array> => cut(decode(content, found, coding), from, to);
  return { octetCount: to - from, stream, read: () => collect(stream()) };
}

function isIdentity(coding: TransferEncoding): boolean {
  return coding === '7bit' || coding === '8bit' || coding === 'binary';
}

async function decodedSize(content: MessageContent, part: PartLayout, coding: TransferEncoding): Promise<number> {
  let size = sizes.get(part);
  if (size !== undefined) return size;
  size = 0;
  for await (const octets of decode(content, part, coding)) size += octets.length;
  sizes.set(part, size);
  return size;
}

async function* decode(content: MessageContent, { body }: PartLayout, coding: TransferEncoding): AsyncGenerator<Uint8Array, void, undefined> {
  const decoder = createTransferDecoder(coding);
  for await (const chunk of content.stream(body.from, body.to)) {
    const octets = decoder.decode(chunk);
    if (octets.length > 0) yield octets;
  }
  const rest = decoder.end();
  if (rest.length > 0) yield rest;
}

async function* cut(chunks: AsyncIterable<Uint8Array>, from: number, to: number): AsyncGenerator<Uint8Array, void, undefined> {
  let at = 0;
  if (from === to) return;
  for await (const chunk of chunks) {
    const wanted = chunk.subarray(Math.max(0, from - at), Math.max(0, to - at));
    at += chunk.length;
    if (wanted.length > 0) yield wanted;
    if (at >= to) return;
  }
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const collected: Uint8Array[] = [];
  for await (const chunk of chunks) collected.push(chunk);
  return concatOctets(collected);
}
