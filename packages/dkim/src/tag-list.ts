/**
 * Tag lists: the syntax of the fields DKIM-Signature, ARC-Message-Signature and ARC-Seal, and of key records.
 *
 * ```abnf
 * tag-list  =  tag-spec *( ";" tag-spec ) [ ";" ]
 * tag-spec  =  [FWS] tag-name [FWS] "=" [FWS] tag-value [FWS]
 * tag-name  =  ALPHA *ALNUMPUNC
 * tag-value =  [ tval *( 1*(WSP / FWS) tval ) ]
 * tval      =  1*VALCHAR
 * VALCHAR   =  %x21-3A / %x3C-7E            ; and, by RFC 8616 section 3, UTF-8 that is not ASCII
 * ```
 *
 * Tags come from strangers, so they live in a `Map`, where `__proto__` is a name like any other. Every tag knows where its value
 * stands: a signature is emptied of its own `b=` by these offsets, never by searching for text that looks like a tag.
 *
 * Left out: what the tags mean. Read next: `signature.ts`, `key-record.ts`.
 */
import { CR, LF, SP, TAB } from '@mailwright/wire';
import type { Parsed } from '@mailwright/wire';

/** One tag of a list. */
export interface Tag {
  readonly name: string;
  /** The value without white space at its ends. White space inside is as written; whether it counts depends on the tag. */
  readonly value: string;
  /** Where the value begins, behind the "=" and with the white space that follows it: a character index. */
  readonly valueStart: number;
  /** Behind the value and the white space at its end: at the ";" or at the end of the list. */
  readonly valueEnd: number;
}

/** Tags by name, in their order. */
export type TagList = ReadonlyMap<string, Tag>;

/** What makes a tag list invalid as a whole. */
export type TagListError = 'tag-list-too-long' | 'too-many-tags' | 'expected-tag-name' | 'bad-tag-name' | 'expected-equals' | 'bad-tag-value' | 'duplicate-tag';

const MAX_TAG_LIST_CHARACTERS = 65_536;
const MAX_TAGS = 100;

const TAG_NAME = /^[A-Za-z][A-Za-z0-9_]*$/;
const WHITE_SPACE = /[ \t\r\n]/;
const DEL = 0x7f;

/**
 * Reads a tag list. One bad tag or two of one name make the whole list invalid.
 *
 * Shape: `text` as it stands in the field, folds included. One character for each octet (`latin1`) makes the offsets octet offsets.
 * Units: 65,536 characters and 100 tags at most.
 * Errors: a `TagListError`; never throws. Linear.
 *
 * @rfc 6376 3.2
 * @rfc 8616 3
 */
export function parseTagList(text: string): Parsed<TagList, TagListError> {
  if (text.length > MAX_TAG_LIST_CHARACTERS) return { ok: false, error: 'tag-list-too-long', at: MAX_TAG_LIST_CHARACTERS };
  const tags = new Map<string, Tag>();
  const forbidden = findForbidden(text); // once for all: a third of the time of asking for each tag
  for (let from = 0; ; ) {
    const semicolon = text.indexOf(';', from);
    const end = semicolon === -1 ? text.length : semicolon;
    const tag = forbidden >= from && forbidden < end ? 'bad-tag-value' : readTag(text, from, end);
    if (tag === undefined && semicolon === -1 && tags.size > 0) break; // a ";" may end the list
    if (tag === undefined) return { ok: false, error: 'expected-tag-name', at: from };
    if (typeof tag === 'string') return { ok: false, error: tag, at: from };
    if (tags.has(tag.name)) return { ok: false, error: 'duplicate-tag', at: from };
    if (tags.size === MAX_TAGS) return { ok: false, error: 'too-many-tags', at: from };
    tags.set(tag.name, tag);
    if (semicolon === -1) break;
    from = semicolon + 1;
  }
  return { ok: true, value: tags, end: text.length };
}

/** Nearly all names are one or two small letters. */
function isTagName(name: string): boolean {
  const unit = name.charCodeAt(0);
  return (name.length === 1 && unit >= 0x61 && unit <= 0x7a) || TAG_NAME.test(name);
}

/** `undefined` where there is white space alone. */
function readTag(text: string, from: number, end: number): Tag | TagListError | undefined {
  const nameStart = skipWhiteSpace(text, from, end);
  if (nameStart === end) return undefined;
  const equals = text.indexOf('=', nameStart);
  if (equals === -1 || equals >= end) return 'expected-equals';
  const name = text.slice(nameStart, skipWhiteSpaceBack(text, nameStart, equals));
  if (name === '') return 'expected-tag-name';
  if (!isTagName(name)) return 'bad-tag-name';
  const valueStart = equals + 1;
  const at = skipWhiteSpace(text, valueStart, end);
  return { name, value: text.slice(at, skipWhiteSpaceBack(text, at, end)), valueStart, valueEnd: end };
}

/**
 * The first character that stands in no tag list, or -1: a control character, and a line end that is no fold (CRLF with white space
 * behind it). A loop: the regular expression that says the same takes three times as long.
 */
function findForbidden(text: string): number {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= SP ? unit !== DEL : unit === TAB) continue;
    const following = text.charCodeAt(at + 2);
    if (unit !== CR || text.charCodeAt(at + 1) !== LF || (following !== SP && following !== TAB)) return at;
    at += 2;
  }
  return -1;
}

function skipWhiteSpace(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isWhiteSpace(text.charCodeAt(at))) at++;
  return at;
}

function skipWhiteSpaceBack(text: string, from: number, end: number): number {
  let at = end;
  while (at > from && isWhiteSpace(text.charCodeAt(at - 1))) at--;
  return at;
}

function isWhiteSpace(unit: number): boolean {
  return unit === SP || unit === TAB || unit === CR || unit === LF;
}

/** A value with all its white space taken out, for the tags whose grammar has FWS between their parts. @rfc 6376 3.2 */
export function removeWhiteSpace(value: string): string {
  return WHITE_SPACE.test(value) ? value.replace(/[ \t\r\n]+/g, '') : value;
}

/**
 * The parts of a list with colons in between (`h=`, `q=`, `t=`, `s=` of key records), white space around them removed.
 * An empty value gives one empty part.
 */
export function splitColons(value: string): readonly string[] {
  return removeWhiteSpace(value).split(':');
}
