/**
 * HZ: GB 2312 in seven bits, between `~{` and `~}`. `~~` is a tilde, a tilde at the end of a line joins it with the next. A line end also ends
 * the Chinese, as writers must see to.
 *
 * @rfc 1843 2
 */
import type { Charset, ReadCharacters } from './charset-decoder.ts';
import { chineseTable } from './gb18030.ts';
import { unitAt } from './pair-table.ts';
import type { TextWriter } from './text-writer.ts';
import { REPLACEMENT } from './text-writer.ts';

const TILDE = 0x7e;
const LEFT_BRACE = 0x7b;
const RIGHT_BRACE = 0x7d;
const LF = 0x0a;
const CR = 0x0d;

function readHz(): ReadCharacters {
  let chinese = false;
  return (octets, last, writer) => {
    let at = 0;
    while (at < octets.length) {
      const octet = octets[at]!;
      const paired = octet === TILDE || (chinese && octet > 0x20) || octet > 0x7f;
      if (paired && at + 1 === octets.length && !last) return at;
      const next = octets[at + 1] ?? 0;
      if (octet === TILDE && next === LEFT_BRACE) chinese = true;
      else if (octet === TILDE && next === RIGHT_BRACE) chinese = false;
      else if (paired) {
        at += octet === TILDE && !chinese ? writeTilde(next, writer) : writeChinese(octet, next, writer);
        continue;
      } else {
        if (octet === LF) chinese = false;
        writer.unit(octet);
      }
      at += paired ? 2 : 1;
    }
    return octets.length;
  };
}

/** A tilde that changes nothing of the mode; gives the octets read. */
function writeTilde(next: number, writer: TextWriter): number {
  if (next === LF) return 2;
  if (next === CR) return 1; // and the line end stays
  if (next !== TILDE) writer.replacement();
  else writer.unit(TILDE);
  return next === TILDE ? 2 : 1;
}

/** A pair, with or without its high bits; gives the octets read. */
function writeChinese(lead: number, trail: number, writer: TextWriter): number {
  const alike = lead > 0x7f ? trail > 0xa0 : trail > 0x20;
  const unit = alike ? unitAt(chineseTable(), lead | 0x80, trail | 0x80) : REPLACEMENT;
  if (unit !== REPLACEMENT) writer.unit(unit);
  else writer.replacement();
  return unit !== REPLACEMENT || trail > 0x7f ? 2 : 1;
}

export const HZ: Charset = { name: 'hz-gb-2312', ascii: false, stateful: true, marked: false, open: readHz };
