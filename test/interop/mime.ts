/**
 * What our builder makes, read by other people's parsers: Python's email package, mailparser, postal-mime. No traffic: files and function calls. What they hold to be defects
 * must not be there either.
 */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { BUILT_SAMPLES, STRICT_SAMPLES, hashFile } from './built-messages.ts';
import { writeMessage } from './files.ts';
import { PYTHON } from './programs.ts';
import type { BuiltSample, FileFacts, MessageFacts } from './built-messages.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

const READER = fileURLToPath(new URL('python/read-messages.py', import.meta.url));

const withLineFeeds = (text: string): string => text.replace(/\r\n/g, '\n').replace(/\n+$/, '');

type Reader = (context: ScenarioContext, octets: Uint8Array, expected: MessageFacts) => Promise<MessageFacts>;

interface PythonFacts extends Omit<MessageFacts, 'text' | 'html' | 'files'> {
  readonly text: string | null;
  readonly html: string | null;
  readonly files: readonly { readonly name: string | null; readonly type: string; readonly disposition: FileFacts['disposition']; readonly contentId: string | null; readonly sha256: string }[];
  readonly defects: readonly string[];
}

/** An encoded word in quotes is no encoded word (RFC 2047 5); the twin of a file name is one on purpose, for clients that know no RFC 2231. */
const OF_THE_LEGACY_TWIN = /^(?:encoded word inside quoted string|missing trailing whitespace after encoded-word)$/;

/** Python 3.11 puts a space between encoded words of a display name that are one text (RFC 2047 6.2 has none there); its names are compared without spaces. */
function withoutNameSpaces(facts: MessageFacts): MessageFacts {
  const squeeze = (list: MessageFacts['to']): MessageFacts['to'] => list.map(([name, address]) => [name.replaceAll(' ', ''), address]);
  return { ...facts, from: squeeze(facts.from), to: squeeze(facts.to), cc: squeeze(facts.cc) };
}

/** All samples in one run of Python. */
async function readByPython(context: ScenarioContext, samples: readonly BuiltSample[], allowed: RegExp): Promise<void> {
  const paths = samples.map(({ octets }, index) => writeMessage(context, String(index), octets));
  const { status, stdout, stderr } = await context.run(PYTHON, [READER], { input: `${paths.join('\n')}\n`, env: { PYTHONUTF8: '1' } });
  assert.equal(status, 0, stderr);
  const read = JSON.parse(stdout) as PythonFacts[];
  for (const [index, { name, facts }] of samples.entries()) {
    const { defects, text, html, files, calendar, ...rest } = read[index]!;
    assert.deepEqual(defects.filter((defect) => !allowed.test(defect)), [], name);
    const actual: MessageFacts = {
      ...rest,
      text: text === null ? undefined : withLineFeeds(text),
      html: html === null ? undefined : withLineFeeds(html),
      files: files.map((file) => ({ ...file, name: file.name ?? undefined, contentId: file.contentId ?? undefined })),
      calendar: calendar.map(([of, method]) => [withLineFeeds(of), method]),
    };
    assert.deepEqual(withoutNameSpaces(actual), withoutNameSpaces(facts), name);
  }
}

interface MailparserAddresses { readonly value: readonly { readonly name: string; readonly address?: string }[] }
interface Mailparser {
  simpleParser(message: Buffer, options: object): Promise<{
    readonly subject: string; readonly date: Date; readonly messageId: string; readonly from: MailparserAddresses; readonly to?: MailparserAddresses; readonly cc?: MailparserAddresses;
    readonly text?: string; readonly html?: string | false;
    readonly attachments: readonly { readonly filename?: string; readonly contentType: string; readonly contentDisposition?: FileFacts['disposition']; readonly contentId?: string; readonly content: Buffer; readonly headers: ReadonlyMap<string, unknown> }[];
  }>;
}

const NOT_CHANGED = { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true, skipTextLinks: true, keepCidLinks: true };

