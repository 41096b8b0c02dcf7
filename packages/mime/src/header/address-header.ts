/**
 * Fields that hold addresses (RFC 5322 section 3.4), the reading side: mailboxes and groups with their names decoded.
 *
 * The grammar comes first (`@mailwright/address`) and encoded words second, so what is in a word never makes an address, a separator or a
 * bracket (RFC 2047 section 6.2). Neighbouring words of a name are joined before they are decoded.
 *
 * Read next: `address-field.ts` (the writing side).
 */
import { parseAddressList } from '@mailwright/address';
import type { AddressDefect, HeaderGroup, HeaderMailbox, Mailbox } from '@mailwright/address';
import type { LimitReached } from '@mailwright/wire';
import { MAX_DEFECTS, mimeDefect } from '../defect.ts';
import type { MimeDefect } from '../defect.ts';
import { resolveMimeLimits } from '../limits.ts';
import type { MimeLimits, ResolvedMimeLimits } from '../limits.ts';
import { decodeEncodedText } from './encoded-word-decode.ts';

/** A mailbox as it is shown. The texts come from the peer and may hold anything that Unicode has. */
export interface HeaderAddress {
  readonly type: 'mailbox';
  /** The display name, encoded words decoded; `undefined` where there is none. */
  readonly name: string | undefined;
  /** `localPart@domain`, as far as it could be read; '' where there is a name and nothing else. */
  readonly address: string;
  /** The same as a checked address, which can be written to; `undefined` where it is none. */
  readonly mailbox: Mailbox | undefined;
}

/** Mailboxes under one name, maybe none. */
export interface HeaderAddressGroup {
  readonly type: 'group';
  readonly name: string;
  readonly members: readonly HeaderAddress[];
}

/** What an address field says, and what is wrong with it. Offsets of defects are those of the text. */
export interface AddressHeader {
  readonly addresses: readonly (HeaderAddress | HeaderAddressGroup)[];
  /** `MIME_BAD_ADDRESS` for what is against RFC 5322 with its obsolete forms, and those of encoded words. */
  readonly defects: readonly MimeDefect[];
  /** `LIMIT_ADDRESSES`, `LIMIT_ENCODED_WORDS`: the rest was not read. */
  readonly limit: LimitReached | undefined;
}

const DEFAULTS = resolveMimeLimits();

/**
 * Reads the text of a field with addresses: groups, comments, quoted local parts, routes and other obsolete forms, UTF-8.
 *
 * Shape: linear in the length of the text. An address without brackets has its last comment for a name, as before RFC 822.
 * Errors: none; see `defects`. What exactly is wrong with an address tells `parseAddressList` of `@mailwright/address`.
 * Deviation: encoded words in a quoted string are decoded, though RFC 2047 section 5 has none there: many programs quote them
 * (test "a quoted encoded word").
 * @rfc 5322 3.4
 * @rfc 5322 4.4
 * @rfc 6854 2.1
 * @rfc 2047 6.2
 */
export function parseAddressHeader(text: string, limits: MimeLimits = {}): AddressHeader {
  const isDefault = limits.addresses === undefined && limits.encodedWords === undefined;
  const resolved = isDefault ? DEFAULTS : resolveMimeLimits(limits);
  const { addresses, defects } = parseAddressList(text, { addresses: resolved.addresses });
  const names = new NameReader(resolved);
  const read = addresses.map((entry) => (entry.type === 'group' ? names.readGroup(entry) : names.readMailbox(entry)));
  const tooMany = defects.find(({ code }) => code === 'LIMIT_ADDRESSES');
  const limit: LimitReached | undefined = tooMany === undefined ? undefined : { code: 'LIMIT_ADDRESSES', limit: resolved.addresses, offset: tooMany.at };
  return { addresses: read, defects: joinDefects(defects, names.defects), limit: limit ?? names.limit };
}

/** The mailboxes alone, members of groups where their group stood. */
export function flattenAddresses(addresses: readonly (HeaderAddress | HeaderAddressGroup)[]): readonly HeaderAddress[] {
  return addresses.flatMap((entry) => (entry.type === 'group' ? entry.members : [entry]));
}

/** Decodes names, with one limit for all of the field. */
class NameReader {
  readonly defects: MimeDefect[] = [];
  limit: LimitReached | undefined = undefined;
  readonly #most: number;
  #wordsLeft: number;

  constructor(limits: ResolvedMimeLimits) {
    this.#most = limits.encodedWords;
    this.#wordsLeft = limits.encodedWords;
  }

  readGroup(group: HeaderGroup): HeaderAddressGroup {
    return { type: 'group', name: this.#decode(group.displayName, group), members: group.members.map((member) => this.readMailbox(member)) };
  }

  readMailbox(entry: HeaderMailbox): HeaderAddress {
    const { displayName, localPart, domain, mailbox } = entry;
    const name = displayName === undefined ? undefined : this.#decode(displayName, entry);
    return { type: 'mailbox', name, address: mailbox?.address ?? (domain === '' ? localPart : `${localPart}@${domain}`), mailbox };
  }

  /** A quoted string is decoded by itself: nothing in it joins a word outside. */
  #decode(displayName: string, entry: HeaderMailbox | HeaderGroup): string {
    if (!displayName.includes('=?')) return displayName;
    const { words, start: at } = entry;
    let text = '';
    let run = '';
    words.forEach((word, index) => {
      const space = word.spaced && index > 0 ? ' ' : '';
      if (word.kind !== 'quoted') {
        run += space + word.text;
        return;
      }
      text += this.#decodeText(run, at) + space + this.#decodeText(word.text, at);
      run = '';
    });
    return text + this.#decodeText(run, at);
  }

  #decodeText(text: string, at: number): string {
    if (!text.includes('=?') || this.limit !== undefined) return text;
    if (this.#wordsLeft === 0) {
      this.limit = { code: 'LIMIT_ENCODED_WORDS', limit: this.#most, offset: at };
      return text;
    }
    const decoded = decodeEncodedText(text, { encodedWords: this.#wordsLeft });
    this.#wordsLeft = Math.max(0, this.#wordsLeft - countWords(text));
    if (decoded.limit !== undefined) this.limit = { code: 'LIMIT_ENCODED_WORDS', limit: this.#most, offset: at };
    for (const { code } of decoded.defects) if (this.defects.length < MAX_DEFECTS) this.defects.push(mimeDefect(code, at));
    return decoded.text;
  }
}

/** At most as many as there are beginnings of words. */
function countWords(text: string): number {
  let count = 0;
  for (let at = text.indexOf('=?'); at !== -1; at = text.indexOf('=?', at + 2)) count++;
  return count;
}

/** Obsolete forms are no defects: they are to be read without complaint (RFC 5322 section 4). */
function joinDefects(found: readonly AddressDefect[], ofNames: readonly MimeDefect[]): readonly MimeDefect[] {
  const defects = found.filter(({ code, obsolete }) => !obsolete && code !== 'LIMIT_ADDRESSES').map(({ at }) => mimeDefect('MIME_BAD_ADDRESS', at));
  return ofNames.length === 0 ? defects : [...defects, ...ofNames].sort((a, b) => a.offset - b.offset).slice(0, MAX_DEFECTS);
}
