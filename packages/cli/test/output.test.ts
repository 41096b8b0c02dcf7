import { describe, expect, test } from 'vitest';
import { explainSession, type ExplainedLine } from '@mailwright/smtp';
import { FakeClock } from '../../testing/src/fake-clock.ts';
import { formatDialogue, formatEntry } from '../src/output/dialogue-view.ts';
import { writeRecord } from '../src/output/json-lines.ts';
import { formatRule, pageWidth } from '../src/output/layout.ts';
import { formatCount, formatDuration, formatOctets, formatPlural } from '../src/output/numbers.ts';
import { createPalette, paletteFor } from '../src/output/palette.ts';
import { Progress } from '../src/output/progress.ts';
import { formatTable } from '../src/output/table.ts';
import { displayWidth, padEnd, padStart, truncate, visibleText, wrapText } from '../src/output/visible-text.ts';
import { CapturedStream } from './support/captured-io.ts';

const plain = createPalette(false);

describe('visibleText', () => {
  test.each([
    ['an escape sequence', '\u001b[2Jx', '\\x1b[2Jx'],
    ['CR and LF', 'a\r\nb', 'a\\x0d\\x0ab'],
    ['a TAB', 'a\tb', 'a b'],
    ['a C1 control', '\u009b31m', '\\x9b31m'],
    ['a turn of the reading direction', 'a\u202eb', 'a\\u{202e}b'],
    ['half of a surrogate pair', 'a\ud800b', 'a\\u{d800}b'],
    ['letters of the world', 'Grüße 伯特 🎉', 'Grüße 伯特 🎉'],
  ])('%s -> nothing that a terminal acts on', (_name, text, expected) => {
    expect(visibleText(text)).toBe(expected);
  });
});

