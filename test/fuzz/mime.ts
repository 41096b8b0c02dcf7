/**
 * What must hold of every octet string that is read as a message: nothing throws; the parts tile the source; the scanner tells the same however the octets are cut, and
 * the same as `parseMessage`; what is decoded is never longer than a small multiple of what came; the JMAP view is JSON; lint and edit hold their promises.
 *
 * Read next: `seeds.ts`.
 */
import { isDeepStrictEqual } from 'node:util';
import * as mime from '@mailwright/mime';
import { MessageScanner, dkimImpact, editMessage, findAmbiguities, jmapView, lintMessage, messageAttachments, messageHtml, messageText, parseMessage, readParts } from '@mailwright/mime';
import type { MessagePart, ParsedMessage } from '@mailwright/mime';
import type { SeededRandom } from '@mailwright/testing';
import { WORDS, messageSeeds } from './seeds.ts';
import type { FuzzTarget } from './target.ts';

const HYPHEN = 0x2d;
const MOST_DEFECTS = 100;
/** Characters of JSON for one octet of message, for a part (a dozen members with names, told up to four times), and for none. */
const JSON_FACTOR = 20;
const JSON_PART = 1500;
const JSON_BASE = 5000;
/** Text and HTML may show the same part, and a uuencoded line of two octets may be shown as 63. */
const SHOWN_FACTOR = 64;
/** Characters of JSON of what a reader makes of a field: a hundred defects, and for each character of text an element with some members. */
const FIELD_BASE = 15_000;
const FIELD_FACTOR = 150;
/** What an edit may add where a delimiter, or the one part that a multipart must have, needs a line end. */
const LINE_END_OCTETS = 4;
/** A line of two octets, its length and its end, stands for 63: mailers remove the spaces that stand for zeros. */
const UUENCODE_FACTOR = 32;
/** Characters of text for one octet: none of the charsets makes more. */
const TEXT_FACTOR = 1;

/** The first of the checks that says something. */
async function check(input: Uint8Array, random: SeededRandom): Promise<string | undefined> {
  const message = parseMessage(input);
  return (
    checkTiling(message) ?? checkBodies(message) ?? checkScanner(message, random) ?? checkView(message) ?? checkFields(message) ?? checkEdit(message, random) ?? (random.chance(0.2) ? await checkStream(message, random) : undefined)
  );
}

