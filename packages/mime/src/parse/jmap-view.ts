/**
 * A message as JMAP shows it (RFC 8621 section 4.1): plain JSON, with ranges of the source where JMAP has blobs. Of a field that stands more
 * than once the last counts, as section 4.1.3 wants it.
 *
 * Left out: what only a mail store knows (mailboxes, keywords, threads, the time of arrival). Read next: `email-view.ts`.
 */
import { isMultipart } from '../header/content-type.ts';
import { salvageDate } from '../header/date-salvage.ts';
import type { MessageDate } from '../header/date.ts';
import { decodeEncodedWords } from '../header/encoded-word-decode.ts';
import { findFields } from '../header/header-parse.ts';
import type { HeaderSection } from '../header/header-parse.ts';
import { parseMessageIds } from '../header/message-id-parse.ts';
import { findBodyParts } from './body-structure.ts';
import type { BodyParts } from './body-structure.ts';
import type { EmailAddress, EmailBodyPart, EmailBodyValue, EmailView, EmailViewOptions } from './email-view.ts';
import type { MessagePart } from './message-part.ts';
import type { ParsedMessage } from './parse-message.ts';
import { makePreview } from './preview.ts';
import { readAddresses } from './summary-address.ts';

/**
 * The view of a message.
 *
 * Shape: `JSON.stringify` takes it as it is. Bodies are decoded, since `size` counts decoded octets. Calls itself as deep as multiparts
 * stand in each other, which the limit `depth` bounds.
 * Errors: none for what the message holds; a `RangeError` for a `maxBodyValueBytes` that is no natural number.
 * @rfc 8621 4.1.2
 * @rfc 8621 4.1.3
 * @rfc 8621 4.1.4
 */
export function jmapView(message: ParsedMessage, options: EmailViewOptions = {}): EmailView {
  const { maxBodyValueBytes = 0 } = options;
  if (!Number.isInteger(maxBodyValueBytes) || maxBodyValueBytes < 0) throw new RangeError('maxBodyValueBytes must be a natural number');
  const root = message.parts[0]!;
  const { headers } = root;
  const parts = findBodyParts(message);
  return {
    size: message.source.length,
    messageId: readIds(headers, 'Message-ID'),
    inReplyTo: readIds(headers, 'In-Reply-To'),
    references: readIds(headers, 'References'),
    sender: readEmailAddresses(headers, 'Sender'),
    from: readEmailAddresses(headers, 'From'),
    to: readEmailAddresses(headers, 'To'),
    cc: readEmailAddresses(headers, 'Cc'),
    bcc: readEmailAddresses(headers, 'Bcc'),
    replyTo: readEmailAddresses(headers, 'Reply-To'),
    subject: readText(headers, 'Subject'),
    sentAt: formatSentAt(salvageDate(lastText(headers, 'Date') ?? '').date),
    bodyStructure: showTree(message, root),
    textBody: parts.textBody.map(showPart),
    htmlBody: parts.htmlBody.map(showPart),
    attachments: parts.attachments.map(showPart),
    hasAttachment: parts.attachments.some(({ disposition }) => disposition !== 'inline'),
    preview: makePreview(parts.textBody),
    bodyValues: readBodyValues(message, parts, options, maxBodyValueBytes),
  };
}

function lastText(headers: HeaderSection, name: string): string | undefined {
  return findFields(headers, name).at(-1)?.text;
}

/** @rfc 8621 4.1.2.2 */
function readText(headers: HeaderSection, name: string): string | null {
  const text = lastText(headers, name);
  return text === undefined ? null : asText(decodeEncodedWords(text));
}

/** Without NUL, which a word may encode. @rfc 8621 4.1.2.2 */
function asText(decoded: string): string {
  return decoded.replaceAll('\0', '').normalize('NFC');
}

/** @rfc 8621 4.1.2.3 */
function readEmailAddresses(headers: HeaderSection, name: string): readonly EmailAddress[] | null {
  const text = lastText(headers, name);
  return text === undefined ? null : readAddresses(text).map((address) => ({ name: address.name === undefined ? null : asText(address.name), email: address.address }));
}

/** @rfc 8621 4.1.2.5 */
function readIds(headers: HeaderSection, name: string): readonly string[] | null {
  const { ids } = parseMessageIds(lastText(headers, name) ?? '');
  return ids.length === 0 ? null : ids;
}

