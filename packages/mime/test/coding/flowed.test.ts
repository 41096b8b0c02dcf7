import { describe, expect, test } from 'vitest';
import { decodeFlowed, encodeFlowed, parseFlowed } from '@mailwright/mime';
import { readFlowed } from '../../src/coding/flowed-decode.ts';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';

const TERE = 'tere tere tere tere tere tere tere tere tere tere tere tere tere tere tere tere tere tere tere tere';

describe('format=flowed, decoded', () => {
  test.each([
    ['rfc3676 4.2: flowed lines and the fixed one behind them', 'one \r\ntwo \r\nthree\r\nfour\r\n', 'one two three\r\nfour\r\n'],
    ['lines of LF alone', 'one \ntwo\nthree', 'one two\nthree'],
    ['rfc3676 4.4: stuffing goes, behind quote marks too', ' From me\r\n  two blanks\r\n > no quote\r\n> quoted\r\n', 'From me\r\n two blanks\r\n> no quote\r\n> quoted\r\n'],
    ['rfc3676 4.5: quoted paragraphs', '> one \r\n> two\r\n>> deeper \r\n>> still\r\nreply\r\n', '> one two\r\n>> deeper still\r\nreply\r\n'],
    ['rfc3676 4.5: the depth of quoting counts for more than the space', '> one \r\n>> two \r\nthree\r\n', '> one \r\n>> two \r\nthree\r\n'],
    ['rfc3676 4.3: the line in front of a signature', 'text \r\n-- \r\nMe \r\nhere\r\n', 'text \r\n-- \r\nMe here\r\n'],
    ['rfc3676 4.3: quoted', '> text\r\n> -- \r\n> Me\r\n', '> text\r\n> -- \r\n> Me\r\n'],
    ['an empty line between paragraphs', 'one \r\ntwo\r\n\r\nthree\r\n', 'one two\r\n\r\nthree\r\n'],
    ['an empty quoted line', '> one\r\n>\r\n> \r\n> two', '> one\r\n>\r\n>\r\n> two'],
    ['a flowed line at the very end', 'one \r\ntwo ', 'one two '],
    ['nothing', '', ''],
    ['libmime: long lines', `${TERE.slice(0, 75)}\r\n${TERE.slice(75)}\r\n From\r\n  Hello\r\n > abc\r\nabc`, `${TERE}\r\nFrom\r\n Hello\r\n> abc\r\nabc`],
  ])('%s', (_, flowed, text) => {
    expect(decodeFlowed(flowed)).toBe(text);
  });

  test.each([
    ['rfc3676 4.2: the space that marks the line goes', 'foo \r\nbar\r\n', 'foobar\r\n'],
    ['one of two spaces', 'first\r\nsecond\r\nthird  \r\ncontinued', 'first\r\nsecond\r\nthird continued'],
    ['the line in front of a signature keeps its space', '-- \r\nMe', '-- \r\nMe'],
    ['quoted', '> foo \r\n> bar', '> foobar'],
  ])('DelSp=yes: %s', (_, flowed, text) => {
    expect(decodeFlowed(flowed, { delSp: true })).toBe(text);
  });

  test('paragraphs with their depths; which of them do not flow', () => {
    expect(parseFlowed('>> a \r\n>> b\r\n> c\r\n-- \r\nMe\r\n')).toEqual([
      { depth: 2, text: 'a b', fixed: false }, { depth: 1, text: 'c', fixed: true }, { depth: 0, text: '-- ', fixed: true }, { depth: 0, text: 'Me', fixed: true },
    ]);
    expect(parseFlowed('')).toEqual([]);
  });

  test.each([
    ['flowed lines', 'word word word \r\n'], ['quote marks', '>>>>>>>> \r\n'], ['changing depths', '> a \r\n>> b \r\n'], ['spaces', '        '], ['marks', '>'], ['empty lines', '\n'],
  ])('work grows as the text does: %s', (_, piece) => {
    const work = [20_000, 40_000].map((count) => {
      const done = { characters: 0 };
      readFlowed(piece.repeat(count), false, () => undefined, done);
      return done.characters;
    });
    expect(work[1]! / work[0]!).toBeCloseTo(2, 2);
    expect(work[1]!).toBeLessThanOrEqual(3 * piece.length * 40_000);
  });

  test('2 MB of one paragraph', () => {
    expect(decodeFlowed('word word word \r\n'.repeat(125_000))).toBe('word word word '.repeat(125_000) + '\r\n');
  });
});

