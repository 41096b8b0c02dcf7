/**
 * mail-parser's messages (Stalwart): each file with what that parser makes of it. Offsets count octets of the file with LF for line ends, on both sides.
 *
 * By meaning: their flat list of parts begins anew inside a message; ours does not, so theirs is flattened. Of a multipart only the header's place is
 * compared, since its end is a matter of where the epilogue belongs. Texts are compared with LF for line ends.
 *
 * Read next: `mime-mime4j.ts`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeEncodedWords, findField, jmapView, parseAddressHeader, parseDate, parseMessage, parseMessageIds } from '@mailwright/mime';
import type { MessagePart, ParsedMessage } from '@mailwright/mime';
import { listFiles, readOctets, squeeze, suite, withLineFeeds } from './mime-cases.ts';
import type { Case } from './mime-cases.ts';
import type { ConformanceSuite } from './suite.ts';

interface TheirAddress { readonly name: string | null; readonly address: string | null }
interface TheirGroup { readonly name: string | null; readonly addresses: readonly TheirAddress[] }
interface TheirDate { readonly year: number; readonly month: number; readonly day: number; readonly hour: number; readonly minute: number; readonly second: number; readonly tz_before_gmt: boolean; readonly tz_hour: number; readonly tz_minute: number }
type TheirValue =
  | 'Empty'
  | { readonly Text: string }
  | { readonly TextList: readonly string[] }
  | { readonly Address: { readonly List: readonly TheirAddress[] } | { readonly Group: readonly TheirGroup[] } }
  | { readonly DateTime: TheirDate };
interface TheirHeader { readonly name: string | { readonly other: string }; readonly value: TheirValue; readonly offset_field: number; readonly offset_end: number }
interface TheirContentType { readonly ContentType: { readonly c_type: string; readonly c_subtype: string | null } }
type TheirBody = { readonly Text: string } | { readonly Html: string } | { readonly Binary: number[] } | { readonly InlineBinary: number[] } | { readonly Multipart: number[] } | { readonly Message: TheirMessage };
interface TheirPart { readonly headers: readonly TheirHeader[]; readonly body: TheirBody; readonly offset_header: number; readonly offset_body: number; readonly offset_end: number }
interface TheirMessage { readonly parts: readonly TheirPart[]; readonly text_body: readonly number[]; readonly html_body: readonly number[]; readonly attachments: readonly number[] }

/** All parts, those of messages inside behind the part that holds them. */
function flatten(message: TheirMessage): readonly TheirPart[] {
  return message.parts.flatMap((part) => ('Message' in part.body ? [part, ...flatten(part.body.Message)] : [part]));
}

/** Their offsets were taken with LF for line ends, whatever the file has. */
function asRecorded(octets: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.from(Buffer.from(octets).toString('latin1').replace(/\r\n/g, '\n'), 'latin1'));
}

function compare(name: string, map: (theirs: TheirMessage, ours: () => ParsedMessage) => Omit<Case, 'id'>): ConformanceSuite {
  return suite(`mail-parser-${name}`, (folder) =>
    listFiles(join(folder, 'mail-parser'), '.eml').map((file) => {
      const theirs = JSON.parse(readFileSync(join(folder, 'mail-parser', file.replace(/\.eml$/, '.json')), 'utf8')) as TheirMessage;
      return { id: file.replace(/\.eml$/, ''), ...map(theirs, () => parseMessage(asRecorded(readOctets(join(folder, 'mail-parser'), file)))) };
    }),
  );
}

/** What the part is, and where: a leaf with its end. */
const theirPlace = ({ body, offset_header, offset_body, offset_end }: TheirPart): readonly unknown[] =>
  'Multipart' in body ? ['multipart', offset_header, offset_body] : 'Message' in body ? ['message', offset_header, offset_body, offset_end] : ['leaf', offset_header, offset_body, offset_end];

function ourPlace(part: MessagePart): readonly unknown[] {
  if (part.children.length === 0) return ['leaf', part.start, part.bodyStart, part.bodyEnd];
  return part.mediaType.startsWith('multipart/') ? ['multipart', part.start, part.bodyStart] : ['message', part.start, part.bodyStart, part.bodyEnd];
}

const HTML = 'text/html';

/** Of each leaf its text, or its octets. What they hold for binary without a name may be text to us and the other way round; octets decide then. */
function contentCase(theirs: TheirMessage, ours: () => ParsedMessage): Omit<Case, 'id'> {
  const leaves = flatten(theirs).filter(({ body }) => !('Multipart' in body) && !('Message' in body));
  return {
    expected: leaves.map(({ body }) => ('Text' in body ? withLineFeeds(body.Text) : 'Html' in body ? withLineFeeds(body.Html) : Buffer.from('Binary' in body ? body.Binary : (body as { InlineBinary: number[] }).InlineBinary).toString('base64'))),
    actual: () =>
      ours()
        .parts.filter(({ children }) => children.length === 0)
        .map((part, index) => {
          const body = leaves[index]?.body;
          return body !== undefined && ('Text' in body || 'Html' in body) ? withLineFeeds(part.text().text) : Buffer.from(part.content()).toString('base64');
        }),
  };
}

