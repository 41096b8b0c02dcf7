/**
 * The structure of a message (RFC 2046 section 5.1) found in one pass over its octets, which may come in chunks cut anywhere: where
 * each part's header section, body and end stand, at whatever depth. What is asked for is told as events that are pulled; the machine holds
 * a header section, or a line that may be a delimiter, and nothing else.
 *
 *     multipart-body = [preamble CRLF] dash-boundary transport-padding CRLF body-part *encapsulation
 *                      close-delimiter transport-padding [CRLF epilogue]
 *
 * A line is a delimiter where it holds the boundary of any multipart that is open, and behind it nothing but white space; that ends all that is
 * nested deeper. Only lines that begin with two hyphens are looked at, and they are found by the engine's own search.
 *
 * Deviation: a line may end in LF alone, since messages in files do. A part with a transfer encoding holds no parts (RFC 2045 6.4 forbids the
 * encoding of a multipart: it is not looked at; an encoded message/rfc822 is a leaf, to be decoded and parsed by itself).
 *
 * Read next: `delimiter-search.ts`; then `parse-message.ts`, `read-parts.ts`.
 */
import { LF } from '@mailwright/wire';
import type { LimitReached } from '@mailwright/wire';
import { MAX_DEFECTS, mimeDefect } from '../defect.ts';
import type { MimeDefect, MimeDefectCode } from '../defect.ts';
import { DEFAULT_CONTENT_TYPE, findParameter, isMessage } from '../header/content-type.ts';
import { parseHeaders } from '../header/header-parse.ts';
import type { HeaderSection } from '../header/header-parse.ts';
import { resolveMimeLimits } from '../limits.ts';
import type { MimeLimits, ResolvedMimeLimits } from '../limits.ts';
import { DelimiterSearch } from './delimiter-search.ts';
import type { FoundDelimiter } from './delimiter-search.ts';
import type { MessageEvent, NeedDataEvent } from './message-event.ts';
import { MAX_BOUNDARY_OCTETS, OpenBoundaries } from './open-boundaries.ts';
import { openPart } from './open-part.ts';
import type { OpenPart } from './open-part.ts';
import { HeaderFacts } from './part-facts.ts';
import { HeaderSearch } from './header-search.ts';
import { endSection, findOwnDelimiter, findTextInSection } from './section-text.ts';
import { ScanWindow } from './scan-window.ts';

/** How much is read, and what is told. */
export interface ScanOptions extends MimeLimits {
  /** `false`: no body events, offsets only. Default true. */
  readonly bodies?: boolean | undefined;
  /** `false`: a message inside the message is a part like any other, whose body is that message. Default true: it has a part of its own. */
  readonly nestedMessages?: boolean | undefined;
}

const NEED_DATA: NeedDataEvent = { type: 'need-data' };
const MAX_DEFECTS_OF_ONE = 10;
const DEFAULT_LIMITS = resolveMimeLimits();

/**
 * Octets in, events out: `push` what came, ask for `next` until it says `need-data`, and call `end` behind the last octet.
 *
 * Shape: holds a header section, or a line that may be a delimiter. Errors: a `TypeError` for `push` behind `end`.
 * @rfc 2046 5.1
 */
export class MessageScanner {
  readonly #asked: MimeLimits;
  readonly #limits: ResolvedMimeLimits;
  readonly #bodies: boolean;
  readonly #nestedMessages: boolean;
  readonly #window: ScanWindow = new ScanWindow();
  readonly #boundaries: OpenBoundaries = new OpenBoundaries();
  readonly #open: OpenPart[] = [];
  readonly #defects: MimeDefect[] = [];
  readonly #defectCounts: Map<MimeDefectCode, number> = new Map();
  readonly #events: MessageEvent[] = []; // told before anything else is looked at
  #eventsTold = 0;
  #at: 'header' | 'body' | 'end' = 'header';
  #parts = 0;
  #octetsParsed = 0;
  #limit: LimitReached | undefined = undefined;
  #ended = false;
  #stopped = false; // the limit of parts was reached: no delimiter is looked for
  #told = -1; // the part whose header section or body was told last
  #skipped = -1; // the part whose body is not told
  readonly #headerSearch: HeaderSearch;
  readonly #delimiterSearch: DelimiterSearch;

  /** Throws a `RangeError` for a limit that is no positive integer. */
  constructor(options: ScanOptions = {}) {
    this.#asked = options;
    this.#limits = isDefault(options) ? DEFAULT_LIMITS : resolveMimeLimits(options);
    this.#bodies = options.bodies ?? true;
    this.#nestedMessages = options.nestedMessages ?? true;
    this.#headerSearch = new HeaderSearch(this.#window, this.#boundaries, this.#limits.headerOctets);
    this.#delimiterSearch = new DelimiterSearch(this.#window, this.#boundaries);
    this.#beginPart(undefined, 0, false);
  }

