/**
 * Messages that our builder makes, each with what whoever reads it must find: texts, file names and addresses in many scripts, files, inline pictures, an invitation, a message
 * inside. Read next: `mime.ts`, which gives them to other people's parsers.
 */
import { createHash } from 'node:crypto';
import { buildMessage } from '@mailwright/mime';
import type { MessageInput } from '@mailwright/mime';
import { SeededRandom } from '@mailwright/testing';

/** A file or a picture, as far as every parser tells it. */
export interface FileFacts {
  readonly name: string | undefined;
  readonly type: string;
  readonly disposition: 'attachment' | 'inline';
  /** In angle brackets. */
  readonly contentId: string | undefined;
  readonly sha256: string;
}

/** What is to be found in a message. Texts have LF for line ends, and none at their end. */
export interface MessageFacts {
  readonly subject: string;
  /** Milliseconds since 1970. */
  readonly date: number;
  /** In angle brackets. */
  readonly messageId: string;
  readonly from: readonly (readonly [name: string, address: string])[];
  readonly to: readonly (readonly [name: string, address: string])[];
  readonly cc: readonly (readonly [name: string, address: string])[];
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly files: readonly FileFacts[];
  /** The text of each invitation, and its method. */
  readonly calendar: readonly (readonly [text: string, method: string])[];
}

export interface BuiltSample {
  readonly name: string;
  readonly octets: Uint8Array;
  readonly facts: MessageFacts;
}

/** A name, and a word that may be a file's, in scripts that differ in all that matters: direction, width, combining, planes. */
export const SCRIPTS: Readonly<Record<string, readonly [person: string, words: string]>> = {
  Latin: ['J\u00fcrgen \u00c5str\u00f6m, Dr.', 'Gr\u00fc\u00dfe aus K\u00f6ln; na\u00efve "caf\u00e9"'],
  Cyrillic: ['\u041d\u0430\u0442\u0430\u043b\u044c\u044f \u0418\u0432\u0430\u043d\u043e\u0432\u0430', '\u041f\u0440\u0438\u0432\u0435\u0442 \u0438\u0437 \u041c\u043e\u0441\u043a\u0432\u044b \u2014 \u0434\u043e\u043a\u0443\u043c\u0435\u043d\u0442\u044b'],
  Greek: ['\u0393\u03b9\u03ce\u03c1\u03b3\u03bf\u03c2 \u03a0\u03b1\u03c0\u03b1\u03b4\u03cc\u03c0\u03bf\u03c5\u03bb\u03bf\u03c2', '\u039a\u03b1\u03bb\u03b7\u03bc\u03ad\u03c1\u03b1 \u03ba\u03cc\u03c3\u03bc\u03b5'],
  Arabic: ['\u0645\u062d\u0645\u062f \u0639\u0644\u064a', '\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645'],
  Hebrew: ['\u05d3\u05d5\u05d3 \u05db\u05d4\u05df', '\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd'],
  Devanagari: ['\u0930\u093e\u091c\u0947\u0936 \u0915\u0941\u092e\u093e\u0930', '\u0928\u092e\u0938\u094d\u0924\u0947 \u0926\u0941\u0928\u093f\u092f\u093e'],
  Han: ['\u738b\u5c0f\u660e', '\u4f60\u597d\u4e16\u754c\uff1a\u6587\u4ef6\u4e00\u89a7\u8868'],
  Hangul: ['\uae40\ubbfc\uc218', '\uc548\ub155\ud558\uc138\uc694 \uc138\uacc4'],
  Thai: ['\u0e2a\u0e21\u0e0a\u0e32\u0e22', '\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35\u0e0a\u0e32\u0e27\u0e42\u0e25\u0e01'],
  emoji: ['Zo\u00eb \u{1f980}\u{1f469}\u200d\u{1f680}', '\u{1f4e7} \u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466} \u{1f1ea}\u{1f1fa} \ud83c\udf88'],
};

const DATE = Date.UTC(2026, 5, 1, 12, 30, 15);
const FROM = ['Sender', 'sender@client.example'] as const;
const TO = ['Recipient', 'recipient@server.example'] as const;
const random = new SeededRandom(2045);
const BINARY = random.octets(10_000);
const PICTURE = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...random.octets(500)]);
const CALENDAR = [
  'BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Mailwright//EN', 'METHOD:REQUEST', 'BEGIN:VEVENT', 'UID:1@client.example', 'DTSTAMP:20260601T123015Z', 'DTSTART:20260602T080000Z', 'SUMMARY:Caf\u00e9 \u2615',
  'END:VEVENT', 'END:VCALENDAR', '',
].join('\r\n');

/** SHA-256; of texts and messages with LF for line ends, since some parsers give them so. */
export function hashFile(mediaType: string, octets: Uint8Array): string {
  const isText = /^(?:text|message)\//.test(mediaType);
  return createHash('sha256').update(isText ? Buffer.from(Buffer.from(octets).toString('latin1').replace(/\r\n/g, '\n').replace(/\n+$/, ''), 'latin1') : octets).digest('hex');
}

const withLineFeeds = (text: string): string => text.replace(/\r\n/g, '\n').replace(/\n+$/, '');

type More = Partial<Omit<MessageInput, 'from' | 'to' | 'cc'>> & { readonly to?: readonly (readonly [name: string, address: string])[]; readonly cc?: readonly (readonly [name: string, address: string])[]; readonly from?: readonly [name: string, address: string] };

let count = 0;

