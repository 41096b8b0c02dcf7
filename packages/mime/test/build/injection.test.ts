/**
 * Every string that the builder takes, found by a walk through inputs that use every option there is: none of them can end a line of a
 * header. The walk fails where a new option is not in these inputs, as the types of the inputs have no optional field left.
 */
import { describe, expect, test } from 'vitest';
import type { AddressGroup, AlternativeInput, AttachmentInput, CalendarInput, InlineInput, MessageInput, MultipartOptions, NamedAddress, Part, PartInput } from '@mailwright/mime';
import { buildMessage, buildPart, messagePart, multipart, part, partToSign } from '@mailwright/mime';
import { latin1 } from '@mailwright/wire';
import { BASE } from './read-back.ts';

/** Every option must stand here. `body` has inputs of its own below. */
type Everything<Input, Without extends keyof Input = never> = { readonly [Name in Exclude<keyof Input, Without>]-?: Exclude<Input[Name], undefined> };

const EVERY_PART = {
  content: 'content', mediaType: 'text/x-a', sizeOctets: 7, transferEncoding: 'base64', parameters: { 'x-name': 'value' }, contentId: 'part@example.com', description: 'description',
  disposition: 'inline', fileName: 'file.txt', headers: { 'X-Part': 'value' },
} satisfies Everything<PartInput>;
const NAMED = { name: 'Jane Doe', address: 'jane@example.com' } satisfies Everything<NamedAddress>;
const GROUP = { group: 'Friends', members: ['Ann <ann@example.com>', NAMED] } satisfies Everything<AddressGroup>;
const CALENDAR = { content: 'METHOD:REQUEST\r\n', method: 'REQUEST', attach: 'event.ics' } satisfies Everything<CalendarInput>;
const EVERYTHING = {
  from: ['Jane Doe <jane@example.com>', NAMED], sender: NAMED, replyTo: ['a@example.com'], to: [NAMED, GROUP, 'b@example.com'], cc: ['c@example.com', GROUP], bcc: ['d@example.com', GROUP, NAMED],
  subject: 'subject', inReplyTo: ['a@example.com'], references: ['a@example.com', 'b@example.com'], listUnsubscribe: { https: 'https://example.com/', mailto: 'mailto:a@example.com', oneClick: true },
  priority: 'high', headers: { 'X-Header': 'value' }, date: 0, offsetMinutes: 0, messageId: 'id@example.com',
  text: 'text', html: 'html', calendar: CALENDAR, textEncoding: 'quoted-printable',
  alternatives: [EVERY_PART satisfies Everything<AlternativeInput>], inline: [EVERY_PART satisfies Everything<InlineInput>], attachments: [EVERY_PART satisfies Everything<AttachmentInput>],
  boundary: 'edge', nextHop: { eightBitMime: true, binaryMime: false, smtpUtf8: true }, parameterMode: 'both',
} satisfies Everything<MessageInput, 'body'>;
const EVERY_MULTIPART = {
  parameters: { 'x-name': 'value' }, contentId: 'part@example.com', description: 'description', disposition: 'inline', fileName: 'file.txt', headers: { 'X-Part': 'value' }, boundary: 'edge',
} satisfies Everything<MultipartOptions>;

const inBody = (body: Part): string => latin1(buildMessage({ ...BASE, body, boundary: 'around' }).octets());

/** What takes strings: a name, a full input, and how it is used. */
const TAKERS: readonly (readonly [name: string, input: object, build: (input: never) => string])[] = [
  ['buildMessage', EVERYTHING, (input: MessageInput) => latin1(buildMessage(input).octets())],
  ['part', EVERY_PART, (input: PartInput) => inBody(multipart('mixed', [part(input)]))],
  ['multipart', { subtype: 'mixed', options: EVERY_MULTIPART }, (input: { subtype: string; options: MultipartOptions }) => inBody(multipart(input.subtype, [part({ content: 'a' })], input.options))],
  ['messagePart', { options: { parameters: { 'x-name': 'value' }, contentId: 'a@b', description: 'a', fileName: 'a.eml', headers: { 'X-Part': 'a' } } }, (input: { options: object }) => inBody(messagePart('a: b\r\n\r\n', input.options))],
  ['buildPart', { boundary: 'edge', parameterMode: 'both' }, (input: object) => latin1(buildPart(multipart('mixed', [part({ content: 'a' })]), input).octets())],
  ['sign', { signature: EVERY_PART, options: { micalg: 'sha-256', parameters: { 'x-name': 'value' } } }, (input: { signature: PartInput; options: { micalg: string } }) =>
    inBody(partToSign(part({ content: 'a' })).sign({ ...input.signature }, input.options))],
];

type Path = readonly string[];

/** The paths of all strings; a path that ends in `~NAME` is the name itself, of a field or a parameter. */
function* walk(value: unknown, path: Path = []): Generator<Path> {
  if (typeof value === 'string') yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [name, child] of Object.entries(value)) {
    if (path.at(-1) === 'headers' || path.at(-1) === 'parameters') yield [...path, `~${name}`];
    yield* walk(child, [...path, name]);
  }
}

