/**
 * The grammar of address fields, as people and programs really write them. It reads every form of RFC 5322, the obsolete
 * ones too, and goes on behind what is none; each deviation is a defect with its place. An address is never made out of
 * text that the grammar has for something else: not out of a quoted string, a comment, or a second address without comma.
 *
 * ```abnf
 * address-list = (address *("," address)) / obs-addr-list
 * address      = mailbox / group
 * mailbox      = name-addr / addr-spec
 * name-addr    = [display-name] angle-addr
 * group        = display-name ":" [group-list] ";" [CFWS]
 * group-list   = mailbox-list / CFWS / obs-group-list
 * ```
 *
 * Deviation: `Joe, PhD <j@example.com>` is one mailbox, though the comma ought to be quoted: Outlook and people write it
 * (test "a comma in a display name").
 * Deviation: `jane@example.com <jane@example.com>` has an `@` in its display name; many programs write it (test "an address
 * as display name").
 *
 * Left out: encoded words, which are decoded after the grammar and never make any (RFC 2047 6.2).
 * Read next: `header-plain.ts` (the usual forms), `header-address.ts` (all others), `header-scan.ts` (their tokens).
 */
import { AT, COLON, COMMA, LESS_THAN, SEMICOLON } from '@mailwright/wire';
import { AddressReader, isSeparator, joinWords, readPhrase, startOfLocalPart } from './header-address.ts';
import type { AddrSpec, Item } from './header-address.ts';
import { readPlainMailbox } from './header-plain.ts';
import { HeaderScanner } from './header-scan.ts';
import type { AddressDefect, AddressListLimits, AddressOrGroup, HeaderGroup, HeaderMailbox, PhraseWord } from './header-types.ts';
import { tryMailbox } from './mailbox-parse.ts';

const DEFAULT_ADDRESSES = 10_000;
const DEFAULT_DEPTH = 32;
const NO_COMMENTS: readonly string[] = [];

interface OpenGroup {
  readonly displayName: string;
  readonly words: readonly PhraseWord[];
  readonly members: HeaderMailbox[];
  readonly start: number;
}

/**
 * Parses the value of an address field: an unfolded or folded text, without the field's name and its last CRLF.
 *
 * Shape: what could be read, in order, and the defects. The text is well-formed by RFC 5322 exactly when each defect is
 * `obsolete`. At most 100 faults are kept, and the first of each obsolete form.
 * Units: `limits.addresses` mailboxes, `limits.depth` levels of comments.
 * Errors: none; never throws.
 *
 * @rfc 5322 3.4
 * @rfc 5322 4.4
 * @rfc 6532 3.2
 * @rfc 6854 2.1
 */
export function parseAddressList(text: string, limits: AddressListLimits = {}): { readonly addresses: readonly AddressOrGroup[]; readonly defects: readonly AddressDefect[] } {
  const parser = new AddressListParser(text, limits);
  return { addresses: parser.parse(), defects: parser.scanner.defects };
}

/**
 * Parses the value of a field that has mailboxes only. The members of a group stand in the list where the group stood, and
 * the group is a defect (`unexpected-group`).
 *
 * @rfc 5322 3.4
 */
export function parseMailboxList(text: string, limits: AddressListLimits = {}): { readonly mailboxes: readonly HeaderMailbox[]; readonly defects: readonly AddressDefect[] } {
  const { addresses, defects } = parseAddressList(text, limits);
  const mailboxes = addresses.flatMap((entry) => (entry.type === 'group' ? entry.members : [entry]));
  const groups = addresses.filter(({ type }) => type === 'group').slice(0, 1);
  return { mailboxes, defects: [...defects, ...groups.map(({ start }): AddressDefect => ({ code: 'unexpected-group', at: start, obsolete: false }))] };
}

