/**
 * One address of a header: its words, its local part and domain, its angle brackets with an obsolete route.
 *
 * ```abnf
 * angle-addr     = [CFWS] "<" addr-spec ">" [CFWS] / obs-angle-addr
 * obs-angle-addr = [CFWS] "<" obs-route addr-spec ">" [CFWS]
 * obs-route      = obs-domain-list ":"
 * addr-spec      = local-part "@" domain
 * local-part     = dot-atom / quoted-string / obs-local-part
 * obs-local-part = word *("." word)
 * domain         = dot-atom / domain-literal / obs-domain
 * obs-domain     = atom *("." atom)
 * ```
 *
 * Words and dots are read into items first; what follows them (`@`, `<`, `:`, a separator) says whether they were a display
 * name or a local part. So the text is read once, whatever it holds.
 *
 * Read next: `header-parse.ts`, which makes lists and groups of it.
 */
import { AT, COLON, COMMA, DOT, DQUOTE, GREATER_THAN, LEFT_BRACKET, LESS_THAN, SEMICOLON } from '@mailwright/wire';
import { ATEXT, isClass } from './grammar.ts';
import type { HeaderScanner } from './header-scan.ts';
import type { PhraseWord } from './header-types.ts';

/** A word or a dot, before it is known what it belongs to. */
export interface Item {
  readonly kind: 'atom' | 'quoted' | 'dot';
  text: string;
  readonly at: number;
  readonly spaced: boolean;
  /** True when a character is in it that can't stand in an atom: it may be shown, but is no part of an address. */
  stray: boolean;
}

/** An addr-spec, as far as it could be read. */
export interface AddrSpec {
  readonly localPart: string;
  /** False where the local part is missing, or holds a stray character: no mailbox is made of it. */
  readonly usable: boolean;
  readonly domain: string;
}

/** Reads the parts of an address from where its scanner stands. */
export class AddressReader {
  readonly scanner: HeaderScanner;

  constructor(scanner: HeaderScanner) {
    this.scanner = scanner;
  }

  /** Reads words and dots up to what ends them: `@`, `<`, `:`, a separator, and `>` where `closing`. True: white space at the end. */
  readItems(items: Item[], closing: boolean = false): boolean {
    const { scanner } = this;
    for (;;) {
      const spaced = scanner.skipCfws();
      const unit = scanner.unit();
      if (scanner.ended || unit === AT || unit === LESS_THAN || unit === COLON || isSeparator(unit)) return spaced;
      if (closing && unit === GREATER_THAN) return spaced;
      this.readItem(items, unit, spaced);
    }
  }

  /** Reads one word, dot or stray character; what touches the atom before it becomes part of that. */
  readItem(items: Item[], unit: number, spaced: boolean): void {
    const { scanner } = this;
    const { at } = scanner;
    if (unit === DQUOTE) {
      const text = scanner.readQuotedString();
      if (text !== undefined) items.push({ kind: 'quoted', text, at, spaced, stray: false });
    } else if (unit === DOT) {
      scanner.at++;
      items.push({ kind: 'dot', text: '.', at, spaced, stray: false });
    } else {
      const atom = scanner.readAtom();
      const stray = atom === '';
      const text = stray ? this.#readStray() : atom;
      const last = items.at(-1);
      if (last?.kind !== 'atom' || spaced) items.push({ kind: 'atom', text, at, spaced, stray });
      else {
        last.text += text;
        last.stray ||= stray;
      }
    }
  }

