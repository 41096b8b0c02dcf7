/**
 * What an Authentication-Results field says, as values. Types alone; `parse.ts` reads them, `format.ts` writes them.
 */
import type { LimitCode } from '@mailwright/wire';

/** One fact of a message that a method looked at: `smtp.mailfrom=example.net`. @rfc 8601 2.3 */
export interface MethodProperty {
  /** Where the fact is from: `smtp`, `header`, `body`, `policy`, or another word. Lower case. */
  readonly ptype: string;
  /** Lower case. */
  readonly property: string;
  /** Quoting removed. */
  readonly value: string;
}

/** A word with a value that the grammar does not have: `action=oreject`. */
export interface UnknownWord {
  readonly name: string;
  readonly value: string;
}

/** The outcome of one method. @rfc 8601 2.2 */
export interface MethodResult {
  /** `spf`, `dkim`, ... or one that is not registered. Lower case. */
  readonly method: string;
  /** Of the method. 1 where the field does not say. */
  readonly version: number;
  /** Lower case. What is not known is to be taken as no result at all (RFC 8601 section 2.7.7). */
  readonly result: string;
  /** Text of whoever wrote the field; `undefined` where there is none. */
  readonly reason: string | undefined;
  readonly properties: readonly MethodProperty[];
  /** Words that the grammar does not have. They are never written. */
  readonly others: readonly UnknownWord[];
  /** The comments behind the result, without parentheses, in their order. For people. */
  readonly comments: readonly string[];
}

/** A whole field. */
export interface AuthenticationResults {
  /** Who says it. Believe nothing of a field whose authserv-id is not one of those that you trust. */
  readonly authservId: string;
  /** Empty for `none`: nothing was looked at. */
  readonly results: readonly MethodResult[];
}

/** Something of a field that was left out or taken though the grammar does not have it. */
export interface AuthresDefect {
  readonly code:
    | 'bad-result' // an element that is no `method=result`; left out
    | 'bad-property' // a word behind a result that is no property; left out
    | 'unknown-word' // `name=value` without a ptype; kept in `others`
    | 'unquoted-value' // a value with characters that need quotes; kept
    | 'empty-element' // nothing between two semicolons
    | 'no-results' // neither results nor `none`
    | 'none-and-results'; // `none`, and results beside it
  /** Offset in the text. */
  readonly at: number;
}

/** A field that was read. */
export interface ParsedAuthenticationResults extends AuthenticationResults {
  readonly defects: readonly AuthresDefect[];
}

/** Why a field can't be read at all. Nothing of it is to be believed. */
export type AuthresError =
  | 'expected-authserv-id'
  | 'expected-instance' // `i=1;` of ARC-Authentication-Results
  | 'unsupported-version' // not version 1
  | 'expected-semicolon' // something behind authserv-id and version
  | 'unclosed-comment'
  | 'unclosed-quote'
  | 'control-character' // NUL, CR or LF that is no folding, or another control
  | Extract<LimitCode, 'LIMIT_HEADER_OCTETS' | 'LIMIT_PARAMETERS'>;