class AddressListParser {
  readonly scanner: HeaderScanner;
  readonly #reader: AddressReader;
  readonly #maxAddresses: number;
  readonly #addresses: AddressOrGroup[] = [];
  #group: OpenGroup | undefined = undefined;
  #mailboxCount = 0;
  #expects: 'first' | 'next' | 'separator' = 'first'; // `first` at the start of the list and of a group
  #nameBefore: HeaderMailbox | undefined = undefined; // a display name without address, with one comma behind it

  constructor(text: string, limits: AddressListLimits) {
    this.scanner = new HeaderScanner(text, limits.depth ?? DEFAULT_DEPTH);
    this.#reader = new AddressReader(this.scanner);
    this.#maxAddresses = limits.addresses ?? DEFAULT_ADDRESSES;
  }

  parse(): readonly AddressOrGroup[] {
    const { scanner } = this;
    for (;;) {
      if (scanner.comments.length > 0) scanner.comments = [];
      scanner.skipCfws();
      if (scanner.ended) break;
      const unit = scanner.unit();
      if (unit === COMMA) this.#readComma();
      else if (unit === SEMICOLON) this.#readSemicolon();
      else this.#readElement();
    }
    this.#endList();
    if (this.#group !== undefined) {
      scanner.fault('unclosed-group', this.#group.start);
      this.#closeGroup();
    }
    return this.#addresses;
  }

  #readComma(): void {
    if (this.#expects !== 'separator') {
      this.scanner.obsolete('empty-element', this.scanner.at);
      this.#nameBefore = undefined;
    }
    this.scanner.at++;
    this.#expects = 'next';
  }

  /** The list or group ends here: a comma before its end has nothing behind it. */
  #endList(): void {
    if (this.#expects === 'next') this.scanner.obsolete('empty-element', this.scanner.at);
  }

  #readSemicolon(): void {
    const { scanner } = this;
    this.#nameBefore = undefined;
    if (this.#group === undefined) scanner.fault('unexpected-semicolon', scanner.at);
    this.#endList();
    scanner.at++;
    this.#expects = this.#group === undefined ? 'first' : 'separator';
    if (this.#group !== undefined) this.#closeGroup();
  }

  #closeGroup(): void {
    const { displayName, words, members, start } = this.#group!;
    const group: HeaderGroup = { type: 'group', displayName, words, members, start, end: this.scanner.at };
    this.#addresses.push(group);
    this.#group = undefined;
  }

  /** Reads one mailbox, or a group up to its colon, with all that stands before the next separator. */
  #readElement(): void {
    const { scanner } = this;
    const start = scanner.at;
    const isPlain = this.#expects !== 'separator' && this.#nameBefore === undefined && scanner.comments.length === 0;
    const plain = isPlain ? readPlainMailbox(scanner.text, start) : undefined;
    if (plain !== undefined) {
      scanner.at = plain.end;
      this.#add(plain);
      if (scanner.unit() === COMMA) this.#readComma();
      return;
    }
    if (this.#expects === 'separator') scanner.fault('expected-comma', start);
    const items: Item[] = [];
    const spaced = this.#reader.readItems(items);
    const unit = scanner.unit();
    if (unit === AT && !scanner.ended) this.#readBareAddress(items, start, spaced);
    else if (unit === LESS_THAN) this.#readNameAndAngle(readPhrase(items, scanner), start);
    else if (unit === COLON) this.#openGroup(items, start);
    else if (items.length > 0) this.#readNameOnly(items, start);
  }

