/** Frames from texts, and written pieces as the octets that would stand in one. */
import { concatOctets, encodeLatin1, encodeUtf8 } from '@mailwright/wire';
import { type ImapLimits, CLIENT_LIMITS } from '../../src/limits.ts';
import type { FetchData } from '../../src/fetch/fetch-data.ts';
import { readFetchData } from '../../src/fetch/fetch-response.ts';
import { allSpecs } from '../../src/tables.ts';
import { ValueReader } from '../../src/value-reader.ts';
import { type WrittenPiece, ValueWriter } from '../../src/value-writer.ts';

export function readerOf(frame: string | Uint8Array, limits: ImapLimits = CLIENT_LIMITS): ValueReader {
  return new ValueReader({ octets: typeof frame === 'string' ? encodeUtf8(frame) : frame, streamed: [], complete: true }, limits, true, 0, allSpecs());
}

/** Reads with `read` and expects all of the frame to be read. */
export function readAll<T>(frame: string | Uint8Array, read: (reader: ValueReader) => T): T {
  const reader = readerOf(frame);
  const value = read(reader);
  reader.finish();
  if (reader.failure !== undefined) throw new Error(`expected ${reader.failure.expected} at ${reader.failure.at}`);
  return value;
}

export function readData(frame: string | Uint8Array): FetchData {
  return readAll(frame, readFetchData);
}

/** What `write` writes, literals with their headers. */
export function written(write: (writer: ValueWriter) => void, utf8: boolean = false): Uint8Array {
  const writer = new ValueWriter(utf8, allSpecs());
  write(writer);
  return concatOctets(writer.finish().map(octetsOf));
}

export function writtenText(write: (writer: ValueWriter) => void): string {
  return new TextDecoder('latin1').decode(written(write));
}

function octetsOf(piece: WrittenPiece): Uint8Array {
  if (typeof piece === 'string') return encodeUtf8(piece);
  if (piece.type === 'pending-literal') throw new Error('a pending literal has no octets');
  return concatOctets([encodeLatin1(`${piece.binary ? '~' : ''}{${piece.octets.length}}\r\n`), piece.octets]);
}

export function text(octets: unknown): string {
  return octets instanceof Uint8Array ? new TextDecoder('latin1').decode(octets) : String(octets);
}
