/**
 * The attachments of a message as files, and the uuencoded files in its texts, which are what attachments were before MIME. A name comes from the sender, who may be nobody's friend: it is made safe, no file is ever
 * overwritten, and nothing leaves the folder.
 */
import { mkdir, open } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { findBodyParts, safeFileName, type MessagePart, type ParsedMessage } from '@mailwright/mime';
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
const REASONS: Readonly<Record<string, string>> = { EEXIST: 'it is a file and no folder', ENOTDIR: 'it is a file and no folder', EACCES: 'it may not be written', ENOSPC: 'no space is left' };

/** What becomes a file. */
interface Content {
  readonly part: number;
  readonly name: string | undefined;
  /** The name of a file whose sender gave it none. */
  readonly otherwise: string;
  readonly octets: Uint8Array;
}

/** Writes every attachment into `folder`, which is made where it is missing. Rejects with a `UsageError` where that can't be done. */
export async function extractAttachments(message: ParsedMessage, folder: string): Promise<readonly ExtractedFile[]> {
  const written: ExtractedFile[] = [];
  try {
    await mkdir(folder, { recursive: true });
    for (const content of findContents(message)) written.push(await writeContent(content, folder));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === undefined ? error : new UsageError(`the attachments can't be written to ${folder}: ${REASONS[code] ?? code}`);
  }
  return written;
}

/** In the order in which they are written; each is decoded when its turn comes. */
function* findContents(message: ParsedMessage): Generator<Content> {
  const { textBody, attachments } = findBodyParts(message);
  for (const part of textBody) {
    for (const { name, octets } of part.uuencoded()) yield { part: part.id, name, otherwise: `part-${part.id}`, octets };
  }
  for (const part of attachments) yield toContent(part);
}

function toContent(part: MessagePart): Content {
  const otherwise = `part-${part.id}${part.mediaType.startsWith('message/') ? '.eml' : ''}`;
  return { part: part.id, name: part.fileName, otherwise, octets: part.children.length > 0 ? part.rawBody() : part.content() };
}

async function writeContent({ part, name, otherwise, octets }: Content, folder: string): Promise<ExtractedFile> {
  const safe = safeFileName(name ?? otherwise);
  const extension = extname(safe);
  const stem = safe.slice(0, safe.length - extension.length);
  for (let count = 1; count <= MOST_SAME_NAMES; count++) {
    const file = join(folder, count === 1 ? safe : `${stem}-${count}${extension}`);
    if (await createFile(file, octets)) return { part, name, file, octets: octets.length };
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
