/**
 * The cases about single fields and texts: encoded words (RFC 2047), parameters (RFC 2231), dates, `format=flowed` (RFC 3676) and HTML as text.
 * What somebody's encoder wrote is one valid form among several, so it is compared by decoding it. Functions that only those libraries have are
 * mapped to the rule behind them, or named in `mime-deviations.ts` as not compared.
 *
 * Read next: `mime-round-trip.ts`.
 */
import { decodeEncodedWords, decodeFlowed, encodeFlowed, htmlToText, parseContentTypeField, parseDate, parseDisposition, parseHeaders, salvageDate } from '@mailwright/mime';
import { readTests, squeeze, suite, withLineFeeds } from './mime-cases.ts';
import type { Case } from './mime-cases.ts';
import type { ConformanceSuite } from './suite.ts';

interface FunctionTest { readonly fn: string; readonly input: unknown; readonly expect?: unknown; readonly impl?: string }

const listOf = (input: unknown): readonly unknown[] => (Array.isArray(input) ? (input as unknown[]) : [input]);
const textOf = (input: unknown): string => String(listOf(input)[0]);

/** `decodeWord(charset, encoding, text)` is a word in its brackets. */
const decodeWord = (input: unknown): string => {
  const [charset, encoding, text] = listOf(input);
  return decodeEncodedWords(`=?${String(charset)}?${String(encoding)}?${String(text)}?=`);
};

/** A field as those libraries give it: its name in lower case, its text unfolded. Their field may be empty altogether. */
function decodeHeader(line: string): { key: string; value: string } {
  const [field] = parseHeaders(Buffer.from(`${line}\r\n\r\n`, 'latin1')).fields;
  return { key: field?.name.toLowerCase() ?? '', value: squeeze(field?.text ?? '') };
}

function decodeHeaders(lines: string): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  for (const { name, text } of parseHeaders(Buffer.from(`${lines}\r\n\r\n`, 'latin1')).fields) (values[name.toLowerCase()] ??= []).push(squeeze(text));
  return values;
}

function wordCase({ fn, input, expect: stated }: FunctionTest, index: number): Case {
  const id = `${fn} ${index}`;
  switch (fn) {
    case 'decodeWord': return { id, expected: stated, actual: () => decodeWord(input) };
    case 'decodeWords': return { id, expected: stated, actual: () => decodeEncodedWords(textOf(input)) };
    case 'decodeHeader': return { id, expected: stated, actual: () => decodeHeader(textOf(input)) };
    case 'decodeHeaders': return { id, expected: stated, actual: () => decodeHeaders(textOf(input)) };
    default: return { id, expected: plainText(input), actual: () => decodeEncodedWords(String(stated)) }; // what they encoded, read by us
  }
}

/** What was given to an encoder: a text, or octets in the charset that stands third. */
function plainText(input: unknown): string {
  const [text, , charset] = listOf(input);
  return typeof text === 'string' ? text : new TextDecoder(String(charset)).decode(Buffer.from((text as { $base64: string }).$base64, 'base64'));
}

interface HeaderValue { readonly value: string; readonly params: Readonly<Record<string, string>> }

/** A value with parameters, a name before it left out: the parameters are read as those of Content-Type where there is a media type, else as those of Content-Disposition. */
function readParameters(text: string): HeaderValue {
  const unfolded = text.replace(/\r?\n(?=[ \t])/g, '').replace(/^content-disposition: /, '');
  const { contentType } = parseContentTypeField(unfolded);
  const isMediaType = /^[^;]*\//.test(unfolded);
  const { disposition, parameters } = parseDisposition(unfolded);
  const read = isMediaType ? (contentType?.parameters ?? []) : parameters;
  return { value: isMediaType ? (contentType?.mediaType ?? '') : disposition, params: Object.fromEntries(read.map(({ name, value }) => [name, value])) };
}

/** Parameters that somebody's encoder wrote, put into a field again. */
const joinParameters = (parameters: readonly { readonly key: string; readonly value: string }[]): string =>
  ['x/y', ...parameters.map(({ key, value }) => `${key}=${key.endsWith('*') ? value : `"${value.replace(/["\\]/g, '\\$&')}"`}`)].join('; ');

const decodeNodemailerWords = (values: Readonly<Record<string, string>>): Record<string, string> => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, decodeEncodedWords(value)]));