/** Which leaves are shown and which are attached (RFC 8621 4.1.4), each by where its body begins. */
function viewCase(theirs: TheirMessage, ours: () => ParsedMessage): Omit<Case, 'id'> {
  const places = (ids: readonly number[]): number[] => ids.map((id) => theirs.parts[id]!.offset_body);
  return {
    expected: { text: places(theirs.text_body), html: places(theirs.html_body), attachments: places(theirs.attachments) },
    actual: () => {
      const view = jmapView(ours());
      const offsets = (parts: typeof view.textBody): (number | undefined)[] => parts.map(({ blob }) => blob?.offset);
      return { text: offsets(view.textBody), html: offsets(view.htmlBody), attachments: offsets(view.attachments) };
    },
  };
}

/** The fields of a message that both read into values. */
const READ_FIELDS = ['from', 'to', 'cc', 'bcc', 'reply_to', 'date', 'subject', 'message_id', 'in_reply_to', 'references'];

const theirMailbox = ({ name, address }: TheirAddress): unknown => ({ name: squeeze(name ?? ''), address: address ?? '' });

function theirValue(value: TheirValue): unknown {
  if (value === 'Empty') return undefined;
  if ('Text' in value) return squeeze(value.Text);
  if ('TextList' in value) return value.TextList;
  if ('DateTime' in value) return theirTime(value.DateTime);
  if ('List' in value.Address) return value.Address.List.map(theirMailbox);
  return value.Address.Group.map(({ name, addresses }) => ({ group: name ?? '', members: addresses.map(theirMailbox) }));
}

function theirTime(date: TheirDate): string {
  const offset = (date.tz_before_gmt ? -1 : 1) * (date.tz_hour * 60 + date.tz_minute);
  return new Date(Date.UTC(date.year, date.month - 1, date.day, date.hour, date.minute, date.second) - offset * 60_000).toISOString();
}

function ourValue(name: string, text: string): unknown {
  if (name === 'subject') return squeeze(decodeEncodedWords(text));
  if (name === 'date') {
    const date = parseDate(text);
    return date && new Date(date.time).toISOString();
  }
  if (['message_id', 'in_reply_to', 'references'].includes(name)) {
    const { ids } = parseMessageIds(text);
    return ids.length > 1 ? ids : ids[0];
  }
  return parseAddressHeader(text).addresses.map((entry) =>
    entry.type === 'group' ? { group: entry.name, members: entry.members.map((member) => theirMailbox({ name: member.name ?? '', address: member.address })) } : theirMailbox({ name: entry.name ?? '', address: entry.address }),
  );
}

/** The values of the first message; they take the last field of a name where there are several, so names that stand twice are left out. */
function valueCase(theirs: TheirMessage, ours: () => ParsedMessage): Omit<Case, 'id'> {
  const headers = (theirs.parts[0]?.headers ?? []).filter(({ name }) => typeof name === 'string' && READ_FIELDS.includes(name));
  const single = headers.filter(({ name }) => headers.filter((other) => other.name === name).length === 1);
  return {
    expected: Object.fromEntries(single.map(({ name, value }) => [name, theirValue(value)])),
    actual: () => {
      const section = ours().parts[0]!.headers;
      return Object.fromEntries(single.map(({ name }) => {
        const field = findField(section, String(name).replaceAll('_', '-'));
        return [name, field === undefined ? 'no field' : ourValue(String(name), field.text)];
      }));
    },
  };
}

/** Where every field of every part stands: from its name to behind its line end. */
function fieldCase(theirs: TheirMessage, ours: () => ParsedMessage): Omit<Case, 'id'> {
  return {
    expected: flatten(theirs).map(({ headers }) => headers.map(({ offset_field, offset_end }) => [offset_field, offset_end])),
    actual: () => ours().parts.map(({ headers }) => headers.fields.map(({ start, end }) => [start, end])),
  };
}

/** The media type that each part declares. */
function typeCase(theirs: TheirMessage, ours: () => ParsedMessage): Omit<Case, 'id'> {
  const declared = flatten(theirs).map(({ headers, body }) => {
    const [value] = headers.filter(({ name }) => name === 'content_type').map((header) => header.value as unknown as TheirContentType | string);
    if (value === undefined || typeof value === 'string') return 'Html' in body ? HTML : undefined;
    const { c_type, c_subtype } = value.ContentType;
    return c_subtype === null ? undefined : `${c_type}/${c_subtype}`.toLowerCase();
  });
  return { expected: declared, actual: () => ours().parts.map(({ mediaType }, index) => (declared[index] === undefined ? undefined : mediaType)) };
}

export const suites: readonly ConformanceSuite[] = [
  compare('places', (theirs, ours) => ({ expected: flatten(theirs).map(theirPlace), actual: () => ours().parts.map(ourPlace) })),
  compare('fields', fieldCase),
  compare('types', typeCase),
  compare('content', contentCase),
  compare('views', viewCase),
  compare('values', valueCase),
];
