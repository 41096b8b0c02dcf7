/**
 * How other readers could find another author than the grammar does: lines and controls that hide a From field, encoded words that show an address.
 *
 * Read next: `author.ts`.
 */
import type { HeaderMailbox } from '@mailwright/address';
import { decodeEncodedText } from '@mailwright/mime';
import type { HeaderSection } from '@mailwright/mime';
import { CR, DEL, LF, SP, TAB, indexOfOctet, latin1 } from '@mailwright/wire';
import { readDomain } from './domain.ts';

const MOST_DEFECTS = 100; // mime tells no more of one section
const LINE_BEGINNING = 64;
/** A carriage return that some take for a line end, and From behind it. */
const FROM_BEHIND_CR = /\r[ \t]*from[ \t]*:/i;
/** `From` with what no name has beside it: `From\0:`, ` From:` on the first line. */
const LIKE_FROM = /^[^a-z:]{0,16}from[^a-z0-9:-]{0,16}(?::|$)/i;
const ANY_ADDRESS = /[^\s<>"(),;:@[\]]{1,64}@([^\s<>"(),;:@[\]]{1,255})/gu;
const CONTROL = /\p{Cc}/u;
const NAME_CHARACTERS = 2000;

/**
 * True where something that is no From field here may be one elsewhere: behind a bare CR of another field, or in a line that is no field.
 */
export function hasHiddenFrom(section: HeaderSection, octets: Uint8Array | undefined): boolean {
  const { fields, defects } = section;
  if (defects.length === 0) return false;
  const hasBareCr = defects.length >= MOST_DEFECTS || defects.some(({ code }) => code === 'MIME_BARE_CR');
  if (hasBareCr && fields.some(({ raw }) => FROM_BEHIND_CR.test(latin1(raw)))) return true;
  return octets !== undefined && linesBetween(section, octets).some((line) => LIKE_FROM.test(line));
}

/** The lines that are no field, cut where they are long: what lies between the fields. */
function linesBetween({ fields, bodyOffset }: HeaderSection, octets: Uint8Array): readonly string[] {
  const lines: string[] = [];
  let from = 0;
  for (let index = 0; index <= fields.length; index++) {
    const field = fields[index];
    const to = field?.start ?? bodyOffset;
    for (let at = from; at < to; at = endOfLine(octets, at)) lines.push(latin1(octets, at, Math.min(to, at + LINE_BEGINNING)).split('\n', 1)[0]!);
    from = field?.end ?? to;
  }
  return lines;
}

function endOfLine(octets: Uint8Array, at: number): number {
  const lf = indexOfOctet(octets, LF, at);
  return lf === -1 ? octets.length : lf + 1;
}

/** What is wrong with the octets of the field: a control, or a folded line of nothing but white space, which some readers take for the end of the header. */
export function hasBrokenLine(raw: Uint8Array): 'control-character' | 'obsolete-form' | undefined {
  let isBlank = false;
  let hasBlankLine = false;
  for (let at = 0; at < raw.length; at++) {
    const octet = raw[at]!;
    if (octet === LF) {
      hasBlankLine ||= isBlank;
      isBlank = true;
    } else if (octet === CR && raw[at + 1] === LF) {
      continue;
    } else if ((octet < SP && octet !== TAB) || octet === DEL) {
      return 'control-character';
    } else if (octet !== SP && octet !== TAB) {
      isBlank = false;
    }
  }
  return hasBlankLine || isBlank ? 'obsolete-form' : undefined;
}

/** An author who is shown as somebody else. */
export interface Disguise {
  /** An encoded word is part of an address, or shows an address of another domain, or a control. */
  readonly isEncoded: boolean;
  /** An address of another domain in a display name, as it is shown. */
  readonly shown: string | undefined;
}

/** @rfc 2047 6.2 @rfc 9989 11.4 */
export function findDisguise(authors: readonly HeaderMailbox[], domains: readonly string[]): Disguise {
  let isEncoded = false;
  let shown: string | undefined;
  for (const { displayName = '', localPart, domain } of authors) {
    isEncoded ||= localPart.includes('=?') || domain.includes('=?');
    if (!displayName.includes('@') && !displayName.includes('=?')) continue;
    const written = displayName.slice(0, NAME_CHARACTERS);
    const decoded = written.includes('=?') ? decodeEncodedText(written).text : written;
    const foreign = findForeignAddress(decoded, domains);
    shown ??= foreign;
    // What stands there in plain text is seen by every reader alike; what is decoded is parsed again by some.
    isEncoded ||= (foreign !== undefined && findForeignAddress(written, domains) === undefined) || (decoded !== written && CONTROL.test(decoded));
  }
  return { isEncoded, shown };
}

/** The first address in the text whose domain is none of `domains`. */
function findForeignAddress(text: string, domains: readonly string[]): string | undefined {
  for (const [address, domain = ''] of text.matchAll(ANY_ADDRESS)) {
    const read = readDomain(domain.replace(/[.'!?]+$/, ''));
    if (read !== undefined && read.includes('.') && !domains.includes(read)) return address;
  }
  return undefined;
}
