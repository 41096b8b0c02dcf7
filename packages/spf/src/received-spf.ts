/**
 * The Received-SPF field: written from a result, and read.
 *
 * ```abnf
 * header-field     = "Received-SPF:" [CFWS] result FWS [comment FWS] [ key-value-list ] CRLF
 * result           = "pass" / "fail" / "softfail" / "neutral" / "none" / "temperror" / "permerror"
 * key-value-list   = key-value-pair *( ";" [CFWS] key-value-pair ) [";"]
 * key-value-pair   = key [CFWS] "=" ( dot-atom / quoted-string )
 * key              = "client-ip" / "envelope-from" / "helo" / "problem" / "receiver" / "identity" / "mechanism" / name
 * ```
 *
 * Left out: believing it. A field that the client wrote looks the same; only those above one's own border count.
 */
import type { Parsed } from '@mailwright/wire';
import { ReceivedSpfReader } from './received-spf-read.ts';
import type { SpfResult, SpfVerdict } from './result.ts';

export interface FormatReceivedSpfOptions {
  /** The name of the host that checked. */
  readonly receiver: string;
}

/** A field as it was read. */
export interface ReceivedSpf {
  readonly result: SpfVerdict;
  /** Without the outer parentheses and the backslashes. */
  readonly comment: string | undefined;
  /** Keys in lower case. */
  readonly values: ReadonlyMap<string, string>;
}

/** Why a field's value can't be read. */
export type ReceivedSpfError = 'unknown-result' | 'bad-comment' | 'bad-pair' | 'bad-quoted-string' | 'duplicate-key' | 'too-long' | 'too-many-pairs';

const RESULTS: readonly string[] = ['none', 'neutral', 'pass', 'fail', 'softfail', 'temperror', 'permerror'] satisfies SpfVerdict[];
const LINE_CHARACTERS = 78; // RFC 5322 2.1.1
const VALUE_CHARACTERS = 65_536;
const PAIRS = 100;
const DOT_ATOM = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
/** Controls, C1 ones included, and halves of surrogate pairs: they stand in no field. */
const UNWRITABLE = /[\x00-\x1f\x7f-\x9f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

const COMMENTS: Readonly<Record<SpfVerdict, string>> = {
  none: 'no policy is published for $',
  neutral: '$ says nothing about @',
  pass: '$ designates @ as permitted sender',
  fail: '$ does not designate @ as permitted sender',
  softfail: '$ would rather not have @ as sender',
  temperror: 'the policy of $ could not be looked up',
  permerror: 'the policy of $ can not be interpreted',
};

/**
 * The value of a Received-SPF field, folded at 78 characters with CRLF and a blank. What the client gave is quoted; a value that no field
 * can hold (control characters) is left out.
 *
 * Throws TypeError when `receiver` is no domain name.
 * @rfc 7208 9.1
 */
export function formatReceivedSpf(result: SpfResult, { receiver }: FormatReceivedSpfOptions): string {
  if (!DOT_ATOM.test(receiver)) throw new TypeError(`not a host name: ${JSON.stringify(receiver)}`);
  const subject = UNWRITABLE.test(result.domain) ? 'the domain' : escapeComment(result.domain);
  const comment = COMMENTS[result.result].replace(/[$@]/g, (place) => (place === '$' ? subject : result.ip));
  const pairs: readonly (readonly [string, string | undefined])[] = [
    ['receiver', receiver],
    ['client-ip', result.ip],
    ['identity', result.identity],
    ['envelope-from', result.identity === 'helo' ? undefined : result.sender],
    ['helo', result.helo === '' ? undefined : result.helo],
    ['mechanism', result.matched.at(-1) === undefined ? (result.result === 'neutral' ? 'default' : undefined) : result.matched[0]!.term],
    ['problem', result.problem?.code],
  ];
  const written = pairs.flatMap(([key, value]) => (value === undefined || UNWRITABLE.test(value) ? [] : [`${key}=${quote(value)}`]));
  const words = [result.result, ...`(${receiver}: ${comment})`.split(' '), ...written.map((pair, index) => (index < written.length - 1 ? `${pair};` : pair))];
  return fold(words, 'Received-SPF:'.length);
}

function escapeComment(text: string): string {
  return text.replace(/[()\\]/g, '\\$&');
}

function quote(value: string): string {
  return DOT_ATOM.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** Words with blanks between, on lines of 78 characters where the words are not longer. */
function fold(words: readonly string[], firstColumn: number): string {
  let text = '';
  let column = firstColumn;
  for (const word of words) {
    const isFirst = text === '';
    const folds = !isFirst && column + 1 + word.length > LINE_CHARACTERS;
    text += isFirst ? word : folds ? `\r\n ${word}` : ` ${word}`;
    column = (folds ? 0 : column) + 1 + word.length;
  }
  return text;
}

/**
 * Reads the value of a Received-SPF field, folded or not. A value may also be what no dot-atom is, up to a blank or semicolon: addresses
 * of IPv6 are written without quotes everywhere.
 *
 * Errors: a `ReceivedSpfError` with its offset; never throws. 65,536 characters and 100 pairs at most.
 * @rfc 7208 9.1
 */
export function parseReceivedSpf(value: string): Parsed<ReceivedSpf, ReceivedSpfError> {
  if (value.length > VALUE_CHARACTERS) return { ok: false, error: 'too-long', at: VALUE_CHARACTERS };
  const reader = new ReceivedSpfReader(value);
  if (!reader.skipBlanksAndComments()) return refuse('bad-comment', reader);
  const start = reader.at;
  const result = reader.readWord().toLowerCase();
  if (!isVerdict(result)) return { ok: false, error: 'unknown-result', at: start };
  reader.skipBlanks();
  const comment = value[reader.at] === '(' ? reader.readComment() : undefined;
  if (value[reader.at] === '(') return refuse('bad-comment', reader);
  const values = new Map<string, string>();
  for (let error = reader.readPair(values); error !== 'end'; error = reader.readPair(values)) {
    if (error !== undefined) return refuse(error, reader);
    if (values.size > PAIRS) return refuse('too-many-pairs', reader);
  }
  return { ok: true, value: { result, comment, values }, end: value.length };
}

function isVerdict(word: string): word is SpfVerdict {
  return RESULTS.includes(word);
}

function refuse(error: ReceivedSpfError, { at }: ReceivedSpfReader): Parsed<never, ReceivedSpfError> {
  return { ok: false, error, at };
}
