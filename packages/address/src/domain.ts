/**
 * The domain of an address and of EHLO.
 *
 * ```abnf
 * Domain     = sub-domain *("." sub-domain)
 * sub-domain = Let-dig [Ldh-str]                ; RFC 5321
 * sub-domain =/ U-label                         ; RFC 6531
 * ```
 *
 * A U-label has to be one: it has an A-label, and `URL` would not have to change it (see `idna.ts`). An A-label has to stand
 * for a U-label. A label of digits only is a label, also at the end: the grammar does not look into the DNS.
 *
 * Left out: address literals (`address-literal.ts`), a dot behind the last label (SMTP has none).
 */
import { DOT, HYPHEN } from '@mailwright/wire';
import type { Parsed } from '@mailwright/wire';
import { refuse } from './errors.ts';
import type { AddressError } from './errors.ts';
import { LDH, MAX_DOMAIN_OCTETS, MAX_LABEL_OCTETS, countUtf8Octets, isClass, unitAt } from './grammar.ts';
import { isALabel, toAscii } from './idna.ts';

/**
 * Parses a whole domain. The value is the domain as written; `canonicalDomain` gives the form to compare by.
 *
 * Errors: `expected-domain`, `bad-domain`, `label-too-long`, `domain-too-long`, `trailing-text`; never throws.
 *
 * @rfc 5321 4.1.2
 * @rfc 6531 3.3
 */
export function parseDomain(text: string): Parsed<string, AddressError> {
  const end = scanDomain(text, 0);
  if (end < 0) return refuse(explainDomain(text, 0, ~end), ~end);
  return end < text.length ? refuse('trailing-text', end) : { ok: true, value: text, end };
}

/**
 * The offset behind the domain that begins at `from`; the complement (`~`) of the offset of the fault where there is none.
 * `explainDomain` names the fault. Two numbers in one, because this runs for every recipient of every message.
 */
export function scanDomain(text: string, from: number): number {
  let at = from;
  let labelStart = from;
  let bits = 0;
  let previous = DOT;
  for (; ; at++) {
    const unit = unitAt(text, at);
    if (isClass(unit, LDH) || unit >= 0x80) {
      if (unit === HYPHEN && previous === DOT) return ~at;
      bits |= unit;
      previous = unit;
      continue;
    }
    if (previous === HYPHEN || previous === DOT) return ~at;
    if (at - from > MAX_DOMAIN_OCTETS || !isLabel(text, labelStart, at)) return ~labelStart;
    if (unit !== DOT) break;
    labelStart = at + 1;
    previous = DOT;
  }
  if (bits < 0x80) return at;
  const octetCount = countUtf8Octets(text, from, at);
  if (octetCount < 0 || octetCount > MAX_DOMAIN_OCTETS || toAscii(text.slice(from, at)) === undefined) return ~from;
  return at;
}

/** Checks the length of a label, and an A-label; the length of a U-label is that of its A-label, which `toAscii` checks. */
function isLabel(text: string, start: number, end: number): boolean {
  if (end - start > MAX_LABEL_OCTETS) return false;
  const reserved = unitAt(text, start + 2) === HYPHEN && unitAt(text, start + 3) === HYPHEN && end - start > 3;
  if (!reserved || text.slice(start, start + 2).toLowerCase() !== 'xn') return true;
  return isALabel(text.slice(start, end));
}

/** Names the fault that `scanDomain` found at `at` in the domain that begins at `from`. */
export function explainDomain(text: string, from: number, at: number): AddressError {
  const end = endOfDomainText(text, at);
  if (at === from && end === from) return unitAt(text, at) === DOT ? 'bad-domain' : 'expected-domain';
  if (endOfDomainText(text, from, true) - from > MAX_DOMAIN_OCTETS) return 'domain-too-long';
  return end - at > MAX_LABEL_OCTETS ? 'label-too-long' : 'bad-domain';
}

/** The offset behind the letters, digits, hyphens and non-ASCII characters (and dots) that stand from `from` on. */
function endOfDomainText(text: string, from: number, dots: boolean = false): number {
  let at = from;
  for (let unit = unitAt(text, at); isClass(unit, LDH) || unit >= 0x80 || (dots && unit === DOT); unit = unitAt(text, at)) at++;
  return at;
}
