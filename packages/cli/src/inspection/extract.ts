/**
 * The attachments of a message as files. A name comes from the sender, who may be nobody's friend: it is made safe, no file is ever
 * overwritten, and nothing leaves the folder.
 */
import { mkdir, open } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { messageAttachments, safeFileName, type MessagePart, type ParsedMessage } from '@mailwright/mime';
import { UsageError } from '../arguments/usage-error.ts';

/** What was written. A type, since JSON is made of it. */
export type ExtractedFile = {
  readonly part: number;
  /** The name that the sender gave; `undefined` for none. */
  readonly name: string | undefined;
  readonly file: string;
  readonly octets: number;
};

const MOST_SAME_NAMES = 10_000;

/** Writes every attachment into `folder`, which is made where it is missing. Rejects with a `UsageError` where that can't be done. */
export async function extractAttachments(message: ParsedMessage, folder: string): Promise<readonly ExtractedFile[]> {
  const written: ExtractedFile[] = [];
  try {
    await mkdir(folder, { recursive: true });
    for (const part of messageAttachments(message)) written.push(await writeAttachment(part, folder));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === undefined ? error : new UsageError(`the attachments can't be written to ${folder}: ${code}`);
  }
  return written;
}

async function writeAttachment(part: MessagePart, folder: string): Promise<ExtractedFile> {
  const content = part.children.length > 0 ? part.rawBody() : part.content();
  const safe = safeFileName(part.fileName ?? `part-${part.id}${part.mediaType.startsWith('message/') ? '.eml' : ''}`);
  const extension = extname(safe);
  const stem = safe.slice(0, safe.length - extension.length);
  for (let count = 1; count <= MOST_SAME_NAMES; count++) {
    const file = join(folder, count === 1 ? safe : `${stem}-${count}${extension}`);
    if (await createFile(file, content)) return { part: part.id, name: part.fileName, file, octets: content.length };
  }
  throw new UsageError(`${folder} holds ${MOST_SAME_NAMES} files named ${safe} already`);
}

/** False where there is such a file already, be it a link to elsewhere. */
async function createFile(path: string, octets: Uint8Array): Promise<boolean> {
  let file;
  try {
    file = await open(path, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  try {
    await file.writeFile(octets);
  } finally {
    await file.close();
  }
  return true;
}
