/**
 * A structured field taken apart at its comments and quoted strings, for fields whose words are all that counts (Received, List-*, msg-ids).
 *
 *     comment        = "(" *([FWS] ccontent) [FWS] ")"           ; ccontent = ctext / quoted-pair / comment
 */

/** A piece of a field. Pieces touch each other: each ends where the next begins. */
export interface FieldPiece {
  readonly kind: 'text' | 'quoted' | 'comment';
  /** As written, a comment without its outer parentheses. */
  readonly text: string;
  readonly start: number;
}

/**
 * Cuts `text` into comments, quoted strings (quotes kept) and what is between them. What is opened and not closed is text from there on.
 * Linear in the length of `text`.
 *
 * @rfc 5322 3.2.2
 * @rfc 5322 3.2.4
 */
export function splitComments(text: string): readonly FieldPiece[] {
  const pieces: FieldPiece[] = [];
  let plainFrom = 0;
  const unclosed = { quote: false, comment: false };
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character !== '(' && character !== '"') continue;
    const isComment = character === '(';
    if (isComment ? unclosed.comment : unclosed.quote) continue;
    const end = isComment ? endOfComment(text, at) : endOfQuoted(text, at);
    if (end === -1) {
      if (isComment) unclosed.comment = true;
      else unclosed.quote = true;
      continue;
    }
    if (at > plainFrom) pieces.push({ kind: 'text', text: text.slice(plainFrom, at), start: plainFrom });
    pieces.push({ kind: isComment ? 'comment' : 'quoted', text: isComment ? text.slice(at + 1, end - 1) : text.slice(at, end), start: at });
    plainFrom = end;
    at = end - 1;
  }
  if (plainFrom < text.length) pieces.push({ kind: 'text', text: text.slice(plainFrom), start: plainFrom });
  return pieces;
}

/** `text` with each comment as one space. */
export function withoutComments(text: string): string {
  if (!text.includes('(')) return text;
  return splitComments(text).map((piece) => (piece.kind === 'comment' ? ' ' : piece.text)).join('');
}

/** Behind the parenthesis that closes the one at `at`, or -1. */
function endOfComment(text: string, at: number): number {
  let depth = 0;
  for (let next = at; next < text.length; next++) {
    const character = text[next];
    if (character === '\\') next++;
    else if (character === '(') depth++;
    else if (character === ')' && --depth === 0) return next + 1;
  }
  return -1;
}

/** Behind the quote that closes the one at `at`, or -1. */
function endOfQuoted(text: string, at: number): number {
  for (let next = at + 1; next < text.length; next++) {
    if (text[next] === '\\') next++;
    else if (text[next] === '"') return next + 1;
  }
  return -1;
}
