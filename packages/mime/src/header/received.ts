/**
 * The Received field (RFC 5321 section 4.4): one hop of a message's way.
 *
 *     Time-stamp-line = "Received:" From-domain By-domain Opt-info [CFWS] ";" FWS date-time CRLF
 *     From-domain     = "FROM" FWS Extended-Domain            ; Domain / ( Domain FWS "(" TCP-info ")" )
 *     Opt-info        = [Via] [With] [ID] [For] [Additional-Registered-Clauses]
 *
 * Every server writes it in its own way, so it is read by its words: what stands behind a clause's name up to the next belongs to it.
 */
import type { MimeDefect } from '../defect.ts';
import { splitComments } from './comment-split.ts';
import { salvageDate } from './date-salvage.ts';
import type { MessageDate } from './date.ts';

/** One hop. Texts are as written; nothing of it can be trusted but what one's own servers wrote. */
export interface ReceivedField {
  /** The name that the client gave of itself. */
  readonly from: string | undefined;
  /** The comment behind it: what the server saw of the client, as `mail.example.com [192.0.2.1]`. */
  readonly fromComment: string | undefined;
  /** The IP address of the client as far as one stands in brackets, without them. */
  readonly fromAddress: string | undefined;
  readonly by: string | undefined;
  readonly byComment: string | undefined;
  readonly via: string | undefined;
  /** The protocol, in upper case: `ESMTPS`. @rfc 3848 1 */
  readonly with: string | undefined;
  readonly id: string | undefined;
  /** The recipient, without brackets. */
  readonly for: string | undefined;
  /** True where the protocol or a comment says that the connection was encrypted. */
  readonly tls: boolean;
  readonly date: MessageDate | undefined;
  /** All comments, in their order; the first 100. */
  readonly comments: readonly string[];
  /** `MIME_BAD_DATE` where there is no good date. */
  readonly defects: readonly MimeDefect[];
}

type Clause = 'from' | 'by' | 'via' | 'with' | 'id' | 'for';

const CLAUSES: ReadonlySet<string> = new Set(['from', 'by', 'via', 'with', 'id', 'for']);
const COMMENTS = 100; // of one field
const ENCRYPTED_PROTOCOL = /^(?:UTF8|E)?(?:SMTP|LMTP)SA?$|^HTTPS$/;
const ENCRYPTED_COMMENT = /\b(?:TLS|SSL)(?:v?\d|_|\b)/i;
const ADDRESS = /\[(?:IPv6:)?([0-9A-Fa-f:.]{2,45})\]/i;

/**
 * Reads the text of a Received field.
 *
 * Shape: linear in the length of the text; a clause that stands twice counts once, the first time. Never throws.
 * @rfc 5321 4.4
 * @rfc 3848 1
 */
export function parseReceived(text: string): ReceivedField {
  const reader = new ReceivedReader();
  const semicolon = findLastSemicolon(text);
  for (const piece of splitComments(semicolon === -1 ? text : text.slice(0, semicolon))) {
    if (piece.kind === 'comment') reader.readComment(piece.text.trim());
    else reader.readWords(piece.text);
  }
  const { date, defects } = salvageDate(semicolon === -1 ? '' : text.slice(semicolon + 1));
  return reader.end(date, defects);
}

/** The semicolon before the date: the last one outside of comments and quoted strings. */
function findLastSemicolon(text: string): number {
  let last = -1;
  for (const { kind, text: piece, start } of splitComments(text)) {
    const at = kind === 'text' ? piece.lastIndexOf(';') : -1;
    if (at !== -1) last = start + at;
  }
  return last;
}

class ReceivedReader {
  readonly #words: Record<Clause, string | undefined> = { from: undefined, by: undefined, via: undefined, with: undefined, id: undefined, for: undefined };
  readonly #clauseComments = new Map<Clause, string>();
  readonly #comments: string[] = [];
  #clause: Clause | undefined = undefined;

  readComment(comment: string): void {
    if (this.#comments.length < COMMENTS) this.#comments.push(comment);
    if (this.#clause !== undefined && !this.#clauseComments.has(this.#clause)) this.#clauseComments.set(this.#clause, comment);
  }

  readWords(text: string): void {
    for (const word of text.split(/[ \t\r\n]+/)) {
      if (word === '') continue;
      const name = word.toLowerCase();
      const value = this.#clause === undefined ? undefined : this.#words[this.#clause];
      const isValue = this.#clause !== undefined && value === undefined; // a clause has a value, even `by by`
      if (CLAUSES.has(name) && !isValue) this.#clause = this.#words[name as Clause] === undefined ? (name as Clause) : undefined;
      else if (isValue) this.#words[this.#clause!] = word;
    }
  }

  end(date: MessageDate | undefined, defects: readonly MimeDefect[]): ReceivedField {
    const { from, by, via, id } = this.#words;
    const protocol = this.#words.with?.toUpperCase();
    const fromComment = this.#clauseComments.get('from');
    return {
      from, fromComment, fromAddress: (ADDRESS.exec(fromComment ?? '') ?? ADDRESS.exec(from ?? ''))?.[1],
      by, byComment: this.#clauseComments.get('by'), via, with: protocol, id,
      for: this.#words.for?.replace(/^<|>$/g, ''),
      tls: (protocol !== undefined && ENCRYPTED_PROTOCOL.test(protocol)) || this.#comments.some((comment) => ENCRYPTED_COMMENT.test(comment)),
      date, comments: this.#comments, defects,
    };
  }
}