/** Ids, parents and places: children one behind the other inside the body of their parent, the message from 0 to its end. */
function checkTiling({ source, parts, defects }: ParsedMessage): string | undefined {
  const root = parts[0];
  if (root === undefined || root.start !== 0 || root.end !== source.length) return 'the message itself does not reach from begin to end';
  if (defects.length > MOST_DEFECTS) return `${defects.length} defects`;
  if (defects.some(({ offset }) => offset < 0 || offset > source.length)) return 'a defect lies outside of the message';
  for (const [index, part] of parts.entries()) {
    const parent = part.parent === undefined ? undefined : parts[part.parent];
    if (part.id !== index) return `part ${index} has the id ${part.id}`;
    if (index > 0 && (parent === undefined || !parent.children.includes(index) || part.depth !== parent.depth + 1)) return `part ${index} and its parent do not know each other`;
    if (!(part.start <= part.bodyStart && part.bodyStart <= part.preambleEnd && part.preambleEnd <= part.bodyEnd && part.bodyEnd <= part.end)) return `part ${index} is out of order`;
    if (part.headers.fields.some(({ start, end }) => start < part.start || end > part.bodyStart || end < start)) return `a field lies outside of the header section of part ${index}`;
    const wrong = checkChildren(part, parts);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function checkChildren(part: MessagePart, parts: readonly MessagePart[]): string | undefined {
  let at = part.bodyStart;
  for (const child of part.children.map((id) => parts[id]!)) {
    if (child.start < at || child.end > part.bodyEnd) return `part ${child.id} lies outside of part ${part.id}, or over its sister`;
    at = child.end;
  }
  return undefined;
}

function checkBodies({ parts }: ParsedMessage): string | undefined {
  for (const part of parts) {
    const raw = part.rawBody().length;
    const content = part.content().length;
    const { text, replacements } = part.text();
    if (raw !== part.bodyEnd - part.bodyStart) return `the raw body of part ${part.id} has ${raw} octets`;
    if (content > raw * (part.transferEncoding === 'uuencode' ? UUENCODE_FACTOR : 1)) return `part ${part.id} is decoded from ${raw} octets to ${content}`;
    if (text.length > content * TEXT_FACTOR + 1) return `the text of part ${part.id} has ${text.length} characters, out of ${content} octets (${part.charset})`;
    if (replacements > text.length) return `part ${part.id} has ${replacements} replacements in ${text.length} characters`;
    if (part.bodyDefects().some(({ offset }) => offset < part.bodyStart || offset > part.bodyEnd)) return `a defect lies outside of the body of part ${part.id}`;
  }
  return undefined;
}

interface Told { readonly events: readonly unknown[]; readonly bodies: ReadonlyMap<number, string> }

/** All events but `need-data`, those of bodies joined. Each chunk is written over as soon as the next one is pushed, which callers may do. */
function scan(chunks: readonly Uint8Array[]): Told {
  const scanner = new MessageScanner();
  const events: unknown[] = [];
  const bodies = new Map<number, string>();
  const pull = (): boolean => {
    for (;;) {
      const event = scanner.next();
      if (event.type === 'need-data') return true;
      if (event.type === 'body') bodies.set(event.part, (bodies.get(event.part) ?? '') + Buffer.from(event.octets).toString('latin1'));
      else if (event.type === 'headers') events.push([event.part, event.bodyStart, event.section.fields.map(({ name, start, end, text }) => [name, start, end, text]), event.facts.mediaType, event.facts.fileName]);
      else if (event.type === 'end') return void events.push([event.sizeOctets, event.defects, event.limit]) === undefined && false;
      else events.push({ ...event });
    }
  };
  let last = new Uint8Array();
  for (const chunk of chunks) {
    const octets = chunk.slice();
    scanner.push(octets);
    last.fill(HYPHEN);
    last = octets;
    pull();
  }
  scanner.end();
  while (pull()) throw new Error('need-data behind the end');
  return { events, bodies };
}

function checkScanner({ source, parts, defects }: ParsedMessage, random: SeededRandom): string | undefined {
  const whole = scan([source]);
  const cut = scan(random.chance(0.1) && source.length < 4096 ? Array.from(source, (_, at) => source.subarray(at, at + 1)) : random.split(source));
  if (!isDeepStrictEqual(cut.events, whole.events)) return `cut elsewhere, the scanner tells ${firstDifference(cut.events, whole.events)}`;
  if (!isDeepStrictEqual(cut.bodies, whole.bodies)) return 'cut elsewhere, the scanner tells other bodies';
  const leaf = parts.find((part) => part.children.length === 0 && !part.mediaType.startsWith('multipart/') && (whole.bodies.get(part.id) ?? '') !== Buffer.from(part.rawBody()).toString('latin1'));
  if (leaf !== undefined) return `the scanner tells another body of part ${leaf.id} than parseMessage has`;
  if (!isDeepStrictEqual((whole.events.at(-1) as unknown[])[1], defects)) return 'the scanner tells other defects than parseMessage';
  return undefined;
}

function firstDifference(actual: readonly unknown[], expected: readonly unknown[]): string {
  const at = expected.findIndex((event, index) => !isDeepStrictEqual(event, actual[index]));
  return `${JSON.stringify(actual[at])?.slice(0, 300)} in place of ${JSON.stringify(expected[at])?.slice(0, 300)}`;
}

function checkView(message: ParsedMessage): string | undefined {
  const shown = (messageText(message) ?? '').length + (messageHtml(message) ?? '').length;
  if (shown > SHOWN_FACTOR * message.source.length) return `the text and HTML of ${message.source.length} octets have ${shown} characters`;
  if (messageAttachments(message).some(({ id }) => message.parts[id]?.id !== id)) return 'an attachment is no part';
  const view = jmapView(message);
  const json = JSON.stringify(view);
  if (!isDeepStrictEqual(JSON.parse(json), JSON.parse(JSON.stringify(JSON.parse(json))))) return 'the JMAP view is no JSON';
  if (json.length > JSON_BASE + JSON_PART * message.parts.length + JSON_FACTOR * message.source.length) return `the JMAP view of ${message.source.length} octets has ${json.length} characters`;
  return undefined;
}

/** Every reader of a field's text, on every field: what one is made for another must survive. The texts together are bounded by the message. */
function checkFields({ source, parts }: ParsedMessage): string | undefined {
  const texts = parts.flatMap(({ headers }) => headers.fields.map(({ text }) => text)).slice(0, 200);
  for (const text of texts) {
    for (const read of FIELD_READERS) {
      const made = JSON.stringify(read(text)) ?? '';
      if (made.length > FIELD_BASE + FIELD_FACTOR * text.length) return `${read.name} makes ${made.length} characters of ${text.length}`;
    }
  }
  const decoded = texts.reduce((sum, text) => sum + mime.decodeEncodedWords(text).length, 0);
  return decoded > source.length * 2 ? `the decoded fields have ${decoded} characters` : undefined;
}

const FIELD_READERS: readonly ((text: string) => unknown)[] = [
  mime.parseAddressHeader, mime.parseContentTypeField, mime.parseContentType, mime.parseDisposition, mime.parseDate, mime.salvageDate, mime.parseMessageIds, mime.parseReceived, mime.parseListHeader,
  mime.parseTransferEncoding, mime.decodeEncodedWords, mime.safeFileName, mime.htmlToText,
  function flowed(text) { return mime.decodeFlowed(text, { delSp: true }); },
];

/** Untouched is the same octets; a field that is set is read back; a part that is removed is gone, and the rest stays. */
function checkEdit({ source, parts }: ParsedMessage, random: SeededRandom): string | undefined {
  for (const { offset } of [...lintMessage(source), ...findAmbiguities(source)]) if (offset < 0 || offset > source.length) return 'a finding lies outside of the message';
  const editor = editMessage(source);
  if (!Buffer.from(editor.octets()).equals(source)) return 'an edited message in which nothing was edited is another';
  if (parts[0]!.headers.limit === undefined) {
    const read = mime.findField(parseMessage(editor.setField('X-Fuzz', 'set').octets()).parts[0]!.headers, 'X-Fuzz')?.text;
    dkimImpact(source, editor);
    if (read !== 'set') return `a field that was set is read as ${JSON.stringify(read)}`;
  }
  const removable = parts.filter((part) => part.parent !== undefined && parts[part.parent]!.mediaType.startsWith('multipart/'));
  if (removable.length === 0) return undefined;
  const editor2 = editMessage(source);
  editor2.removePart(random.pick(removable).id);
  return editor2.octets().length <= source.length + LINE_END_OCTETS ? undefined : 'a message without one of its parts is longer';
}

async function checkStream({ source, parts }: ParsedMessage, random: SeededRandom): Promise<string | undefined> {
  const streamed: string[] = [];
  for await (const part of readParts(random.split(source))) {
    let content = '';
    if (random.chance(0.9)) for await (const chunk of part.content()) content += Buffer.from(chunk).toString('latin1');
    else content = 'skipped';
    streamed.push(`${part.mediaType} ${content}`);
  }
  if (streamed.length !== parts.length) return `readParts has ${streamed.length} parts, parseMessage ${parts.length}`;
  const different = parts.find((part, index) => part.children.length === 0 && !part.mediaType.startsWith('multipart/') && !streamed[index]!.endsWith(' skipped') && streamed[index] !== `${part.mediaType} ${Buffer.from(part.content()).toString('latin1')}`);
  return different === undefined ? undefined : `readParts decodes part ${different.id} to other octets`;
}

export const target: FuzzTarget = { name: 'mime', seeds: messageSeeds, dictionary: WORDS, check };
