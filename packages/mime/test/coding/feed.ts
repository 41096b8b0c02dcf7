import { concatOctets, encodeLatin1, latin1 } from '@mailwright/wire';
import type { MimeDefect, TransferDecoder, TransferEncoder } from '@mailwright/mime';

/** What a decoder made of chunks: one code point for each octet, and its defects. */
export interface Fed {
  readonly text: string;
  readonly defects: readonly MimeDefect[];
}

export function feed(decoder: TransferDecoder, chunks: readonly Uint8Array[]): Fed {
  const parts = chunks.map((chunk) => decoder.decode(chunk));
  const text = latin1(concatOctets([...parts, decoder.end()]));
  return { text, defects: decoder.defects };
}

export function feedEncoder(encoder: TransferEncoder, chunks: readonly Uint8Array[]): Uint8Array {
  return concatOctets([...chunks.map((chunk) => encoder.encode(chunk)), encoder.end()]);
}

/** `octets` in all ways of cutting them in two, octet by octet, and whole. */
export function cuts(octets: Uint8Array): readonly (readonly Uint8Array[])[] {
  const inTwo = Array.from({ length: octets.length + 1 }, (_, at) => [octets.subarray(0, at), octets.subarray(at)]);
  return [[octets], Array.from(octets, (_, at) => octets.subarray(at, at + 1)), ...inTwo];
}

export const octets: (text: string) => Uint8Array = encodeLatin1;

/** Codes and offsets of defects. */
export function told(defects: readonly MimeDefect[]): readonly string[] {
  return defects.map(({ code, offset }) => `${code} ${offset}`);
}
