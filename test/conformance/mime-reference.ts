/**
 * `reference.json`: what Python's email package and postal-mime say of every message file of the folder `mime`. Where the two agree, we
 * have to say the same; one suite for each thing that is said. Where they do not, we have to read it as one of them does
 * (`reference-disputed`).
 *
 * By meaning: Python's walk over the parts is ours in order; it names media types, not ids. Octets are compared by hash and size. The lengths of
 * texts are those of postal-mime, which sets LF for line ends and one behind the last line, and makes HTML of a plain text beside HTML: such messages are left out there.
 *
 * Read next: `mime-structure.ts`.
 */
import { decodeEncodedWords, findField, jmapView, parseAddressHeader, parseDate, parseMessage } from '@mailwright/mime';
import type { MessagePart, ParsedMessage } from '@mailwright/mime';
import { hashOf, readOctets, readTests, squeeze, suite } from './mime-cases.ts';
import { shownTexts } from './mime-postal.ts';
import type { Case } from './mime-cases.ts';
import type { ConformanceSuite } from './suite.ts';

interface PythonPart { readonly type: string; readonly filename: string | null; readonly size?: number; readonly sha256?: string }
interface Attachment { readonly filename: string | null; readonly mimeType: string; readonly size: number; readonly sha256: string }
interface Named { readonly name: string; readonly address?: string; readonly group?: readonly Named[] }

interface ReferenceTest {
  readonly file: string;
  readonly agree: boolean;
  readonly python: { readonly subject: string | null; readonly parts: readonly PythonPart[] };
  readonly postalMime: {
    readonly subject: string | null;
    readonly from: Named | null;
    readonly to: readonly Named[] | null;
    readonly messageId: string | null;
    readonly date: string | null;
    readonly textLength: number;
    readonly htmlLength: number;
    readonly attachments: readonly Attachment[];
  };
}

/** A case of each file of which both say the same. */
function agreed(name: string, map: (test: ReferenceTest, message: () => ParsedMessage) => Omit<Case, 'id'> | undefined): ConformanceSuite {
  return suite(`reference-${name}`, (folder) =>
    readTests<ReferenceTest>(folder, 'reference.json')
      .filter(({ agree }) => agree)
      .flatMap((test) => {
        const mapped = map(test, () => parseMessage(readOctets(folder, test.file)));
        return mapped === undefined ? [] : [{ id: test.file, ...mapped }];
      }),
  );
}

/** A part as Python tells it. A multipart whose boundary never comes is a leaf to both. */
function describePart(part: MessagePart): PythonPart {
  const head = { type: part.mediaType, filename: part.fileName ?? null };
  if (part.children.length > 0) return head;
  const content = part.content();
  return { ...head, size: content.length, sha256: hashOf(content) };
}

/** The names that there are; parts without one differ in number where messages inside are read or not. */
const namesOf = (parts: readonly PythonPart[]): readonly string[] => parts.flatMap(({ filename }) => (filename === null ? [] : [filename]));

const fieldText = (message: ParsedMessage, name: string): string | undefined => findField(message.parts[0]!.headers, name)?.text;

/** `null` where there is no subject, as in the file. */
function readSubject(message: ParsedMessage): string | null {
  const text = fieldText(message, 'Subject');
  return text === undefined ? null : squeeze(decodeEncodedWords(text));
}

/** postal-mime makes a missing name ''. */
function readAddresses(message: ParsedMessage, name: string): Named[] {
  return parseAddressHeader(fieldText(message, name) ?? '').addresses.map((entry) =>
    entry.type === 'group'
      ? { name: entry.name, group: entry.members.map(({ name: of, address }) => ({ name: of ?? '', address })) }
      : { name: entry.name ?? '', address: entry.address },
  );
}

const normalize = ({ name, address, group }: Named): Named =>
  group === undefined ? { name: squeeze(name), address: address ?? '' } : { name: squeeze(name), group: group.map(normalize) };

/** postal-mime gives the first author alone; a group there is the first entry too. */
function addressCase({ postalMime }: ReferenceTest, message: () => ParsedMessage): Omit<Case, 'id'> {
  return {
    expected: { from: postalMime.from === null ? null : normalize(postalMime.from), to: (postalMime.to ?? []).map(normalize) },
    actual: () => ({ from: readAddresses(message(), 'From').map(normalize)[0] ?? null, to: readAddresses(message(), 'To').map(normalize) }),
  };
}

/** The texts of the message as postal-mime counts them: it ends each with LF and sets another one between two. `undefined` where it shows messages inside with a header of its own drawing. */
function lengthCase(theirs: number, type: string, test: ReferenceTest, message: () => ParsedMessage): Omit<Case, 'id'> | undefined {
  if (test.python.parts.some((part) => part.type.startsWith('message/'))) return undefined;
  return {
    expected: theirs,
    actual: () => {
      const texts = shownTexts(message(), type);
      const characters = texts.reduce((sum, { length }) => sum + length, 0);
      return theirs >= characters && theirs <= characters + 2 * texts.length ? theirs : characters;
    },
  };
}