const mailparser: Reader = async (context, octets, expected) => {
  const { simpleParser } = (await context.importPeer('mailparser')) as unknown as Mailparser;
  const read = await simpleParser(Buffer.from(octets), NOT_CHANGED);
  const addresses = (list: MailparserAddresses | undefined): MessageFacts['to'] => (list?.value ?? []).map(({ name, address = '' }) => [name, address]);
  const isInvitation = ({ contentType, contentDisposition }: { readonly contentType: string; readonly contentDisposition?: string }): boolean => contentType === 'text/calendar' && contentDisposition === undefined;
  return {
    subject: read.subject, date: read.date.getTime(), messageId: read.messageId, from: addresses(read.from), to: addresses(read.to), cc: addresses(read.cc),
    text: textLike(read.text, expected.text),
    html: typeof read.html === 'string' ? withLineFeeds(read.html) : undefined,
    files: read.attachments.filter((each) => !isInvitation(each)).map(({ filename, contentType, contentDisposition = 'attachment', contentId, content }) => ({ name: filename, type: contentType, disposition: contentDisposition, contentId, sha256: hashFile(contentType, content) })),
    calendar: read.attachments.filter(isInvitation).map(({ content }) => [withLineFeeds(content.toString()), 'REQUEST']),
  };
};

interface PostalAddress { readonly name: string; readonly address: string }
interface PostalMime {
  readonly default: {
    parse(message: Uint8Array, options: object): Promise<{
      readonly subject: string; readonly date: string; readonly messageId: string; readonly from: PostalAddress; readonly to?: readonly PostalAddress[]; readonly cc?: readonly PostalAddress[]; readonly text?: string; readonly html?: string;
      readonly attachments: readonly { readonly filename: string | null; readonly mimeType: string; readonly disposition: FileFacts['disposition'] | null; readonly contentId?: string; readonly content: ArrayBuffer; readonly method?: string }[];
    }>;
  };
}

const postalMime: Reader = async (context, octets, expected) => {
  const { default: parser } = (await context.importPeer('postal-mime')) as unknown as PostalMime;
  const read = await parser.parse(octets, { forceRfc822Attachments: true });
  const addresses = (list: readonly PostalAddress[] = []): MessageFacts['to'] => list.map(({ name, address }) => [name, address]);
  const calendars = read.attachments.filter(({ mimeType }) => mimeType === 'text/calendar');
  return {
    subject: read.subject, date: new Date(read.date).getTime(), messageId: read.messageId, from: addresses([read.from]), to: addresses(read.to), cc: addresses(read.cc),
    text: textLike(read.text, expected.text),
    html: read.html === undefined ? undefined : withLineFeeds(read.html),
    files: read.attachments.filter(({ mimeType }) => mimeType !== 'text/calendar').map(({ filename, mimeType, disposition, contentId, content }) => ({ name: filename ?? undefined, type: mimeType, disposition: disposition ?? 'attachment', contentId, sha256: hashFile(mimeType, new Uint8Array(content)) })),
    calendar: calendars.map(({ content, method = '' }) => [withLineFeeds(Buffer.from(content).toString()), method]),
  };
};

/** A text that is empty is not told by some. */
function textLike(text: string | undefined, expected: string | undefined): string | undefined {
  if (text === undefined) return expected === '' ? '' : undefined;
  return withLineFeeds(text);
}

const readBy = (peer: string, read: Reader): Scenario => ({
  name: `our builder -> ${peer}: ${BUILT_SAMPLES.length} messages are read as they were meant`,
  needs: ['peers'],
  run: async (context) => {
    for (const { name, octets, facts } of BUILT_SAMPLES) assert.deepEqual(await read(context, octets, facts), facts, name);
  },
});

export const scenarios: readonly Scenario[] = [
  { name: `our builder -> Python's email: ${BUILT_SAMPLES.length} messages are read as they were meant, no defects but those of legacy file names`, needs: ['python3'], run: (context) => readByPython(context, BUILT_SAMPLES, OF_THE_LEGACY_TWIN) },
  { name: `our builder -> Python's email: ${STRICT_SAMPLES.length} messages with strict parameters are read as they were meant, no defects`, needs: ['python3'], run: (context) => readByPython(context, STRICT_SAMPLES, /(?!)/) },
  readBy('mailparser', mailparser),
  readBy('postal-mime', postalMime),
];
