/**
 * The names that a check asks for: the domain of an identity, and what a domain-spec becomes when its macros are expanded.
 *
 * A name is text without escapes here, one character for each octet; `presentName` writes it the way a `Resolver` reads names.
 *
 * Read next: `macro-expand.ts`.
 */
import { toAscii } from '@mailwright/address';
import { isAscii } from '@mailwright/wire';

export const MAX_NAME_CHARACTERS = 253; // RFC 7208 7.3
const MAX_LABEL_CHARACTERS = 63; // RFC 1035 2.3.4

/**
 * The domain to check, U-labels as A-labels and the dot at the end gone; `undefined` when it is malformed or has one label only, so that
 * the result is `none`. Labels need not follow host name rules.
 * @rfc 7208 4.3
 * @rfc 8616 4
 */
export function readCheckedDomain(text: string): string | undefined {
  if (text.length > MAX_NAME_CHARACTERS + 1) return undefined;
  const domain = isAscii(text) ? text : encodeLabels(text);
  if (domain === undefined) return undefined;
  const trimmed = domain.endsWith('.') ? domain.slice(0, -1) : domain;
  return isCheckedName(trimmed, 0) ? trimmed : undefined;
}

/**
 * Whether the text behind `from` is a domain to check as it stands: two labels at least of visible ASCII but `[`, which begins an address literal,
 * and the backslash. One pass: every check makes one.
 */
export function isCheckedName(text: string, from: number): boolean {
  let labels = 1;
  let start = from;
  for (let at = from; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit <= 0x20 || unit > 0x7e || unit === 0x5b || unit === 0x5c) return false;
    if (unit !== 0x2e) continue;
    if (at === start || at - start > MAX_LABEL_CHARACTERS) return false;
    labels++;
    start = at + 1;
  }
  const last = text.length - start;
  return labels > 1 && last > 0 && last <= MAX_LABEL_CHARACTERS && text.length - from <= MAX_NAME_CHARACTERS;
}

/** Whether a target-name can be checked in its turn: it has two labels at least. What its labels hold, `%_` for one, is the record's affair. @rfc 7208 4.3 */
export function isCheckable(target: string): boolean {
  return target.includes('.');
}

/** U-labels to A-labels, each for itself: an underscore in another label is no obstacle. */
export function encodeLabels(domain: string): string | undefined {
  const labels = domain.split('.').map((label) => (isAscii(label) ? label : toAscii(label)));
  return labels.every((label) => label !== undefined) ? labels.join('.') : undefined;
}

/**
 * The name to ask for out of an expanded domain-spec: the dot at the end dropped, labels taken away from the left until 253 characters
 * are left. `undefined` when that is no name of the DNS (an empty label, one over 63 octets): nothing is asked then, and the term does
 * not match.
 * @rfc 7208 4.8
 * @rfc 7208 7.3
 */
export function readTargetName(expanded: string): string | undefined {
  let name = expanded.endsWith('.') ? expanded.slice(0, -1) : expanded;
  if (name.length > MAX_NAME_CHARACTERS) {
    const dot = name.indexOf('.', name.length - MAX_NAME_CHARACTERS - 1);
    if (dot < 0) return undefined;
    name = name.slice(dot + 1);
  }
  return hasQueryableLabels(name) ? name : undefined;
}

function hasQueryableLabels(name: string): boolean {
  for (let start = 0; ; ) {
    const dot = name.indexOf('.', start);
    const end = dot < 0 ? name.length : dot;
    if (end === start || end - start > MAX_LABEL_CHARACTERS) return false;
    if (dot < 0) return name.length <= MAX_NAME_CHARACTERS;
    start = dot + 1;
  }
}

/** The name in presentation form: a backslash out of a local-part is an octet of its label, no escape. @rfc 1035 5.1 */
export function presentName(name: string): string {
  return name.includes('\\') ? name.replaceAll('\\', '\\\\') : name;
}

/** Whether `name` is `domain` or below it, both without a dot at the end; letter case does not count. */
export function isWithin(name: string, domain: string): boolean {
  if (name.length < domain.length) return false;
  const tail = name.slice(name.length - domain.length);
  if (tail !== domain && tail.toLowerCase() !== domain.toLowerCase()) return false;
  return name.length === domain.length || name[name.length - domain.length - 1] === '.';
}
