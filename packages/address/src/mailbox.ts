/**
 * The one value of an address. Only the parsers, `mailbox` and `address` make one, so whoever holds a `Mailbox` holds a
 * checked address: it can be written on a protocol line or into a header without looking at it again.
 *
 * Read next: `mailbox-parse.ts`.
 */
import { BACKSLASH, DOT, DQUOTE } from '@mailwright/wire';
import { ATEXT, MAX_LOCAL_PART_OCTETS, MAX_MAILBOX_OCTETS, QTEXT_SMTP, countUtf8Octets, isClass } from './grammar.ts';
import { canonicalDomain } from './idna.ts';

declare const checked: unique symbol;

/**
 * A checked mailbox.
 *
 * @rfc 5321 2.3.11
 * @rfc 5321 4.1.2
 */
export interface Mailbox {
  /** The value of the local part, quoting removed: `"a b"@c` and `a\ b` are both `a b`. Its letter case matters. */
  readonly localPart: string;
  /** As written; an address literal keeps its brackets. `''` only for `<Postmaster>`. Compare with `canonicalDomain`. */
  readonly domain: string;
  /** The canonical spelling: `localPart@domain`, the local part quoted only where it must be. */
  readonly address: string;
  /** True when the local part or the domain is not ASCII: it can be sent with SMTPUTF8 only. */
  readonly needsUtf8: boolean;
  readonly [checked]: true;
}

class MailboxValue {
  readonly localPart: string;
  readonly domain: string;
  readonly address: string;
  readonly needsUtf8: boolean;

  constructor(localPart: string, domain: string, address: string, needsUtf8: boolean) {
    this.localPart = localPart;
    this.domain = domain;
    this.address = address;
    this.needsUtf8 = needsUtf8;
  }
}

/** Makes the value out of parts that the caller has checked. Not exported by the package. */
export function makeMailbox(localPart: string, domain: string, address: string, needsUtf8: boolean): Mailbox {
  return new MailboxValue(localPart, domain, address, needsUtf8) as Mailbox;
}

/**
 * The local part as it is written before the `@`, in quotes only where it is no `Dot-string`; `undefined` where no local
 * part has this value: a control character, a lone surrogate, more than 64 octets as written.
 *
 * @rfc 5321 4.1.2
 * @rfc 5321 4.5.3.1.1
 */
export function formatLocalPart(localPart: string): string | undefined {
  const written = isDotString(localPart) ? localPart : quoteLocalPart(localPart);
  if (written === undefined || written.length > MAX_LOCAL_PART_OCTETS) return undefined;
  const octetCount = countUtf8Octets(written, 0, written.length);
  return octetCount >= 0 && octetCount <= MAX_LOCAL_PART_OCTETS ? written : undefined;
}

/** True when a local part as it is written and a domain make a mailbox of at most 254 octets. @rfc 5321 4.5.3.1.3 */
export function fitsPath(localPart: string, domain: string): boolean {
  const octetCount = countUtf8Octets(localPart, 0, localPart.length) + 1 + countUtf8Octets(domain, 0, domain.length);
  return octetCount <= MAX_MAILBOX_OCTETS;
}

/** True when both are one mailbox: equal local parts (letter case matters), and domains that are equal in canonical form. */
export function equalMailboxes(a: Mailbox, b: Mailbox): boolean {
  return a.localPart === b.localPart && (a.domain === b.domain || canonicalDomain(a.domain) === canonicalDomain(b.domain));
}

/** `Dot-string = Atom *("." Atom)` */
function isDotString(text: string): boolean {
  let previous = DOT;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === DOT ? previous === DOT : unit < 0x80 && !isClass(unit, ATEXT)) return false;
    previous = unit;
  }
  return previous !== DOT;
}

/** `Quoted-string = DQUOTE *QcontentSMTP DQUOTE`, or `undefined` where a character can't stand in one. */
function quoteLocalPart(text: string): string | undefined {
  if (text.length > MAX_LOCAL_PART_OCTETS) return undefined;
  let quoted = '"';
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === DQUOTE || unit === BACKSLASH) quoted += '\\';
    else if (unit < 0x80 && !isClass(unit, QTEXT_SMTP)) return undefined;
    quoted += text[at]!;
  }
  return `${quoted}"`;
}
