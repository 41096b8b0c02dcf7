/**
 * The few things that a Maildir asks of a file system. Injected, so that a test can stop the world between any two of them.
 *
 * Read next: `maildir-mailbox.ts`, for which every method that changes something is one step.
 */
import { constants } from 'node:fs';
import { link, lstat, mkdir, open, readFile, readdir, rename, rm, unlink } from 'node:fs/promises';

/** A file that is being written. */
export interface NewFile {
  write(octets: Uint8Array): Promise<void>;
  /** What was written survives a loss of power. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** A file that is being read. */
export interface ReadableFile {
  readonly sizeOctets: number;
  /** Fewer octets where the file ends. A copy. */
  read(from: number, to: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'other';
}

/** Errors are those of Node: their `code` is `ENOENT`, `EEXIST` and so on. Paths have `/` between their parts. */
export interface StoreFileSystem {
  /** With the directories above it, where they are missing; nothing where it is there. Nobody else may read it. */
  makeDirectory(path: string): Promise<void>;
  list(path: string): Promise<readonly DirectoryEntry[]>;
  /** `EEXIST` where it is there. */
  create(path: string): Promise<NewFile>;
  /** Appends and syncs; the file is made where it is missing. */
  append(path: string, octets: Uint8Array): Promise<void>;
  read(path: string): Promise<Uint8Array>;
  /** Never follows a symbolic link. */
  open(path: string): Promise<ReadableFile>;
  /** Milliseconds since 1970. */
  modifiedMs(path: string): Promise<number>;
  link(from: string, to: string): Promise<void>;
  /** Replaces a file that has the new name. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** A directory with all that is in it; nothing where it is missing. */
  removeTree(path: string): Promise<void>;
  /** Names that were made, changed and removed in the directory survive a loss of power. */
  syncDirectory(path: string): Promise<void>;
}

const OWNER_ONLY = 0o700;
const OWNER_FILE = 0o600;

/** The file system of the operating system. */
export const nodeFileSystem: StoreFileSystem = {
  makeDirectory: async (path) => void (await mkdir(path, { recursive: true, mode: OWNER_ONLY })),
  list: async (path) =>
    (await readdir(path, { withFileTypes: true })).map((entry) => ({ name: entry.name, kind: entry.isFile() ? 'file' : entry.isDirectory() ? 'directory' : 'other' })),
  create: async (path) => {
    const handle = await open(path, 'wx', OWNER_FILE);
    return { write: async (octets) => handle.writeFile(octets), sync: () => handle.sync(), close: () => handle.close() };
  },
  append: async (path, octets) => {
    const handle = await open(path, 'a', OWNER_FILE);
    try {
      await handle.writeFile(octets);
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  read: async (path) => readFile(path),
  open: openFile,
  modifiedMs: async (path) => (await lstat(path)).mtimeMs,
  link,
  rename,
  remove: unlink,
  removeTree: (path) => rm(path, { recursive: true, force: true }),
  syncDirectory,
};

async function openFile(path: string): Promise<ReadableFile> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const sizeOctets = (await handle.stat()).size;
    const read = async (from: number, to: number): Promise<Uint8Array> => {
      const octets = new Uint8Array(Math.max(0, Math.min(to, sizeOctets) - from));
      let filled = 0;
      while (filled < octets.length) {
        const { bytesRead } = await handle.read(octets, filled, octets.length - filled, from + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return octets.subarray(0, filled);
    };
    return { sizeOctets, read, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Windows has no way to do this, and needs none. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** True for an error of the file system with that code. */
export function hasErrorCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** Writes a file so that after a crash either the one before is there or the new one. `directory` is where it stands. */
export async function replaceFile(fileSystem: StoreFileSystem, directory: string, name: string, octets: Uint8Array): Promise<void> {
  const temporary = `${directory}/${name}.tmp`;
  await fileSystem.remove(temporary).catch((error: unknown) => {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
  });
  const file = await fileSystem.create(temporary);
  try {
    await file.write(octets);
    await file.sync();
  } finally {
    await file.close();
  }
  await fileSystem.rename(temporary, `${directory}/${name}`);
  await fileSystem.syncDirectory(directory);
}

/** The file's octets, or `undefined` where there is none. */
export async function readIfThere(fileSystem: StoreFileSystem, path: string): Promise<Uint8Array | undefined> {
  try {
    return await fileSystem.read(path);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
