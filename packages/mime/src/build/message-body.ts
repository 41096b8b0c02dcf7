/**
 * From what a message shall say to the tree of parts that mail clients show right:
 *
 *     multipart/mixed                  with attachments
 *       multipart/alternative          with more than one form of the text, the best last
 *         text/plain
 *         (alternatives)
 *         multipart/related            with inline pictures
 *           text/html
 *           image/png  Content-ID      the HTML has it as cid:
 *         text/calendar; method=       last, where invitations are looked for
 *       application/pdf  attachment
 */
import { checkFieldText } from '../header/header-writer.ts';
import { WRITTEN_ENCODINGS } from './choose-encoding.ts';
import type { WrittenEncoding } from './choose-encoding.ts';
import { LeafPart, MultipartPart, isPart } from './part.ts';
import type { Part, PartInput } from './part.ts';

/** A file that comes along. */
export type AttachmentInput = PartInput;

/** A picture that the HTML shows as `cid:` and its `contentId`. */
export interface InlineInput extends PartInput {
  readonly contentId: string;
}

/** The text in one more form. */
export interface AlternativeInput extends PartInput {
  readonly mediaType: string;
}

/** An event (RFC 5545) that is announced (RFC 6047). */
export interface CalendarInput {
  /** The iCalendar text. */
  readonly content: string;
  /** Default: the METHOD that the text has. Another one than the text has is a TypeError. @rfc 6047 2.4 */
  readonly method?: string | undefined;
  /** The event as a file too, for clients that look for one: true, or its name. Default false. */
  readonly attach?: boolean | string | undefined;
}

/** What a message says. */
export interface MessageBodyInput {
  readonly text?: string | undefined;
  readonly html?: string | undefined;
  readonly calendar?: string | CalendarInput | undefined;
  /** More forms of the text, between `text` and `html`. */
  readonly alternatives?: readonly AlternativeInput[] | undefined;
  readonly inline?: readonly InlineInput[] | undefined;
  readonly attachments?: readonly AttachmentInput[] | undefined;
  /** The transfer encoding of `text`, `html` and `calendar`. Default: chosen for each. */
  readonly textEncoding?: WrittenEncoding | undefined;
  /** A tree made by hand, in the place of all the above. */
  readonly body?: Part | undefined;
}

const CALENDAR_FILE_NAME = 'invite.ics';
const METHOD = /^METHOD(?:;[^:\r\n]*)?:[ \t]*([A-Za-z0-9-]+)[ \t]*$/im;
const METHOD_TOKEN = /^[A-Za-z0-9-]+$/;

/**
 * Makes the tree.
 *
 * Errors: TypeError for anything that `part` refuses, for two inline parts of one `contentId`, and for a calendar whose method is not its own.
 * @rfc 2046 5.1.4
 * @rfc 2387 3
 * @rfc 6047 2.4
 */
export function makeBody(input: MessageBodyInput): Part {
  const { text, html, body, textEncoding } = input;
  if (textEncoding !== undefined && !WRITTEN_ENCODINGS.has(textEncoding)) throw new TypeError('textEncoding is none');
  const inline = toList('inline', input.inline);
  const attachments = toList('attachments', input.attachments);
  const calendar = input.calendar === undefined ? undefined : readCalendar(input.calendar);
  if (body !== undefined) return checkBody(body, input);
  const forms: Part[] = [];
  if (text !== undefined) forms.push(textPart('text', 'text/plain', text, textEncoding));
  toList('alternatives', input.alternatives).forEach((each, at) => forms.push(new LeafPart(`alternatives[${at}]`, each)));
  const pictures = readInline(inline);
  if (html !== undefined) forms.push(relate(textPart('html', 'text/html', html, textEncoding), pictures));
  if (calendar !== undefined) forms.push(calendarPart(calendar, textEncoding));
  const files = attachments.map((each, at) => new LeafPart(`attachments[${at}]`, { disposition: 'attachment', ...each }));
  if (calendar?.attach !== undefined) files.push(calendarFile(calendar, calendar.attach));
  const rest = html === undefined ? [...pictures, ...files] : files;
  if (forms.length === 0 && rest.length === 0) return textPart('text', 'text/plain', '', textEncoding);
  return join('mixed', forms.length === 0 ? rest : [join('alternative', forms), ...rest]);
}

