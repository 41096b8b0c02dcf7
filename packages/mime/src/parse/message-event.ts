/**
 * What a `MessageScanner` tells about a message, in the order of the octets. Offsets count octets of the message as it came.
 *
 *     message = part end
 *     part    = part-begin headers *body *part *body part-end
 */
import type { LimitReached } from '@mailwright/wire';
import type { MimeDefect } from '../defect.ts';
import type { HeaderSection } from '../header/header-parse.ts';
import type { PartFacts } from './part-facts.ts';

/** What `MessageScanner.next` tells; the discriminant is `type`. */
export type MessageEvent = NeedDataEvent | PartBeginEvent | HeadersEvent | BodyEvent | PartEndEvent | MessageEndEvent;

/** Nothing more can be told before more octets come: `push` some, or `end`. */
export interface NeedDataEvent {
  readonly type: 'need-data';
}

/** A part begins. Parts are numbered in this order; the message itself is part 0. */
export interface PartBeginEvent {
  readonly type: 'part-begin';
  readonly part: number;
  /** The multipart or message that it stands in; `undefined` for the message itself. */
  readonly parent: number | undefined;
  /** 0 for the message itself. */
  readonly depth: number;
  /** Where its first header octet stands. */
  readonly start: number;
}

/** The header section of the part that began last. */
export interface HeadersEvent {
  readonly type: 'headers';
  readonly part: number;
  readonly section: HeaderSection;
  /** Where the body begins. */
  readonly bodyStart: number;
  readonly facts: PartFacts;
}

/**
 * Octets of a body as they stand, not decoded. Those of a multipart are what stands before its first part and behind its last one.
 * `octets` is a view into what was pushed: good until the next call of `push`, if the caller writes to its chunks again.
 */
export interface BodyEvent {
  readonly type: 'body';
  readonly part: number;
  readonly octets: Uint8Array;
  /** Where the first of them stands. */
  readonly offset: number;
}

/** A part is over. Parts end in the reverse order of their beginnings. */
export interface PartEndEvent {
  readonly type: 'part-end';
  readonly part: number;
  /** Where the body ends. The line end before a delimiter belongs to the delimiter. */
  readonly bodyEnd: number;
  /** Where the part ends: at the end of its body. */
  readonly end: number;
  /** Of a multipart: where the text before its first delimiter ends, or the body where it has none. Else the end of the body. */
  readonly preambleEnd: number;
  /** Of a multipart: where its close delimiter ends; the line end behind it comes first in the epilogue. Else the end of the body. */
  readonly epilogueStart: number;
}

/** The message is over. */
export interface MessageEndEvent {
  readonly type: 'end';
  readonly sizeOctets: number;
  /** The first 100, those of the header sections among them. */
  readonly defects: readonly MimeDefect[];
  /** The limit that was reached first. What is behind it belongs to what was open there. */
  readonly limit: LimitReached | undefined;
}
