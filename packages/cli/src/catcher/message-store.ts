/**
 * Messages as files. A file has its name only when all of it is on the disk: it is written under another name, synced, renamed,
 * and the folder is synced. So a 250 means that the message survives a power cut, and no reader ever sees half of one.
 *
 * @rfc 5321 4.2.5
 */
import { open, mkdir, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Random } from '@mailwright/wire';

const RANDOM_OCTETS = 4;
const OWNER_ONLY = 0o600;

/** A folder that messages are kept in. */
export class MessageStore {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(folder: string, clock: Clock, random: Random) {
    this.#folder = folder;
    this.#clock = clock;
    this.#random = random;
  }

  /** Makes the folder, and shows that files can be made in it. Rejects with the system's error. */
  async prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const probe = join(this.#folder, `.${this.#name()}.probe`);
    await (await open(probe, 'wx', OWNER_ONLY)).close();
    await rm(probe);
  }

  /** Begins a file. Nothing of a name comes from outside: time and chance make it, so names sort by time. */
  async begin(): Promise<StoredMessage> {
    const name = `${this.#name()}.eml`;
    const temporary = join(this.#folder, `.${name}.part`);
    return new StoredMessage(await open(temporary, 'wx', OWNER_ONLY), temporary, this.#folder, name);
  }

  /** `20260102T030405.678Z-9f8e7d6c` */
  #name(): string {
    const time = new Date(this.#clock.wallTime()).toISOString().replace(/[-:]/g, '');
    return `${time}-${Array.from(this.#random.octets(RANDOM_OCTETS), (octet) => octet.toString(16).padStart(2, '0')).join('')}`;
  }
}

/** One file on its way. */
export class StoredMessage {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #temporary: string;
  readonly #folder: string;

  constructor(file: FileHandle, temporary: string, folder: string, name: string) {
    this.#file = file;
    this.#temporary = temporary;
    this.#folder = folder;
    this.path = join(folder, name);
  }

  async write(octets: Uint8Array): Promise<void> {
    for (let from = 0; from < octets.length; ) from += (await this.#file.write(octets, from)).bytesWritten;
  }

  /** The message is complete: gives the file its name. */
  async commit(): Promise<void> {
    await this.#file.sync();
    await this.#file.close();
    await rename(this.#temporary, this.path);
    await syncFolder(this.#folder);
  }

  /** The message did not become complete: nothing of it stays. */
  async discard(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await rm(this.#temporary, { force: true });
  }
}

/** A rename is lasting when the folder is on the disk. Windows can't sync folders, and need not. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
