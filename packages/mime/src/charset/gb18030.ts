/**
 * GB 18030, which holds GBK and GB 2312: one, two or four octets a character. All GB labels are read as this: what engines call `gbk` differs
 * from one to the next (81 cells on Node 20, the euro among them).
 */
import type { Charset, ReadCharacters } from './charset-decoder.ts';
import { engineDecoder, once, readPairTable, unitAt } from './pair-table.ts';
import type { TextWriter } from './text-writer.ts';
import { REPLACEMENT } from './text-writer.ts';

const DIGIT_0 = 0x30;
/** Four-octet characters in the order of their octets: first the rest of the BMP, from `FIRST_ASTRAL` on all above it. */
const BMP_QUADS = 39_420;
const FIRST_ASTRAL = 189_000;
const ASTRALS = 0x100000;
const EURO = 0x20ac;

/** The two-octet cells; with both octets at 0xa1 and above those of GB 2312. */
export const chineseTable: () => Uint16Array = once(() => readPairTable('gb18030'));

/** The four-octet characters below U+10000, read out of the engine at once. */
const quadTable = once((): Uint16Array => {
  const octets = new Uint8Array(BMP_QUADS * 4);
  for (let index = 0; index < BMP_QUADS; index++) {
    octets[index * 4] = 0x81 + Math.floor(index / 12_600);
    octets[index * 4 + 1] = DIGIT_0 + (Math.floor(index / 1260) % 10);
    octets[index * 4 + 2] = 0x81 + (Math.floor(index / 10) % 126);
    octets[index * 4 + 3] = DIGIT_0 + (index % 10);
  }
  const text = engineDecoder('gb18030')?.decode(octets) ?? '';
  return Uint16Array.from({ length: BMP_QUADS }, (_, index) => (text.length === BMP_QUADS ? text.charCodeAt(index) : REPLACEMENT));
});

function readGb18030(): ReadCharacters {
  const table = chineseTable();
  return (octets, last, writer) => {
    let at = 0;
    while (at < octets.length) {
      const lead = octets[at]!;
      if (lead <= 0x80 || lead === 0xff) {
        writeSingle(lead, writer);
        at++;
        continue;
      }
      const needed = isDigit(octets[at + 1]) ? 4 : 2;
      if (at + needed > octets.length && !last && mayContinue(octets, at)) return at;
      at += needed === 4 ? writeQuad(octets, at, writer) : writePair(table, lead, octets[at + 1] ?? 0, writer);
    }
    return octets.length;
  };
}

/** False where what is there of four octets can't become a character. */
function mayContinue(octets: Uint8Array, at: number): boolean {
  const third = octets[at + 2];
  return third === undefined || (third >= 0x81 && third <= 0xfe);
}

function writeSingle(octet: number, writer: TextWriter): void {
  if (octet < 0x80) writer.unit(octet);
  else if (octet === 0x80) writer.unit(EURO); // as in cp936
  else writer.replacement();
}

function writePair(table: Uint16Array, lead: number, trail: number, writer: TextWriter): number {
  const unit = unitAt(table, lead, trail);
  if (unit !== REPLACEMENT) writer.unit(unit);
  else writer.replacement();
  return unit !== REPLACEMENT || trail >= 0x80 ? 2 : 1;
}

/** Writes the character of four octets and gives their number, or U+FFFD and 1: the octets after the first are read again. */
function writeQuad(octets: Uint8Array, at: number, writer: TextWriter): number {
  const third = octets[at + 2] ?? 0;
  const fourth = octets[at + 3];
  if (third < 0x81 || third > 0xfe || !isDigit(fourth)) {
    writer.replacement();
    return 1;
  }
  const index = (octets[at]! - 0x81) * 12_600 + (octets[at + 1]! - DIGIT_0) * 1260 + (third - 0x81) * 10 + fourth! - DIGIT_0;
  if (index >= FIRST_ASTRAL && index < FIRST_ASTRAL + ASTRALS) writer.codePoint(0x10000 + index - FIRST_ASTRAL);
  else if (index < BMP_QUADS && quadTable()[index] !== REPLACEMENT) writer.unit(quadTable()[index]!);
  else writer.replacement();
  return 4;
}

function isDigit(octet: number | undefined): boolean {
  return octet !== undefined && octet >= DIGIT_0 && octet <= DIGIT_0 + 9;
}

export const GB18030: Charset = { name: 'gb18030', ascii: true, stateful: false, marked: false, open: readGb18030 };