  /**
   * Takes the next octets of the message, as a view: the caller writes to them again only behind the next `push`, and only where no header section
   * that was told from them is still used.
   */
  push(octets: Uint8Array): void {
    if (this.#ended) throw new TypeError('push after end');
    this.#window.push(octets);
  }

  /** Octets that were looked at so far, once for each time: how much work it was. */
  get octetsSearched(): number {
    return this.#headerSearch.octetsSearched + this.#delimiterSearch.octetsSearched + this.#octetsParsed;
  }

  /** No more octets will come. */
  end(): void {
    this.#ended = true;
  }

  /** No more body events of the part whose header section or body was told last. */
  skip(): void {
    this.#skipped = this.#told;
  }

  /**
   * What comes next. Never throws for what the message holds, and always ends: each event is about octets behind those of the event before,
   * and every octet is looked at a bounded number of times. After the `end` event it is told again and again.
   *
   * @rfc 2046 5.1
   * @rfc 2045 5.2
   */
  next(): MessageEvent {
    for (;;) {
      if (this.#eventsTold < this.#events.length) return this.#events[this.#eventsTold++]!;
      this.#events.length = 0;
      this.#eventsTold = 0;
      if (this.#at === 'end') return { type: 'end', sizeOctets: this.#window.total, defects: this.#defects, limit: this.#limit };
      const event = this.#at === 'header' ? this.#readHeader() : this.#readBody();
      if (event !== undefined) return event;
    }
  }

  #beginPart(parent: OpenPart | undefined, start: number, inDigest: boolean): void {
    const part = this.#parts++;
    const depth = parent === undefined ? 0 : parent.depth + 1;
    this.#open.push(openPart(part, depth, start, inDigest));
    this.#events.push({ type: 'part-begin', part, parent: parent?.part, depth, start });
    this.#at = 'header';
    this.#headerSearch.begin(start);
  }

  #readHeader(): MessageEvent | undefined {
    const window = this.#window;
    const end = this.#headerSearch.find(this.#ended);
    if (end === -1) return NEED_DATA;
    const top = this.#open.at(-1)!;
    const facts = this.#readFacts(end, top.inDigest);
    const section = facts.headers;
    this.#noteSection(section, facts);
    top.bodyStart = section.bodyOffset;
    window.at = section.bodyOffset - window.base;
    this.#at = 'body';
    const isLineStart = section.bodyOffset === top.start || window.octets[window.at - 1] === LF;
    this.#delimiterSearch.begin(isLineStart ? section.bodyOffset : -1, facts.transferEncoding === 'base64');
    this.#enter(top, facts);
    const headers: MessageEvent = { type: 'headers', part: top.part, section, bodyStart: top.bodyStart, facts };
    if (top.kind === 'message') this.#beginPart(top, top.bodyStart, false);
    this.#told = headers.part;
    return headers;
  }

  #parseSection(end: number): HeaderSection {
    const { octets, at, base, isWhole } = this.#window;
    const { headerOctets, headerFields } = this.#asked; // undefined where it is the default, which costs less
    const section = isWhole
      ? parseHeaders(octets, { from: at, to: end, base, headerOctets, headerFields })
      : parseHeaders(octets.slice(at, end), { base: base + at, headerOctets, headerFields });
    this.#octetsParsed += section.bodyOffset - base - at;
    return section;
  }

