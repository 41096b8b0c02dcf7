/**
 * Private keys in files: read only where nobody else may read them, written so that nobody else can, never overwritten and never shown.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { loadSigningKey, type DkimKey } from '@mailwright/dkim';
import { utf8 } from '@mailwright/wire';
import { UsageError } from '../arguments/usage-error.ts';
import type { CommandIo } from '../command-io.ts';
import { unreadable } from '../commands/read-input.ts';

/** A PEM of an RSA key of 8,192 bits has 6,400 octets. */
const MOST_OCTETS = 65_536;
/** Read, write and execute for the group and for everybody else. */
const OTHERS = 0o077;
const OWNER_ONLY = 0o600;

/**
 * Reads a private key. Its passphrase is in `$MAILWRIGHT_KEY_PASSPHRASE`. Rejects with a `UsageError` for a file that others may read, and
 * for what is no key that signs mail; nothing of the key is in its text.
 */
export async function readKeyFile(file: string, { env }: CommandIo): Promise<DkimKey> {
  const handle = await open(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  try {
    await checkMode(file, handle);
    const passphrase = env['MAILWRIGHT_KEY_PASSPHRASE'];
    return loadSigningKey(utf8(await readBounded(file, handle)), { passphrase: passphrase === '' ? undefined : passphrase });
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) throw new UsageError(`${file}: ${error.message}`, 'An encrypted key needs its passphrase in $MAILWRIGHT_KEY_PASSPHRASE.');
    throw error instanceof UsageError ? error : unreadable(file, error);
  } finally {
    await handle.close();
  }
}

/** The mode of what was opened, not of what has the name now. Windows has no such modes. */
async function checkMode(file: string, handle: FileHandle): Promise<void> {
  const { mode } = await handle.stat();
  if (process.platform === 'win32' || (mode & OTHERS) === 0) return;
  throw new UsageError(`${file} is open to others (mode ${(mode & 0o777).toString(8)}): a private key is for its owner alone`, `chmod 600 ${file}`);
}

async function readBounded(file: string, handle: FileHandle): Promise<Uint8Array> {
  const octets = new Uint8Array(MOST_OCTETS + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(octets, length, octets.length - length);
    if (bytesRead === 0) return octets.subarray(0, length);
    length += bytesRead;
    if (length > MOST_OCTETS) throw new UsageError(`${file} is larger than ${MOST_OCTETS} octets: that is no key`);
  }
}

/** Writes a private key for its owner alone, and on the disk before anything is said of it. Rejects with a `UsageError` where something of that name is there. */
export async function writeKeyFile(file: string, pem: string): Promise<void> {
  let handle;
  try {
    handle = await open(file, 'wx', OWNER_ONLY);
    await handle.writeFile(pem);
    await handle.sync();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new UsageError(`${file} is there already: keys are never overwritten`, 'Give another name with --out.');
    throw code === undefined ? error : new UsageError(`${file} can't be written: ${code}`);
  } finally {
    await handle?.close();
  }
}
