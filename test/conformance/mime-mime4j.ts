/**
 * mime4j's messages: each file (`X.msg`) with its structure and raw octets (`X.xml`), and with decoded bodies (`X_decoded.xml` and the files it names).
 *
 * By meaning: elements and their text, in order. XML has LF for every line end, and their writer sets one behind each opening tag. Raw octets stand as
 * Latin-1. What stands before the first boundary and behind the last is read off our offsets.
 *
 * Read next: `mime-postal.ts`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseMessage } from '@mailwright/mime';
import type { MessagePart, ParsedMessage } from '@mailwright/mime';
import { hashOf, listFiles, readOctets, suite, withLineFeeds } from './mime-cases.ts';
import type { ConformanceSuite } from './suite.ts';

/** An element with a text, or one that opens or closes (`<message`, `/message`). */
type Item = readonly [element: string, text?: string];

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&', '&quot;': '"', '&apos;': '\'' };
const CONTAINERS = ['message', 'header', 'multipart', 'body-part'];

/** Reads their XML; elements with a text lose the line end behind the opening tag. */
function readXml(xml: string): readonly Item[] {
  const items: Item[] = [];
  for (const match of xml.matchAll(/<(\/?)([a-z-]+)((?: [^>]*)?)>([^<]*)/g)) {
    const [, slash, name, attributes, text] = match as unknown as [string, string, string, string, string];
    if (CONTAINERS.includes(name)) items.push([`${slash === '/' ? '/' : '<'}${name}`]);
    else if (slash === '' && attributes !== '') items.push([name, /name="([^"]*)"/.exec(attributes)?.[1] ?? '']);
    else if (slash === '') items.push([name, withLineFeeds(text).replace(/^\n/, '').replace(/&[a-z]+;/g, (entity) => ENTITIES[entity] ?? entity)]);
  }
  return items.filter(([element, text]) => !(text !== undefined && isBlank(text) && ['preamble', 'epilogue'].includes(element)));
}

const isBlank = (text: string): boolean => /^\n*$/.test(text);

const latin1 = (octets: Uint8Array): string => withLineFeeds(Buffer.from(octets).toString('latin1'));

/** How a leaf is written. */
type WriteBody = (part: MessagePart) => Item;

function writePart(message: ParsedMessage, part: MessagePart, body: WriteBody): Item[] {
  const fields = part.headers.fields.map(({ start, end }): Item => ['field', latin1(message.source.subarray(start, end)).replace(/\n$/, '')]);
  const header: Item[] = [['<header'], ...fields, ['/header']];
  const children = part.children.map((id) => message.parts[id]!);
  const isMultipart = part.mediaType.startsWith('multipart/');
  if (part.mediaType === 'message/rfc822') return [...header, ['<message'], ...writeInside(message, part, body), ['/message']];
  if (children.length === 0 && !isMultipart) return [...header, body(part)];
  const inside = children.flatMap((child): Item[] => [['<body-part'], ...writePart(message, child, body), ['/body-part']]);
  return [...header, ['<multipart'], ...around('preamble', preamble(message, part)), ...inside, ...around('epilogue', epilogue(message, part)), ['/multipart']];
}

/** The message in a part: its child, or, where it stands in base64, what is read of the decoded octets. */
function writeInside(message: ParsedMessage, part: MessagePart, body: WriteBody): Item[] {
  const [child] = part.children;
  if (child !== undefined) return writePart(message, message.parts[child]!, body);
  const decoded = parseMessage(part.content());
  return writePart(decoded, decoded.parts[0]!, body);
}

/** Line ends alone before the first boundary or behind the last are told by both or by none. */
const around = (element: string, text: string): Item[] => (isBlank(text) ? [] : [[element, text]]);

/** What stands before the line of the first boundary. */
function preamble({ source }: ParsedMessage, { bodyStart, preambleEnd }: MessagePart): string {
  return latin1(source.subarray(bodyStart, preambleEnd));
}

/** What stands behind the line of the last boundary. */
function epilogue({ source }: ParsedMessage, { epilogueStart, bodyEnd }: MessagePart): string {
  return latin1(source.subarray(epilogueStart, bodyEnd)).replace(/^[^\n]*\n?/, '');
}

function mime4j(name: string, ending: string, body: (folder: string, id: string) => WriteBody, expectedText: (folder: string, items: readonly Item[]) => readonly Item[]): ConformanceSuite {
  return suite(`mime4j-${name}`, (folder) =>
    listFiles(join(folder, 'mime4j'), '.msg').map((file) => {
      const id = file.replace(/\.msg$/, '');
      const path = join(folder, 'mime4j', `${id}${ending}`);
      const here = dirname(path);
      const xml = existsSync(path) ? readFileSync(path, 'latin1') : '';
      return {
        id,
        expected: expectedText(here, readXml(xml)),
        actual: () => {
          const message = parseMessage(readOctets(join(folder, 'mime4j'), file));
          return [['<message'], ...writePart(message, message.parts[0]!, body(here, id)), ['/message']];
        },
      };
    }),
  );
}

/** The files that the decoded XML names, as hashes: the octets of texts with LF for line ends. */
function withFiles(folder: string, items: readonly Item[]): readonly Item[] {
  return items.map(([element, text]) => {
    if (text === undefined || !element.endsWith('-body')) return text === undefined ? [element] : [element, text];
    return ['body', hashOf(withoutCarriageReturns(readOctets(folder, text)))];
  });
}

const withoutCarriageReturns = (octets: Uint8Array): Uint8Array => Buffer.from(latin1(octets), 'latin1');

export const suites: readonly ConformanceSuite[] = [
  mime4j('raw', '.xml', () => (part) => ['body', latin1(part.rawBody())], (_folder, items) => items),
  mime4j('decoded', '_decoded.xml', () => (part) => ['body', hashOf(withoutCarriageReturns(part.content()))], withFiles),
];
