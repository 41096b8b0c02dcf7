/**
 * What FETCH answers, and what servers say of a message unasked: `* 12 FETCH (UID 40 FLAGS (\Seen))`. Every field is always there,
 * undefined where the response does not speak of it.
 *
 *     message-data = nz-number SP ("EXPUNGE" / ("FETCH" SP msg-att))
 *     msg-att      = "(" (msg-att-dynamic / msg-att-static) *(SP (msg-att-dynamic / msg-att-static)) ")"
 *
 * Read next: `fetch-response.ts`, which reads and writes it; `items/registered.ts`.
 *
 * @rfc 9051 7.5.2
 */
import type { BodyStructure } from '../body-structure.ts';
import type { Envelope } from '../envelope.ts';
import type { StreamedLiteral } from '../frame.ts';
import type { InvalidValue } from '../invalid.ts';
import type { ExtensionFetchFields } from '../registry.ts';
import type { Section } from '../section.ts';
import type { PendingLiteral } from '../value-writer.ts';

/** When the server got the message, with the zone it tells it in. @rfc 9051 2.3.3 */
export interface InternalDate {
  /** Milliseconds since 1970-01-01T00:00:00Z, whole seconds. */
  readonly ms: number;
  /** The zone's distance from UTC: 120 for `+0200`. */
  readonly offsetMinutes: number;
}

/**
 * Octets of a message. A view into the frame: copy what is kept. A `StreamedLiteral` (only in what was read) where its octets went by
 * before; a `PendingLiteral` (only in what is written) where they follow.
 */
export type FetchedOctets = Uint8Array | StreamedLiteral | PendingLiteral;

/** One `BODY[...]`. */
export interface FetchedSection {
  readonly section: Section;
  /** The offset of the first octet where a part of the section was asked for. */
  readonly origin: number | undefined;
  /** Undefined for NIL: there is no such part. */
  readonly octets: FetchedOctets | undefined;
}

/** An item that the server got wrong. The rest of the response was read. */
export interface InvalidFetchItem {
  /** The name of the item, in upper case. */
  readonly name: string;
  readonly value: InvalidValue;
}

/** An item that no registered extension knows. */
export interface OtherFetchItem {
  /** In upper case. */
  readonly name: string;
  /** A copy of the octets of its value. */
  readonly raw: Uint8Array;
}

/** The items of IMAP itself. */
export interface BaseFetchFields {
  /** As sent, in the server's order: `\Seen`, `$Junk`. */
  readonly flags: readonly string[] | undefined;
  readonly internalDate: InternalDate | undefined;
  /** Octets of the message. */
  readonly rfc822Size: number | undefined;
  readonly uid: number | undefined;
  readonly envelope: Envelope | undefined;
  readonly bodyStructure: BodyStructure | undefined;
  /** The answer to BODY: the structure without its extension data. */
  readonly body: BodyStructure | undefined;
  /** The answers to `BODY[...]`, in the order of the server. */
  readonly sections: readonly FetchedSection[];
  /** As `BODY[]`, `BODY[HEADER]` and `BODY[TEXT]`. @rfc 3501 6.4.5 */
  readonly rfc822: FetchedOctets | undefined;
  readonly rfc822Header: FetchedOctets | undefined;
  readonly rfc822Text: FetchedOctets | undefined;
  /** Items whose value can't be read; their fields are undefined. */
  readonly invalid: readonly InvalidFetchItem[];
  readonly others: readonly OtherFetchItem[];
}

export type FetchData = BaseFetchFields & ExtensionFetchFields;

/** One FETCH response. */
export interface FetchResponse {
  readonly name: 'FETCH';
  readonly sequenceNumber: number;
  readonly data: FetchData;
}