/** One part is itself. */
function join(subtype: string, parts: readonly Part[]): Part {
  return parts.length === 1 ? parts[0]! : new MultipartPart(`multipart/${subtype}`, subtype, parts, {});
}

/** `type` names the media type of the root. @rfc 2387 3.1 */
function relate(html: Part, pictures: readonly Part[]): Part {
  if (pictures.length === 0) return html;
  return new MultipartPart('multipart/related', 'related', [html, ...pictures], { parameters: [['type', html.mediaType]] });
}

function textPart(option: string, mediaType: string, content: string, transferEncoding: WrittenEncoding | undefined): Part {
  if (typeof content !== 'string') throw new TypeError(`${option} is not a string`);
  if (content.includes('\0')) throw new TypeError(`${option} holds a NUL`);
  return new LeafPart(option, { content, mediaType, transferEncoding });
}

function readInline(inline: readonly InlineInput[]): Part[] {
  const seen = new Set<string>();
  return inline.map((each, at) => {
    const option = `inline[${at}]`;
    const picture = new LeafPart(option, { disposition: 'inline', ...each });
    const { contentId } = picture.facts;
    if (contentId === undefined) throw new TypeError(`${option} has no contentId, so no HTML can show it`);
    if (seen.has(contentId)) throw new TypeError(`${option}.contentId is that of another one`);
    seen.add(contentId);
    return picture;
  });
}

interface Calendar {
  readonly content: string;
  readonly method: string | undefined;
  readonly attach: string | undefined;
}

function readCalendar(input: string | CalendarInput): Calendar {
  const { content, method, attach = false } = typeof input === 'string' ? { content: input } : input;
  if (typeof content !== 'string') throw new TypeError('calendar.content is not a string');
  if (content.includes('\0')) throw new TypeError('calendar.content holds a NUL');
  const found = METHOD.exec(content)?.[1]?.toUpperCase();
  if (method !== undefined && !METHOD_TOKEN.test(checkFieldText('calendar.method', method))) throw new TypeError('calendar.method is none');
  if (method !== undefined && method.toUpperCase() !== found) throw new TypeError(`calendar.method is ${method}, and the calendar says ${found === undefined ? 'none' : found}`);
  return { content, method: found, attach: attach === false ? undefined : attach === true ? CALENDAR_FILE_NAME : attach };
}

function calendarPart({ content, method }: Calendar, transferEncoding: WrittenEncoding | undefined): Part {
  return new LeafPart('calendar', { content, mediaType: 'text/calendar', parameters: method === undefined ? [] : [['method', method]], transferEncoding });
}

/** The same once more, under the media type by which clients offer it as a file and do not show it as a second invitation. */
function calendarFile({ content, method }: Calendar, fileName: string): LeafPart {
  return new LeafPart('calendar.attach', {
    content, mediaType: 'application/ics', fileName, disposition: 'attachment', parameters: method === undefined ? [] : [['method', method]],
  });
}

function checkBody(body: Part, input: MessageBodyInput): Part {
  if (!isPart(body)) throw new TypeError('body is no part; part, multipart and messagePart make them');
  for (const name of ['text', 'html', 'calendar', 'alternatives', 'inline', 'attachments'] as const) {
    if (input[name] !== undefined) throw new TypeError(`${name} has no place beside body`);
  }
  return body;
}

function toList<Item>(option: string, list: readonly Item[] | undefined): readonly Item[] {
  if (list !== undefined && !Array.isArray(list)) throw new TypeError(`${option} is not an array`);
  return list ?? [];
}