function disputedCase(test: ReferenceTest, folder: string): Case {
  return {
    id: test.file,
    expected: 'as one of the two',
    actual: () => {
      const message = parseMessage(readOctets(folder, test.file));
      const parts = compareParts(test.python.parts, message);
      const subjects = [test.python.subject, test.postalMime.subject].map((text) => (text === null ? null : squeeze(text)));
      const asPython = parts === 'the same';
      const asPostalMime = test.postalMime.attachments.every(({ sha256 }) => message.parts.some((part) => hashOf(part.content()) === sha256));
      const subjectHolds = subjects.includes(readSubject(message));
      return subjectHolds && (asPython || asPostalMime) ? 'as one of the two' : { subject: readSubject(message), subjects, parts, postalMime: test.postalMime.attachments };
    },
  };
}

/** `type/subtype` without what Python leaves behind it; a multipart without parts has no content worth a name. */
function withoutName({ type, size, sha256 }: PythonPart): readonly unknown[] {
  const [mediaType = type] = /^[^\s/]+\/[^\s>]+/.exec(type) ?? [];
  return mediaType.startsWith('multipart/') ? [mediaType] : [mediaType, size, sha256];
}

/**
 * Python reads every message/* as messages inside, those that are none (delivery-status, partial, ...) among them: behind such a part its list goes on where ours does.
 */
function pythonParts(parts: readonly PythonPart[], ours: readonly unknown[]): readonly unknown[] {
  const kept: unknown[] = [];
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at]!;
    const ourPart = ours[kept.length] as readonly unknown[] | undefined;
    if (!part.type.startsWith('message/') || part.type === 'message/rfc822' || ourPart?.[0] !== part.type) {
      kept.push(withoutName(part));
      continue;
    }
    kept.push(ourPart);
    const next = JSON.stringify(ours[kept.length]);
    while (at + 1 < parts.length && JSON.stringify(withoutName(parts[at + 1]!)) !== next) at++;
  }
  return kept;
}

/** Nothing where the two lists say the same, else both. */
function compareParts(python: readonly PythonPart[], message: ParsedMessage): unknown {
  const ours = ourParts(message, python);
  const theirs = pythonParts(python, ours);
  return JSON.stringify(ours) === JSON.stringify(theirs) ? 'the same' : { ours, theirs };
}

/** The parts; where a multipart is not closed, Python leaves the last line end of the message to the delimiter that is not there. */
function ourParts(message: ParsedMessage, expected: readonly PythonPart[]): readonly unknown[] {
  const parts = message.parts.map(describePart);
  const last = message.parts.at(-1)!;
  const isOpen = last.end === message.source.length && message.defects.some(({ code }) => code === 'MIME_NOT_CLOSED');
  const content = last.content();
  const cut = content.subarray(0, content.length - (/\r\n$/.test(Buffer.from(content.subarray(-2)).toString('latin1')) ? 2 : 1));
  if (isOpen && expected.at(-1)?.sha256 === hashOf(cut)) parts[parts.length - 1] = { ...parts.at(-1)!, size: cut.length, sha256: hashOf(cut) };
  return parts.map(withoutName);
}

export const suites: readonly ConformanceSuite[] = [
  agreed('parts', ({ python }, message) => ({ expected: 'the same', actual: () => compareParts(python.parts, message()) })),
  agreed('file-names', ({ python }, message) => ({ expected: namesOf(python.parts), actual: () => namesOf(message().parts.map(describePart)) })),
  agreed('attachments', ({ postalMime }, message) => ({
    expected: [],
    actual: () => {
      const leaves = message().parts.map((part) => hashOf(part.content()));
      return postalMime.attachments.filter(({ sha256 }) => !leaves.includes(sha256));
    },
  })),
  agreed('subject', ({ python, postalMime }, message) => ({
    expected: python.subject === null ? (postalMime.subject === null ? null : squeeze(postalMime.subject)) : squeeze(python.subject),
    actual: () => readSubject(message()),
  })),
  agreed('addresses', addressCase),
  agreed('message-id', ({ postalMime }, message) => ({
    expected: postalMime.messageId,
    actual: () => {
      const ids = jmapView(message()).messageId;
      return ids?.[0] === undefined ? null : `<${ids[0]}>`;
    },
  })),
  agreed('date', ({ postalMime }, message) => ({
    expected: postalMime.date !== null && Number.isNaN(Date.parse(postalMime.date)) ? null : postalMime.date, // a date that it can't read it gives as it is
    actual: () => {
      const date = parseDate(fieldText(message(), 'Date') ?? '');
      return date === undefined ? null : new Date(date.time).toISOString();
    },
  })),
  agreed('text', (test, message) => lengthCase(test.postalMime.textLength, 'text/plain', test, message)),
  agreed('html', (test, message) => (test.python.parts.some(({ type }) => type === 'text/plain') && !test.python.parts.some(({ type }) => type === 'multipart/alternative') ? undefined : lengthCase(test.postalMime.htmlLength, 'text/html', test, message))),
  suite('reference-disputed', (folder) => readTests<ReferenceTest>(folder, 'reference.json').filter(({ agree }) => !agree).map((test) => disputedCase(test, folder))),
];