function sample(name: string, more: More, extra: Partial<MessageFacts> = {}): BuiltSample {
  const messageId = `<${++count}@client.example>`;
  const { from = FROM, to = [TO], cc = [], subject = name, ...rest } = more;
  const named = ([of, address]: readonly [name: string, address: string]) => ({ name: of, address });
  const octets = buildMessage({ from: named(from), to: to.map(named), cc: cc.map(named), date: DATE, messageId, subject, ...rest }).octets();
  const facts: MessageFacts = {
    subject, date: DATE, messageId, from: [from], to, cc,
    text: rest.text === undefined ? undefined : withLineFeeds(rest.text),
    html: rest.html === undefined ? undefined : withLineFeeds(rest.html),
    files: [...(rest.inline ?? []).map((each) => file(each, 'inline')), ...(rest.attachments ?? []).map((each) => file(each, 'attachment'))],
    calendar: [],
    ...extra,
  };
  return { name, octets, facts };
}

type FileInput = NonNullable<MessageInput['attachments']>[number];

function file({ fileName, mediaType, contentId, content }: FileInput, disposition: FileFacts['disposition']): FileFacts {
  const octets = typeof content === 'string' ? Buffer.from(content) : (content as Uint8Array);
  return { name: fileName, type: mediaType ?? 'application/octet-stream', disposition, contentId: contentId === undefined ? undefined : `<${contentId}>`, sha256: hashFile(mediaType ?? '', octets) };
}

const binaryFile = (fileName: string): FileInput => ({ fileName, content: BINARY, mediaType: 'application/octet-stream' });
const LONG_LINE = `${'A line without an end in sight, '.repeat(60)}over.`;
const EVERY_SCRIPT = Object.values(SCRIPTS).map(([, words]) => words).join('\n');

/** A message that stands in another one. */
const INNER: Uint8Array = sample('inner', { text: EVERY_SCRIPT, textEncoding: 'quoted-printable' }).octets;

const makeSamples = (sample: (name: string, more: More, extra?: Partial<MessageFacts>) => BuiltSample): readonly BuiltSample[] => [
  sample('plain ASCII', { text: 'Hello,\n\n.\n..dots\nFrom the start\n  spaces at the end  \n-- \nsignature\n' }),
  sample('no text at all', {}, { text: '' }),
  sample('lines longer than a message may have', { text: `${LONG_LINE}\n${'x'.repeat(5000)}\n`, html: `<p>${LONG_LINE}</p>` }),
  ...Object.entries(SCRIPTS).map(([script, [person, words]]) =>
    sample(`${script}: names, subject, text, HTML, file name`, {
      from: [person, 'sender@client.example'], to: [[person, 'recipient@server.example'], [`${person} (2)`, 'second@server.example']], cc: [[words, 'cc@server.example']],
      subject: `${words}: ${words} ${words}`, text: `${words}\n${words} ${LONG_LINE}\n`, html: `<p title="=">${words}</p>\n`, attachments: [binaryFile(`${words.replace(/["/]/g, '')}.bin`), binaryFile(`${'ab '.repeat(40)}${person}.bin`)],
    }),
  ),
  sample('all scripts at once', { text: EVERY_SCRIPT, html: `<pre>${EVERY_SCRIPT}</pre>`, subject: Object.values(SCRIPTS).map(([person]) => person).join(', ') }),
  sample('names that need quotes, or look like something else', {
    text: 'x', to: [['Doe, John', 'a@server.example'], ['"quoted" \\ back', 'b@server.example'], ['=?utf-8?Q?not_a_word?=', 'c@server.example'], ['a@b <c@d>', 'd@server.example'], ['(comment)', 'e@server.example'], ['', 'bare@server.example']],
  }),
  sample('sixty recipients', { text: 'x', to: Array.from({ length: 60 }, (_, index) => [Object.values(SCRIPTS)[index % 10]![0], `user${index}@server.example`] as const) }),
  sample('file names that are hard', {
    text: 'x',
    attachments: ['plain.bin', 'with space.bin', 'quote\'s & (brackets) [x]; =.bin', '100% sure*.bin', 'utf-8\'\'x%41.bin', `${'long-'.repeat(40)}.bin`, '.hidden', 'no ending'].map(binaryFile),
  }),
  sample('inline pictures', {
    text: 'See it?', html: '<p>See <img src="cid:one@client.example"> <img src="cid:two@client.example"></p>',
    inline: [{ contentId: 'one@client.example', content: PICTURE, mediaType: 'image/png', fileName: 'one.png' }, { contentId: 'two@client.example', content: PICTURE, mediaType: 'image/png', fileName: '\u4e8c.png' }],
    attachments: [binaryFile('a.bin')],
  }),
  sample('an empty file, a text file, a file of line ends', {
    text: 'x',
    attachments: [{ fileName: 'empty.bin', content: new Uint8Array(), mediaType: 'application/octet-stream' }, { fileName: 'text.csv', content: Buffer.from('a,b\r\n1,\u00e9\r\n'), mediaType: 'text/csv' }, { fileName: 'ends.bin', content: Buffer.from('\n\r\r\n\n'), mediaType: 'application/octet-stream' }],
  }),
  sample('a message inside', { text: 'Forwarded', attachments: [{ content: INNER, mediaType: 'message/rfc822', fileName: 'inner.eml' }, binaryFile('after.bin')] }),
  sample('an invitation, with a file', { text: 'Come', html: '<p>Come</p>', calendar: CALENDAR, attachments: [binaryFile('agenda.bin')] }, { calendar: [[withLineFeeds(CALENDAR), 'REQUEST']] }),
];

export const BUILT_SAMPLES: readonly BuiltSample[] = makeSamples(sample);

/** The same with parameters by RFC 2231 alone, without a twin for old clients. */
export const STRICT_SAMPLES: readonly BuiltSample[] = makeSamples((name, more, extra) => sample(name, { ...more, parameterMode: 'strict' }, extra));
