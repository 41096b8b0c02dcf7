/** Where `mailwright imap get` puts what it gets: a file of its own, or the standard output, as fast as these take it. */
import { open, rm, type FileHandle } from 'node:fs/promises';
import type { Download } from '@mailwright/imap-client';
import { UsageError } from '../arguments/usage-error.ts';
import type { CommandIo } from '../command-io.ts';
import { formatOctets } from '../output/numbers.ts';
import { paletteFor } from '../output/palette.ts';
import { Progress } from '../output/progress.ts';

const REASONS: Readonly<Record<string, string>> = { EEXIST: 'it is there already, and no file is overwritten', ENOENT: 'there is no such folder', EACCES: 'it may not be written', EISDIR: 'it is a folder', ENOSPC: 'no space is left' };

/**
 * Writes it all and gives the number of octets. A file is made when the first octets are there, and taken away again where the rest did not come.
 *
 * Rejects with a `UsageError` where the file can't be written, and with what the download rejects with.
 */
export async function saveDownload(download: Download, file: string | undefined, io: CommandIo): Promise<number> {
  const progress = new Progress(io.stderr, paletteFor(io.stderr, io.env), io.clock, 1);
  const target = file === undefined ? undefined : new TargetFile(file);
  let octets = 0;
  try {
    for await (const piece of download) {
      octets += piece.length;
      progress.show(octets / Math.max(1, download.octetCount ?? octets), formatOctets(octets));
      await (target === undefined ? writeOut(piece, io) : target.write(piece));
      if (target === undefined && io.unread.aborted) break;
    }
    await target?.finish();
  } finally {
    progress.clear();
    await target?.close();
  }
  return octets;
}

async function writeOut(piece: Uint8Array, io: CommandIo): Promise<void> {
  io.stdout.write(piece);
  if (io.stdout.drained !== undefined) await untilAborted(io.stdout.drained(), io.stop);
}

/** Resolves when the promise does, or at Ctrl-C: a pipe that nobody empties must not hold the program. */
function untilAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    const settle = (): void => {
      signal.removeEventListener('abort', settle);
      resolve();
    };
    signal.addEventListener('abort', settle);
    void promise.then(settle);
  });
}

class TargetFile {
  readonly #name: string;
  #handle: FileHandle | undefined = undefined;
  #isWhole = false;

  constructor(name: string) {
    this.#name = name;
  }

  async write(octets: Uint8Array): Promise<void> {
    try {
      this.#handle ??= await open(this.#name, 'wx');
      await this.#handle.writeFile(octets);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      throw new UsageError(`${this.#name} can't be written: ${REASONS[code] ?? code}`, 'Give another name with --out.');
    }
  }

  /** All is there. A body without octets is a file without octets. */
  async finish(): Promise<void> {
    await this.write(new Uint8Array(0));
    this.#isWhole = true;
  }

  async close(): Promise<void> {
    if (this.#handle === undefined) return;
    await this.#handle.close();
    if (!this.#isWhole) await rm(this.#name, { force: true });
  }
}
