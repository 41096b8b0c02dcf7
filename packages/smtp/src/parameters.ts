/**
 * The parameters behind the path of MAIL and RCPT: reading, writing, and the table that the registered extensions fill.
 *
 *     Mail-parameters  = esmtp-param *(SP esmtp-param)
 *     esmtp-param      = esmtp-keyword ["=" esmtp-value]
 *     esmtp-keyword    = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
 *     esmtp-value      = 1*(%d33-60 / %d62-126 / UTF8-non-ascii)   ; no "=", SP or control characters
 *
 * @rfc 5321 4.1.2
 * @rfc 6531 3.3
 */
import type { UnknownParameter } from './command.ts';
import { contentEnd } from './command-text.ts';
import type { AnyParameterSpec, CommandError } from './extension.ts';

/** Parameters of which only the shape is known. */
export interface AnyParameters {
  readonly unknown: readonly UnknownParameter[];
}

/** The parameters one command may have. `none` is shared by all commands that came without any. */
export interface ParameterTable<P extends AnyParameters> {
  readonly none: P;
  readonly specs: readonly AnyParameterSpec[];
  readonly byKeyword: ReadonlyMap<string, AnyParameterSpec>;
}

type ParametersParsed<P> =
  | { readonly ok: true; readonly value: P }
  | { readonly ok: false; readonly error: CommandError; readonly parameter: string | undefined };

const SP = 0x20;
const EQUALS = 0x3d;
const HYPHEN = 0x2d;
const REPLACEMENT_CHARACTER = 0xfffd;
const NONE_UNKNOWN: readonly UnknownParameter[] = Object.freeze([]);

/** Builds the table of one command from the specs of all extensions. */
export function parameterTable<P extends AnyParameters>(specs: readonly AnyParameterSpec[]): ParameterTable<P> {
  const fields: Record<string, unknown> = {};
  for (const spec of specs) fields[spec.keyword] = undefined;
  fields['unknown'] = NONE_UNKNOWN;
  const byKeyword = new Map(specs.map((spec) => [spec.keyword, spec]));
  return { none: Object.freeze(fields) as unknown as P, specs, byKeyword };
}

/** Parameters with the `given` ones set and all others `undefined`: how a caller makes them. Errors: a `TypeError` for a name that is none. */
export function fillParameters<P extends AnyParameters>(given: Partial<P>, table: ParameterTable<P>): P {
  for (const name of Object.keys(given)) if (!(name in table.none)) throw new TypeError(`not a parameter: ${name}`);
  return { ...table.none, ...given };
}

/**
 * Reads the parameters of `line` from `from`, the offset right behind the path. Each is preceded by one blank; blanks at the
 * end of the line are not counted.
 *
 * Errors: `syntax`, `bad-parameter-value` and `duplicate-parameter`, the last two with the keyword.
 * @rfc 5321 4.1.2
 * @rfc 5321 4.1.1.11
 */
export function parseParameters<P extends AnyParameters>(line: string, from: number, table: ParameterTable<P>): ParametersParsed<P> {
  if (from === line.length) return { ok: true, value: table.none };
  const end = contentEnd(line, from);
  if (end === from) return { ok: true, value: table.none };
  const parameters = { ...table.none } as P & Record<string, unknown>;
  const unknown: UnknownParameter[] = [];
  for (let at = from; at < end; ) {
    const keywordEnd = line.charCodeAt(at) === SP ? findKeywordEnd(line, at + 1, end) : at;
    if (keywordEnd <= at + 1) return { ok: false, error: 'syntax', parameter: undefined };
    const given = line.slice(at + 1, keywordEnd);
    at = line.charCodeAt(keywordEnd) === EQUALS && keywordEnd < end ? findValueEnd(line, keywordEnd + 1, end) : keywordEnd;
    if (at < end && line.charCodeAt(at) !== SP) return { ok: false, error: at === keywordEnd ? 'syntax' : 'bad-parameter-value', parameter: given };
    const value = at === keywordEnd ? undefined : line.slice(keywordEnd + 1, at);
    const error = take(parameters, unknown, table, given, value);
    if (error !== undefined) return { ok: false, error, parameter: given.toUpperCase() };
  }
  if (unknown.length > 0) (parameters as Record<string, unknown>)['unknown'] = unknown;
  return { ok: true, value: parameters };
}

function take<P extends AnyParameters>(parameters: Record<string, unknown>, unknown: UnknownParameter[], table: ParameterTable<P>, given: string, value: string | undefined): CommandError | undefined {
  if (value === '') return 'bad-parameter-value';
  const spec = table.byKeyword.get(given) ?? table.byKeyword.get(given.toUpperCase());
  if (spec === undefined) {
    unknown.push({ keyword: given, value });
    return undefined;
  }
  if (parameters[spec.keyword] !== undefined) return 'duplicate-parameter';
  const parsed = spec.parse(value);
  if (parsed === undefined) return 'bad-parameter-value';
  parameters[spec.keyword] = parsed.value;
  return undefined;
}

/** The offset behind the keyword at `from`; `from` itself where there is none. */
function findKeywordEnd(line: string, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const code = line.charCodeAt(at);
    const letter = code | 0x20;
    const alphanumeric = (letter >= 0x61 && letter <= 0x7a) || (code >= 0x30 && code <= 0x39);
    if (!alphanumeric && (code !== HYPHEN || at === from)) break;
    at++;
  }
  return at;
}

/** The offset of the first character at or behind `from` that can't be in a value. */
function findValueEnd(line: string, from: number, end: number): number {
  let at = from;
  while (at < end && isValueCharacter(line.charCodeAt(at))) at++;
  return at;
}

function isValueCharacter(code: number): boolean {
  return code > SP && code !== EQUALS && code !== 0x7f && code !== REPLACEMENT_CHARACTER;
}

/**
 * Writes parameters, each with its leading blank, in the order in which their extensions are registered.
 *
 * Errors: throws a `TypeError` for values that can't stand there.
 * @rfc 5321 4.1.2
 */
export function encodeParameters<P extends AnyParameters>(parameters: P, table: ParameterTable<P>): string {
  if (parameters === table.none) return '';
  let text = '';
  for (const spec of table.specs) {
    const value = (parameters as P & Record<string, unknown>)[spec.keyword];
    if (value !== undefined) text += encodeParameter(spec.keyword, spec.encode(value));
  }
  for (const { keyword, value } of parameters.unknown) {
    if (table.byKeyword.has(keyword.toUpperCase())) throw new TypeError(`${keyword} is a known parameter: set it by its name`);
    text += encodeParameter(keyword, value);
  }
  return text;
}

function encodeParameter(keyword: string, value: string | undefined): string {
  if (keyword === '' || findKeywordEnd(keyword, 0, keyword.length) !== keyword.length) throw new TypeError(`not a keyword: ${JSON.stringify(keyword)}`);
  if (value === undefined) return ` ${keyword}`;
  if (value === '' || findValueEnd(value, 0, value.length) !== value.length) throw new TypeError(`not a value of ${keyword}: ${JSON.stringify(value)}`);
  return ` ${keyword}=${value}`;
}
