/**
 * The fields of mailing lists: List-Help, -Unsubscribe, -Subscribe, -Post, -Owner, -Archive (RFC 2369) and List-Id (RFC 2919).
 *
 *     List-Post = "List-Post:" ( "NO" / "<" URI ">" *( "," "<" URI ">" ) )       ; comments anywhere between
 *     List-Id   = "List-ID:" [phrase] "<" list-id ">"
 *
 * Left out: whether one click is enough to leave (RFC 8058): `parseOneClick`.
 */
import { withoutComments } from './comment-split.ts';
import { decodeEncodedWords } from './encoded-word-decode.ts';

/** What a field of a list says. */
export interface ListHeader {
  /** As written, white space inside left out; in the order of the sender's preference. They come from the peer: look at the scheme before you follow one. */
  readonly uris: readonly string[];
  /** True for `NO`: the list does not take this (List-Post only). */
  readonly isNo: boolean;
}

/** Who a list is. */
export interface ListId {
  /** In lower case, as it is compared: `list.example.com`. */
  readonly id: string;
  /** What the list is called, decoded; `undefined` where there is nothing. */
  readonly name: string | undefined;
}

const URIS = 100; // of one field
const WHITE_SPACE = /[ \t\r\n]+/g;
const NO = /^[ \t\r\n]*NO[ \t\r\n]*$/i;

/**
 * Reads a field of RFC 2369: the URIs in angle brackets, up to the first that is not closed, and 100 at most. What stands elsewhere
 * means nothing. Parentheses inside of brackets belong to the URI. Never throws.
 *
 * @rfc 2369 2
 * @rfc 2369 3.4
 */
export function parseListHeader(text: string): ListHeader {
  const uris: string[] = [];
  let at = 0;
  while (uris.length < URIS) {
    const open = findOpening(text, at);
    const close = open === -1 ? -1 : text.indexOf('>', open);
    if (close === -1) break;
    const uri = text.slice(open + 1, close).replace(WHITE_SPACE, '');
    if (uri !== '') uris.push(uri);
    at = close + 1;
  }
  return { uris, isNo: uris.length === 0 && NO.test(withoutComments(text)) };
}

/** The next `<` outside of comments, or -1. */
function findOpening(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === '\\') at++;
    else if (character === '(') depth++;
    else if (character === ')' && depth > 0) depth--;
    else if (character === '<' && depth === 0) return at;
  }
  return -1;
}

/**
 * Reads a List-Id. `undefined` where there is none in brackets; never throws.
 *
 * Deviation: an identifier alone, without brackets, is taken, since some lists leave them out.
 * @rfc 2919 2
 * @rfc 2919 6
 */
export function parseListId(text: string): ListId | undefined {
  const open = text.lastIndexOf('<');
  const close = text.indexOf('>', open);
  const isBare = open === -1 && /^[^\s<>"()]+$/.test(text.trim());
  if (isBare) return { id: text.trim().toLowerCase(), name: undefined };
  const id = open === -1 || close === -1 ? '' : text.slice(open + 1, close).replace(WHITE_SPACE, '').toLowerCase();
  if (id === '') return undefined;
  const phrase = withoutComments(text.slice(0, open)).trim();
  const name = decodeEncodedWords(unquotePhrase(phrase));
  return { id, name: name === '' ? undefined : name };
}

/** A phrase without the quotes around its words, as far as they are closed. */
function unquotePhrase(phrase: string): string {
  let plain = '';
  for (let at = 0; at < phrase.length; ) {
    const open = phrase.indexOf('"', at);
    const close = open === -1 ? -1 : findQuoteEnd(phrase, open + 1);
    if (close === -1) return plain + phrase.slice(at);
    plain += phrase.slice(at, open) + phrase.slice(open + 1, close).replace(/\\(.)/gs, '$1');
    at = close + 1;
  }
  return plain;
}

/** The quote that closes what begins at `from`, or -1. */
function findQuoteEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return -1;
}
