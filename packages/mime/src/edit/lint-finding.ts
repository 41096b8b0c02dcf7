/**
 * What `lintMessage` may find: the one list of codes, each with its weight, what is told to people, and the section it comes from.
 * docs/errors.md explains each and says what to do.
 *
 * Read next: `lint-message.ts`.
 */

/** Something about a message that will break on its way, or that readers do not expect. Explained in docs/errors.md. */
export type LintCode =
  | 'LINT_LINE_TOO_LONG'
  | 'LINT_HEADER_LINE_LONG'
  | 'LINT_BARE_CR'
  | 'LINT_BARE_LF'
  | 'LINT_NUL'
  | 'LINT_NO_FINAL_LINE_END'
  | 'LINT_FROM_LINE'
  | 'LINT_DOT_LINE'
  | 'LINT_TRAILING_SPACE'
  | 'LINT_NO_FIELD'
  | 'LINT_SPACE_BEFORE_COLON'
  | 'LINT_BLANK_CONTINUATION'
  | 'LINT_EMPTY_FIRST_LINE'
  | 'LINT_HEADER_TRAILING_SPACE'
  | 'LINT_WORD_TOO_LONG'
  | 'LINT_NO_HEADER_END'
  | 'LINT_EIGHT_BIT_HEADER'
  | 'LINT_HEADER_NOT_UTF8'
  | 'LINT_NO_DATE'
  | 'LINT_NO_FROM'
  | 'LINT_NO_MESSAGE_ID'
  | 'LINT_NO_MIME_VERSION'
  | 'LINT_NO_SENDER'
  | 'LINT_DUPLICATE_FIELD'
  | 'LINT_BCC'
  | 'LINT_BAD_DATE'
  | 'LINT_BAD_ADDRESS'
  | 'LINT_BAD_MESSAGE_ID'
  | 'LINT_LONG_SUBJECT'
  | 'LINT_ONE_CLICK'
  | 'LINT_ENCODED_WORD_TOO_LONG'
  | 'LINT_ENCODED_WORD_NOT_SEPARATE'
  | 'LINT_ENCODED_WORD_QUOTED'
  | 'LINT_ENCODED_WORD_PARAMETER'
  | 'LINT_BAD_ENCODED_WORD'
  | 'LINT_BAD_CONTENT_TYPE'
  | 'LINT_BAD_PARAMETER'
  | 'LINT_BAD_DISPOSITION'
  | 'LINT_UNKNOWN_TRANSFER_ENCODING'
  | 'LINT_ENCODED_MULTIPART'
  | 'LINT_NARROW_ENCODING'
  | 'LINT_BINARY'
  | 'LINT_UNDECLARED_EIGHT_BIT'
  | 'LINT_NO_CHARSET'
  | 'LINT_UNKNOWN_CHARSET'
  | 'LINT_ENCODED_LINE_TOO_LONG'
  | 'LINT_BAD_BASE64'
  | 'LINT_BAD_QUOTED_PRINTABLE'
  | 'LINT_NO_BOUNDARY'
  | 'LINT_BAD_BOUNDARY'
  | 'LINT_BOUNDARY_REUSED'
  | 'LINT_NO_PARTS'
  | 'LINT_NOT_CLOSED'
  | 'LINT_LIMIT';

/** `error`: forbidden, or refused or damaged by programs in use. `warning`: some programs get it wrong. `note`: fine by the rules, and yet what breaks signatures first. */
export type LintSeverity = 'error' | 'warning' | 'note';

/** One finding. */
export interface LintFinding {
  readonly code: LintCode;
  readonly severity: LintSeverity;
  /** Octets from the beginning of the message. What is missing is missed at the end of the header section. */
  readonly offset: number;
  /** For people. It may get better in any version; compare `code`. */
  readonly message: string;
  /** Number and section: `5322 2.1.1`. */
  readonly rfc: string;
}

type Rule = readonly [severity: LintSeverity, message: string, rfc: string];