  /** A character that can't stand here is kept as it is, so that nothing turns into something else by leaving it out. */
  #readStray(): string {
    const { scanner } = this;
    scanner.fault('unexpected-character', scanner.at);
    return scanner.text[scanner.at++]!;
  }

  /** At a `<`: reads up to and over its `>`, or up to a separator where that is missing. */
  readAngle(): { readonly addrSpec: AddrSpec; readonly route: readonly string[] } {
    const { scanner } = this;
    const open = scanner.at++;
    const items: Item[] = [];
    let route: string[] = [];
    let spaced = this.readItems(items, true);
    if (scanner.unit() === AT && items.length === 0) {
      route = this.#readRoute();
      spaced = this.readItems(items, true);
    }
    while (scanner.unit() === LESS_THAN || scanner.unit() === COLON) {
      this.#readStray();
      items.length = 0;
      spaced = this.readItems(items, true);
    }
    let addrSpec: AddrSpec;
    const localStart = startOfLocalPart(items);
    if (localStart > 0) scanner.fault('unexpected-character', items[0]!.at);
    if (scanner.unit() === AT) addrSpec = this.readAddrSpec(items.slice(localStart), spaced);
    else if (items.length > 0) {
      scanner.fault('expected-domain', scanner.at);
      addrSpec = { ...this.#readLocalPart(items.slice(localStart)), domain: '' };
    } else {
      const domain = route.pop() ?? ''; // <@example.com> is no route, but an address without local part
      scanner.fault(domain === '' ? 'empty-address' : 'expected-local-part', open);
      addrSpec = { localPart: '', usable: false, domain };
    }
    this.#closeAngle(open);
    return { addrSpec, route };
  }

  /** Goes over the `>` that belongs to the `<` at `open`; what stands before it is a fault. */
  #closeAngle(open: number): void {
    const { scanner } = this;
    scanner.skipCfws();
    let unit = scanner.unit();
    if (!scanner.ended && unit !== GREATER_THAN && !isSeparator(unit)) scanner.fault('unexpected-character', scanner.at);
    while (!scanner.ended && unit !== GREATER_THAN && !isSeparator(unit)) {
      if (unit === DQUOTE) scanner.readQuotedString();
      else scanner.at++;
      scanner.skipCfws();
      unit = scanner.unit();
    }
    if (unit === GREATER_THAN && !scanner.ended) scanner.at++;
    else scanner.fault('unclosed-angle-bracket', open);
  }

  /** At the first `@` of `obs-route = obs-domain-list ":"`. @rfc 5322 4.4 */
  #readRoute(): string[] {
    const { scanner } = this;
    const route: string[] = [];
    scanner.obsolete('obsolete-route', scanner.at);
    for (;;) {
      const unit = scanner.unit();
      if (unit === AT && !scanner.ended) {
        scanner.at++;
        route.push(this.#readDomain());
        scanner.skipCfws();
        if (scanner.unit() === AT) scanner.fault('bad-route', scanner.at);
      } else if (unit === COMMA) {
        scanner.at++;
        scanner.skipCfws();
      } else if (unit === COLON) {
        scanner.at++;
        return route;
      } else {
        if (unit !== GREATER_THAN) scanner.fault('bad-route', scanner.at);
        return route;
      }
    }
  }

  /** `items` are the local part; the scanner stands at the `@`. */
  readAddrSpec(items: readonly Item[], spaced: boolean): AddrSpec {
    const { scanner } = this;
    if (spaced) scanner.obsolete('whitespace-near-at', scanner.at);
    if (items.length === 0) scanner.fault('expected-local-part', scanner.at);
    const local = this.#readLocalPart(items);
    scanner.at++;
    if (scanner.skipCfws()) scanner.obsolete('whitespace-near-at', scanner.at);
    return { ...local, domain: this.#readDomain() };
  }

  /** @rfc 5322 4.4 */
  #readLocalPart(items: readonly Item[]): { readonly localPart: string; readonly usable: boolean } {
    const { scanner } = this;
    let localPart = '';
    let afterDot = true;
    for (const [index, { kind, text, at, spaced }] of items.entries()) {
      if (kind === 'dot' && afterDot) scanner.fault('misplaced-dot', at);
      if ((index > 0 && spaced) || (kind === 'quoted' && items.length > 1)) scanner.obsolete('obsolete-local-part', at);
      afterDot = kind === 'dot';
      localPart += text;
    }
    if (afterDot && items.length > 0) scanner.fault('misplaced-dot', items.at(-1)!.at);
    return { localPart, usable: items.length > 0 && !items.some(({ stray }) => stray) };
  }

  /** `dot-atom / domain-literal / obs-domain`; `''` where there is none. */
  #readDomain(): string {
    const { scanner } = this;
    if (scanner.unit() === LEFT_BRACKET) return scanner.readLiteral();
    let domain = '';
    let afterDot = true;
    let end = scanner.at;
    for (;;) {
      const unit = scanner.unit();
      const dot = unit === DOT;
      if (!dot && !(afterDot && (isClass(unit, ATEXT) || unit >= 0x80))) break;
      if (dot && afterDot) scanner.fault('misplaced-dot', scanner.at);
      if (scanner.at > end) scanner.obsolete('obsolete-domain', end);
      domain += dot ? '.' : scanner.readAtom();
      if (dot) scanner.at++;
      afterDot = dot;
      end = scanner.at;
      scanner.skipCfws();
    }
    if (domain === '') scanner.fault('expected-domain', scanner.at);
    else if (afterDot) scanner.fault('misplaced-dot', end);
    return domain;
  }
}

/** A comma or a semicolon. */
export function isSeparator(unit: number): boolean {
  return unit === COMMA || unit === SEMICOLON;
}

/** The index of the first item of the local part that ends the items: words with dots between them. */
export function startOfLocalPart(items: readonly Item[]): number {
  let start = items.length;
  while (start > 0) {
    const kind = items[start - 1]!.kind;
    if (kind !== 'dot' && start < items.length && items[start]!.kind !== 'dot') break;
    start--;
  }
  return start;
}

/** `phrase = 1*word / obs-phrase`: dots belong to the atoms beside them. */
export function readPhrase(items: readonly Item[], scanner: HeaderScanner): readonly PhraseWord[] {
  const words: { text: string; kind: 'atom' | 'quoted'; spaced: boolean }[] = [];
  for (const { kind, text, at, spaced } of items) {
    if (kind === 'dot') scanner.obsolete('obsolete-phrase', at);
    const last = words.at(-1);
    if (kind !== 'quoted' && last?.kind === 'atom' && !spaced) last.text += text;
    else words.push({ text, kind: kind === 'dot' ? 'atom' : kind, spaced: spaced && words.length > 0 });
  }
  return words;
}

/** The display name that the words make, `undefined` for no words. */
export function joinWords(words: readonly PhraseWord[]): string | undefined {
  if (words.length === 0) return undefined;
  return words.map(({ text, spaced }) => (spaced ? ` ${text}` : text)).join('');
}
