/**
 * Bcc fields are for the one who sends, not for those who receive: a recipient who reads them learns of the others.
 *
 * @rfc 5322 3.6.3
 */
import { concatOctets } from '@mailwright/wire';
import { parseHeaders } from '@mailwright/mime';
import type { Letter } from './letter.ts';

/** The letter without its Bcc and Resent-Bcc fields; all other octets stay as they are. */
export function withoutBcc(letter: Letter): Letter {
  const hidden = letter.header.fields.filter(({ name }) => /^(?:resent-)?bcc$/i.test(name));
  if (hidden.length === 0) return letter;
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const { start, end } of hidden) {
    parts.push(letter.head.subarray(from, start));
    from = end;
  }
  parts.push(letter.head.subarray(from));
  const head = concatOctets(parts);
  const removed = letter.head.length - head.length;
  return { ...letter, head, header: parseHeaders(head), octets: letter.octets === undefined ? undefined : letter.octets - removed };
}
