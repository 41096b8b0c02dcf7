/**
 * Internationalized domains: U-labels (as people write them) and A-labels (`xn--...`, as the DNS has them). The tables of
 * UTS 46 are not here; the way to A-labels is the host parser of `URL`, which every engine has.
 *
 * What `URL` would change beyond letter case and Unicode normalization is refused instead: zero-width characters and soft
 * hyphens (which it drops), full-width forms and ideographic full stops (which it maps). Two spellings that look alike
 * must not be one domain in one place and two in another.
 *
 * Left out: bidi and joiner rules of their own (the engine's are used).
 *
 * @rfc 5890 2.3.2.1
 * @rfc 5891 4.2
 */
import { DOT, HYPHEN, isAscii } from '@mailwright/wire';
import { parseAddressLiteral } from './address-literal.ts';
import { LDH, MAX_DOMAIN_OCTETS, MAX_LABEL_OCTETS, isClass } from './grammar.ts';
import { decodePunycode } from './punycode.ts';

const A_LABEL_PREFIX = 'xn--';
/** Stands behind the domain when `URL` reads it, so that a numeric last label is not taken for an IPv4 address. */
const GUARD_LABEL = '.a';

/**
 * The domain with A-labels in lower case, or `undefined` where it is not a domain: a label that is empty, too long, with a
 * hyphen at an end or a character that no domain has, or an A-label that stands for nothing.
 *
 * @rfc 5891 4.4
 * @rfc 6531 3.2
 */
export function toAscii(domain: string): string | undefined {
  if (!isAscii(domain)) return encodeDomain(domain);
  return hasValidLabels(domain) ? domain.toLowerCase() : undefined;
}

/** The domain with U-labels in lower case; a label that is no A-label stays as it is. For people to read, not to compare. @rfc 5891 5.2 */
export function toUnicode(domain: string): string {
  return mapALabels(domain.toLowerCase(), (label) => decodeLabel(label) ?? label);
}

/**
 * The form to compare domains by: A-labels, lower case; an address literal in its shortest form. What is neither comes back
 * with its ASCII letters in lower case.
 */
export function canonicalDomain(domain: string): string {
  if (domain.startsWith('[')) return canonicalLiteral(domain);
  return toAscii(domain) ?? lowerAscii(domain);
}

function canonicalLiteral(text: string): string {
  const parsed = parseAddressLiteral(text);
  if (!parsed.ok || parsed.value.kind === 'General') return lowerAscii(text);
  return parsed.value.kind === 'IPv4' ? `[${parsed.value.address}]` : `[IPv6:${parsed.value.address}]`;
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** True when `label`, which begins with `xn--` in any case, stands for a U-label and is the one way to write it. */
export function isALabel(label: string): boolean {
  return decodeLabel(label.toLowerCase()) !== undefined;
}

/** The labels of an ASCII domain follow the host name rules, its A-labels are ones, and the lengths hold. */
function hasValidLabels(domain: string): boolean {
  return isHostName(domain) && domain.split('.').every((label) => !/^xn--/i.test(label) || isALabel(label));
}

function isHostName(domain: string): boolean {
  return domain.length <= MAX_DOMAIN_OCTETS && domain.split('.').every(isHostLabel);
}

/** @rfc 1123 2.1 */
function isHostLabel(label: string): boolean {
  if (label.length === 0 || label.length > MAX_LABEL_OCTETS) return false;
  if (label.charCodeAt(0) === HYPHEN || label.charCodeAt(label.length - 1) === HYPHEN) return false;
  for (let at = 0; at < label.length; at++) if (!isClass(label.charCodeAt(at), LDH)) return false;
  return true;
}

/**
 * A domain with at least one U-label, or `undefined`. One call of `URL`, which is most of the 3 microseconds this takes: its
 * result is compared with the input label by label as U-labels, so that nothing it mapped or dropped goes unseen.
 */
function encodeDomain(domain: string): string | undefined {
  if (domain.length > MAX_DOMAIN_OCTETS || !isPlainUnicodeDomain(domain)) return undefined;
  const encoded = readHost(domain);
  if (encoded === undefined || !isHostName(encoded)) return undefined;
  const written = mapALabels(normalize(domain), (label) => decodeLabel(label) ?? ''); // an A-label among U-labels has to be one
  const read = mapALabels(encoded, (label) => decodePunycode(label.slice(A_LABEL_PREFIX.length)) ?? label);
  return read === written ? encoded : undefined;
}

/** A lower-case domain with each label that begins with `xn--` mapped. */
function mapALabels(domain: string, map: (label: string) => string): string {
  if (!domain.includes(A_LABEL_PREFIX)) return domain;
  return domain.split('.').map((label) => (label.startsWith(A_LABEL_PREFIX) ? map(label) : label)).join('.');
}

/** ASCII characters are LDH and dots; a U-label has no hyphen at its ends, nor in its third and fourth place. */
function isPlainUnicodeDomain(domain: string): boolean {
  for (let at = 0; at < domain.length; at++) {
    const unit = domain.charCodeAt(at);
    if (unit < 0x80 && unit !== DOT && !isClass(unit, LDH)) return false;
  }
  return domain.split('.').every((label) => !label.startsWith('-') && !label.endsWith('-') && (isAscii(label) || label.slice(2, 4) !== '--'));
}

/** What `URL` makes of a domain of LDH, dots and non-ASCII; `undefined` where it refuses. */
function readHost(domain: string): string | undefined {
  try {
    const host = new URL(`http://${domain}${GUARD_LABEL}`).hostname;
    return host.endsWith(GUARD_LABEL) ? host.slice(0, -GUARD_LABEL.length) : undefined;
  } catch {
    return undefined;
  }
}

/** Lower case, code point by code point (a final sigma is not known to UTS 46), and NFC. */
function normalize(text: string): string {
  return Array.from(text, (character) => character.toLowerCase()).join('').normalize('NFC');
}

/** The U-label of a lower-case A-label, or `undefined` where it has none, or where its A-label would be another one. */
function decodeLabel(label: string): string | undefined {
  if (!label.startsWith(A_LABEL_PREFIX) || label.length > MAX_LABEL_OCTETS) return undefined;
  const decoded = decodePunycode(label.slice(A_LABEL_PREFIX.length));
  if (decoded === undefined || isAscii(decoded)) return undefined;
  return readHost(decoded) === label ? decoded : undefined;
}
