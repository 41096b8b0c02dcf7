/**
 * What the lines say that hold numbers: the drop listing of STAT, the scan listings of LIST, the unique-id listings of UIDL, the language listings of LANG.
 *
 *     drop-listing       = message-count SP octet-count *(SP anything)
 *     scan-listing       = message-number SP octet-count *(SP anything)
 *     unique-id-listing  = message-number SP unique-id
 *     unique-id          = 1*70%x21-7E
 *     language-listing   = language-tag SP description
 *
 * @rfc 1939 5
 * @rfc 1939 7
 */

/** How much a maildrop holds, messages that are marked as deleted not counted. */
export interface DropListing {
  readonly messageCount: number;
  readonly octets: number;
}

/** The size of one message, as the server says it has it; a stuffed dot is not counted. */
export interface ScanListing {
  /** From 1; a message keeps it for the whole session. */
  readonly number: number;
  readonly octets: number;
}

/** What one message is called in every session. */
export interface UidListing {
  readonly number: number;
  readonly uid: string;
}

/** One language that the server can speak. */
export interface LanguageListing {
  /** A tag of RFC 5646. */
  readonly tag: string;
  /** In that language, as a rule. */
  readonly description: string;
}

const MAX_DIGITS = 15;
const TWO_NUMBERS = /^ *(\d{1,15})[ \t]+(\d{1,15})(?:[ \t]|$)/;
const NUMBER_AND_UID = /^ *(\d{1,15})[ \t]+([!-~]+)[ \t]*$/;
const LANGUAGE = /^([A-Za-z0-9-]{1,63}|\*)(?:[ \t]+(.*))?$/;
const UID = /^[!-~]{1,70}$/;
/** Message numbers are whole and from 1. */
const LEAST_NUMBER = 1;

/** The text of the response to STAT; `undefined` for what is none. @rfc 1939 5 */
export function parseDropListing(text: string): DropListing | undefined {
  const match = TWO_NUMBERS.exec(text);
  return match === null ? undefined : { messageCount: Number(match[1]), octets: Number(match[2]) };
}

/** A line of LIST, or the text of the response to LIST n; `undefined` for what is none. @rfc 1939 5 */
export function parseScanListing(line: string): ScanListing | undefined {
  const match = TWO_NUMBERS.exec(line);
  if (match === null || Number(match[1]) < LEAST_NUMBER) return undefined;
  return { number: Number(match[1]), octets: Number(match[2]) };
}

/**
 * A line of UIDL, or the text of the response to UIDL n; `undefined` for what is none.
 * Deviation: a unique-id of more than 70 characters is taken as it is (test "long unique-ids").
 * @rfc 1939 7
 */
export function parseUidListing(line: string): UidListing | undefined {
  const match = NUMBER_AND_UID.exec(line);
  if (match === null || Number(match[1]) < LEAST_NUMBER) return undefined;
  return { number: Number(match[1]), uid: match[2]! };
}

/** A line of LANG; `undefined` for what is none. @rfc 6856 3.2 */
export function parseLanguageListing(line: string): LanguageListing | undefined {
  const match = LANGUAGE.exec(line);
  return match === null ? undefined : { tag: match[1]!, description: match[2] ?? '' };
}

/** `3 221409`. Throws a `RangeError` for what is no count. */
export function encodeDropListing({ messageCount, octets }: DropListing): string {
  return `${decimal(messageCount, 0)} ${decimal(octets, 0)}`;
}

/** `1 1024`. Throws a `RangeError` for what is no count. */
export function encodeScanListing({ number, octets }: ScanListing): string {
  return `${decimal(number, LEAST_NUMBER)} ${decimal(octets, 0)}`;
}

/** `1 whqtswO00WBw418f9t5JxYwZ`. Throws a `RangeError` for what is no number, a `TypeError` for what is no unique-id. */
export function encodeUidListing({ number, uid }: UidListing): string {
  if (!isUid(uid)) throw new TypeError(`not a unique-id: ${JSON.stringify(uid)}`);
  return `${decimal(number, LEAST_NUMBER)} ${uid}`;
}

/** `de Deutsch`. Throws a `TypeError` for what can't stand there. */
export function encodeLanguageListing({ tag, description }: LanguageListing): string {
  if (!isLanguageTag(tag) || /[\0\r\n]|^[ \t]/.test(description)) throw new TypeError(`not a language listing: ${JSON.stringify(tag)}`);
  return description === '' ? tag : `${tag} ${description}`;
}

/** Whether a text may be a unique-id: 1 to 70 characters, none of them a blank. @rfc 1939 7 */
export function isUid(text: string): boolean {
  return UID.test(text);
}

/** Whether a text looks like a tag of RFC 5646. */
export function isLanguageTag(text: string): boolean {
  return /^[A-Za-z0-9]{1,8}(?:-[A-Za-z0-9]{1,8}){0,8}$/.test(text);
}

function decimal(number: number, least: number): string {
  if (!Number.isSafeInteger(number) || number < least || String(number).length > MAX_DIGITS) throw new RangeError(`not a whole number from ${least}: ${number}`);
  return String(number);
}
