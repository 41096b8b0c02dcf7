/**
 * Authentication-Results, the reading side (RFC 8601 section 2.2).
 *
 *     authres-payload = [CFWS] authserv-id [ CFWS authres-version ] ( no-result / 1*resinfo ) [CFWS] CRLF
 *     no-result       = [CFWS] ";" [CFWS] "none"
 *     resinfo         = [CFWS] ";" methodspec [ CFWS reasonspec ] [ CFWS 1*propspec ]
 *     methodspec      = [CFWS] method [CFWS] "=" [CFWS] result
 *     method          = Keyword [ [CFWS] "/" [CFWS] method-version ]
 *     reasonspec      = "reason" [CFWS] "=" [CFWS] value
 *     propspec        = ptype [CFWS] "." [CFWS] property [CFWS] "=" pvalue
 *
 * What can't be read is left out and told in `defects`: a result that is missing is no pass, so a field that is broken never says more than one that is not.
 *
 * Left out: what the words mean, and whether whoever says so is to be believed (`forged.ts`). Read next: `format.ts`.
 */
import { AT, DOT, DQUOTE, EQUALS, LEFT_PARENTHESIS, RIGHT_PARENTHESIS, SEMICOLON, SLASH } from '@mailwright/wire';
import type { Parsed } from '@mailwright/wire';
import type { AuthresDefect, AuthresError, MethodProperty, MethodResult, ParsedAuthenticationResults, UnknownWord } from './authentication-results.ts';
import { AuthresReader, findControl, isWhiteSpace } from './reader.ts';
import { isKeyword, isToken, isTokenUnit, isUnquotedAddress } from './value.ts';

/** How much is read. */
export interface AuthresLimits {
  /** Of the whole text. Default 65,536. */
  readonly headerOctets?: number | undefined;
  /** Results, and properties of all results together. Default 1,000. */
  readonly parameters?: number | undefined;
}

const HEADER_OCTETS = 65_536;
const PARAMETERS = 1000;
const DEFECTS = 100;
const VERSION = '1';
const METHOD_VERSION_DIGITS = 6;

/**
 * Reads the value of an Authentication-Results field, folded or not.
 *
 * Shape: linear in the length of `text`. Methods and words that nobody registered are kept.
 * Errors: see `AuthresError`; what is wrong with single results is in `defects`. Never throws.
 * Deviation: a value with characters that need quotes is taken (`header.b=abc/def=`), as many write it (test "a value that needs quotes").
 * @rfc 8601 2.2
 * @rfc 8601 2.5
 */
export function parseAuthenticationResults(text: string, limits: AuthresLimits = {}): Parsed<ParsedAuthenticationResults, AuthresError> {
  return new FieldParser(text, limits).parse(0);
}

/** What an ARC-Authentication-Results field says. */
export interface ParsedArcAuthenticationResults extends ParsedAuthenticationResults {
  /** 1 to 50. */
  readonly instance: number;
}

const POSITION = /^[0-9]{1,2}$/;
const MOST_INSTANCES = 50; // RFC 8617 4.2.1
const SMALL_I = 0x69;

/**
 * Reads the value of an ARC-Authentication-Results field: `i=1;`, then what an Authentication-Results field has. Never throws.
 *
 * @rfc 8617 4.1.1
 */
export function parseArcAuthenticationResults(text: string, limits: AuthresLimits = {}): Parsed<ParsedArcAuthenticationResults, AuthresError> {
  const reader = new AuthresReader(text);
  const instance = readInstance(reader);
  if (instance === undefined) return { ok: false, error: 'expected-instance', at: 0 };
  const parsed = new FieldParser(text, limits).parse(reader.at);
  return parsed.ok ? { ok: true, value: { instance, ...parsed.value }, end: parsed.end } : parsed;
}

/** `[CFWS] %s"i" [CFWS] "=" [CFWS] 1*2DIGIT [CFWS] ";"`, from 1 to 50; the reader stands behind it. @rfc 8617 4.2.1 */
function readInstance(reader: AuthresReader): number | undefined {
  reader.skipCfws();
  if (!reader.accept(SMALL_I)) return undefined;
  reader.skipCfws();
  if (!reader.accept(EQUALS)) return undefined;
  reader.skipCfws();
  const position = reader.readKeyword();
  reader.skipCfws();
  const instance = POSITION.test(position) ? Number(position) : 0;
  return reader.accept(SEMICOLON) && instance >= 1 && instance <= MOST_INSTANCES ? instance : undefined;
}

