/**
 * postal-mime's own cases: a whole message and what that parser makes of it.
 *
 * By meaning: fields as pairs of name and raw text (unfolded, white space squeezed), decoded values, attachments by name, type and octets, texts with LF for line
 * ends. Of their result these are habits of the program and not compared: the LF that it puts behind the last line of a text, the header that it draws above the
 * text of a message inside, and joining the texts of several parts (words are compared then).
 *
 * Read next: `mime.test.ts`.
 */
import { decodeEncodedWords, decodeFlowed, findField, findParameter, jmapView, parseAddressHeader, parseDate, parseMessage } from '@mailwright/mime';
import type { MessagePart, ParsedMessage } from '@mailwright/mime';
import { readTests, squeeze, suite, withLineFeeds } from './mime-cases.ts';
import type { Case } from './mime-cases.ts';
import type { ConformanceSuite } from './suite.ts';

interface TheirAttachment { readonly filename: string | null; readonly mimeType: string; readonly disposition: string | null; readonly description?: string; readonly contentId?: string; readonly related?: boolean }
interface Expected {
  readonly headers: readonly { readonly key: string; readonly value: string }[];
  readonly from?: { readonly address: string; readonly name: string };
  readonly to?: readonly { readonly address: string; readonly name: string }[];
  readonly subject?: string;
  readonly date?: string;
  readonly text?: string;
  readonly html?: string;
  readonly attachments: readonly TheirAttachment[];
}
/** postal-mime reads header sections of 2 MB, and a case has one of 300 KB. */
const THEIR_HEADER_OCTETS = 2 * 1024 * 1024;

interface PostalTest { readonly input: unknown; readonly expect: Expected }

/** The octets of a case: a text, `$utf8` or `$base64`, alone or before options; `undefined` where none were recorded. */
function inputOctets(input: unknown): Uint8Array | undefined {
  const [message] = Array.isArray(input) ? (input as unknown[]) : [input];
  if (typeof message === 'string') return Buffer.from(message, 'utf8');
  if (typeof message !== 'object' || message === null) return message === null ? new Uint8Array() : undefined;
  if ('$utf8' in message) return Buffer.from(String(message.$utf8), 'utf8');
  return '$base64' in message ? Buffer.from(String(message.$base64), 'base64') : undefined;
}

/** What of an expectation can be compared by meaning. */
function describe(expected: Expected): unknown {
  return {
    headers: expected.headers.map(({ key, value }) => [key, squeeze(value)]),
    from: expected.from && { address: expected.from.address, name: expected.from.name },
    to: expected.to ?? [],
    subject: expected.subject === undefined ? undefined : squeeze(expected.subject),
    date: expected.date,
    text: wordsOf(expected.text),
    html: wordsOf(expected.html),
    attachments: expected.attachments.map(({ filename, mimeType, disposition, contentId }) => ({ filename, mimeType, disposition, contentId })),
  };
}

/** Without the header that is drawn above a message inside. */
function wordsOf(text: string | undefined): string {
  return squeeze((text ?? '').replace(/^-{4,}\n(?:[^\n]*\n)*?-{4,}$/gm, ''));
}

/** The texts that postal-mime shows as `type`: those of every leaf of that type that is no attachment, those of messages inside among them. */
export function shownTexts(message: ParsedMessage, type: string): readonly string[] {
  return message.parts.filter((part) => part.children.length === 0 && part.mediaType === type && part.disposition !== 'attachment').map(textOf);
}

const isMultipart = (part: MessagePart): boolean => part.mediaType.startsWith('multipart/');

function textOf(part: MessagePart): string {
  const { text } = part.text();
  const isFlowed = findParameter(part.contentType, 'format')?.toLowerCase() === 'flowed';
  return withLineFeeds(isFlowed ? decodeFlowed(text, { delSp: findParameter(part.contentType, 'delsp')?.toLowerCase() === 'yes' }) : text);
}

function readMessage(octets: Uint8Array): unknown {
  const message = parseMessage(octets, { headerOctets: THEIR_HEADER_OCTETS });
  const { headers } = message.parts[0]!;
  const text = (name: string): string | undefined => findField(headers, name)?.text;
  const addresses = (name: string): { address: string; name: string }[] =>
    parseAddressHeader(text(name) ?? '').addresses.flatMap((entry) => (entry.type === 'group' ? [] : [{ address: entry.address, name: entry.name ?? '' }]));
  const subject = text('Subject');
  const date = parseDate(text('Date') ?? '');
  return {
    headers: headers.fields.map((field) => [field.name.toLowerCase(), squeeze(field.text)]),
    from: addresses('From')[0],
    to: addresses('To'),
    subject: subject === undefined ? undefined : squeeze(decodeEncodedWords(subject)),
    date: date && new Date(date.time).toISOString(),
    text: squeeze(shownTexts(message, 'text/plain').join('\n')),
    html: squeeze(shownTexts(message, 'text/html').join('\n')),
    attachments: attachmentsOf(message),
  };
}

/** Leaves that are not shown as text. */
function attachmentsOf(message: ParsedMessage): unknown[] {
  return message.parts
    .filter((part) => part.children.length === 0 && !isMultipart(part) && (part.disposition === 'attachment' || !['text/plain', 'text/html'].includes(part.mediaType)))
    .map((part) => ({ filename: part.fileName ?? null, mimeType: part.mediaType, disposition: part.disposition ?? null, contentId: part.contentId === undefined ? undefined : `<${part.contentId.replace(/^<|>$/g, '')}>` }));
}

function postalCase({ input, expect: expected }: PostalTest, index: number): Case {
  const octets = inputOctets(input);
  return { id: `${index}`, expected: describe(expected), actual: () => (octets === undefined ? 'no input' : readMessage(octets)) };
}

/** The JMAP view must be plain JSON for each of them too. */
function viewCase({ input }: PostalTest, index: number): Case {
  const octets = inputOctets(input) ?? new Uint8Array();
  return { id: `${index}`, expected: true, actual: () => {
    const view = jmapView(parseMessage(octets));
    return JSON.stringify(JSON.parse(JSON.stringify(view))) === JSON.stringify(view);
  } };
}

export const suites: readonly ConformanceSuite[] = [
  suite('postal-mime-parse', (folder) => readTests<PostalTest>(folder, 'postal-mime-parse.json').map(postalCase)),
  suite('postal-mime-view', (folder) => readTests<PostalTest>(folder, 'postal-mime-parse.json').map(viewCase)),
];
