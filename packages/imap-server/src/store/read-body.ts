/** Reading a body whose size may have been told before. */
import { concatOctets } from '@mailwright/wire';
import type { Body } from '@mailwright/wire';
import { MailStoreError } from './store-error.ts';

/**
 * The chunks of a body, checked against the size that was told.
 *
 * Errors: `STORE_SIZE_MISMATCH` as soon as there is more, or at the end where there is less; and what the body throws.
 */
export async function* readBody(body: Body, sizeOctets: number | undefined): AsyncGenerator<Uint8Array, void, undefined> {
  let octetsRead = 0;
  for await (const chunk of body instanceof Uint8Array ? [body] : body) {
    octetsRead += chunk.length;
    if (sizeOctets !== undefined && octetsRead > sizeOctets) throw mismatch(sizeOctets);
    if (chunk.length > 0) yield chunk;
  }
  if (sizeOctets !== undefined && octetsRead !== sizeOctets) throw mismatch(sizeOctets);
}

/** All of it, a copy. Errors as those of `readBody`. */
export async function readWholeBody(body: Body, sizeOctets: number | undefined): Promise<Uint8Array> {
  if (body instanceof Uint8Array) {
    if (sizeOctets !== undefined && body.length !== sizeOctets) throw mismatch(sizeOctets);
    return body.slice();
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of readBody(body, sizeOctets)) chunks.push(chunk);
  return chunks.length === 1 ? chunks[0]!.slice() : concatOctets(chunks);
}

function mismatch(sizeOctets: number): MailStoreError {
  return new MailStoreError('STORE_SIZE_MISMATCH', `the message was to have ${sizeOctets} octets`);
}
