/**
 * BINARY: parts of messages without their transfer coding, decoded by the server. They may hold NUL, so they come as literal8; and
 * messages with such content may be appended so.
 *
 *     fetch-att      =/ "BINARY" [".PEEK"] section-binary [partial] / "BINARY.SIZE" section-binary
 *     msg-att-static =/ "BINARY" section-binary ["<" number ">"] SP (nstring / literal8) / "BINARY.SIZE" section-binary SP number
 *     section-binary = "[" [section-part] "]"
 *     resp-text-code =/ "UNKNOWN-CTE"
 *
 * The literal8 of APPEND is `commands/append.ts`.
 *
 * @rfc 3516
 */
import { LEFT_BRACKET, RIGHT_BRACKET } from '@mailwright/wire';
import type { CodeSpec, FetchItemSpec } from '../extension.ts';
import type { FetchedOctets } from '../fetch/fetch-data.ts';
import { readOctets } from '../fetch/items/octets.ts';
import { type Partial, readOrigin, readPartial, readSectionPart, writePartial } from '../section.ts';
import type { ValueReader } from '../value-reader.ts';
import type { ValueWriter } from '../value-writer.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

/** A decoded part; BINARY marks the message as seen, BINARY.PEEK does not. */
export interface BinaryRequest<N extends 'BINARY' | 'BINARY.PEEK' = 'BINARY' | 'BINARY.PEEK'> {
  readonly name: N;
  /** `[1, 2]` for part 1.2; empty for the whole message. */
  readonly part: readonly number[];
  readonly partial: Partial | undefined;
}

export interface BinarySizeRequest {
  readonly name: 'BINARY.SIZE';
  readonly part: readonly number[];
}

export interface BinaryPart {
  readonly part: readonly number[];
  /** Where in the part the octets begin, for an answer to a partial request. */
  readonly origin: number | undefined;
  /** As of `BODY[...]`: a view into the frame, or what goes by. Undefined where there is no such part. */
  readonly octets: FetchedOctets | undefined;
}

export interface BinarySize {
  readonly part: readonly number[];
  /** Octets of the part decoded. */
  readonly octetCount: number;
}

/** The server can't decode the transfer coding of the part. @rfc 3516 4.3 */
export interface UnknownCteCode {
  readonly name: 'UNKNOWN-CTE';
}

const UNKNOWN_CTE: UnknownCteCode = { name: 'UNKNOWN-CTE' };

const binaryItem: FetchItemSpec<'binary', BinaryRequest<'BINARY'>, readonly BinaryPart[]> = partItem('BINARY');
const binaryPeekItem: FetchItemSpec<'binary', BinaryRequest<'BINARY.PEEK'>, readonly BinaryPart[]> = partItem('BINARY.PEEK');

const binarySizeItem: FetchItemSpec<'binarySizes', BinarySizeRequest, readonly BinarySize[]> = {
  name: 'BINARY.SIZE',
  field: 'binarySizes',
  source: 'RFC 3516 4.2',
  parseRequest: (reader) => ({ name: 'BINARY.SIZE', part: readPart(reader) }),
  encodeRequest: (writer, { part }) => writePart(writer.raw('BINARY.SIZE'), part),
  parse(reader, before) {
    const part = readPart(reader);
    reader.space();
    const size = { part, octetCount: reader.number() };
    return append(before, size);
  },
  encode(writer, sizes) {
    writer.separated(sizes, ({ part, octetCount }) => {
      writePart(writer.raw('BINARY.SIZE'), part);
      writer.space().number(octetCount);
    });
  },
};

const unknownCte: CodeSpec<UnknownCteCode> = {
  name: 'UNKNOWN-CTE',
  source: 'RFC 3516 4.3',
  parse: () => UNKNOWN_CTE,
  encode: () => {},
  explain: () => 'The server can not decode the transfer coding of that part.',
};

export const binary: Brings<{
  codes: typeof unknownCte;
  fetchItems: typeof binaryItem | typeof binaryPeekItem | typeof binarySizeItem;
}> = {
  ...NOTHING,
  capability: 'BINARY',
  rfc: 3516,
  inRev2: true,
  announced: ALWAYS,
  codes: [unknownCte],
  fetchItems: [binaryItem, binaryPeekItem, binarySizeItem],
  explain: () => 'The server can decode parts of messages, and takes messages with binary content.',
};

/** The two requests have one answer, `BINARY[...]`. */
function partItem<N extends 'BINARY' | 'BINARY.PEEK'>(name: N): FetchItemSpec<'binary', BinaryRequest<N>, readonly BinaryPart[]> {
  return {
    name,
    field: 'binary',
    source: 'RFC 3516 4.2',
    parseRequest(reader) {
      const part = readPart(reader);
      return { name, part, partial: readPartial(reader) };
    },
    encodeRequest(writer, { part, partial }) {
      writePart(writer.raw(name), part);
      if (partial !== undefined) writePartial(writer, partial);
    },
    parse: readAnswer,
    encode: (writer, parts) => void writer.separated(parts, (part) => writeAnswer(writer, part)),
  };
}

function readAnswer(reader: ValueReader, before: readonly BinaryPart[] | undefined): readonly BinaryPart[] {
  const part = readPart(reader);
  const origin = readOrigin(reader);
  const answer = { part, origin, octets: readOctets(reader) };
  return append(before, answer);
}

/** Adds to a list that only these items make: copying it would cost the square of their number. */
function append<T>(before: readonly T[] | undefined, answer: T): readonly T[] {
  if (before === undefined) return [answer];
  (before as T[]).push(answer);
  return before;
}

function writeAnswer(writer: ValueWriter, { part, origin, octets }: BinaryPart): void {
  writePart(writer.raw('BINARY'), part);
  if (origin !== undefined) writer.raw('<').number(origin).raw('>');
  writer.space();
  if (octets === undefined) writer.raw('NIL');
  else if (octets instanceof Uint8Array) writer.piece({ type: 'literal', octets, binary: octets.includes(0) });
  else if (octets.type === 'pending-literal') writer.piece(octets);
  else throw new TypeError('a streamed literal has no octets to write');
}

function readPart(reader: ValueReader): readonly number[] {
  reader.expect(LEFT_BRACKET);
  if (reader.skip(RIGHT_BRACKET)) return [];
  const part = readSectionPart(reader);
  reader.expect(RIGHT_BRACKET);
  return part;
}

function writePart(writer: ValueWriter, part: readonly number[]): void {
  writer.raw('[');
  for (let index = 0; index < part.length; index++) {
    if (index > 0) writer.raw('.');
    if (part[index]! < 1) throw new RangeError('parts are counted from 1');
    writer.number(part[index]!);
  }
  writer.raw(']');
}
