/**
 * A file whose lines end in LF, as texts of the operating system do, served with CRLF. A range is found without reading the file from its
 * beginning: places that were passed once are remembered.
 */
import { CR, LF, indexOfOctet } from '@mailwright/wire';
import type { ReadableFile } from './file-system.ts';
import type { MessageContent } from './message-content.ts';

const CHUNK_OCTETS = 65_536;

/** `octets` with a CR before each LF that has none. `before` is the octet in front of them. */
export function addCarriageReturns(octets: Uint8Array, before: number): Uint8Array {
  const missing = countBareLf(octets, before);
  if (missing === 0) return octets;
  const result = new Uint8Array(octets.length + missing);
  let from = 0;
  let at = 0;
  for (let lf = indexOfOctet(octets, LF); lf !== -1; lf = indexOfOctet(octets, LF, lf + 1)) {
    if ((lf === 0 ? before : octets[lf - 1]) === CR) continue;
    result.set(octets.subarray(from, lf), at);
    at += lf - from;
    result[at++] = CR;
    from = lf;
  }
  result.set(octets.subarray(from), at);
  return result;
}

/** How many LF have no CR before them. */
export function countBareLf(octets: Uint8Array, before: number): number {
  let count = 0;
  for (let lf = indexOfOctet(octets, LF); lf !== -1; lf = indexOfOctet(octets, LF, lf + 1)) if ((lf === 0 ? before : octets[lf - 1]) !== CR) count++;
  return count;
}

/** How many LF of a file have no CR before them: 0 where it can be served as it is. */
export async function countBareLfOf(file: ReadableFile): Promise<number> {
  let count = 0;
  let before = 0;
  for (let from = 0; from < file.sizeOctets; from += CHUNK_OCTETS) {
    const octets = await file.read(from, from + CHUNK_OCTETS);
    count += countBareLf(octets, before);
    before = octets.at(-1) ?? before;
  }
  return count;
}

/** A place that was passed: where it is in the file, where in what is served, and the octet in front of it. */
interface Place {
  readonly inFile: number;
  readonly served: number;
  readonly before: number;
}

/** The file's octets with CRLF. `sizeOctets` counts what is served. Closes the file when it is closed. */
export function lineEndContent(file: ReadableFile, sizeOctets: number): MessageContent {
  const places: Place[] = [{ inFile: 0, served: 0, before: 0 }];

  async function* stream(from: number, to: number): AsyncGenerator<Uint8Array, void, undefined> {
    let index = places.findLastIndex(({ served }) => served <= from);
    for (let { inFile, served, before } = places[index]!; inFile < file.sizeOctets && served < to; index++) {
      const octets = await file.read(inFile, inFile + CHUNK_OCTETS);
      if (octets.length === 0) return;
      const chunk = addCarriageReturns(octets, before);
      const wanted = chunk.subarray(Math.max(0, from - served), Math.max(0, to - served));
      inFile += octets.length;
      served += chunk.length;
      before = octets.at(-1)!;
      if (index + 1 === places.length) places.push({ inFile, served, before });
      if (wanted.length > 0) yield wanted;
    }
  }

  return {
    sizeOctets,
    octets: undefined,
    stream,
    read: (from, to) => collect(stream(from, to)),
    close: closeOnce(file),
  };
}

/** A file that is served as it is. Closes it when it is closed. */
export function fileContent(file: ReadableFile): MessageContent {
  async function* stream(from: number, to: number): AsyncGenerator<Uint8Array, void, undefined> {
    const end = Math.min(to, file.sizeOctets);
    for (let at = from; at < end; ) {
      const octets = await file.read(at, Math.min(end, at + CHUNK_OCTETS));
      if (octets.length === 0) return;
      at += octets.length;
      yield octets;
    }
  }
  return { sizeOctets: file.sizeOctets, octets: undefined, stream, read: (from, to) => file.read(from, Math.max(from, to)), close: closeOnce(file) };
}

function closeOnce(file: ReadableFile): () => Promise<void> {
  let closed: Promise<void> | undefined;
  return () => (closed ??= file.close());
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let octetCount = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    octetCount += chunk.length;
  }
  const only = parts[0];
  if (parts.length === 1 && only !== undefined) return only;
  const joined = new Uint8Array(octetCount);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
