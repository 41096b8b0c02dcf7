/**
 * What a list of messages shows of one: who, to whom, what about, when. Reads the header section only.
 *
 * Left out: the structure of the body, and everything that RFC 5256 and 8621 compute (base subjects, threads, previews).
 */
import type { LimitReached } from '@mailwright/wire';
import type { MimeDefect } from '../defect.ts';
import type { MimeLimits } from '../limits.ts';
import { DEFAULT_CONTENT_TYPE, parseContentType } from '../header/content-type.ts';
import type { ContentType } from '../header/content-type.ts';
import { salvageDate } from '../header/date-salvage.ts';
import type { MessageDate } from '../header/date.ts';
import { decodeEncodedWords } from '../header/encoded-word-decode.ts';
import { findField, parseHeaders } from '../header/header-parse.ts';
import type { HeaderSection } from '../header/header-parse.ts';
import { readAddresses } from './summary-address.ts';
import type { SummaryAddress } from './summary-address.ts';

/** The face of a message. */
export interface MessageSummary {
  readonly from: readonly SummaryAddress[];
  readonly to: readonly SummaryAddress[];
  readonly cc: readonly SummaryAddress[];
  /** Encoded words decoded; `undefined` where there is no such field. It may hold line breaks: escape it before you print it. */
  readonly subject: string | undefined;
  readonly date: MessageDate | undefined;
  /** As written, in its brackets. */
  readonly messageId: string | undefined;
  /** `text/plain` in US-ASCII where the message does not say, or says nothing that can be read. */
  readonly contentType: ContentType;
  /** Where the body begins. */
  readonly bodyOffset: number;
  readonly sizeOctets: number;
  readonly defects: readonly MimeDefect[];
  readonly limit: LimitReached | undefined;
}

/**
 * Reads the face of a message. Of a field that stands more than once the first counts.
 *
 * Errors: none; `defects` and `limit` are those of `parseHeaders`.
 * @rfc 5322 3.6
 */
export function summarizeMessage(octets: Uint8Array, limits: MimeLimits = {}): MessageSummary {
  const section = parseHeaders(octets, limits);
  const subject = findField(section, 'Subject')?.text;
  return {
    from: readAddressField(section, 'From', limits),
    to: readAddressField(section, 'To', limits),
    cc: readAddressField(section, 'Cc', limits),
    subject: subject === undefined ? undefined : decodeEncodedWords(subject, limits),
    date: salvageDate(findField(section, 'Date')?.text ?? '').date,
    messageId: findField(section, 'Message-ID')?.text,
    contentType: parseContentType(findField(section, 'Content-Type')?.text ?? '') ?? DEFAULT_CONTENT_TYPE,
    bodyOffset: section.bodyOffset,
    sizeOctets: octets.length,
    defects: section.defects,
    limit: section.limit,
  };
}

function readAddressField(section: HeaderSection, name: string, limits: MimeLimits): readonly SummaryAddress[] {
  return readAddresses(findField(section, name)?.text ?? '', limits);
}
