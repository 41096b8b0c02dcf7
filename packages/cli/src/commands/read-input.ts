/** A file, or the standard input, as one array, within a bound. */
import { open } from 'node:fs/promises';
import { concatOctets } from '@mailwright/wire';
import { UsageError } from '../arguments/usage-error.ts';
import type { CommandIo } from '../command-io.ts';

/** Reads `-` or a file. Rejects with a `UsageError` that names it. */
export async function readInput(name: string, mostOctets: number, io: CommandIo): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let octets = 0;
  for await (const chunk of name === '-' ? io.stdin : readFileChunks(name)) {
    octets += chunk.length;
    if (octets > mostOctets) throw new UsageError(`${describeInput(name)} is larger than ${mostOctets} octets`);
    chunks.push(chunk);
  }
  return concatOctets(chunks);
}

/** A file piece by piece. Rejects with a `UsageError` that names it. */
export async function* readFileChunks(name: string): AsyncIterable<Uint8Array> {
  const file = await open(name).catch((error: unknown) => {
    throw unreadable(name, error);
  });
  try {
    for await (const chunk of file.createReadStream({ autoClose: false })) yield chunk as Uint8Array;
  } catch (error) {
    throw unreadable(name, error);
  } finally {
    await file.close();
  }
}

/** For texts. */
export function describeInput(name: string): string {
  return name === '-' ? 'the standard input' : name;
}

/** Why a file can't be read, for people. */
export function unreadable(name: string, error: unknown): UsageError {
  const code = (error as NodeJS.ErrnoException).code;
  const reasons: Readonly<Record<string, string>> = { ENOENT: 'there is no such file', EACCES: 'it may not be read', EISDIR: 'it is a folder' };
  return new UsageError(`${name} can't be read: ${reasons[code ?? ''] ?? code ?? (error instanceof Error ? error.message : String(error))}`);
}