  /** The facts of the section up to `end`, or up to where its text begins. */
  #readFacts(end: number, inDigest: boolean): HeaderFacts {
    const { octets, at, base } = this.#window;
    const facts = new HeaderFacts(this.#parseSection(end), inDigest, this.#asked);
    const delimiter = facts.isMultipart ? findOwnDelimiter(facts, octets, at, base) : -1;
    if (delimiter !== -1) {
      const cut = new HeaderFacts(this.#parseSection(delimiter), inDigest, this.#asked);
      cut.headers = endSection(cut.headers, base + delimiter);
      return cut;
    }
    const text = findTextInSection(facts, octets, at, base);
    if (text !== -1) facts.headers = endSection(facts.headers, base + text);
    return facts;
  }

  #noteSection(section: HeaderSection, facts: HeaderFacts): void {
    for (const defect of section.defects) this.#keepDefect(defect);
    for (const defect of facts.defects) this.#keepDefect(defect);
    this.#limit ??= section.limit ?? facts.limit;
    if (!section.complete && this.#ended && section.bodyOffset === this.#window.total) this.#addDefect('MIME_HEADER_CUT', section.bodyOffset);
  }

  /** Decides what the part is, whose facts are known now. */
  #enter(top: OpenPart, facts: HeaderFacts): void {
    const { isMultipart, mediaType } = facts;
    top.mediaType = mediaType;
    if (!isMultipart && !(this.#nestedMessages && isMessage(mediaType) && facts.isIdentity)) return;
    if (top.depth >= this.#limits.depth) this.#reach('LIMIT_DEPTH', this.#limits.depth, top.bodyStart);
    else if (isMultipart) this.#enterMultipart(top, facts);
    else if (this.#parts >= this.#limits.parts) this.#reach('LIMIT_PARTS', this.#limits.parts, top.bodyStart);
    else top.kind = 'message';
  }

  #enterMultipart(top: OpenPart, facts: HeaderFacts): void {
    if (!facts.isIdentity) this.#addDefect('MIME_ENCODED_MULTIPART', top.start);
    const boundary = findParameter(facts.contentType, 'boundary') ?? '';
    if (boundary.trim() === '' || boundary.length > MAX_BOUNDARY_OCTETS) {
      this.#addDefect('MIME_NO_BOUNDARY', top.start);
      facts.contentType = DEFAULT_CONTENT_TYPE;
      return;
    }
    top.kind = 'multipart';
    if (this.#boundaries.add(boundary, this.#open.length - 1)) top.boundary = boundary;
    else this.#addDefect('MIME_BOUNDARY_REUSED', top.start);
  }

  /** Tells octets of the part that is open innermost, up to a delimiter, or as many as are certain. */
  #readBody(): MessageEvent | undefined {
    const window = this.#window;
    const { part } = this.#open.at(-1)!;
    const from = window.at;
    const end = this.#delimiterSearch.find(this.#ended);
    const { found } = this.#delimiterSearch;
    window.at = end;
    if (found !== undefined) this.#passDelimiter(found, window.base + end);
    else if (this.#ended) this.#finish();
    if (this.#bodies && end > from && part !== this.#skipped) {
      this.#told = part;
      return { type: 'body', part, octets: window.octets.subarray(from, end), offset: window.base + from };
    }
    return found === undefined && !this.#ended ? NEED_DATA : undefined;
  }

  /** A delimiter stands at `start`: ends what it ends, and begins the next part. */
  #passDelimiter({ owner, isClose, end, lineEnd }: FoundDelimiter, start: number): void {
    const window = this.#window;
    this.#closeParts(owner + 1, start);
    const multipart = this.#open[owner]!;
    this.#delimiterSearch.begin(-1, false);
    if (isClose && multipart.preambleEnd === -1) this.#addDefect('MIME_NO_PARTS', multipart.bodyStart);
    if (multipart.preambleEnd === -1) multipart.preambleEnd = start;
    if (!isClose && this.#parts >= this.#limits.parts) {
      this.#reach('LIMIT_PARTS', this.#limits.parts, start);
      multipart.epilogueStart = start;
      this.#boundaries.clear();
      this.#stopped = true;
      return;
    }
    window.at = isClose ? end : lineEnd;
    if (isClose) this.#closeMultipart(multipart, window.base + end);
    else this.#beginPart(multipart, window.base + lineEnd, multipart.mediaType === 'multipart/digest');
  }

  #closeMultipart(multipart: OpenPart, end: number): void {
    multipart.epilogueStart = end;
    this.#boundaries.remove(multipart.boundary!);
    multipart.boundary = undefined;
  }

  #finish(): void {
    this.#closeParts(0, this.#window.total);
    this.#at = 'end';
  }

  /** Ends the parts that are open from index `from` on, the innermost first. */
  #closeParts(from: number, end: number): void {
    while (this.#open.length > from) {
      const { part, kind, boundary, bodyStart, preambleEnd, epilogueStart } = this.#open.pop()!;
      if (boundary !== undefined) this.#boundaries.remove(boundary);
      if (boundary !== undefined && !this.#stopped) this.#addDefect(preambleEnd === -1 ? 'MIME_NO_PARTS' : 'MIME_NOT_CLOSED', preambleEnd === -1 ? bodyStart : end);
      const isMultipart = kind === 'multipart';
      this.#events.push({
        type: 'part-end', part, bodyEnd: end, end,
        preambleEnd: isMultipart && preambleEnd !== -1 ? preambleEnd : end, epilogueStart: isMultipart && epilogueStart !== -1 ? epilogueStart : end,
      });
    }
  }

  #reach(code: 'LIMIT_DEPTH' | 'LIMIT_PARTS', limit: number, offset: number): void {
    this.#limit ??= { code, limit, offset };
  }

  #addDefect(code: MimeDefectCode, offset: number): void {
    this.#keepDefect(mimeDefect(code, offset));
  }

  /** Of each code some, so that one that stands on every line does not hide the others. */
  #keepDefect(defect: MimeDefect): void {
    const count = this.#defectCounts.get(defect.code) ?? 0;
    if (count >= MAX_DEFECTS_OF_ONE || this.#defects.length >= MAX_DEFECTS) return;
    this.#defectCounts.set(defect.code, count + 1);
    this.#defects.push(defect);
  }
}

function isDefault({ headerOctets, headerFields, parts, depth, parameters }: MimeLimits): boolean {
  return headerOctets === undefined && headerFields === undefined && parts === undefined && depth === undefined && parameters === undefined;
}