describe('columns', () => {
  test.each([['abc', 3], ['伯特', 4], ['e\u0301', 1], ['🎉', 2], ['\u001b[31mred\u001b[39m', 3], ['✓', 1], ['Привет', 6]])('%j takes %i', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  test('truncate keeps what fits and says that something is missing', () => {
    expect([truncate('abcdef', 6), truncate('abcdef', 4), truncate('伯特伯特', 5)]).toEqual(['abcdef', 'abc…', '伯特…']);
  });

  test('padding goes by columns', () => {
    expect([padEnd('伯', 4), padStart('ab', 4), padEnd('abc', 2)]).toEqual(['伯  ', '  ab', 'abc']);
  });

  test('wrapText breaks at blanks, and cuts what is wider than a line', () => {
    expect(wrapText('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapText('abcdefghij k', 4)).toEqual(['abcd', 'efgh', 'ij k']);
    expect(wrapText('', 4)).toEqual(['']);
  });
});

describe('palette', () => {
  const terminal = new CapturedStream(80);
  const pipe = new CapturedStream(undefined);

  test.each([
    ['a terminal', terminal, {}, true],
    ['a pipe', pipe, {}, false],
    ['NO_COLOR on a terminal', terminal, { NO_COLOR: '1' }, false],
    ['NO_COLOR that is empty', terminal, { NO_COLOR: '' }, true],
    ['FORCE_COLOR in a pipe', pipe, { FORCE_COLOR: '1' }, true],
    ['FORCE_COLOR=0 on a terminal', terminal, { FORCE_COLOR: '0' }, false],
    ['NO_COLOR against FORCE_COLOR', terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    ['a dumb terminal', terminal, { TERM: 'dumb' }, false],
  ])('%s -> the colours are as expected', (_name, stream, env, enabled) => {
    expect(paletteFor(stream, env).enabled).toBe(enabled);
  });

  test('painting and not painting', () => {
    expect(createPalette(true).red('x')).toBe('\u001b[31mx\u001b[39m');
    expect(createPalette(true).red('')).toBe('');
    expect(plain.red('x')).toBe('x');
  });
});

describe('layout', () => {
  test.each([[undefined, 100], [20, 60], [90, 90], [300, 120]])('a terminal of %s columns -> a page of %i', (columns, width) => {
    expect(pageWidth(new CapturedStream(columns))).toBe(width);
  });

  test('a rule is as wide as the page', () => {
    expect(displayWidth(formatRule('title', 'note', 80, plain))).toBe(80);
    expect(displayWidth(formatRule('title', '', 80, plain))).toBe(80);
  });
});

describe('numbers', () => {
  test.each([[0, '0'], [999, '999'], [1000, '1,000'], [1_234_567, '1,234,567']])('%i -> %s', (count, text) => expect(formatCount(count)).toBe(text));
  test.each([[1, '1 octet'], [1023, '1,023 octets'], [1536, '1.5 KB'], [26_214_400, '25.0 MB']])('%i octets -> %s', (octets, text) => expect(formatOctets(octets)).toBe(text));
  test.each([[0.25, '0.3 ms'], [12.4, '12 ms'], [1250, '1.25 s'], [185_000, '3 min 05 s']])('%d ms -> %s', (ms, text) => expect(formatDuration(ms)).toBe(text));
  test('one and many', () => expect([formatPlural(1, 'line'), formatPlural(2, 'line'), formatPlural(0, 'mouse', 'mice')]).toEqual(['1 line', '2 lines', '0 mice']));
});

describe('formatTable', () => {
  test('columns are as wide as what stands in them; the ones that may shrink give way', () => {
    const columns = [{ title: 'name', shrinkTo: 4 }, { title: 'n', align: 'right' as const }];
    expect(formatTable(columns, [['long name', '1'], ['x', '100']], 40, plain)).toEqual(['name         n', 'long name    1', 'x          100']);
    expect(formatTable(columns, [['long name', '1'], ['x', '100']], 10, plain)).toEqual(['name     n', 'long…    1', 'x      100']);
  });
});

describe('Progress', () => {
  test('a terminal sees a bar that is taken away at the end; a pipe sees nothing', () => {
    const clock = new FakeClock();
    const terminal = new CapturedStream(80);
    const pipe = new CapturedStream(undefined);
    for (const stream of [terminal, pipe]) {
      const progress = new Progress(stream, plain, clock, 10);
      progress.show(5, '5 of 10');
      progress.clear();
    }
    expect(terminal.text).toBe(`\r\u001b[K${'█'.repeat(14)}${'░'.repeat(14)}  50 %  5 of 10\r\u001b[K`);
    expect(pipe.text).toBe('');
  });

  test('it is not drawn oftener than a person can see', () => {
    const clock = new FakeClock();
    const terminal = new CapturedStream(80);
    const progress = new Progress(terminal, plain, clock, 1000);
    for (let done = 0; done < 1000; done++) progress.show(done, '');
    expect(terminal.text.split('\r').length - 1).toBe(1);
  });
});

describe('formatDialogue', () => {
  const session = ['S: 220 hi', 'C: EHLO x', 'S: 250-hi', 'S: 250-PIPELINING', 'S: 250-DSN', 'S: 250 SIZE 10', 'C: MAIL FROM:<a@b.example>', 'C: RCPT TO:<c@d.example>', 'C: DATA', 'S: 250 ok', 'S: 550 no', 'S: 554 no', 'C: EHLO x', 'S: 250-hi', 'S: 250-PIPELINING', 'S: 250-DSN', 'S: 250 SIZE 10'];

  test.each([80, 100, 120])('%i columns: no line is wider, and every line said is there', (width) => {
    const lines = formatDialogue(explainSession(session), width, plain);
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width);
    for (const said of ['220 hi', 'MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>', '554 no']) expect(lines.some((line) => line.includes(said))).toBe(true);
    expect(lines.join('\n')).toContain('RFC 5321 4.1.1.1');
  });

  test('commands that left in one go stand in a bracket', () => {
    const lines = formatDialogue(explainSession(session), 100, plain).filter((line) => /^C[┌│└]/.test(line));
    expect(lines.map((line) => line.slice(0, 7))).toEqual(['C┌ MAIL', 'C│ RCPT', 'C└ DATA']);
  });

  test('what was explained is not explained again, and a repeated reply is gathered in one line', () => {
    const text = formatDialogue(explainSession(session), 100, plain).join('\n');
    expect(text.match(/send several commands without waiting/g)).toHaveLength(1);
    expect(text.replace(/\s+/g, ' ')).toContain('250-hi As before, and so are the 3 lines that follow: PIPELINING, DSN, SIZE 10.');
  });

  test('a second session that shares what was told is short', () => {
    const told = new Set<string>();
    formatDialogue(explainSession(['S: 220 hi', 'C: NOOP', 'S: 250 ok']), 100, plain, told);
    expect(formatDialogue(explainSession(['S: 220 hi', 'C: NOOP', 'S: 250 ok']), 100, plain, told).filter((line) => line !== '').every((line) => line.endsWith('As before.'))).toBe(true);
  });

  test('references are broken between each other, never inside one', () => {
    const line: ExplainedLine = { direction: 'client', text: 'X', meaning: 'word '.repeat(11).trim(), source: Array.from({ length: 9 }, (_, index) => `RFC 5321 4.1.${index}`).join('; '), group: undefined };
    for (const part of formatDialogue([line], 80, plain)) expect(part).not.toMatch(/RFC(?: \d+)?$/);
  });

  test('escape sequences of a peer reach no terminal', () => {
    const lines = formatDialogue(explainSession(['S: 220 \u001b]0;owned\u0007']), 100, plain);
    expect(lines.join('')).not.toMatch(/[\u0000-\u001f]/);
    expect(formatEntry({ direction: 'server', kind: 'reply', atMs: 0, octets: 1, text: '220 \u001b[2J', redacted: false, state: 'greeting' }, plain)).toBe('S  220 \\x1b[2J');
  });

  test('colours: replies by their class', () => {
    const colours = createPalette(true);
    const colourOf = (text: string): string => formatEntry({ direction: 'server', kind: 'reply', atMs: 0, octets: 1, text, redacted: false, state: 'ready' }, colours);
    expect([colourOf('250 ok'), colourOf('354 go'), colourOf('550 no')].map((line) => /\u001b\[(3\d)m/.exec(line)![1])).toEqual(['32', '33', '31']);
  });
});

describe('writeRecord', () => {
  test('undefined is null: every field is always there', () => {
    const stream = new CapturedStream(undefined);
    writeRecord(stream, { type: 'x', a: undefined, b: [1, 'ü'], c: { d: undefined } });
    expect(stream.text).toBe('{"type":"x","a":null,"b":[1,"ü"],"c":{"d":null}}\n');
  });
});
