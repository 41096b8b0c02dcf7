/**
 * Fields of message identifiers (RFC 5322 section 3.6.4), the reading side: Message-ID, In-Reply-To, References, Content-ID.
 *
 *     msg-id          = [CFWS] "<" id-left "@" id-right ">" [CFWS]
 *     obs-in-reply-to = "In-Reply-To" *WSP ":" *(phrase / msg-id) CRLF
 */
import { MAX_DEFECTS, mimeDefect } from '../defect.ts';
import type { MimeDefect } from '../defect.ts';
import { splitComments } from './comment-split.ts';

/** The identifiers of a field. Offsets of defects are those of the text. */
export interface MessageIds {
  /** Without their brackets, in their order. */
  readonly ids: readonly string[];
  /** `MIME_BAD_MESSAGE_ID`: no brackets, no at sign, white space inside, no end. */
  readonly defects: readonly MimeDefect[];
}

const WHITE_SPACE = /[ \t\r\n]+/g;

/**
 * Reads identifiers. Words between them are passed over, as obsolete forms have them; where there are no brackets at all, words with an
 * at sign are taken.
 *
 * Shape: linear in the length of the text; never throws.
 * @rfc 5322 3.6.4
 * @rfc 5322 4.5.4
 */
export function parseMessageIds(text: string): MessageIds {
  const ids: string[] = [];
  const defects: MimeDefect[] = [];
  const plain = text.includes('(') && !isBetweenBrackets(text) ? blankComments(text) : text;
  let close = plain.indexOf('>');
  for (let open = plain.indexOf('<'); open !== -1; ) {
    if (close !== -1 && close < open) close = plain.indexOf('>', open);
    const nextOpen = plain.indexOf('<', open + 1);
    const isClosed = close !== -1 && (nextOpen === -1 || close < nextOpen);
    const end = isClosed ? close : nextOpen === -1 ? plain.length : nextOpen;
    const written = plain.slice(open + 1, end);
    const id = written.includes('"') ? written.trim() : written.replace(WHITE_SPACE, '');
    if (id !== '') ids.push(id);
    if (!isClosed || id !== written || !id.includes('@')) addDefect(defects, open);
    open = nextOpen;
  }
  if (ids.length === 0) readWithoutBrackets(plain, ids, defects);
  return { ids, defects };
}

/** True where all parentheses may be those of identifiers: `<a(b)@c>`. */
function isBetweenBrackets(text: string): boolean {
  return /^[^()<>]*(?:<[^<>]*>[^()<>]*)*$/.test(text);
}

/** With spaces for comments, so that offsets stay. */
function blankComments(text: string): string {
  return splitComments(text).map((piece) => (piece.kind === 'comment' ? ' '.repeat(piece.text.length + 2) : piece.text)).join('');
}

function readWithoutBrackets(text: string, ids: string[], defects: MimeDefect[]): void {
  const words = text.split(/[ \t\r\n,;]+/).filter((word) => word.replace(/[<>]/g, '').includes('@'));
  for (const word of words) ids.push(word.replace(/[<>]/g, ''));
  if (text.trim() !== '' && defects.length === 0) addDefect(defects, 0);
}

function addDefect(defects: MimeDefect[], at: number): void {
  if (defects.length < MAX_DEFECTS) defects.push(mimeDefect('MIME_BAD_MESSAGE_ID', at));
}
