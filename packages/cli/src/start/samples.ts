/** The letters that `npm start` sends: the ones that come along, or the user's own. */
import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseMailbox, type Mailbox } from '@mailwright/address';
import { parseHeaders } from '@mailwright/mime';
import { encodeUtf8, TextScanner } from '@mailwright/wire';
import type { CommandIo } from '../command-io.ts';
import { readInput } from '../commands/read-input.ts';
import { completeEnvelope } from '../letter/envelope.ts';
import { composedLetter } from './composed-letter.ts';

/** Whoever is written to here does not exist. */
export const REFUSED_ADDRESS = 'nobody@receiver.example';
const MOST_OCTETS = 26_214_400;
const LONG_LINES = 1400;
/** The one that was not written but composed. */
export const COMPOSED_NAME = '07-composed.eml';

export interface Sample {
  readonly name: string;
  readonly octets: Uint8Array;
  readonly from: Mailbox;
  readonly to: readonly Mailbox[];
  /** The octets are not those of the file: its line ends had to be made CRLF. */
  readonly mended: boolean;
  /** The picture in the letter that the builder composed; `undefined` for the others. */
  readonly composedOf: Uint8Array | undefined;
  /** It goes out with the signatures of its author's domain. */
  readonly signed: boolean;
}

/** The samples in their folder, a long one that is made on the spot, and one that the builder composes. */
export async function ownSamples(io: CommandIo): Promise<readonly Sample[]> {
  const folder = fileURLToPath(new URL('../../samples/', import.meta.url));
  const names = (await readdir(folder)).filter((name) => name.endsWith('.eml')).sort();
  const samples = await Promise.all(names.map(async (name) => fromHeader(name, await readInput(`${folder}${name}`, MOST_OCTETS, io))));
  const picture = await readInput(`${folder}picture.png`, MOST_OCTETS, io);
  return [...samples, fromHeader('06-hundred-kilobytes.eml', longLetter()), { ...fromHeader(COMPOSED_NAME, composedLetter(picture)), composedOf: picture }];
}

/** The user's own files. They go to addresses of this demonstration, whatever their headers say; the first one to a refused one too. */
export async function userSamples(files: readonly string[], io: CommandIo): Promise<readonly Sample[]> {
  const from = known('anna@sender.example');
  return Promise.all(files.map(async (file, index) => {
    const read = await readInput(file, MOST_OCTETS, io);
    const octets = withCrlf(read);
    return { name: basename(file), octets, from, to: [known('bert@receiver.example'), ...(index === 0 ? [known(REFUSED_ADDRESS)] : [])], mended: octets !== read, composedOf: undefined, signed: false };
  }));
}

function fromHeader(name: string, octets: Uint8Array): Sample {
  const { from, to } = completeEnvelope(parseHeaders(octets), undefined, []);
  return { name, octets, from: from!, to, mended: false, composedOf: undefined, signed: false };
}

/** An address that is one. */
export function known(address: string): Mailbox {
  const parsed = parseMailbox(address);
  if (!parsed.ok) throw new TypeError(`not an address: ${address}`);
  return parsed.value;
}

/** Some 100 KB of numbered lines: always the same octets. */
function longLetter(): Uint8Array {
  const header = [
    'Date: Thu, 01 Jan 2026 09:05:00 +0000', 'From: Anna Author <anna@sender.example>', 'To: Bert Reader <bert@receiver.example>',
    'Message-ID: <hundred-kilobytes@sender.example>', 'Subject: A hundred kilobytes', 'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=us-ascii', 'Content-Transfer-Encoding: 7bit', '', '',
  ].join('\r\n');
  const lines = Array.from({ length: LONG_LINES }, (_, index) => `Line ${String(index + 1).padStart(4)} of ${LONG_LINES}: the quick brown fox jumps over the lazy dog again.\r\n`);
  return encodeUtf8(header + lines.join(''));
}

/** Files of Unix end their lines in LF; on the wire that is refused. The array itself where there is nothing to mend. */
function withCrlf(octets: Uint8Array): Uint8Array {
  const scanner = new TextScanner();
  const parts: number[] = [];
  for (let at = scanner.next(octets, 0); scanner.kind !== 'none'; at = scanner.next(octets, at + 1)) if (scanner.kind === 'bare-lf') parts.push(at);
  if (parts.length === 0) return octets;
  const mended = new Uint8Array(octets.length + parts.length);
  let from = 0;
  parts.forEach((at, added) => {
    mended.set(octets.subarray(from, at), from + added);
    mended[at + added] = 0x0d;
    from = at;
  });
  mended.set(octets.subarray(from), from + parts.length);
  return mended;
}
