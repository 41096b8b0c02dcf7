/** Octets of text with one character for each, and back: what the tests here write messages in. */
import { encodeLatin1, latin1 } from '@mailwright/wire';

export const octets: (text: string) => Uint8Array = encodeLatin1;
export const text = (of: Uint8Array): string => latin1(of);

/** `whole` cut in two at every place, and into single octets. */
export function everySplit(whole: Uint8Array): readonly (readonly Uint8Array[])[] {
  const splits: Uint8Array[][] = [[whole], Array.from(whole, (octet) => Uint8Array.of(octet))];
  for (let at = 0; at <= whole.length; at++) splits.push([whole.subarray(0, at), whole.subarray(at)]);
  return splits;
}
