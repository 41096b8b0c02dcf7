/**
 * Charsets of one octet a character, all by own tables: the engine's change from one release of Node to the next (windows-1252 lost
 * its upper 32 characters in Node 20, windows-874 and ibm866 differ between 22 and 24).
 *
 * The notation of a table: the characters of 0x80 to 0xff in their order, `A~Z` for those from A to Z, `?` where there is none. Neither
 * sign is itself at such a place in any charset.
 */
import { hasUpperControl } from './ascii-scan.ts';
import type { Charset } from './charset-decoder.ts';
import { DOS_TABLES } from './table-dos.ts';
import { ISO_TABLES } from './table-iso.ts';
import { REGIONAL_TABLES } from './table-regional.ts';
import { WINDOWS_TABLES } from './table-windows.ts';
import { REPLACEMENT } from './text-writer.ts';

/** The six letters of VISCII that stand among the controls. @rfc 1456 2 */
const VISCII_CONTROLS: readonly (readonly [number, number])[] = [
  [0x02, 0x1eb2], [0x05, 0x1eb4], [0x06, 0x1eaa], [0x14, 0x1ef6], [0x19, 0x1ef8], [0x1e, 0x1ef4],
];

/** The code units of a notation, one for each character. */
export function expandRanges(notation: string): number[] {
  const units: number[] = [];
  for (let at = 0; at < notation.length; at++) {
    if (notation[at] === '~') {
      for (let unit = units.at(-1)! + 1; unit < notation.charCodeAt(at + 1); unit++) units.push(unit);
    } else {
      units.push(notation[at] === '?' ? REPLACEMENT : notation.charCodeAt(at));
    }
  }
  return units;
}

function tableOf(name: string, notation: string): Uint16Array {
  const units = Uint16Array.from({ length: 256 }, (_, octet) => octet);
  units.set(expandRanges(notation), 0x80);
  if (name === 'viscii') for (const [octet, unit] of VISCII_CONTROLS) units[octet] = unit;
  return units;
}

function singleByte(name: string, notation: string): Charset {
  let table: Uint16Array | undefined;
  return {
    name,
    ascii: name !== 'viscii',
    stateful: false,
    marked: false,
    open: () => (octets, _last, writer) => {
      writer.map(octets, table ??= tableOf(name, notation));
      return octets.length;
    },
  };
}

/** Latin-1 but for 0x80 to 0x9f, which western text does without: then the engine's copy does (measured: 1.4 GB/s, the table 0.5). */
function windows1252(): Charset {
  const charset = singleByte('windows-1252', WINDOWS_TABLES['windows-1252']!);
  const readByTable = charset.open();
  return {
    ...charset,
    open: () => (octets, last, writer) => {
      if (hasUpperControl(octets)) return readByTable(octets, last, writer);
      writer.latin1(octets);
      return octets.length;
    },
  };
}

/** What undeclared text is that is not UTF-8. */
export const WINDOWS_1252: Charset = windows1252();

const TABLES = [ISO_TABLES, WINDOWS_TABLES, DOS_TABLES, REGIONAL_TABLES];

/** All of them, windows-1252 among them. */
export const SINGLE_BYTE_CHARSETS: readonly Charset[] = TABLES.flatMap((tables) => Object.entries(tables)
  .map(([name, notation]) => (name === WINDOWS_1252.name ? WINDOWS_1252 : singleByte(name, notation))));
