/**
 * All charsets. Their tables and rules are this package's own, so that the same octets are the same text in every release of every engine;
 * `TextDecoder` is used for UTF-8 and as the source of tables that were seen to be equal everywhere.
 *
 * Left out: EUC-TW, Johab, EBCDIC, TCVN, CESU-8.
 * Read next: `aliases.ts` (the labels), `decode-text.ts` (text whose charset may be missing or wrong).
 */
import { charsetName } from './aliases.ts';
import type { Charset } from './charset-decoder.ts';
import { DOUBLE_BYTE_CHARSETS } from './double-byte.ts';
import { GB18030 } from './gb18030.ts';
import { HZ } from './hz.ts';
import { ISO_2022_CHARSETS } from './iso-2022.ts';
import { EUC_JP } from './japanese-sets.ts';
import { SINGLE_BYTE_CHARSETS } from './single-byte.ts';
import { UNICODE_CHARSETS } from './unicode.ts';
import { UTF_7 } from './utf-7.ts';

const CHARSETS: ReadonlyMap<string, Charset> = new Map([
  ...UNICODE_CHARSETS, UTF_7, ...SINGLE_BYTE_CHARSETS, ...DOUBLE_BYTE_CHARSETS, EUC_JP, GB18030, HZ, ...ISO_2022_CHARSETS,
].map((charset) => [charset.name, charset]));

/** By label; `undefined` for one that is not known, and for `us-ascii` and `unknown-8bit`, which say too little. */
export function findCharset(label: string): Charset | undefined {
  const name = charsetName(label);
  return name === undefined ? undefined : CHARSETS.get(name);
}
