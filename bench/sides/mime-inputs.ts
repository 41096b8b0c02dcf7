/** Inputs of the `mime` entries that are more than a file's octets: what a message is built of, and a file in chunks. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

const CHUNK_OCTETS = 65_536;
const BUFFERS: readonly Buffer[] = Array.from({ length: 8 }, () => Buffer.alloc(CHUNK_OCTETS));

/** What the `mime.build` entries are given, as the runner wrote it: JSON. */
export interface BuildInput {
  readonly from: { readonly name: string; readonly address: string };
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  /** As a Date field has it. */
  readonly date: string;
  readonly messageId: string;
  /** Empty where the entry has none. */
  readonly attachment: Buffer;
}

export function readBuildInput(path: string): BuildInput {
  const { attachmentBase64, ...input } = JSON.parse(readFileSync(path, 'utf8')) as Omit<BuildInput, 'attachment'> & { readonly attachmentBase64: string };
  return { ...input, attachment: Buffer.from(attachmentBase64, 'base64') };
}

/**
 * A file in chunks of 64 KB, read as they are asked for into eight buffers in turn, as a transport with a few buffers does: no side keeps octets that long, and what is kept is the
 * side's own memory. Not a stream of Node: one of 10 MB takes 9 to 14 ms whoever reads it, more than reading and decoding the message does.
 */
export function* fileChunks(path: string): Generator<Buffer, void, undefined> {
  const file = openSync(path, 'r');
  try {
    for (let turn = 0; ; turn = (turn + 1) % BUFFERS.length) {
      const buffer = BUFFERS[turn]!;
      const count = readSync(file, buffer);
      if (count === 0) return;
      yield buffer.subarray(0, count);
    }
  } finally {
    closeSync(file);
  }
}