function parameterCase({ fn, input, expect: stated }: FunctionTest, index: number): Case {
  const id = `${fn} ${index}`;
  switch (fn) {
    case 'parseHeaderValue': {
      const { value, params } = stated as HeaderValue;
      return { id, expected: { value: value.replace(/^content-disposition: /, ''), params: decodeNodemailerWords(params) }, actual: () => readParameters(textOf(input)) };
    }
    case 'buildHeaderParam': {
      const [name, value] = listOf(input) as [string, string];
      return { id, expected: { [name]: value }, actual: () => readParameters(joinParameters(stated as { key: string; value: string }[])).params };
    }
    case 'buildHeaderValue': {
      const { params = {} } = input as Partial<HeaderValue>;
      return { id, expected: params, actual: () => readParameters(String(stated).replace(/^test/, 'x/y')).params };
    }
    case 'decodeURIComponentWithCharset': {
      const [text, charset = 'utf-8'] = listOf(input) as [string, string?];
      return { id, expected: stated, actual: () => readParameters(`x/y; p*=${charset}''${text.replace(/ /g, '%20')}`).params['p'] };
    }
    default: return continuationCase(id, input as HeaderValue);
  }
}

/** `decodeParameterValueContinuations` changes its argument, so only that it does not throw was recorded: we must read some value. */
function continuationCase(id: string, { params }: HeaderValue): Case {
  const text = ['attachment', ...Object.entries(params).map(([name, value]) => `${name}=${value}`)].join('; ');
  return { id, expected: 'read', actual: () => (parseDisposition(text).parameters.some(({ name, value }) => name === 'filename' && value !== '') ? 'read' : 'nothing') };
}

interface DateTest { readonly input: string; readonly expect?: string | null; readonly offsetMinutes?: number; readonly valid?: boolean; readonly expectFormatted?: string; readonly source: string }

/** Valid dates by the strict reader, which says no to invalid ones; broken ones by the one that salvages, which MimeKit's cases are about. */
function dateCase({ input, expect: stated, offsetMinutes, valid, expectFormatted }: DateTest, index: number): Case {
  const id = String(index);
  if (expectFormatted !== undefined) {
    const wanted = { time: new Date(expectFormatted).toISOString(), offset: expectFormatted.slice(-5) };
    return { id, expected: wanted, actual: () => {
      const { date } = salvageDate(input);
      return date && { time: new Date(date.time).toISOString(), offset: offsetText(date.offsetMinutes) };
    } };
  }
  if (valid === true) {
    return { id, expected: { time: stated, offsetMinutes }, actual: () => {
      const date = parseDate(input);
      return date && { time: new Date(date.time).toISOString().replace('.000Z', 'Z'), offsetMinutes: date.offsetMinutes };
    } };
  }
  return { id, expected: 'invalid', actual: () => (parseDate(input) === undefined ? 'invalid' : 'valid') };
}

function offsetText(minutes: number): string {
  const distance = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${String(Math.floor(distance / 60)).padStart(2, '0')}${String(distance % 60).padStart(2, '0')}`;
}

function flowedCase({ fn, input, expect: stated }: FunctionTest, index: number): Case {
  const id = `${fn} ${index}`;
  if (fn === 'decodeFlowed') {
    const [text, delSp = false] = listOf(input) as [string, boolean?];
    return { id, expected: stated, actual: () => withLineFeeds(decodeFlowed(text, { delSp })) };
  }
  if (fn === 'encodeFlowed') return { id, expected: withLineFeeds(textOf(input)), actual: () => withLineFeeds(decodeFlowed(encodeFlowed(textOf(input)), { delSp: false })) };
  return { id, expected: stated, actual: () => undefined };
}

/** The words are compared; lines, bullets and rules are theirs. */
function htmlCase({ fn, input, expect: stated }: FunctionTest, index: number): Case {
  const words = (text: string): string => squeeze(text.replace(/[*-]{2,}|(?<=\s|^)[*\u2022-](?=\s)/g, ' '));
  const html = fn === 'decodeHTMLEntities' ? `<p>${textOf(input)}</p>` : textOf(input);
  return { id: `${fn} ${index}`, expected: words(String(stated)), actual: () => words(htmlToText(html)) };
}

export const suites: readonly ConformanceSuite[] = [
  suite('rfc2047-words', (folder) => readTests<FunctionTest>(folder, 'rfc2047-words.json').map(wordCase)),
  suite('rfc2047-dovecot', (folder) => readTests<FunctionTest>(folder, 'rfc2047-dovecot.json').map(({ input, expect: stated }, index) => ({ id: String(index), expected: stated, actual: () => decodeEncodedWords(textOf(input)) }))),
  suite('header-params', (folder) => readTests<FunctionTest>(folder, 'header-params.json').map(parameterCase)),
  suite('dates', (folder) => readTests<DateTest>(folder, 'dates.json').map(dateCase)),
  suite('flowed-fold', (folder) => readTests<FunctionTest>(folder, 'flowed-fold.json').map(flowedCase)),
  suite('html-text', (folder) => readTests<FunctionTest>(folder, 'html-text.json').map(htmlCase)),
];
