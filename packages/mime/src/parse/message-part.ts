/**
 * One part of a message that is there as a whole: where it stands, and what it says of itself. Bodies are decoded when they are asked for.
 *
 * Read next: `parse-message.ts`.
 */
import { charsetName } from '../charset/aliases.ts';
import { decodeText } from '../charset/decode-text.ts';
import type { DecodedText } from '../charset/decoded-text.ts';
import { decodeQuotedPrintableText } from '../coding/quoted-printable-text.ts';
import { decodeTransfer } from '../coding/transfer-codec.ts';
import type { TransferEncoding } from '../coding/transfer-coding.ts';
import { findUuencoded } from '../coding/uuencoded-files.ts';
import type { UuencodedFile } from '../coding/uuencoded-files.ts';
import { mimeDefect } from '../defect.ts';
import type { MimeDefect } from '../defect.ts';
import type { ContentType } from '../header/content-type.ts';
import type { HeaderSection } from '../header/header-parse.ts';
import type { PartEndEvent } from './message-event.ts';
import type { HeaderFacts, PartFacts } from './part-facts.ts';

/** A part. Offsets count octets of the message. */
export interface MessagePart extends PartFacts {
  /** Its index in `parts`. */
  readonly id: number;
  /** The multipart or message that it stands in; `undefined` for the message itself. */
  readonly parent: number | undefined;
  /** In their order. Of a message/rfc822 or message/global: one, the message in it. */
  readonly children: readonly number[];
  /** 0 for the message itself. */
  readonly depth: number;
  /** Where its first header octet stands. */
  readonly start: number;
  readonly bodyStart: number;
  /** The line end before a delimiter belongs to the delimiter. */
  readonly bodyEnd: number;
  /** Where the part ends: at the end of its body. */
  readonly end: number;
  /** Of a multipart: where the text before its first delimiter ends, or the body where it has none. Else the end of the body. */
  readonly preambleEnd: number;
  /** Of a multipart: where its close delimiter ends; the line end behind it comes first in the epilogue. Else the end of the body. */
  readonly epilogueStart: number;
  /** The body as it stands: a view into the source. */
  rawBody(): Uint8Array;
  /** The body with its transfer encoding undone, decoded once and kept. Of an identity encoding, and of a multipart: `rawBody`. */
  content(): Uint8Array;
  /** The content as text, whatever the media type; decoded anew at each call. Lines end as they do in the message; format=flowed is not undone. */
  text(): DecodedText;
  /** The uuencoded files inside the content, if it is a text; offsets in it count octets of the content. */
  uuencoded(): readonly UuencodedFile[];
  /** What is wrong with the body: its transfer encoding, and of a text its charset. Decodes it. */
  bodyDefects(): readonly MimeDefect[];
}

/** A part of `source`, filled in by `parseMessage` as the scanner tells of it. */
export class SourcePart implements MessagePart {
  readonly id: number;
  readonly parent: number | undefined;
  readonly children: number[] = [];
  readonly depth: number;
  readonly start: number;
  bodyStart: number;
  bodyEnd = 0;
  end = 0;
  preambleEnd = 0;
  epilogueStart = 0;
  readonly #source: Uint8Array;
  #facts: HeaderFacts | undefined = undefined;
  #content: Uint8Array | undefined = undefined;
  #contentDefects: readonly MimeDefect[] = [];

  constructor(source: Uint8Array, id: number, parent: number | undefined, depth: number, start: number) {
    this.#source = source;
    this.id = id;
    this.parent = parent;
    this.depth = depth;
    this.start = start;
    this.bodyStart = start;
  }

  /** Between the scanner's events only. */
  setFacts(facts: HeaderFacts, bodyStart: number): void {
    this.#facts = facts;
    this.bodyStart = bodyStart;
  }

  /** Between the scanner's events only. */
  setEnd({ bodyEnd, end, preambleEnd, epilogueStart }: PartEndEvent): void {
    this.bodyEnd = bodyEnd;
    this.end = end;
    this.preambleEnd = preambleEnd;
    this.epilogueStart = epilogueStart;
  }

  get headers(): HeaderSection {
    return this.#facts!.headers;
  }

  get contentType(): ContentType {
    return this.#facts!.contentType;
  }

  get mediaType(): string {
    return this.#facts!.contentType.mediaType;
  }

  get charset(): string | undefined {
    return this.#facts!.charset;
  }

  get disposition(): string | undefined {
    return this.#facts!.disposition;
  }

  get fileName(): string | undefined {
    return this.#facts!.fileName;
  }

  get contentId(): string | undefined {
    return this.#facts!.contentId;
  }

  get transferEncoding(): TransferEncoding {
    return this.#facts!.transferEncoding;
  }

  rawBody(): Uint8Array {
    return this.#source.subarray(this.bodyStart, this.bodyEnd);
  }

  content(): Uint8Array {
    if (this.#content !== undefined) return this.#content;
    if (this.#facts!.isIdentity || this.#facts!.isMultipart) return this.rawBody();
    const { octets, defects } = decodeTransfer(this.transferEncoding, this.rawBody());
    this.#contentDefects = defects;
    this.#content = octets;
    return octets;
  }

  text(): DecodedText {
    const inOnePass = this.transferEncoding === 'quoted-printable' && this.#content === undefined ? decodeQuotedPrintableText(this.rawBody(), this.charset) : undefined;
    return inOnePass ?? decodeText(this.content(), this.charset);
  }

  uuencoded(): readonly UuencodedFile[] {
    return this.mediaType.startsWith('text/') ? findUuencoded(this.content()) : [];
  }

  bodyDefects(): readonly MimeDefect[] {
    this.content();
    const defects = this.#contentDefects.map(({ code, offset }) => mimeDefect(code, this.bodyStart + offset));
    if (this.mediaType.startsWith('text/')) addTextDefects(defects, this.text(), this.bodyStart);
    return defects;
  }
}

/** US-ASCII without a label is what RFC 2045 5.2 says it is; other octets were a guess. */
function addTextDefects(defects: MimeDefect[], { declared, used, replacements }: DecodedText, offset: number): void {
  if (declared !== undefined && charsetName(declared) === undefined) defects.push(mimeDefect('MIME_UNKNOWN_CHARSET', offset));
  else if ((declared === undefined || charsetName(declared) === 'us-ascii') && used !== 'us-ascii') defects.push(mimeDefect('MIME_UNDECLARED_EIGHT_BIT', offset));
  if (replacements > 0) defects.push(mimeDefect('MIME_CHARSET_REPLACED', offset));
}