describe('format=flowed, encoded', () => {
  test.each([
    ['libmime: long lines, stuffing', `${TERE}\r\nFrom\r\n Hello\r\n> abc\r\nabc`, `${TERE.slice(0, 75)}\r\n${TERE.slice(75)}\r\n From\r\n  Hello\r\n > abc\r\nabc`],
    ['rfc3676 4.2: spaces at the end of lines go', 'a  \r\nb ', 'a\r\nb'],
    ['rfc3676 4.3: but not in front of a signature', 'a\n-- \nMe\n', 'a\r\n-- \r\nMe\r\n'],
    ['a word that is too long', `${'x'.repeat(100)} y ${'z'.repeat(80)}`, `${'x'.repeat(100)} \r\ny \r\n${'z'.repeat(80)}`],
    ['a word that begins like a quotation comes to the front of a line', `${'x'.repeat(75)} >y`, `${'x'.repeat(75)} \r\n >y`],
    ['no line becomes one in front of a signature', `-- ${'x'.repeat(80)} y`, `-- ${'x'.repeat(80)} \r\ny`],
    ['nothing', '', ''],
  ])('%s', (_, text, flowed) => {
    expect(encodeFlowed(text)).toBe(flowed);
  });

  test('width: 20 characters', () => {
    expect(encodeFlowed('The quick brown fox jumps over the lazy dog', { width: 20 })).toBe('The quick brown fox \r\njumps over the lazy \r\ndog');
  });

  test('rfc3676 4.5: quotes flow, each line behind its marks', () => {
    expect(encodeFlowed('>> The quick brown fox jumps\n> over', { width: 20, quotes: true })).toBe('>> The quick brown \r\n>> fox jumps\r\n> over');
  });

  test('DelSp=yes: words keep their spaces; Chinese wraps anywhere, but not in front of a mark that joins', () => {
    expect(encodeFlowed('The quick brown fox jumps', { width: 20, delSp: true })).toBe('The quick brown  \r\nfox jumps');
    expect(encodeFlowed('漢'.repeat(30), { width: 20, delSp: true })).toBe(`${'漢'.repeat(19)} \r\n${'漢'.repeat(11)}`);
    expect(encodeFlowed(`${'漢'.repeat(18)}か\u3099${'漢'.repeat(3)}`, { width: 20, delSp: true })).toBe(`${'漢'.repeat(18)} \r\nか\u3099${'漢'.repeat(3)}`);
    expect(encodeFlowed('漢'.repeat(30), { width: 20 })).toBe('漢'.repeat(30));
  });

  test('paragraphs: depth is kept, what is fixed is not wrapped', () => {
    const code = `  if (a)   ${'x '.repeat(60)}y`;
    expect(encodeFlowed([{ depth: 1, text: 'a b', fixed: false }, { depth: 0, text: code, fixed: true }, { depth: 2, text: '', fixed: true }])).toBe(`> a b\r\n ${code}\r\n>>\r\n`);
  });

  test('quoting that leaves no room is not wrapped', () => {
    const line = `${'>'.repeat(70)} ${'word '.repeat(40)}x`;
    expect(encodeFlowed(line, { quotes: true })).toBe(line);
  });

  test.each([[19], [999], [70.5]])('width %d -> RangeError', (width) => {
    expect(() => encodeFlowed('a', { width })).toThrow(RangeError);
  });

  test.each([[{ depth: -1, text: 'a', fixed: true }], [{ depth: 0.5, text: 'a', fixed: true }], [{ depth: 0, text: 'a\nb', fixed: true }], [{ depth: 0, text: 'a\rb', fixed: true }]])(
    'the paragraph %j -> TypeError', (paragraph) => {
      expect(() => encodeFlowed([paragraph])).toThrow(TypeError);
    },
  );
});

describe('inverse', () => {
  const PIECES = ['word', ' ', '  ', '> ', '>', 'From ', '-- ', '--', 'a-longer-word', '漢字かな', '、', '😀', '\u3099', '\t', '.'];
  const line = (random: SeededRandom): string => {
    const text = Array.from({ length: random.integer(0, 60) }, () => random.pick(PIECES)).join('');
    return random.chance(0.1) ? '-- ' : text.replace(/ +$/, '');
  };

  test.each([true, false])('rfc3676 4: decode gives back every text, DelSp %j; lines are as wide as asked', (delSp) => {
    const random = new SeededRandom(3676);
    for (let round = 0; round < 1500; round++) {
      const text = Array.from({ length: random.integer(0, 5) }, () => line(random)).join('\r\n');
      const width = random.integer(20, 80);
      const flowed = encodeFlowed(text, { delSp, width });
      expect(decodeFlowed(flowed, { delSp })).toBe(text);
      for (const made of flowed.split('\r\n')) {
        expect(made.length <= width || !/[^ ] +[^ ]/.test(made) || /^ ?-- [^ ]* *$/.test(made)).toBe(true);
        expect(made).not.toMatch(/^(?:>|From)/);
      }
    }
  });

  test.each([true, false])('parse gives back depths and texts of every list of paragraphs, DelSp %j', (delSp) => {
    const random = new SeededRandom(45);
    for (let round = 0; round < 800; round++) {
      const paragraphs = Array.from({ length: random.integer(0, 6) }, () => ({ depth: random.integer(0, 4), text: line(random), fixed: random.chance(0.3) }));
      const read = parseFlowed(encodeFlowed(paragraphs, { delSp, width: random.integer(20, 80) }), { delSp });
      expect(read.map(({ depth, text }) => [depth, text])).toEqual(paragraphs.map(({ depth, text }) => [depth, text]));
    }
  });
});
