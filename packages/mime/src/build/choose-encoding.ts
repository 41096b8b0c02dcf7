/**
 * Which transfer encoding a part gets: by what its content is like and by what the next hop takes.
 *
 * Octets that are no text go as base64. Text goes as it is where nothing on the way changes it, else in the encoding that stays readable
 * unless that is much longer. `binary` is never chosen, only asked for.
 */
import { encodedBase64Octets } from '../coding/base64-encode.ts';
import type { ContentFacts } from './content-facts.ts';

/** What the next hop takes; nothing of it by default. @rfc 6152 @rfc 3030 @rfc 6531 */
export interface NextHop {
  /** 8BITMIME: octets above 127, in lines. */
  readonly eightBitMime?: boolean | undefined;
  /** BINARYMIME: any octets. */
  readonly binaryMime?: boolean | undefined;
  /** SMTPUTF8. Where an address can go by that only, the other fields are written in UTF-8 too; no message is made to need it. */
  readonly smtpUtf8?: boolean | undefined;
}

/** The encodings that are written. */
export type WrittenEncoding = '7bit' | '8bit' | 'binary' | 'quoted-printable' | 'base64';

export const WRITTEN_ENCODINGS: ReadonlySet<string> = new Set<WrittenEncoding>(['7bit', '8bit', 'binary', 'quoted-printable', 'base64']);

/** How much longer than base64 quoted-printable may be: what people can read is worth half as much again. */
const READABLE_WORTH = 1.5;

/** The encoding of text whose octets are known. @rfc 2045 6 */
export function chooseTextEncoding(facts: ContentFacts, hop: NextHop): WrittenEncoding {
  if (facts.isText && !facts.isFragile && (!facts.eightBit || hop.eightBitMime === true)) return facts.eightBit ? '8bit' : '7bit';
  // Quoted-printable as text knows line ends of CRLF alone; what has others travels as the octets it is.
  return !facts.bareLineEnd && facts.quotedPrintableOctets <= encodedBase64Octets(facts.octets) * READABLE_WORTH ? 'quoted-printable' : 'base64';
}

/** The encoding of a message inside a message, which is never base64 or quoted-printable. @rfc 2046 5.2.1 */
export function chooseMessageEncoding(option: string, facts: ContentFacts, hop: NextHop): WrittenEncoding {
  if (facts.isText) return facts.eightBit ? '8bit' : '7bit';
  if (hop.binaryMime !== true) throw new TypeError(`${option} has lines that only BINARYMIME takes (over 998 octets, a NUL, or a CR or LF alone), and a message inside a message is never encoded`);
  return 'binary';
}

/** Throws TypeError where `asked` can't carry what was found. */
export function checkAsked(option: string, asked: WrittenEncoding, facts: ContentFacts, hop: NextHop): WrittenEncoding {
  checkHop(option, asked, hop);
  if ((asked === '7bit' || asked === '8bit') && !facts.isText) throw new TypeError(`${option} can't travel as ${asked}: it has lines over 998 octets, a NUL, or a CR or LF alone`);
  if (asked === '7bit' && facts.eightBit) throw new TypeError(`${option} can't travel as 7bit: it has octets above 127`);
  return asked;
}

/** Throws TypeError for `binary` where the next hop has no BINARYMIME, and for what is no encoding. */
export function checkHop(option: string, asked: WrittenEncoding, hop: NextHop): void {
  if (!WRITTEN_ENCODINGS.has(asked)) throw new TypeError(`${option} asks for a transfer encoding that is none`);
  if (asked === 'binary' && hop.binaryMime !== true) throw new TypeError(`${option} asks for binary, and nextHop does not say binaryMime`);
}
