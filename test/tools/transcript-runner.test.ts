import { describe, expect, test } from 'vitest';
import { escape, readTranscripts, unescape } from './transcript-format.ts';
import { checkTranscript } from './transcript-runner.ts';
import type { TranscriptAdapter, TranscriptSubject } from './transcript-runner.ts';

const fence = (info: string, text: string): string => `\`\`\`${info}\n${text}\n\`\`\`\n`;
const one = (dialogue: string, more = '') => readTranscripts(`## case\n${more}${fence('smtp', dialogue)}`, 'a.md')[0]!;
const latin1 = (octets: Uint8Array): string => Buffer.from(octets).toString('latin1');

/** Answers each CRLF line with `250 <line>`, and `EHLO` with two lines; `mangle` may spoil what it is given. */
const echo = (mangle: (text: string) => string = (text) => text, seen: string[] = []): TranscriptAdapter => ({
  create(): TranscriptSubject {
    let input = '';
    let output = '220 ready\r\n';
    const log: string[] = [];
    return {
      feed(octets) {
        seen.push(latin1(octets));
        input += mangle(latin1(octets));
        for (let end = input.indexOf('\r\n'); end >= 0; end = input.indexOf('\r\n')) {
          const line = input.slice(0, end);
          output += line.startsWith('EHLO') ? `250-${line}\r\n250 OK\r\n` : `250 ${line}\r\n`;
          log.push(`line ${line}`);
          input = input.slice(end + 2);
        }
      },
      end: () => void log.push('end'),
      output() {
        const octets = Buffer.from(output, 'latin1');
        output = '';
        return octets;
      },
      log: () => log,
      direct: (words) => void log.push(`direct ${words}`),
    };
  },
});

describe('escapes', () => {
  test.each([
    ['plain', 'EHLO a', 'EHLO a\r\n'],
    ['controls', 'a\\r\\n\\t\\\\', 'a\r\n\t\\\r\n'],
    ['octet', '\\x00\\xFF', '\0\xff\r\n'],
    ['no line end', 'a\\c', 'a'],
    ['nothing but no line end', '\\c', ''],
    ['repeated', '<\\{3*ab}>', '<ababab>\r\n'],
    ['UTF-8', 'ü', '\xc3\xbc\r\n'],
  ])('%s', (_name, text, octets) => {
    expect(latin1(unescape(text, 'a.md:1', true))).toBe(octets);
  });

  test.each([['\\q'], ['\\x0'], ['a\\cb'], ['\\{3*a'], ['\\']])('%s is refused', (text) => {
    expect(() => unescape(text, 'a.md:1', true)).toThrow(SyntaxError);
  });

  test('escape is the inverse of unescape', () => {
    const octets = Uint8Array.from({ length: 256 }, (_value, index) => index);
    expect(Uint8Array.from(escape(octets).flatMap((line) => [...unescape(line, '', true)]))).toEqual(octets);
  });
});

describe('readTranscripts', () => {
  test('a case: title, options, dialogue, log', () => {
    const text = `# File\nProse.\n## First case\n${fence('json', '{ "a": 1 }')}${fence('smtp', 'S: 220 ...\n# note\n\nC:\nC: x\n-- end')}${fence('log', 'a\nb')}`;
    expect(readTranscripts(text, 'a.md')).toEqual([
      {
        title: 'First case',
        where: 'a.md:7',
        options: { a: 1 },
        log: ['a', 'b'],
        dialogue: [
          { type: 'octets', side: 'S', octets: Uint8Array.from(Buffer.from('220 ')), prefix: true, line: 8 },
          { type: 'octets', side: 'C', octets: Uint8Array.of(13, 10), prefix: false, line: 11 },
          { type: 'octets', side: 'C', octets: Uint8Array.of(120, 13, 10), prefix: false, line: 12 },
          { type: 'directive', words: 'end', line: 13 },
        ],
      },
    ]);
  });

  test.each([
    ['no case', '# Title\n', 'a.md: no case in it'],
    ['no title', fence('smtp', 'C: a'), 'a.md:1: the case has no title'],
    ['no dialogue', `## A\n${fence('log', 'a')}`, 'a.md:2: "A" has no dialogue'],
    ['two dialogues', `## A\n${fence('smtp', 'C: a')}${fence('smtp', 'C: a')}`, 'a.md:5: a second fence "smtp" in one case'],
    ['a strange fence', `## A\n${fence('smtp', 'C: a')}${fence('js', 'a')}`, 'a.md:5: a fence "js"; a case has smtp, json and log'],
    ['a strange line', `## A\n${fence('smtp', 'EHLO a')}`, 'a.md:3: a line begins with "C: ", "S: ", "-- " or "#", not "EHLO a"'],
    ['the same title twice', `## A\n${fence('smtp', 'C: a')}## A\n${fence('smtp', 'C: a')}`, 'a.md:6: a second case with the title "A"'],
  ])('%s is refused', (_name, text, message) => {
    expect(() => readTranscripts(text, 'a.md')).toThrow(message);
  });
});

