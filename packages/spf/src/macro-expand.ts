/**
 * Macros into text.
 *
 * Expansion is cut short as soon as the rest can't matter: a name keeps its last 253 characters, an explanation is dropped when it is too
 * long. So a record full of macros costs no more than a short one.
 *
 * Left out: `%{p}` is looked up by `evaluation.ts` beforehand.
 */
import { encodeUtf8, type Parsed } from '@mailwright/wire';
import { formatIp, formatIpDotted, parseIp, type IpAddress } from './ip.ts';
import { parseMacroString, type MacroError, type MacroPlace } from './macro-parse.ts';
import type { Macro, MacroString } from './record.ts';
import { MAX_NAME_CHARACTERS } from './target-name.ts';

/** What the letters stand for. @rfc 7208 7.2 */
export interface MacroValues {
  /** `%{i}`, `%{c}`, `%{v}`: the client's address. */
  readonly ip: IpAddress;
  /** `%{l}`. */
  readonly localPart: string;
  /** `%{o}`; `%{s}` is both with `@` between. */
  readonly senderDomain: string;
  /** `%{h}`. */
  readonly helo: string;
  /** `%{r}`: the host that checks. */
  readonly receiver: string;
  /** `%{t}`, in milliseconds since 1970. */
  readonly now: number;
}

const UNRESERVED = /^[A-Za-z0-9._~-]*$/;
/** A macro adds this many characters to a name at most; more can't be wanted. */
const ENOUGH_CHARACTERS = MAX_NAME_CHARACTERS + 2; // one to see that it is too long, one for the dot at the end

/**
 * The expanded text of a domain-spec, from the right: where it is longer than a name may be, what is too far left is missing.
 * `domain` is `%{d}`, `validatedName` `%{p}`.
 * @rfc 7208 7.3
 */
export function expandName(spec: MacroString, values: MacroValues, domain: string, validatedName: string): string {
  if (spec.literal !== undefined) return spec.literal;
  let text = '';
  for (let index = spec.parts.length - 1; index >= 0 && text.length < ENOUGH_CHARACTERS; index--) {
    const part = spec.parts[index]!;
    text = (typeof part === 'string' ? part : expandMacro(part, values, domain, validatedName)) + text;
  }
  return text;
}

/** The expanded text of an explanation, `undefined` when it has more than `limitCharacters`. @rfc 7208 6.2 */
export function expandExplanation(text: MacroString, values: MacroValues, domain: string, validatedName: string, limitCharacters: number): string | undefined {
  let expanded = '';
  for (const part of text.parts) {
    expanded += typeof part === 'string' ? part : expandMacro(part, values, domain, validatedName);
    if (expanded.length > limitCharacters) return undefined;
  }
  return expanded;
}

function expandMacro(macro: Macro, values: MacroValues, domain: string, validatedName: string): string {
  const transformed = transform(macro, valueOf(macro, values, domain, validatedName));
  return macro.urlEscape ? escapeForUrl(transformed) : transformed;
}

function valueOf(macro: Macro, values: MacroValues, domain: string, validatedName: string): string {
  switch (macro.letter) {
    case 's': return `${values.localPart}@${values.senderDomain}`;
    case 'l': return values.localPart;
    case 'o': return values.senderDomain;
    case 'd': return domain;
    case 'i': return formatIpDotted(values.ip);
    case 'p': return validatedName;
    case 'h': return values.helo;
    case 'v': return values.ip.family === 4 ? 'in-addr' : 'ip6';
    case 'c': return formatIp(values.ip);
    case 'r': return values.receiver;
    case 't': return String(Math.floor(values.now / 1000));
  }
}

/** Splits at the delimiters, reverses, keeps parts from the right, and joins with dots. @rfc 7208 7.3 */
function transform(macro: Macro, value: string): string {
  if (macro.partCount === 0 && !macro.reverse && macro.delimiters === '.') return value;
  const parts = splitAt(value, macro.delimiters);
  if (macro.reverse) parts.reverse();
  return (macro.partCount === 0 ? parts : parts.slice(-macro.partCount)).join('.');
}

function splitAt(value: string, delimiters: string): string[] {
  if (delimiters.length === 1) return value.split(delimiters);
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < value.length; at++) {
    if (!delimiters.includes(value[at]!)) continue;
    parts.push(value.slice(start, at));
    start = at + 1;
  }
  parts.push(value.slice(start));
  return parts;
}

/** Everything but the unreserved characters as `%XX`, octet by octet of UTF-8. @rfc 3986 2.1 @rfc 3986 2.3 */
function escapeForUrl(text: string): string {
  if (UNRESERVED.test(text)) return text;
  let escaped = '';
  for (const octet of encodeUtf8(text)) {
    const character = String.fromCharCode(octet);
    escaped += UNRESERVED.test(character) ? character : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}

/** What `expandMacros` is told; what is missing is what RFC 7208 says to use for it. */
export interface ExpandMacrosOptions {
  /** The client's address. */
  readonly ip: string;
  readonly sender: string;
  /** `%{d}`. Default the sender's domain. */
  readonly domain?: string | undefined;
  /** Default `unknown`. */
  readonly helo?: string | undefined;
  /** `%{p}`. Default `unknown`. */
  readonly validatedName?: string | undefined;
  /** `%{r}`. Default `unknown`. */
  readonly receiver?: string | undefined;
  /** `%{t}`, in milliseconds since 1970. Default 0. */
  readonly now?: number | undefined;
  /** Default `domain-spec`, which has no `c`, `r` and `t`. */
  readonly place?: MacroPlace | undefined;
}

const EXPLANATION_CHARACTERS = 65_535;

/**
 * Expands a macro-string, as text: a name is not cut to its length, and nothing is looked up. To see what a macro gives.
 *
 * Errors: `bad-macro`, `bad-character`. Throws TypeError when `ip` is no address, RangeError for a result over 65,535 characters.
 * @rfc 7208 7
 */
export function expandMacros(text: string, options: ExpandMacrosOptions): Parsed<string, MacroError> {
  const ip = parseIp(options.ip);
  if (ip === undefined) throw new TypeError(`not an IP address: ${JSON.stringify(options.ip)}`);
  const parsed = parseMacroString(text, options.place ?? 'domain-spec');
  if (!parsed.ok) return parsed;
  const at = options.sender.lastIndexOf('@');
  const senderDomain = options.sender.slice(at + 1);
  const { helo = 'unknown', receiver = 'unknown', now = 0 } = options;
  const values: MacroValues = { ip, localPart: options.sender.slice(0, Math.max(at, 0)) || 'postmaster', senderDomain, helo, receiver, now };
  const expanded = expandExplanation(parsed.value, values, options.domain ?? senderDomain, options.validatedName ?? 'unknown', EXPLANATION_CHARACTERS);
  if (expanded === undefined) throw new RangeError(`the expansion has more than ${EXPLANATION_CHARACTERS} characters`);
  return { ok: true, value: expanded, end: text.length };
}
