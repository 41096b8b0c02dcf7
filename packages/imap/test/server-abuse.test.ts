/** What nobody should send, sent: nothing throws, nothing hangs, and how the octets are cut changes nothing. */
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { allCapabilities } from '../src/server/capabilities.ts';
import { type ServerCase, ServerSubject } from './server-subject.ts';

const PIECES = [
  'a NOOP\r\n', 'b FETCH 1:* FLAGS\r\n', 'c UID FETCH 10 (BODY[] FLAGS)\r\n', 'd APPEND x {5}\r\n', 'e APPEND x (\\Seen) {70000+}\r\n', 'f SELECT INBOX\r\n', 'g IDLE\r\n', 'DONE\r\n',
  'h AUTHENTICATE PLAIN\r\n', '*\r\n', 'i SEARCH OR SEEN (NOT ', '(', ')', '((((((((', '"', '\\', '{', '}', '{3}\r\n', '{3+}\r\n', '~{2+}\r\n', 'xyz', '\r\n', '\r', ' ', '\t', '$', '*', '4294967296', '99999999999999999999',
  'j LOGIN {3+}\r\n', 'k ENABLE UIDONLY\r\n', 'l CLOSE\r\n', 'm STORE 1 +FLAGS (\\Deleted)\r\n', 'n EXPUNGE\r\n', 'o LIST "" "*"\r\n', 'p STATUS x (MESSAGES)\r\n', 'q CREATE &AOkA\r\n', 'r UNAUTHENTICATE\r\n',
  's CATENATE', 't APPEND x CATENATE (TEXT {2}\r\n', 'u REPLACE 1 x {2}\r\n', 'v COMPRESS LZ\r\n', 'w ID ("a" "b")\r\n', 'x SORT (DATE) UTF-8 ALL\r\n', '\u00e9', '{99999999999+}\r\n', 'UID ', 'y LOGOUT',
];

function soup(random: SeededRandom, count: number): string {
  let text = '';
  for (let index = 0; index < count; index++) text += PIECES[random.word() % PIECES.length]!;
  return text;
}

interface Said {
  readonly log: readonly string[];
  readonly output: string;
}

function say(options: ServerCase, octets: Uint8Array, cut: (left: number) => number): Said {
  const subject = new ServerSubject(options);
  let output = '';
  const decoder = new TextDecoder();
  for (let at = 0; at < octets.length; ) {
    const end = Math.min(octets.length, at + cut(octets.length - at));
    subject.feed(octets.slice(at, end));
    output += decoder.decode(subject.output(), { stream: true });
    at = end;
  }
  subject.end();
  return { log: [...subject.log()], output: output + decoder.decode(subject.output()) };
}

describe('seeded soups', () => {
  test.each(Array.from({ length: 60 }, (_value, seed) => [seed]))('seed %i: whole, octet by octet and in seeded pieces give the same', (seed) => {
    const random = new SeededRandom(seed);
    const octets = new TextEncoder().encode(soup(random, 60));
    const options: ServerCase = {
      after: seed % 3 === 0 ? 'login' : 'select', capabilities: seed % 2 === 0 ? allCapabilities() : ['LITERAL-'], mechanisms: ['PLAIN'], limits: { errors: 1000, lineOctets: 4096 },
    };
    const whole = say(options, octets, (left) => left);
    const cut = say(options, octets, () => 1 + (random.word() % 40));
    const single = say(options, octets, () => 1);
    expect(cut).toEqual(whole);
    expect(single).toEqual(whole);
    expect(whole.log.at(-1)).toMatch(/^closed /);
    for (const line of whole.output.split('\r\n').slice(0, -1)) expect(line).not.toMatch(/[\r\n\0]/);
  });
});

test('octets that are no text at all -> BADs and an end, never an exception', () => {
  const random = new SeededRandom(99);
  for (let round = 0; round < 50; round++) {
    const octets = random.octets(2000);
    const said = say({ after: 'select', limits: { errors: 5 } }, octets, (left) => left);
    expect(said.log.at(-1)).toMatch(/^closed /);
  }
});

test.each(['a LOGIN {3}x', 'a LOGIN {3} b', 'a SEARCH SUBJECT {3}', 'a APPEND x {5}\t', 'a STATUS {3}) (MESSAGES)', 'a STATUS ~{3}x (MESSAGES)'])('%s: the header of a literal that is not the end of its line -> BAD', (line) => {
  const subject = new ServerSubject({});
  subject.output();
  subject.feed(new TextEncoder().encode(`${line.endsWith('}') ? `${line} ` : line}\r\nb NOOP\r\n`));
  expect(new TextDecoder().decode(subject.output())).toMatch(/^a BAD [^\r\n]+\r\nb OK NOOP completed\r\n$/);
});

test('a million octets of a line without an end cost no more than the limit, and the next command is heard', () => {
  const subject = new ServerSubject({ after: 'login', limits: { lineOctets: 1000 } });
  const piece = new TextEncoder().encode('x'.repeat(10_000));
  subject.feed(new TextEncoder().encode('a '));
  for (let round = 0; round < 100; round++) subject.feed(piece);
  expect(subject.machine.unreadOctets).toBe(0);
  subject.feed(new TextEncoder().encode('\r\nb NOOP\r\n'));
  expect(new TextDecoder().decode(subject.output())).toBe('a BAD Line too long\r\nb OK NOOP completed\r\n');
});

test.each([
  ['a set of 200,000 ranges', `a FETCH ${'1,'.repeat(30_000)}1 FLAGS\r\n`],
  ['parentheses 30,000 deep', `a SEARCH ${'('.repeat(30_000)}\r\n`],
  ['NOT 10,000 times', `a SEARCH ${'NOT '.repeat(10_000)}SEEN\r\n`],
  ['OR 10,000 times', `a SEARCH ${'OR SEEN '.repeat(7_000)}SEEN\r\n`],
])('%s -> an answer', (_name, line) => {
  const subject = new ServerSubject({ after: 'select', replies: { SEARCH: 'OK done' } });
  subject.output();
  subject.feed(new TextEncoder().encode(line));
  expect(new TextDecoder().decode(subject.output())).toMatch(/\r\na OK|^a (?:OK|BAD) /);
});

test.each([
  ['8000 messages of one octet, each of which waits', 'APPEND x', ['MULTIAPPEND'], ''],
  ['4000 search keys whose literals wait', 'SEARCH', [], ' SUBJECT'],
])('%s -> an answer in linear time', (_name, command, capabilities, between) => {
  const count = between === '' ? 8000 : 4000;
  const subject = new ServerSubject({ after: 'select', capabilities, replies: { SEARCH: 'OK done' } });
  subject.output();
  subject.feed(new TextEncoder().encode(`a ${command}${between} {1}\r\n${`y${between} {1}\r\n`.repeat(count - 1)}y\r\n`));
  const output = new TextDecoder().decode(subject.output()).split('\r\n');
  expect(output).toHaveLength(count + 2);
  expect(output.at(-2)).toMatch(/^a OK /);
});