class FieldParser {
  readonly #reader: AuthresReader;
  readonly #headerOctets: number;
  readonly #results: MethodResult[] = [];
  readonly #defects: AuthresDefect[] = [];
  #parametersLeft: number;
  #none = false;

  constructor(text: string, { headerOctets = HEADER_OCTETS, parameters = PARAMETERS }: AuthresLimits) {
    if (!(headerOctets > 0) || !(parameters > 0)) throw new RangeError('limits must be positive');
    this.#reader = new AuthresReader(text);
    this.#headerOctets = headerOctets;
    this.#parametersLeft = parameters;
  }

  parse(from: number): Parsed<ParsedAuthenticationResults, AuthresError> {
    const reader = this.#reader;
    const { text } = reader;
    if (text.length > this.#headerOctets) return { ok: false, error: 'LIMIT_HEADER_OCTETS', at: this.#headerOctets };
    const control = findControl(text);
    if (control !== -1) return { ok: false, error: 'control-character', at: control };
    reader.at = from;
    const authservId = this.#readAuthservId();
    while (!reader.isEnd && reader.accept(SEMICOLON)) this.#readElement();
    if (reader.stop !== undefined) return { ok: false, ...reader.stop };
    if (this.#results.length === 0 && !this.#none) this.#addDefect('no-results', text.length);
    if (this.#results.length > 0 && this.#none) this.#addDefect('none-and-results', text.length);
    return { ok: true, value: { authservId, results: this.#results, defects: this.#defects }, end: text.length };
  }

  /** `[CFWS] authserv-id [ CFWS authres-version ]`, up to the first semicolon. @rfc 8601 2.5 */
  #readAuthservId(): string {
    const reader = this.#reader;
    reader.skipCfws();
    const from = reader.at;
    const authservId = reader.unit === DQUOTE ? reader.readQuoted() : this.#readToken();
    const between = reader.skipCfws();
    if (authservId === '' || reader.unit === EQUALS) this.#fail('expected-authserv-id', from); // `spf=pass ...`: nobody says who says it
    const versionAt = reader.at;
    const version = between ? this.#readToken() : '';
    reader.skipCfws();
    if (reader.unit === EQUALS || !(reader.isEnd || reader.unit === SEMICOLON)) this.#fail('expected-semicolon', reader.at);
    else if (version !== '' && version !== VERSION) this.#fail('unsupported-version', versionAt);
    return authservId;
  }

  /** One element behind its semicolon. */
  #readElement(): void {
    const reader = this.#reader;
    reader.skipCfws();
    const from = reader.at;
    if (reader.isEnd || reader.unit === SEMICOLON) {
      if (!reader.isEnd) this.#addDefect('empty-element', from);
      return;
    }
    const method = reader.readKeyword();
    reader.skipCfws();
    const version = reader.accept(SLASH) ? this.#readMethodVersion() : 1;
    if (method === 'none' && (reader.isEnd || reader.unit === SEMICOLON)) {
      this.#none = true;
      return;
    }
    const isMethod = isKeyword(method) && version !== undefined && reader.accept(EQUALS);
    reader.skipCfws();
    const result = isMethod ? reader.readKeyword() : '';
    if (version !== undefined && isKeyword(result) && this.#isWordEnd()) this.#readResult(method, version, result);
    else this.#leaveOut('bad-result', from);
  }

  /** `[CFWS] 1*DIGIT [CFWS]` */
  #readMethodVersion(): number | undefined {
    const reader = this.#reader;
    reader.skipCfws();
    const digits = reader.readKeyword();
    reader.skipCfws();
    return digits.length <= METHOD_VERSION_DIGITS && /^[0-9]+$/.test(digits) ? Number(digits) : undefined;
  }

  /** What stands behind `method=result`. */
  #readResult(method: string, version: number, result: string): void {
    if (!this.#takeParameter()) return;
    const reader = this.#reader;
    const properties: MethodProperty[] = [];
    const others: UnknownWord[] = [];
    const comments: string[] = [];
    let reason: string | undefined;
    for (let afterComment = this.#skipToWord(comments); !reader.isEnd && reader.unit !== SEMICOLON; afterComment = this.#skipToWord(comments)) {
      if (!this.#takeParameter()) return;
      const from = reader.at;
      const word = this.#readWord();
      if (word === undefined) {
        // `header.from=example.net(.example.com`: whether the value ends at the parenthesis is for each reader to guess. So it has none.
        if (afterComment) properties.pop();
        this.#addDefect('bad-property', from);
        reader.skipWord();
      } else if (word.ptype !== '') {
        properties.push(word);
      } else if (word.property === 'reason' && reason === undefined) {
        reason = word.value;
      } else {
        others.push({ name: word.property, value: word.value });
        this.#addDefect('unknown-word', from);
      }
    }
    this.#results.push({ method, version, result, reason, properties, others, comments });
  }

  /** To the next word. True where a comment, and no white space, stands right before it. */
  #skipToWord(comments: string[]): boolean {
    const reader = this.#reader;
    reader.skipCfws(comments);
    return reader.text.charCodeAt(reader.at - 1) === RIGHT_PARENTHESIS;
  }

  /** `ptype.property=value`, or `name=value` with an empty ptype; `undefined` where it is neither. */
  #readWord(): MethodProperty | undefined {
    const reader = this.#reader;
    const first = reader.readKeyword();
    reader.skipCfws();
    const hasType = reader.accept(DOT);
    if (hasType) reader.skipCfws();
    const second = hasType ? reader.readKeyword() : first;
    reader.skipCfws();
    if (!isKeyword(first) || !isKeyword(second) || !reader.accept(EQUALS)) return undefined;
    const value = this.#readValue();
    return value === undefined ? undefined : { ptype: hasType ? first : '', property: second, value };
  }

  /** `pvalue`; `undefined` where it does not end where a value ends. */
  #readValue(): string | undefined {
    const reader = this.#reader;
    reader.skipCfws();
    const from = reader.at;
    const isQuoted = reader.unit === DQUOTE;
    const quoted = isQuoted ? reader.readQuoted() : '';
    const bareFrom = reader.at;
    if (!isQuoted || reader.isAt(AT)) this.#skipBare();
    const bare = reader.text.slice(bareFrom, reader.at);
    if (!this.#isWordEnd() || (!isQuoted && bare === '')) return undefined;
    if (!isQuoted && !isToken(bare) && !isUnquotedAddress(bare)) this.#addDefect('unquoted-value', from);
    return quoted + bare;
  }

  /** The characters up to white space, a semicolon, a parenthesis or a quote. */
  #skipBare(): void {
    const reader = this.#reader;
    for (; !reader.isEnd; reader.at++) {
      const { unit } = reader;
      if (isWhiteSpace(unit) || unit === SEMICOLON || unit === LEFT_PARENTHESIS || unit === RIGHT_PARENTHESIS || unit === DQUOTE) return;
    }
  }

  #readToken(): string {
    const reader = this.#reader;
    const from = reader.at;
    while (isTokenUnit(reader.unit)) reader.at++;
    return reader.text.slice(from, reader.at);
  }

  #isWordEnd(): boolean {
    const reader = this.#reader;
    return reader.isEnd || isWhiteSpace(reader.unit) || reader.unit === SEMICOLON || reader.unit === LEFT_PARENTHESIS;
  }

  #leaveOut(code: AuthresDefect['code'], at: number): void {
    this.#addDefect(code, at);
    this.#reader.skipElement();
  }

  #takeParameter(): boolean {
    if (this.#parametersLeft-- > 0) return true;
    this.#fail('LIMIT_PARAMETERS', this.#reader.at);
    return false;
  }

  #fail(error: AuthresError, at: number): void {
    this.#reader.stop ??= { error, at };
  }

  #addDefect(code: AuthresDefect['code'], at: number): void {
    if (this.#defects.length < DEFECTS) this.#defects.push({ code, at });
  }
}
