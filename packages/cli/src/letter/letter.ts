/**
 * The message that `mailwright send` sends: from a file, from the standard input, or composed from options. A small one is held
 * whole, so that it can go in BDAT chunks and many times; a large one is read piece by piece as the server takes it.
 */
import { stat } from 'node:fs/promises';
import { parseHeaders, type HeaderSection } from '@mailwright/mime';
import { concatOctets, type Body } from '@mailwright/wire';
import { UsageError } from '../arguments/usage-error.ts';
import type { CommandIo } from '../command-io.ts';
import { describeInput, readFileChunks } from '../commands/read-input.ts';

/** Messages up to this size are held whole. */
export const WHOLE_OCTETS = 16_777_216;
/** What is read of a large message before anything is sent, for its header. */
const HEAD_OCTETS = 262_144;

export interface Letter {
  /** `letter.eml`, or what else it comes from. */
  readonly name: string;
  /** Its header section; offsets count from the beginning of `head`. */
  readonly header: HeaderSection;
  /** The whole message, or the beginning of a large one. */
  readonly head: Uint8Array;
  /** Octets of the whole message; `undefined` where only its end will tell. */
  readonly octets: number | undefined;
  /** The octets behind `head`, once; `undefined` where there are none. */
  readonly rest: AsyncIterable<Uint8Array> | undefined;
}

/** A letter of octets that are all there. */
export function wholeLetter(name: string, octets: Uint8Array): Letter {
  return { name, head: octets, header: parseHeaders(octets), octets: octets.length, rest: undefined };
}

/** Opens a file, or `-`. Rejects with a `UsageError` that names it. */
export async function openLetter(name: string, io: CommandIo): Promise<Letter> {
  const size = name === '-' ? undefined : await stat(name).then((facts) => (facts.isFile() ? facts.size : undefined), () => undefined);
  const source = name === '-' ? io.stdin : readFileChunks(name);
  return letterOf(name, source, size);
}

/** A letter whose octets come in pieces; `size` is how many, as far as that is known. Rejects with a `UsageError` for none at all. */
export async function letterOf(name: string, octets: AsyncIterable<Uint8Array>, size: number | undefined): Promise<Letter> {
  const source = octets[Symbol.asyncIterator]();
  const most = size !== undefined && size > WHOLE_OCTETS ? HEAD_OCTETS : WHOLE_OCTETS;
  const { octets: head, ended } = await readUpTo(source, most);
  if (head.length === 0) throw new UsageError(`${describeInput(name)} is empty: there is no message in it`);
  if (ended) return wholeLetter(name, head);
  return { name, head, header: parseHeaders(head), octets: size, rest: { [Symbol.asyncIterator]: () => source } };
}

/** What `send` takes as body: the octets, or the head and then the rest. */
export function letterBody({ head, rest }: Letter): Body {
  return rest === undefined ? head : joined(head, rest);
}

async function* joined(head: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  yield head;
  yield* rest;
}

async function readUpTo(source: AsyncIterator<Uint8Array>, octets: number): Promise<{ readonly octets: Uint8Array; readonly ended: boolean }> {
  const chunks: Uint8Array[] = [];
  let count = 0;
  while (count <= octets) {
    const next = await source.next();
    if (next.done === true) return { octets: concatOctets(chunks), ended: true };
    chunks.push(next.value);
    count += next.value.length;
  }
  return { octets: concatOctets(chunks), ended: false };
}