const RULES: Readonly<Record<LintCode, Rule>> = {
  // lines: lint-lines.ts
  LINT_LINE_TOO_LONG: ['error', 'a line has more than 998 octets: servers refuse it or cut it', '5322 2.1.1'],
  LINT_HEADER_LINE_LONG: ['note', 'a header line has more than 78 octets: relays may fold it anew, which breaks a simple signature', '5322 2.1.1'],
  LINT_BARE_CR: ['error', 'a CR stands without LF', '5321 2.3.8'],
  LINT_BARE_LF: ['error', 'an LF stands without CR: servers refuse it, since it lets mail be smuggled', '5321 2.3.8'],
  LINT_NUL: ['error', 'a NUL stands in the message', '5322 3.5'],
  LINT_NO_FINAL_LINE_END: ['warning', 'the last line has no CRLF: the sender must add one', '5321 4.1.1.4'],
  LINT_FROM_LINE: ['note', 'a body line begins with "From ": mailbox files put a ">" before it, which breaks a signature', '4155 A'],
  LINT_DOT_LINE: ['note', 'a line begins with a dot: broken relays lose or double it', '5321 4.5.2'],
  LINT_TRAILING_SPACE: ['note', 'a body line ends in white space: relays that take it away break a signature with a simple body', '6376 3.4.3'],
  // the form of the header section: lint-header-lines.ts
  LINT_NO_FIELD: ['error', 'a line of the header section is no field: some programs take it for the end of the section', '5322 2.2'],
  LINT_SPACE_BEFORE_COLON: ['error', 'white space stands between the name of a field and its colon: some programs do not find the field', '5322 4.5'],
  LINT_BLANK_CONTINUATION: ['error', 'a folded line holds white space only: some programs take it for the end of the section', '5322 3.2.2'],
  LINT_EMPTY_FIRST_LINE: ['note', 'nothing but white space stands between the colon and the first fold: relays join the lines, which breaks a simple signature', '6376 3.4.1'],
  LINT_HEADER_TRAILING_SPACE: ['note', 'a header line ends in white space: relays that take it away break a simple signature', '6376 3.4.1'],
  LINT_WORD_TOO_LONG: ['error', 'a field holds more than 996 octets without a space, so no fold can bring its lines below 998', '5322 2.1.1'],
  LINT_NO_HEADER_END: ['warning', 'the message ends inside its header section', '5322 2.1'],
  LINT_EIGHT_BIT_HEADER: ['error', 'octets above 127 stand in the header section: only a session with SMTPUTF8 may carry them', '6532 3.2'],
  LINT_HEADER_NOT_UTF8: ['error', 'octets above 127 in the header section are not UTF-8', '6532 3.1'],
  // the fields of a message: lint-fields.ts
  LINT_NO_DATE: ['error', 'there is no Date', '5322 3.6.1'],
  LINT_NO_FROM: ['error', 'there is no From', '5322 3.6.2'],
  LINT_NO_MESSAGE_ID: ['warning', 'there is no Message-ID: a relay may add one, and a reply has nothing to refer to', '5322 3.6.4'],
  LINT_NO_MIME_VERSION: ['warning', 'there is no MIME-Version though the message needs one: some programs show the body as it stands', '2045 4'],
  LINT_NO_SENDER: ['error', 'From names several authors and there is no Sender', '5322 3.6.2'],
  LINT_DUPLICATE_FIELD: ['error', 'a field that may stand once stands again: programs differ in which one they show', '5322 3.6'],
  LINT_BCC: ['warning', 'Bcc is still there and would show who else got the message', '5322 3.6.3'],
  LINT_BAD_DATE: ['error', 'Date is not a date', '5322 3.3'],
  LINT_BAD_ADDRESS: ['error', 'a field of addresses holds something else', '5322 3.4'],
  LINT_BAD_MESSAGE_ID: ['warning', 'Message-ID is not one identifier in angle brackets', '5322 3.6.4'],
  LINT_LONG_SUBJECT: ['note', 'Subject has more than 255 characters: programs cut it', '5322 2.1.1'],
  LINT_ONE_CLICK: ['error', 'List-Unsubscribe-Post stands without one https URI in List-Unsubscribe', '8058 3.1'],
  // encoded words: lint-encoded-words.ts
  LINT_ENCODED_WORD_TOO_LONG: ['warning', 'an encoded word has more than 75 characters: some programs do not decode it', '2047 2'],
  LINT_ENCODED_WORD_NOT_SEPARATE: ['warning', 'an encoded word touches other text: some programs do not decode it', '2047 5'],
  LINT_ENCODED_WORD_QUOTED: ['warning', 'an encoded word stands in a quoted string, where it is only text', '2047 5'],
  LINT_ENCODED_WORD_PARAMETER: ['note', 'an encoded word stands in a parameter, where it is only text: many programs decode it all the same', '2047 5'],
  LINT_BAD_ENCODED_WORD: ['warning', 'something looks like an encoded word and is none', '2047 2'],
  // parts: lint-parts.ts, lint-bodies.ts
  LINT_BAD_CONTENT_TYPE: ['error', 'Content-Type holds no media type', '2045 5.1'],
  LINT_BAD_PARAMETER: ['warning', 'a parameter of Content-Type or Content-Disposition is not well formed, or stands twice', '2045 5.1'],
  LINT_BAD_DISPOSITION: ['warning', 'Content-Disposition holds no disposition', '2183 2'],
  LINT_UNKNOWN_TRANSFER_ENCODING: ['error', 'Content-Transfer-Encoding is not one that programs know', '2045 6.1'],
  LINT_ENCODED_MULTIPART: ['error', 'a multipart or a message has a transfer encoding: only 7bit, 8bit and binary are allowed', '2045 6.4'],
  LINT_NARROW_ENCODING: ['error', 'a multipart or message is declared narrower than a part in it: a part is 8bit or binary, so it is too', '2045 6.4'],
  LINT_BINARY: ['warning', 'a part is binary: only a session with BINARYMIME may carry it', '3030 3'],
  LINT_UNDECLARED_EIGHT_BIT: ['error', 'octets above 127 stand in a part that claims to be 7bit', '2045 2.7'],
  LINT_NO_CHARSET: ['warning', 'a text holds octets above 127 and names no charset for them', '2046 4.1.2'],
  LINT_UNKNOWN_CHARSET: ['warning', 'the charset is not one that programs know', '2046 4.1.2'],
  LINT_ENCODED_LINE_TOO_LONG: ['warning', 'a line of base64 or quoted-printable has more than 76 characters', '2045 6.7'],
  LINT_BAD_BASE64: ['error', 'a base64 body holds other characters, or ends too early', '2045 6.8'],
  LINT_BAD_QUOTED_PRINTABLE: ['error', 'a quoted-printable body holds an equals sign that encodes nothing', '2045 6.7'],
  LINT_NO_BOUNDARY: ['error', 'a multipart names no boundary', '2046 5.1.1'],
  LINT_BAD_BOUNDARY: ['error', 'a boundary has more than 70 characters, or one that is not allowed', '2046 5.1.1'],
  LINT_BOUNDARY_REUSED: ['error', 'a nested multipart has the boundary of one around it, or one that begins with it', '2046 5.1.2'],
  LINT_NO_PARTS: ['error', 'a multipart has no part', '2046 5.1.1'],
  LINT_NOT_CLOSED: ['error', 'the closing line of a multipart is missing', '2046 5.1.1'],
  LINT_LIMIT: ['warning', 'the message goes beyond a limit of its reader: the rest was not looked at', '2049 2'],
};

/** Findings of one message, bounded: so many of each code. */
export class LintReport {
  readonly #findings: LintFinding[] = [];
  readonly #counts = new Map<LintCode, number>();
  readonly #perCode: number;

  constructor(perCode: number) {
    this.#perCode = perCode;
  }

  add(code: LintCode, offset: number): void {
    const count = this.#counts.get(code) ?? 0;
    if (count >= this.#perCode) return;
    this.#counts.set(code, count + 1);
    const [severity, message, rfc] = RULES[code];
    this.#findings.push({ code, severity, offset, message, rfc });
  }

  /** True where no more of that code are kept. */
  isFull(code: LintCode): boolean {
    return (this.#counts.get(code) ?? 0) >= this.#perCode;
  }

  /** In the order of their offsets. */
  findings(): readonly LintFinding[] {
    return this.#findings.sort((a, b) => a.offset - b.offset);
  }
}
