/**
 * A file as an attachment for `buildMessage` of `@mailwright/mime`. The builder itself opens nothing: a path that comes from a stranger
 * is no attachment before somebody calls this by name.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';

/** What `attachFile` makes: one of `attachments`, or with a `contentId` one of `inline`. */
export interface FileAttachment {
  /** Opens the file anew each time it is iterated. */
  readonly content: AsyncIterable<Uint8Array>;
  readonly sizeOctets: number;
  readonly fileName: string;
}

/**
 * Looks at a file and promises its octets; it is opened when the message is written, and never whole in memory.
 *
 * `fileName`: what the reader sees. Default: the name of the file without its folder.
 * Errors: rejects with Node's own error where there is no such file, and with a TypeError for what is no regular file. Iterating rejects
 * where the file has another size by then: the message would be another one than was announced.
 */
export async function attachFile(path: string | URL, fileName?: string): Promise<FileAttachment> {
  const facts = await stat(path);
  if (!facts.isFile()) throw new TypeError(`${String(path)} is not a file`);
  const name = fileName ?? basename(typeof path === 'string' ? path : decodeURIComponent(path.pathname));
  return { content: { [Symbol.asyncIterator]: () => readFile(path, facts.size) }, sizeOctets: facts.size, fileName: name };
}

async function* readFile(path: string | URL, sizeOctets: number): AsyncGenerator<Uint8Array, void, undefined> {
  let count = 0;
  for await (const chunk of createReadStream(path)) {
    count += (chunk as Uint8Array).length;
    yield chunk as Uint8Array;
    if (count > sizeOctets) break;
  }
  if (count !== sizeOctets) throw new Error(`${String(path)} has changed since it was attached: it had ${sizeOctets} octets`);
}
