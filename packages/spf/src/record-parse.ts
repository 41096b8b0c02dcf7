/**
 * SPF records from text. A syntax error anywhere makes the whole record none, also behind a mechanism that would match.
 *
 * ```abnf
 * record           = version terms *SP
 * version          = "v=spf1"
 * terms            = *( 1*SP ( directive / modifier ) )
 * directive        = [ qualifier ] mechanism
 * mechanism        = ( all / include / a / mx / ptr / ip4 / ip6 / exists )
 * dual-cidr-length = [ ip4-cidr-length ] [ "/" ip6-cidr-length ]
 * ip4-cidr-length  = "/" ("0" / %x31-39 0*1DIGIT)
 * ip6-cidr-length  = "/" ("0" / %x31-39 0*2DIGIT)
 * modifier         = redirect / explanation / unknown-modifier
 * name             = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." )
 * ```
 *
 * Read next: `evaluation.ts`, which walks the directives.
 */
import { type Parsed, parseIpv4, parseIpv6 } from '@mailwright/wire';
import { parseDomainSpec, parseMacroString, type MacroError } from './macro-parse.ts';
import type { MacroString, SpfDirective, SpfModifier, SpfQualifier, SpfRecord, UnknownModifier } from './record.ts';

/** Why a text is no SPF record: the whole of what `permerror` by syntax can mean. */
export type SpfSyntaxError = MacroError | 'no-version' | 'unknown-mechanism' | 'bad-modifier-name' | 'duplicate-modifier' | 'missing-domain' | 'unexpected-argument' | 'bad-network' | 'bad-prefix-length';

const VERSION = 'v=spf1';
const MODIFIER_NAME = /^[A-Za-z][A-Za-z0-9_.-]*$/;
const PREFIX_LENGTH = /^(?:0|[1-9][0-9]{0,2})$/;

/** Whether a TXT record's text is meant as an SPF record: the version, then a blank or nothing. @rfc 7208 4.5 */
export function isSpfRecord(text: string): boolean {
  if (text.length < VERSION.length || (text.length > VERSION.length && text.charCodeAt(VERSION.length) !== 0x20)) return false;
  return text.startsWith(VERSION) || text.slice(0, VERSION.length).toLowerCase() === VERSION;
}

/**
 * Parses a record; characters stand for octets, so anything above 0x7e is an error. Linear.
 *
 * Errors: the `SpfSyntaxError` of the first bad term, with the offset of that term; never throws.
 * @rfc 7208 4.6
 * @rfc 7208 12
 */
export function parseSpfRecord(text: string): Parsed<SpfRecord, SpfSyntaxError> {
  if (!isSpfRecord(text)) return { ok: false, error: 'no-version', at: 0 };
  const reader = new RecordReader();
  for (let at = VERSION.length; at < text.length; ) {
    if (text.charCodeAt(at) === 0x20) {
      at++;
      continue;
    }
    const blank = text.indexOf(' ', at);
    const end = blank < 0 ? text.length : blank;
    const error = reader.addTerm(text.slice(at, end));
    if (error !== undefined) return { ok: false, error, at };
    at = end;
  }
  const { directives, redirect, explanation, unknownModifiers } = reader;
  return { ok: true, value: { text, directives, redirect, explanation, unknownModifiers }, end: text.length };
}

/** What one term is, or why it is none. */
type Read<T> = T | SpfSyntaxError;

/** Collects the terms of one record. */
class RecordReader {
  readonly directives: SpfDirective[] = [];
  readonly unknownModifiers: UnknownModifier[] = [];
  redirect: SpfModifier | undefined;
  explanation: SpfModifier | undefined;

  /** `undefined` when the term is well-formed. */
  addTerm(term: string): SpfSyntaxError | undefined {
    const delimiter = /[:/=]/.exec(term);
    if (delimiter?.[0] === '=') return this.#addModifier(term, delimiter.index);
    const directive = readDirective(term, delimiter?.index ?? term.length);
    if (typeof directive === 'string') return directive;
    this.directives.push(directive);
    return undefined;
  }

  #addModifier(term: string, equals: number): SpfSyntaxError | undefined {
    const written = term.slice(0, equals);
    const value = term.slice(equals + 1);
    const name = written.toLowerCase();
    if (name !== 'redirect' && name !== 'exp') return this.#addUnknown(written, value);
    const isRedirect = name === 'redirect';
    if ((isRedirect ? this.redirect : this.explanation) !== undefined) return 'duplicate-modifier';
    const domain = readDomain(value);
    if (typeof domain === 'string') return domain;
    if (isRedirect) this.redirect = { text: term, domain };
    else this.explanation = { text: term, domain };
    return undefined;
  }

  #addUnknown(name: string, value: string): SpfSyntaxError | undefined {
    if (!MODIFIER_NAME.test(name)) return 'bad-modifier-name';
    const parsed = parseMacroString(value, 'modifier');
    if (!parsed.ok) return parsed.error;
    this.unknownModifiers.push({ name, value });
    return undefined;
  }
}

