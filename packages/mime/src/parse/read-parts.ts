/**
 * A message of any size part by part, while it comes in: nothing is held but the chunk, a header section, and a line that may be a delimiter. What
 * the caller does not read is skipped when it asks for the next part.
 *
 * Measured on Node 20.20, one base64 attachment of 10 MB: see `mime.parse.attach10m` in bench/results.md.
 *
 * Read next: `part-content.ts`, `part-reader.ts`; for a message that is small enough to be held, `parse-message.ts`.
 */
import type { Body } from '@mailwright/wire';
import { createTextDecoder } from '../charset/decode-text.ts';
import type { DecodedText } from '../charset/decoded-text.ts';
import { createTransferDecoder } from '../coding/transfer-codec.ts';
import type { TransferDecoder, TransferEncoding } from '../coding/transfer-coding.ts';
import { mimeDefect } from '../defect.ts';
import type { MimeDefect } from '../defect.ts';
import type { ContentType } from '../header/content-type.ts';
import type { HeaderSection } from '../header/header-parse.ts';
import type { MimeLimits } from '../limits.ts';
import type { MessageEndEvent } from './message-event.ts';
import { MessageScanner } from './message-scanner.ts';
import type { HeaderFacts, PartFacts } from './part-facts.ts';
import { PartContent } from './part-content.ts';
import { PartReader } from './part-reader.ts';
import type { EnteredPart } from './part-reader.ts';

/** How much is read, and who hears of the end. */
export interface ReadPartsOptions extends MimeLimits {
  /** `false`: a message inside the message is one part, and its `content` the octets to be saved. Default true: the parts inside it come one by one. */
  readonly nestedMessages?: boolean | undefined;
  /** Called once, when the whole message was read: its size, its defects, the limit that was reached. */
  readonly onEnd?: ((event: MessageEndEvent) => void) | undefined;
}

/** A part whose header section has come. Of a multipart and of a message that holds a message the parts inside it come next. */
export interface StreamedPart extends PartFacts {
  /** Parts are numbered in the order in which they begin; the message itself is part 0. */
  readonly id: number;
  /** The multipart or message that it stands in; `undefined` for the message itself. */
  readonly parent: number | undefined;
  /** 0 for the message itself. */
  readonly depth: number;
  /** Where its first header octet stands. Offsets count octets of the message. */
  readonly start: number;
  readonly bodyStart: number;
  /**
   * The body with its transfer encoding undone, as it comes; of a multipart what stands before its first part, of a message that holds parts nothing. To be read once, and before
   * the next part is asked for. A piece is the caller's until it asks for the next one.
   *
   * Errors: a `TypeError` when the part has gone by, or was read already; what the source throws.
   */
  content(): AsyncIterable<Uint8Array>;
  /** The content as text, held as a whole. Errors: as of `content`. */
  text(): Promise<DecodedText>;
  /** What is wrong with the transfer encoding of what was read so far. */
  bodyDefects(): readonly MimeDefect[];
}

/**
 * The parts of a message, each when its header section has come.
 *
 * Shape: `body` is read as far as the caller asks, and let go when the caller stops. Lines end as they do in the message.
 * Errors: none for what the message holds; what `body` throws. Throws a `RangeError` for a limit that is no positive integer.
 * @rfc 2046 5.1
 */
export function readParts(body: Body, options: ReadPartsOptions = {}): AsyncIterable<StreamedPart> {
  const { onEnd, ...limits } = options;
  return generateParts(new PartReader(body, new MessageScanner(limits)), onEnd);
}

async function* generateParts(reader: PartReader, onEnd: ReadPartsOptions['onEnd']): AsyncGenerator<StreamedPart, void, undefined> {
  try {
    for (;;) {
      const next = await reader.nextPart();
      if ('begin' in next) yield new ReadPart(reader, next);
      else {
        onEnd?.(next);
        return;
      }
    }
  } finally {
    await reader.close();
  }
}

class ReadPart implements StreamedPart {
  readonly id: number;
  readonly parent: number | undefined;
  readonly depth: number;
  readonly start: number;
  readonly bodyStart: number;
  readonly #reader: PartReader;
  readonly #turn: number;
  readonly #facts: HeaderFacts;
  #decoder: TransferDecoder | undefined = undefined;

  constructor(reader: PartReader, { begin, headers, turn }: EnteredPart) {
    this.#reader = reader;
    this.#turn = turn;
    this.#facts = headers.facts as HeaderFacts;
    this.id = begin.part;
    this.parent = begin.parent;
    this.depth = begin.depth;
    this.start = begin.start;
    this.bodyStart = headers.bodyStart;
  }

  get headers(): HeaderSection {
    return this.#facts.headers;
  }

  get contentType(): ContentType {
    return this.#facts.contentType;
  }

  get mediaType(): string {
    return this.#facts.mediaType;
  }

  get charset(): string | undefined {
    return this.#facts.charset;
  }

  get disposition(): string | undefined {
    return this.#facts.disposition;
  }

  get fileName(): string | undefined {
    return this.#facts.fileName;
  }

  get contentId(): string | undefined {
    return this.#facts.contentId;
  }

  get transferEncoding(): TransferEncoding {
    return this.#facts.transferEncoding;
  }

  content(): AsyncIterable<Uint8Array> {
    if (this.#decoder !== undefined) throw new TypeError('the part was read already');
    this.#decoder = createTransferDecoder(this.#facts.isMultipart ? 'binary' : this.transferEncoding);
    return new PartContent(this.#reader, this.#turn, this.#decoder);
  }

  async text(): Promise<DecodedText> {
    const decoder = createTextDecoder(this.charset);
    let text = '';
    for await (const octets of this.content()) text += decoder.decode(octets);
    text += decoder.end();
    return { text, declared: this.charset, used: decoder.used, replacements: decoder.replacements };
  }

  bodyDefects(): readonly MimeDefect[] {
    return (this.#decoder?.defects ?? []).map(({ code, offset }) => mimeDefect(code, this.bodyStart + offset));
  }
}
