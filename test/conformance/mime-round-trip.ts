/**
 * Every message file of the folder `mime`: parsed, and what was found written back, is the file. Each octet belongs to exactly one place (a header
 * section, a body, a preamble, a line of boundary, an epilogue), so reading loses nothing; and an edited message in which nothing was edited is the source.
 *
 * Read next: `mime-fields.ts`.
 */
import { editMessage, parseMessage } from '@mailwright/mime';
import type { MessagePart, ParsedMessage } from '@mailwright/mime';
import { hashOf, listFiles, readOctets, suite } from './mime-cases.ts';
import type { ConformanceSuite } from './suite.ts';

const MESSAGE_ENDINGS = ['.eml', '.msg', '.txt', '.raw'];

/** Message files; what mime4j decoded (`_decoded`) and notices are none. */
export function messageFiles(folder: string): readonly string[] {
  return MESSAGE_ENDINGS.flatMap((ending) => listFiles(folder, ending)).filter((file) => !file.includes('_decoded') && !file.endsWith('NOTICE.txt'));
}

/** The octets of a part as its own facts place them: header section, then its children with what stands between them, or its body. */
export function writePart(message: ParsedMessage, part: MessagePart): Uint8Array[] {
  const { source, parts } = message;
  const pieces = [source.subarray(part.start, part.bodyStart)];
  let at = part.bodyStart;
  for (const child of part.children.map((id) => parts[id]!)) {
    if (child.start < at || child.end > part.end) break; // decoded from elsewhere, such as a message in base64
    pieces.push(source.subarray(at, child.start), ...writePart(message, child));
    at = child.end;
  }
  pieces.push(source.subarray(at, part.end));
  return pieces;
}

const same = (name: string, write: (octets: Uint8Array) => readonly Uint8Array[]): ConformanceSuite =>
  suite(`round-trip-${name}`, (folder) =>
    messageFiles(folder).map((file) => {
      const octets = readOctets(folder, file);
      return { id: file, expected: [octets.length, hashOf(octets)], actual: () => {
        const written = Buffer.concat(write(octets));
        return [written.length, hashOf(written)];
      } };
    }),
  );

export const suites: readonly ConformanceSuite[] = [
  same('slices', (octets) => {
    const message = parseMessage(octets);
    return writePart(message, message.parts[0]!);
  }),
  same('edit', (octets) => [editMessage(octets).octets()]),
];