function readDomain(text: string): Read<MacroString> {
  if (text === '') return 'missing-domain';
  const parsed = parseDomainSpec(text);
  return parsed.ok ? parsed.value : parsed.error;
}

/** `nameEnd`: the offset of the colon or slash behind the mechanism's name, or of the term's end. */
function readDirective(text: string, nameEnd: number): Read<SpfDirective> {
  const first = text[0];
  const isQualified = first === '+' || first === '-' || first === '~' || first === '?';
  const qualifier: SpfQualifier = isQualified ? first : '+';
  const rest = text.slice(nameEnd);
  const argument = rest.startsWith(':') ? rest.slice(1) : undefined;
  switch (text.slice(isQualified ? 1 : 0, nameEnd).toLowerCase()) {
    case 'all':
      return rest === '' ? { text, qualifier, mechanism: 'all' } : 'unexpected-argument';
    case 'include':
      return readNamed(text, qualifier, 'include', argument);
    case 'exists':
      return readNamed(text, qualifier, 'exists', argument);
    case 'a':
      return readHost(text, qualifier, 'a', rest);
    case 'mx':
      return readHost(text, qualifier, 'mx', rest);
    case 'ptr':
      return readPtr(text, qualifier, rest);
    case 'ip4':
      return readIp4(text, qualifier, argument);
    case 'ip6':
      return readIp6(text, qualifier, argument);
    default:
      return 'unknown-mechanism';
  }
}

/** @rfc 7208 5.2 @rfc 7208 5.7 */
function readNamed(text: string, qualifier: SpfQualifier, mechanism: 'include' | 'exists', argument: string | undefined): Read<SpfDirective> {
  const domain = readDomain(argument ?? '');
  return typeof domain === 'string' ? domain : { text, qualifier, mechanism, domain };
}

/** @rfc 7208 5.3 @rfc 7208 5.4 */
function readHost(text: string, qualifier: SpfQualifier, mechanism: 'a' | 'mx', rest: string): Read<SpfDirective> {
  const match = /(?:\/([0-9]+))?(?:\/\/([0-9]+))?$/.exec(rest)!;
  const name = rest.slice(0, match.index);
  const prefixLength4 = readPrefixLength(match[1], 32);
  const prefixLength6 = readPrefixLength(match[2], 128);
  if (prefixLength4 < 0 || prefixLength6 < 0) return 'bad-prefix-length';
  if (name === '') return { text, qualifier, mechanism, domain: undefined, prefixLength4, prefixLength6 };
  const domain = name.startsWith(':') ? readDomain(name.slice(1)) : 'bad-prefix-length';
  return typeof domain === 'string' ? domain : { text, qualifier, mechanism, domain, prefixLength4, prefixLength6 };
}

/** @rfc 7208 5.5 */
function readPtr(text: string, qualifier: SpfQualifier, rest: string): Read<SpfDirective> {
  if (rest === '') return { text, qualifier, mechanism: 'ptr', domain: undefined };
  if (!rest.startsWith(':')) return 'unexpected-argument';
  const domain = readDomain(rest.slice(1));
  return typeof domain === 'string' ? domain : { text, qualifier, mechanism: 'ptr', domain };
}

/** @rfc 7208 5.6 */
function readIp4(text: string, qualifier: SpfQualifier, argument: string = ''): Read<SpfDirective> {
  const slash = argument.indexOf('/');
  const network = parseIpv4(slash < 0 ? argument : argument.slice(0, slash));
  if (network < 0) return 'bad-network';
  const prefixLength = readPrefixLength(slash < 0 ? undefined : argument.slice(slash + 1), 32);
  return prefixLength < 0 ? 'bad-prefix-length' : { text, qualifier, mechanism: 'ip4', network, prefixLength };
}

/** @rfc 7208 5.6 */
function readIp6(text: string, qualifier: SpfQualifier, argument: string = ''): Read<SpfDirective> {
  const slash = argument.indexOf('/');
  const network = parseIpv6(slash < 0 ? argument : argument.slice(0, slash));
  if (network === undefined) return 'bad-network';
  const prefixLength = readPrefixLength(slash < 0 ? undefined : argument.slice(slash + 1), 128);
  return prefixLength < 0 ? 'bad-prefix-length' : { text, qualifier, mechanism: 'ip6', network, prefixLength };
}

/** `most` where nothing is written, -1 for what is no length. */
function readPrefixLength(digits: string | undefined, most: number): number {
  if (digits === undefined) return most;
  return PREFIX_LENGTH.test(digits) && Number(digits) <= most ? Number(digits) : -1;
}