/** A copy of the input in which the string at `path` is another one. */
function replace(value: unknown, path: Path, change: (text: string) => string): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return change(value as string);
  if (Array.isArray(value)) return value.map((child, index) => (String(index) === name ? replace(child, rest, change) : (child as unknown)));
  const entries = Object.entries(value as object);
  if (name.startsWith('~')) return Object.fromEntries(entries.map(([key, child]) => [key === name.slice(1) ? change(key) : key, child as unknown]));
  return Object.fromEntries(entries.map(([key, child]) => [key, key === name ? replace(child, rest, change) : (child as unknown)]));
}

/** Texts that have lines of their own. */
const isContent = (path: Path): boolean => path.at(-1) === 'content' || ['text', 'html'].includes(path.join('.'));

const STRINGS = TAKERS.flatMap(([taker, input, build]) => Array.from(walk(input), (path) => [`${taker}: ${path.join('.')}`, path, input, build] as const));
const FIELDS = STRINGS.filter(([, path]) => !isContent(path));
const CONTENTS = STRINGS.filter(([, path]) => isContent(path));

const placements = (bad: string): readonly ((text: string) => string)[] => [
  (text) => `${bad}${text}`, (text) => `${text.slice(0, 2)}${bad}${text.slice(2)}`, (text) => `${text}${bad}`, (text) => `${text}${bad}Bcc: evil@example.net`, (text) => `${text}${bad} `, () => bad,
];

describe('every string of every option', () => {
  test('the walk finds them', () => {
    expect(STRINGS.length).toBeGreaterThan(90);
    for (const [, , input, build] of STRINGS) expect(build(input as never)).toContain('\r\n');
  });

  test.each(FIELDS)('%s: CR, LF, CRLF or NUL -> TypeError', (_, path, input, build) => {
    for (const bad of ['\r', '\n', '\r\n', '\0']) {
      for (const place of placements(bad)) expect(() => build(replace(input, path, place) as never), JSON.stringify(place('x'))).toThrow(TypeError);
    }
  });

  test.each(FIELDS)('%s: the TypeError names the option', (_, path, input, build) => {
    let message = '';
    try {
      build(replace(input, path, (text) => `${text}\r\nBcc: evil@example.net`) as never);
    } catch (error) {
      message = (error as Error).message;
    }
    const named = path.flatMap((name) => (/^[a-zA-Z]/.test(name) ? [name] : []));
    expect([...named, path.join('.')].some((name) => message.includes(name)), message).toBe(true);
    expect(message).not.toMatch(/[\r\n]/);
  });

  test.each(STRINGS)('%s: a lone surrogate -> TypeError', (_, path, input, build) => {
    for (const bad of ['\ud800', '\udc00', '\udc00\ud800']) expect(() => build(replace(input, path, (text) => `${text}${bad}`) as never), JSON.stringify(bad)).toThrow(TypeError);
  });

  test.each(FIELDS)('%s: DEL, other controls and line ends of Unicode are refused or encoded', (_, path, input, build) => {
    for (const bad of ['\x7f', '\x01', '\x0b', '\x0c', '\x1b', '\x85', '\u2028', '\u2029', '\ufeff']) {
      let written = '';
      try {
        written = build(replace(input, path, (text) => `${text.slice(0, 2)}${bad}${text.slice(2)}`) as never);
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError);
        continue;
      }
      expect(written).toMatch(/^[\r\n\x20-\x7e]*$/);
    }
  });

  test.each(FIELDS)('%s: what is no string -> TypeError', (_, path, input, build) => {
    for (const bad of [7, null, {}, Symbol('a')]) {
      if (path.at(-1)!.startsWith('~')) return;
      expect(() => build(replace(input, path, () => bad as never) as never), String(bad)).toThrow(TypeError);
    }
  });

  test.each(CONTENTS)('%s: lines in a content are the content\'s own', (_, path, input, build) => {
    const names = (written: string): readonly string[] => written.match(/^[A-Za-z-]+(?=:)/gm)?.filter((name) => /^(?:bcc|content-|mime|x-part)/i.test(name)) ?? [];
    const before = names(build(input as never));
    for (const bad of ['\r', '\n', '\r\n']) {
      const input2 = replace(replace(input, path, (text) => `${text}${bad}Bcc: evil@example.net${bad}--edge.1${bad}${bad}--edge${bad}`), [], (value) => value);
      let written = '';
      try {
        written = build(input2 as never);
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError); // the boundary occurs in it, or its size is another one
        continue;
      }
      expect(names(written.slice(0, written.indexOf('\r\n\r\n')))).not.toContain('Bcc');
      expect(names(written).filter((name) => name !== 'Bcc')).toEqual(before);
    }
  });
});
