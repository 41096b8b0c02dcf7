/**
 * Composes a simple message: text, HTML or both. Pure: the date, the Message-ID and the boundary come in, so the same input gives the same octets.
 *
 * Left out, with a place of its own each: attachments and related parts (a tree of `BodyPart`), typed fields such as References and
 * List-Unsubscribe (beside `address-field.ts`), streaming.
 */
import { encodeUtf8 } from '@mailwright/wire';
import type { Random } from '@mailwright/wire';
import type { AddressInput } from '../header/address-field.ts';
import { formatAddressField } from '../header/address-field.ts';
import { makeTextPart } from './body-part.ts';
import type { BodyPart } from './body-part.ts';
import { formatDate } from '../header/date.ts';
import { checkFieldName, formatUnstructured } from '../header/header-writer.ts';
import { checkMessageId, formatHexadecimal } from '../header/message-id.ts';

/** What a message is made of. CR, LF and NUL in anything but `text` and `html` are a TypeError. */
export interface MessageInput {
  /** Several authors need a `sender`. */
  readonly from: AddressInput | readonly AddressInput[];
  readonly sender?: AddressInput | undefined;
  readonly replyTo?: AddressInput | readonly AddressInput[] | undefined;
  readonly to?: AddressInput | readonly AddressInput[] | undefined;
  readonly cc?: AddressInput | readonly AddressInput[] | undefined;
  readonly subject?: string | undefined;
  readonly text?: string | undefined;
  /** Beside `text` it makes a `multipart/alternative`. */
  readonly html?: string | undefined;
  /** More fields, in this order, as free text. Fields that the message has of itself are a TypeError here. */
  readonly headers?: Readonly<Record<string, string>> | readonly (readonly [name: string, value: string])[] | undefined;
  /** When it was written: a Date, or milliseconds since 1970. */
  readonly date: Date | number;
  /** The zone that Date shows, east of Greenwich. Default 0. */
  readonly offsetMinutes?: number | undefined;
  /** `left@right`, with or without brackets; see `makeMessageId`. */
  readonly messageId: string;
  /** The line between the parts, or chance to draw one from. Needed when there are both `text` and `html`. */
  readonly boundary?: string | Random | undefined;
}

/** Fields with an option of their own, or that describe the body. */
const OWN_FIELDS = new Set(['date', 'from', 'sender', 'reply-to', 'to', 'cc', 'bcc', 'subject', 'message-id', 'mime-version']);
const BOUNDARY = /^[0-9A-Za-z'()+_,./:=?-]{1,70}$/; // RFC 2046 5.1.1, without the space
const BOUNDARY_OCTETS = 12;
const BOUNDARY_DRAWS = 10;

/**
 * Composes a message and gives its octets: lines end in CRLF, the last one too; a body without a line end at its end gets one.
 * ASCII throughout, unless a local part is not: then the message can be sent with SMTPUTF8 only.
 *
 * Errors: TypeError for CR, LF or NUL in a field, for an address, name, Message-ID or boundary that is none; RangeError for a date out of bounds.
 * @rfc 5322 3.6
 * @rfc 2045 3
 * @rfc 2046 5.1.4
 */
export function buildMessage(input: MessageInput): Uint8Array {
  const authors = toList(input.from);
  if (authors.length === 0) throw new TypeError('from is empty');
  if (authors.length > 1 && input.sender === undefined) throw new TypeError('several authors need a sender');
  const fields = [
    `Date: ${formatDate(Number(input.date), input.offsetMinutes ?? 0)}\r\n`,
    formatAddressField('From', authors),
    formatAddressField('Sender', toList(input.sender)),
    formatAddressField('Reply-To', toList(input.replyTo)),
    formatAddressField('To', toList(input.to)),
    formatAddressField('Cc', toList(input.cc)),
    `Message-ID: ${checkMessageId(input.messageId)}\r\n`,
    input.subject === undefined ? '' : formatUnstructured('Subject', input.subject),
    ...formatExtraFields(input.headers ?? []),
    'MIME-Version: 1.0\r\n',
  ];
  return encodeUtf8(fields.join('') + formatBody(input));
}

function formatExtraFields(headers: NonNullable<MessageInput['headers']>): string[] {
  const pairs = isPairs(headers) ? headers : Object.entries(headers);
  return pairs.map(([name, value]) => {
    const key = checkFieldName(name).toLowerCase();
    if (OWN_FIELDS.has(key) || key.startsWith('content-')) throw new TypeError(`${name} is not written through headers`);
    return formatUnstructured(name, value);
  });
}

/** The fields that describe the body, the empty line, and the body. */
function formatBody(input: MessageInput): string {
  const { text, html } = input;
  if (html === undefined) return endLine(formatPart(makeTextPart('plain', text ?? '')));
  const htmlPart = makeTextPart('html', html);
  if (text === undefined) return endLine(formatPart(htmlPart));
  const parts = [makeTextPart('plain', text), htmlPart];
  const boundary = chooseBoundary(input.boundary, parts);
  const body = parts.map((part) => `--${boundary}\r\n${formatPart(part)}\r\n`).join('');
  return `Content-Type: multipart/alternative;\r\n boundary="${boundary}"\r\n\r\n${body}--${boundary}--\r\n`;
}

function formatPart(part: BodyPart): string {
  return `Content-Type: ${part.contentType}\r\nContent-Transfer-Encoding: ${part.transferEncoding}\r\n\r\n${part.content}`;
}

function endLine(text: string): string {
  return text.endsWith('\r\n') ? text : `${text}\r\n`;
}

/** A boundary that no part holds. One that begins with `=_` can't stand in quoted-printable at all. @rfc 2046 5.1.1 */
function chooseBoundary(source: string | Random | undefined, parts: readonly BodyPart[]): string {
  if (source === undefined) throw new TypeError('a message of two parts needs a boundary');
  const isFree = (boundary: string): boolean => parts.every((part) => !part.content.includes(`--${boundary}`));
  if (typeof source === 'string') {
    if (!BOUNDARY.test(source)) throw new TypeError('boundary is not of the form that RFC 2046 gives it');
    if (!isFree(source)) throw new TypeError('boundary occurs in a part');
    return source;
  }
  for (let draw = 0; draw < BOUNDARY_DRAWS; draw++) {
    const boundary = `=_${formatHexadecimal(source.octets(BOUNDARY_OCTETS))}`;
    if (isFree(boundary)) return boundary;
  }
  throw new TypeError('boundary gives the same octets again and again, and they occur in a part');
}

function toList(input: AddressInput | readonly AddressInput[] | undefined): readonly AddressInput[] {
  if (input === undefined) return [];
  return isAddressList(input) ? input : [input];
}

function isAddressList(input: AddressInput | readonly AddressInput[]): input is readonly AddressInput[] {
  return Array.isArray(input);
}

function isPairs(headers: NonNullable<MessageInput['headers']>): headers is readonly (readonly [string, string])[] {
  return Array.isArray(headers);
}
