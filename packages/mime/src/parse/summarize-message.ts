/**
 * What a list of messages shows of one: who, to whom, what about, when. Reads the header section only.
 *
 * Left out: the structure of the body, and everything that RFC 5256 and 8621 compute (base subjects, threads, previews).
 */
import { parseMailboxList } from '@mailwright/address';
import type { HeaderMailbox, PhraseWord } from '@mailwright/address';
import type { LimitReached } from '@mailwright/wire';
import type { MimeDefect } from '../defect.ts';
import type { MimeLimits } from '../limits.ts';
import { DEFAULT_CONTENT_TYPE, parseContentType } from '../header/content-type.ts';
import type { ContentType } from '../header/content-type.ts';
import { parseDate } from '../header/date.ts';
import type { MessageDate } from '../header/date.ts';
import { decodeEncodedWords } from '../header/encoded-word-decode.ts';
import { findField, parseHeaders } from '../header/header-parse.ts';
import type { HeaderSection } from '../header/header-parse.ts';

/** An address as it is shown. Both texts come from the peer and may hold anything that Unicode has. */
export interface SummaryAddress {
  /** Encoded words decoded; `undefined` where there is none. */
  readonly name: string | undefined;
  /** `localPart@domain`, as far as it could be read. */
  readonly address: string;
}

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
    from: readAddresses(section, 'From'),
    to: readAddresses(section, 'To'),
    cc: readAddresses(section, 'Cc'),
    subject: subject === undefined ? undefined : decodeEncodedWords(subject),
    date: parseDate(findField(section, 'Date')?.text ?? ''),
    messageId: findField(section, 'Message-ID')?.text,
    contentType: parseContentType(findField(section, 'Content-Type')?.text ?? '') ?? DEFAULT_CONTENT_TYPE,
    bodyOffset: section.bodyOffset,
    sizeOctets: octets.length,
    defects: section.defects,
    limit: section.limit,
  };
}

function readAddresses(section: HeaderSection, name: string): readonly SummaryAddress[] {
  return parseMailboxList(findField(section, name)?.text ?? '').mailboxes.map(readMailbox);
}

function readMailbox(mailbox: HeaderMailbox): SummaryAddress {
  const { localPart, domain } = mailbox;
  const name = mailbox.displayName === undefined || mailbox.words.length === 0 ? mailbox.displayName : decodeWords(mailbox.words);
  return { name, address: mailbox.mailbox?.address ?? (domain === '' ? localPart : `${localPart}@${domain}`) };
}

/** Decodes runs of words that are not quoted; in a quoted string there are no encoded words. @rfc 2047 5 */
function decodeWords(words: readonly PhraseWord[]): string {
  let text = '';
  let run = '';
  words.forEach((word, at) => {
    const written = `${word.spaced && at > 0 ? ' ' : ''}${word.text}`;
    if (word.kind !== 'quoted') {
      run += written;
      return;
    }
    text += decodeEncodedWords(run) + written;
    run = '';
  });
  return text + decodeEncodedWords(run);
}