  /** `display-name` and nothing else: a mailbox without address. */
  #readNameOnly(items: readonly Item[], start: number): void {
    const { scanner } = this;
    scanner.fault('expected-address', scanner.at);
    const words = readPhrase(items, scanner);
    this.#nameBefore = this.#push(words, joinWords(words), { localPart: '', usable: false, domain: '' }, [], start);
  }

  #openGroup(items: readonly Item[], start: number): void {
    const { scanner } = this;
    if (this.#group !== undefined) scanner.fault('nested-group', scanner.at);
    else {
      if (items.length === 0) scanner.fault('expected-group-name', scanner.at);
      const words = readPhrase(items, scanner);
      this.#group = { displayName: joinWords(words) ?? '', words, members: [], start };
    }
    scanner.at++;
    this.#expects = 'first';
    this.#nameBefore = undefined;
  }

  /** At the `@` of an address without angle brackets. */
  #readBareAddress(items: readonly Item[], start: number, spaced: boolean): void {
    const { scanner } = this;
    const { at } = scanner;
    const localStart = startOfLocalPart(items);
    const commentsBefore = scanner.comments.length;
    const addrSpec = this.#reader.readAddrSpec(items.slice(localStart), spaced);
    scanner.skipCfws();
    if (scanner.unit() === LESS_THAN) {
      scanner.fault('unexpected-character', at);
      const text = scanner.text.slice(start, scanner.at).replaceAll(/\r\n(?=[ \t])/g, '').trim();
      return this.#readNameAndAngle([{ text, kind: 'atom', spaced: false }], start);
    }
    if (localStart > 0) scanner.fault('expected-angle-bracket', items[localStart]?.at ?? at);
    let words: readonly PhraseWord[] = readPhrase(items.slice(0, localStart), scanner);
    const comment = scanner.comments.slice(commentsBefore).at(-1);
    if (words.length === 0 && comment) words = [{ text: comment.trim(), kind: 'comment', spaced: false }];
    const behind = this.#readTrailing();
    if (words.length === 0) words = behind;
    this.#push(words, joinWords(words), addrSpec, [], start);
  }

  /** At the `<` of an address with or without display name. */
  #readNameAndAngle(phrase: readonly PhraseWord[], start: number): void {
    const { addrSpec, route } = this.#reader.readAngle();
    this.#readTrailing();
    const name = this.#nameBefore;
    if (name === undefined || phrase.length === 0) return void this.#push(phrase, joinWords(phrase), addrSpec, route, start);
    const list = this.#group?.members ?? this.#addresses;
    list.pop();
    this.#mailboxCount--;
    const words: PhraseWord[] = [...name.words, { text: ',', kind: 'atom', spaced: false }, { ...phrase[0]!, spaced: true }, ...phrase.slice(1)];
    this.#push(words, joinWords(words), addrSpec, route, name.start);
  }

  /** Reads over what stands between an address and the next separator; its words. */
  #readTrailing(): readonly PhraseWord[] {
    const { scanner } = this;
    const items: Item[] = [];
    for (;;) {
      const spaced = scanner.skipCfws();
      const unit = scanner.unit();
      if (scanner.ended || isSeparator(unit)) break;
      if (items.length === 0) scanner.fault('expected-comma', scanner.at);
      if (unit === AT || unit === LESS_THAN || unit === COLON) items.push({ kind: 'atom', text: scanner.text[scanner.at]!, at: scanner.at++, spaced, stray: true });
      else this.#reader.readItem(items, unit, spaced);
    }
    return readPhrase(items, scanner);
  }

  #push(words: readonly PhraseWord[], displayName: string | undefined, addrSpec: AddrSpec, route: readonly string[], start: number): HeaderMailbox {
    const { scanner } = this;
    const { localPart, usable, domain } = addrSpec;
    const mailbox = usable && domain !== '' ? tryMailbox(localPart, domain) : undefined;
    const comments = scanner.comments.length === 0 ? NO_COMMENTS : scanner.comments;
    return this.#add({ type: 'mailbox', displayName, words, localPart, domain, mailbox, route, comments, start, end: scanner.at });
  }

  #add(entry: HeaderMailbox): HeaderMailbox {
    const { scanner } = this;
    this.#expects = 'separator';
    this.#nameBefore = undefined;
    if (this.#mailboxCount++ < this.#maxAddresses) (this.#group?.members ?? this.#addresses).push(entry);
    else {
      scanner.fault('LIMIT_ADDRESSES', entry.start);
      scanner.at = scanner.text.length;
    }
    return entry;
  }
}