describe('checkTranscript', () => {
  const dialogue = 'S: 220 ready\nC: EHLO a\nS: 250-EHLO a\nS: 250 ...\nC: MAIL\nC: RCPT\nS: 250 MAIL\nS: 250 R...\nC: RCPT\nS: 250 RCPT\n-- mark\nC: QUIT\nS: 250 QUIT\n-- end';

  test('a subject that does as written passes in all modes', async () => {
    expect(await checkTranscript(one(dialogue), echo())).toEqual([]);
    expect(await checkTranscript(one(dialogue, fence('log', 'line EHLO a\nline MAIL\nline RCPT\nline RCPT\ndirect mark\nline QUIT\nend')), echo())).toEqual([]);
  });

  test('the four ways of feeding', async () => {
    const seen: string[] = [];
    await checkTranscript(one('S: 220 ready\nC: A\nC: B\nS: 250 A\nS: 250 B\nC: D\nS: 250 D\n-- wait\nC: E\nS: 250 E'), echo(undefined, seen));
    const octets = [...'A\r\nB\r\nD\r\nE\r\n'];
    expect(seen).toEqual(['A\r\nB\r\n', 'D\r\n', 'E\r\n', 'A\r\n', 'B\r\n', 'D\r\n', 'E\r\n', ...octets, 'A\r\nB\r\nD\r\n', 'E\r\n']);
  });

  test('a line that ends a pipelined group is not fed together with the next', async () => {
    const seen: string[] = [];
    await checkTranscript(one('S: 220 ready\nC: MAIL\nC: data\nS: 250 MAIL\nS: 250 data\nC: x\nS: 250 x'), echo(undefined, seen));
    expect(seen.slice(-2)).toEqual(['MAIL\r\ndata\r\n', 'x\r\n']);
  });

  test('feeding a client: the S lines are fed, the C lines expected', async () => {
    expect(await checkTranscript(one('C: 220 ready\nS: hello\nC: 250 hello'), { ...echo(), feeds: 'S' })).toEqual([]);
  });

  test.each([
    ['another line', 'S: 220 ready\nC: A\nS: 250 B'],
    ['too few octets', 'S: 220 ready\nC: A\nS: 250 A\nS: 250 B'],
    ['too many octets', 'S: 220 ready\nC: A\nC: B\nS: 250 A'],
    ['a wildcard without a line', 'S: 220 ready\nC: A\\c\nS: 2...'],
    ['another log', 'S: 220 ready\nC: A\nS: 250 A', fence('log', 'line B')],
  ])('%s fails in every mode', async (_name, text, more = '') => {
    expect(await checkTranscript(one(text, more), echo())).toHaveLength(4);
  });

  test('a subject that minds where the octets are cut fails in that mode, with what was expected', async () => {
    const dropsSingles = echo((text) => (text.length === 1 ? '' : text));
    expect(await checkTranscript(one('S: 220 ready\nC: A\nS: 250 A'), dropsSingles)).toEqual(['a.md:2: fed octets, the output differs\n  expected:\n    250 A\n  got:\n    (nothing)']);
  });

  test('a log that depends on the feeding fails without a log fence', async () => {
    const adapter = echo();
    const counting: TranscriptAdapter = {
      async create(options) {
        const subject = await adapter.create(options);
        let feeds = 0;
        return { ...subject, feed: (octets) => (feeds++, subject.feed(octets)), log: () => [`${feeds}`] };
      },
    };
    expect(await checkTranscript(one('S: 220 ready\nC: A\nC: B\nS: 250 A\nS: 250 B'), counting)).toHaveLength(2);
  });

  test('a directive that the adapter does not know is refused', async () => {
    const { create } = echo();
    const without: TranscriptAdapter = { create: async (options) => ({ ...(await create(options)), direct: undefined as never }) };
    await expect(checkTranscript(one('S: 220 ready\n-- tls'), without)).rejects.toThrow('knows no directive');
  });
});