/** @rfc 8621 4.1.2.6 */
function formatSentAt(date: MessageDate | undefined): string | null {
  if (date === undefined) return null;
  const { time, offsetMinutes } = date;
  const moment = new Date(time + offsetMinutes * 60_000);
  if (!(moment.getUTCFullYear() >= 0 && moment.getUTCFullYear() <= 9999)) return null; // RFC 3339 has four digits
  const local = moment.toISOString().slice(0, 19);
  if (offsetMinutes === 0) return `${local}Z`;
  const distance = Math.abs(offsetMinutes);
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${twoDigits(Math.floor(distance / 60))}:${twoDigits(distance % 60)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

function showTree(message: ParsedMessage, part: MessagePart): EmailBodyPart {
  if (!isMultipart(part.mediaType)) return showPart(part);
  return { ...showPart(part), subParts: part.children.map((id) => showTree(message, message.parts[id]!)) };
}

function showPart(part: MessagePart): EmailBodyPart {
  const multipart = isMultipart(part.mediaType);
  const octets = part.bodyEnd - part.bodyStart;
  return {
    partId: multipart ? null : String(part.id),
    blob: multipart ? null : { offset: part.bodyStart, octets, encoding: part.transferEncoding },
    size: multipart ? octets : part.content().length,
    name: part.fileName ?? null,
    type: part.mediaType,
    charset: part.mediaType.startsWith('text/') ? part.charset ?? 'us-ascii' : null,
    disposition: part.disposition ?? null,
    cid: part.contentId ?? null,
    language: readLanguages(part.headers),
    location: lastText(part.headers, 'Content-Location') ?? null,
    subParts: multipart ? [] : null,
  };
}

/** @rfc 3282 2 */
function readLanguages(headers: HeaderSection): readonly string[] | null {
  const text = lastText(headers, 'Content-Language');
  const languages = text?.split(',').map((language) => language.trim()).filter((language) => language !== '') ?? [];
  return languages.length === 0 ? null : languages;
}

function readBodyValues(message: ParsedMessage, { textBody, htmlBody }: BodyParts, options: EmailViewOptions, maxBytes: number): Readonly<Record<string, EmailBodyValue>> {
  const wanted = new Set<MessagePart>();
  if (options.fetchTextBodyValues === true) for (const part of textBody) wanted.add(part);
  if (options.fetchHTMLBodyValues === true) for (const part of htmlBody) wanted.add(part);
  if (options.fetchAllBodyValues === true) for (const part of ownParts(message)) wanted.add(part);
  const values: Record<string, EmailBodyValue> = {};
  for (const part of wanted) if (part.mediaType.startsWith('text/')) values[String(part.id)] = readBodyValue(part, maxBytes);
  return values;
}

/** The parts of the message itself, not those of messages in it. */
function ownParts(message: ParsedMessage): readonly MessagePart[] {
  const own: MessagePart[] = [message.parts[0]!];
  for (let at = 0; at < own.length; at++) {
    if (isMultipart(own[at]!.mediaType)) for (const id of own[at]!.children) own.push(message.parts[id]!);
  }
  return own;
}

const PROBLEMS: ReadonlySet<string> = new Set(['MIME_UNKNOWN_CHARSET', 'MIME_CHARSET_REPLACED', 'MIME_BASE64_JUNK', 'MIME_BASE64_CUT', 'MIME_QUOTED_PRINTABLE_JUNK', 'MIME_UUENCODE_JUNK', 'MIME_UUENCODE_NO_END']);

/** @rfc 8621 4.1.4 */
function readBodyValue(part: MessagePart, maxBytes: number): EmailBodyValue {
  const whole = part.text().text.replaceAll('\r\n', '\n');
  const value = maxBytes === 0 ? whole : cutUtf8(whole, maxBytes);
  return { value, isEncodingProblem: part.bodyDefects().some(({ code }) => PROBLEMS.has(code)), isTruncated: value.length < whole.length };
}

/** As many whole characters of `text` as fit into `maxOctets` of UTF-8. */
function cutUtf8(text: string, maxOctets: number): string {
  const target = new Uint8Array(maxOctets);
  const { read } = new TextEncoder().encodeInto(text, target);
  return text.slice(0, read);
}
