/**
 * UTF-8, UTF-16 and UTF-32. A byte order mark decides the order of `utf-16` and `utf-32`, big-endian without one; at the beginning of
 * any form it is no text.
 *
 * @rfc 3629 3
 * @rfc 2781 4.3
 */
import { decodeUtf8Strict, utf8 } from '@mailwright/wire';
import type { Charset, ReadCharacters } from './charset-decoder.ts';

/** How many octets at the end begin a character of UTF-8 that is longer than they are: 0 to 3. */
export function unfinishedUtf8(octets: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= octets.length; back++) {
    const octet = octets[octets.length - back]!;
    if (octet < 0x80) return 0;
    if (octet < 0xc2) continue; // a continuation, or no octet of UTF-8 at all
    const length = octet < 0xe0 ? 2 : octet < 0xf0 ? 3 : octet < 0xf5 ? 4 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

const readUtf8: ReadCharacters = (octets, last, writer) => {
  const end = last ? octets.length : octets.length - unfinishedUtf8(octets);
  const whole = octets.subarray(0, end);
  const strict = decodeUtf8Strict(whole);
  if (strict === undefined) writer.replacements += countReplacements(utf8(whole)) - countOwnReplacements(whole);
  writer.append(strict ?? utf8(whole));
  return end;
};

function countReplacements(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\ufffd'); at !== -1; at = text.indexOf('\ufffd', at + 1)) count++;
  return count;
}

/** How often U+FFFD is written in the octets. 0xef only begins a character, so each `EF BF BD` is one. */
function countOwnReplacements(octets: Uint8Array): number {
  let count = 0;
  for (let at = octets.indexOf(0xef); at !== -1; at = octets.indexOf(0xef, at + 1)) {
    if (octets[at + 1] === 0xbf && octets[at + 2] === 0xbd) count++;
  }
  return count;
}

function readUtf16(littleEndian: boolean): ReadCharacters {
  const high = littleEndian ? 1 : 0;
  return (octets, last, writer) => {
    const end = octets.length & ~1;
    for (let at = 0; at < end; at += 2) writer.utf16((octets[at + high]! << 8) | octets[at + 1 - high]!);
    if (!last) return end;
    writer.endUtf16();
    if (end < octets.length) writer.replacement();
    return octets.length;
  };
}

function readUtf32(littleEndian: boolean): ReadCharacters {
  return (octets, last, writer) => {
    const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
    const end = octets.length & ~3;
    for (let at = 0; at < end; at += 4) writer.codePoint(view.getUint32(at, littleEndian));
    if (!last) return end;
    if (end < octets.length) writer.replacement();
    return octets.length;
  };
}

/** Waits for the first unit; a mark that reads as little-endian makes the whole so. */
function readMarked(unitOctets: number, reader: (littleEndian: boolean) => ReadCharacters): ReadCharacters {
  let read: ReadCharacters | undefined;
  return (octets, last, writer) => {
    if (read === undefined && octets.length < unitOctets && !last) return 0;
    read ??= reader(octets[0] === 0xff && octets[1] === 0xfe && (unitOctets === 2 || (octets[2] === 0 && octets[3] === 0)));
    return read(octets, last, writer);
  };
}

function unicode(name: string, open: () => ReadCharacters): Charset {
  return { name, ascii: name === 'utf-8', stateful: name === 'utf-16' || name === 'utf-32', marked: true, open };
}

export const UTF_8: Charset = unicode('utf-8', () => readUtf8);

export const UNICODE_CHARSETS: readonly Charset[] = [
  UTF_8,
  unicode('utf-16', () => readMarked(2, readUtf16)),
  unicode('utf-16be', () => readUtf16(false)),
  unicode('utf-16le', () => readUtf16(true)),
  unicode('utf-32', () => readMarked(4, readUtf32)),
  unicode('utf-32be', () => readUtf32(false)),
  unicode('utf-32le', () => readUtf32(true)),
];
