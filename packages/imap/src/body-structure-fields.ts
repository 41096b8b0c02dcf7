/**
 * The fields of a body structure, from whatever values stand in their places.
 *
 *     body-fld-param = "(" string SP string *(SP string SP string) ")" / nil
 *     body-ext-1part = body-fld-md5 [SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc *(SP body-extension)]]]
 *     body-ext-mpart = body-fld-param [SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc *(SP body-extension)]]]
 *     body-fld-dsp   = "(" string SP body-fld-param ")" / nil
 *     body-fld-lang  = nstring / "(" string *(SP string) ")"
 *
 * Read next: `body-structure-parse.ts`, which uses it.
 *
 * @rfc 9051 7.5.2
 */
import type { BodyDisposition, BodyParameters } from './body-structure.ts';
import type { LooseList, LooseValue } from './loose-value.ts';

/** What stands behind MD5 or the parameters of a multipart. */
export interface ExtensionData {
  readonly disposition: BodyDisposition | undefined;
  readonly languages: readonly string[];
  readonly location: string | undefined;
}

export const NOTHING: LooseList = Object.freeze([]);
const NO_PARAMETERS: BodyParameters = new Map();
const NO_LANGUAGES: readonly string[] = Object.freeze([]);
/** A word that can name a disposition. @rfc 2045 5.1 */
const TOKEN = /^[\w!#$%&'*+\-.^`{|}~]+$/;

/**
 * Reads disposition, languages and location from `at` on.
 *
 * Deviation: a disposition without its list, `"inline"` (Exchange); `(NIL NIL)` for none; one that stands in the place of the languages.
 *
 * @rfc 9051 7.5.2
 */
export function readExtension(fields: LooseList, at: number): ExtensionData {
  if (fields.length <= at) return { disposition: undefined, languages: NO_LANGUAGES, location: undefined };
  const swapped = !isDisposition(fields[at]) && isDisposition(fields[at + 1]);
  const disposition = toDisposition(fields[swapped ? at + 1 : at]);
  const languages = toLanguages(fields[swapped ? at : at + 1]);
  return { disposition, languages, location: asText(fields[at + 2]) };
}

/** Reads MD5 and what stands behind it; MD5 may be left out where a disposition follows. @rfc 9051 7.5.2 */
export function readSingleExtension(fields: LooseList, at: number): ExtensionData & { readonly md5: string | undefined } {
  if (isDisposition(fields[at])) return { md5: undefined, ...readExtension(fields, at) };
  return { md5: asText(fields[at]), ...readExtension(fields, at + 1) };
}

/** Pairs of names and values; a name whose value is NIL tells nothing and is left out. @rfc 9051 7.5.2 */
export function toParameters(value: LooseValue): BodyParameters {
  return isList(value) && value.length > 1 ? pairsFrom(value, 0) : NO_PARAMETERS;
}

function pairsFrom(values: LooseList, from: number): BodyParameters {
  const parameters = new Map<string, string>();
  for (let at = from; at + 1 < values.length; at += 2) {
    const name = asLower(values[at]);
    const value = asText(values[at + 1]);
    if (name !== undefined && value !== undefined && !parameters.has(name)) parameters.set(name, value);
  }
  return parameters;
}

function toDisposition(value: LooseValue): BodyDisposition | undefined {
  if (typeof value === 'string') return TOKEN.test(value) ? { type: value.toLowerCase(), parameters: NO_PARAMETERS } : undefined;
  if (!isList(value)) return undefined;
  const type = asLower(value[0]);
  if (type === undefined) return undefined;
  return { type, parameters: typeof value[1] === 'string' ? pairsFrom(value, 1) : toParameters(value[1]) };
}

function toLanguages(value: LooseValue): readonly string[] {
  if (typeof value === 'string') return [value];
  if (!isList(value)) return NO_LANGUAGES;
  const languages = value.filter((language) => typeof language === 'string');
  return languages.length === 0 ? NO_LANGUAGES : languages;
}

/** Whether the value is a disposition in its list: a word and parameters. A list of languages holds words alone. */
export function isDisposition(value: LooseValue): boolean {
  return isList(value) && value.length === 2 && (value[1] === undefined || isList(value[1])) && !isList(value[0]);
}

/** Whether the value can be a body: it begins with parts, or has text where a body has its encoding. */
export function isBody(value: LooseValue): boolean {
  return isList(value) && (isList(value[0]) ? isBody(value[0]) : typeof value[5] === 'string' || typeof value[6] === 'string' || isBodyHead(value));
}

function isBodyHead(value: LooseList): boolean {
  return typeof value[0] === 'string' && typeof value[1] === 'string' && value.length > 2;
}

/** Whether the value can be an envelope: no more than two texts, then lists of addresses or NIL. */
export function isEnvelope(value: LooseValue): boolean {
  if (!isList(value) || value.length < 3 || isList(value[0]) || isList(value[1])) return false;
  for (let at = 2; at < 8 && at < value.length; at++) {
    const addresses = value[at];
    if (addresses !== undefined && !(isList(addresses) && (addresses.length === 0 || addresses.some(isList)))) return false;
  }
  return true;
}

/** A whole number as text, negative ones included: a server that sends -1 means that it does not know. */
export function isNumber(value: LooseValue): boolean {
  if (typeof value !== 'string') return false;
  for (let at = value.startsWith('-') ? 1 : 0; at < value.length; at++) {
    const unit = value.charCodeAt(at);
    if (unit < 0x30 || unit > 0x39) return false;
  }
  return value !== '' && value !== '-';
}

/** The number, 0 for what is none or can't be held exactly. */
export function asNumber(value: LooseValue): number {
  const number = isNumber(value) ? Number(value) : 0;
  return number > 0 && number <= Number.MAX_SAFE_INTEGER ? number : 0;
}

export function asText(value: LooseValue): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function asLower(value: LooseValue): string | undefined {
  return typeof value === 'string' ? value.toLowerCase() : undefined;
}

export function asList(value: LooseValue): LooseList {
  return isList(value) ? value : NOTHING;
}

export function isList(value: LooseValue): value is LooseList {
  return Array.isArray(value);
}
