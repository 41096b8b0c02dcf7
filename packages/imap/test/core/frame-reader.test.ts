import { concatOctets, encodeLatin1, latin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import type { FrameEvent } from '../../src/frame-event.ts';
import { FrameReader } from '../../src/frame-reader.ts';
import { HEAD_OCTETS } from '../../src/frame-window.ts';
import { CLIENT_LIMITS, type ImapLimits, SERVER_LIMITS } from '../../src/limits.ts';
import { eventsOf } from './wire-text.ts';

const SMALL: ImapLimits = { ...CLIENT_LIMITS, lineOctets: 64, keptLiteralOctets: 8, literalOctets: 100, frameOctets: 80 };

/** Events as text; literal data of one literal joined, so that chunks don't matter. */
function told(events: readonly FrameEvent[]): string[] {
  const lines: string[] = [];
  let data = '';
  for (const event of events) {
    if (event.type === 'literal-data') data += latin1(event.octets);
    else if (event.type === 'literal-end') {
      lines.push(`literal ${JSON.stringify(data)}`);
      data = '';
    } else if (event.type === 'frame') {
      lines.push(`frame ${JSON.stringify(latin1(event.frame.octets))}${event.frame.streamed.map(({ at, octetCount }) => ` ${at}:${octetCount}`).join('')}`);
    } else if (event.type === 'violation') lines.push(`violation ${event.code} ${JSON.stringify(latin1(event.head))}`);
    else if (event.type === 'literal-begin') lines.push(`begin ${JSON.stringify(latin1(event.frame.octets))} ${event.literal.at}:${event.literal.octetCount}${event.literal.binary ? ' binary' : ''}`);
    else if (event.type === 'literal-wanted') lines.push(`wanted ${JSON.stringify(latin1(event.frame.octets))} ${event.octetCount}${event.binary ? ' binary' : ''}${event.sync ? ' sync' : ''}`);
  }
  return data === '' ? lines : [...lines, `literal so far ${JSON.stringify(data)}`];
}

function read(text: string, end: 'client' | 'server', limits: ImapLimits = end === 'client' ? CLIENT_LIMITS : SERVER_LIMITS, bareLf?: boolean): string[] {
  return told(eventsOf([encodeLatin1(text)], end, limits, bareLf));
}

describe('lines and literals', () => {
  test.each([
    ['one line', '* 1 EXISTS\r\n', ['frame "* 1 EXISTS"']],
    ['two lines in one chunk', '* 1 EXISTS\r\nA1 OK\r\n', ['frame "* 1 EXISTS"', 'frame "A1 OK"']],
    ['a literal is kept as it came', '* 1 FETCH (BODY[] {3}\r\na\nb)\r\n', ['frame "* 1 FETCH (BODY[] {3}\\r\\na\\nb)"']],
    ['NUL in a literal8', '* 1 FETCH (BINARY[1] ~{2}\r\n\0\0)\r\n', ['frame "* 1 FETCH (BINARY[1] ~{2}\\r\\n\\u0000\\u0000)"']],
    ['two literals', '* X {1}\r\na {2}\r\nbc\r\n* Y\r\n', ['frame "* X {1}\\r\\na {2}\\r\\nbc"', 'frame "* Y"']],
    ['an empty literal', '* X {0}\r\n\r\n', ['frame "* X {0}\\r\\n"']],
    ['a status whose text ends like a literal', '* OK use {5}\r\nA1 NO try {7}\r\n', ['frame "* OK use {5}"', 'frame "A1 NO try {7}"']],
    ['a brace without number', '* X {}\r\n* X a}\r\n* X {1a}\r\n', ['frame "* X {}"', 'frame "* X a}"', 'frame "* X {1a}"']],
    ['an empty line', '\r\n* X\r\n', ['frame ""', 'frame "* X"']],
  ])('rfc9051 4.3: client, %s', (_name, text, expected) => {
    expect(read(text, 'client')).toEqual(expected);
  });

  test.each([
    ['a literal that does not wait', 'A1 LOGIN {1+}\r\nu {1+}\r\np\r\nA2 NOOP\r\n', ['frame "A1 LOGIN {1+}\\r\\nu {1+}\\r\\np"', 'frame "A2 NOOP"']],
    ['a literal that waits is asked for', 'A1 LOGIN {1}\r\nu p\r\n', ['wanted "A1 LOGIN {1}\\r\\n" 1 sync', 'frame "A1 LOGIN {1}\\r\\nu p"']],
  ])('rfc7888 3: server, %s', (_name, text, expected) => {
    expect(read(text, 'server')).toEqual(expected);
  });

  test('client, a literal too large to keep -> streamed, the frame goes on behind it', () => {
    expect(read('* 1 FETCH (BODY[1] ~{10}\r\n0123456789 UID 7)\r\n* X\r\n', 'client', SMALL)).toEqual([
      'begin "* 1 FETCH (BODY[1] ~{10}\\r\\n" 26:10 binary', 'literal "0123456789"', 'frame "* 1 FETCH (BODY[1] ~{10}\\r\\n UID 7)" 26:10', 'frame "* X"',
    ]);
  });

  test('server, a literal too large to keep -> asked for, and streamed where it is taken', () => {
    expect(read('A1 APPEND x {10+}\r\n0123456789 {3}\r\nabc\r\n', 'server', SMALL)).toEqual([
      'wanted "A1 APPEND x {10+}\\r\\n" 10', 'literal "0123456789"', 'wanted "A1 APPEND x {10+}\\r\\n {3}\\r\\n" 3 sync', 'frame "A1 APPEND x {10+}\\r\\n {3}\\r\\nabc" 19:10',
    ]);
  });

  test('a frame wholly inside one chunk -> a view into it', () => {
    const chunk = encodeLatin1('* 1 EXISTS\r\n');
    const [event] = eventsOf([chunk], 'client');
    expect(event?.type === 'frame' && event.frame.octets.buffer === chunk.buffer).toBe(true);
  });
});

describe('every split', () => {
  const CLIENT = '* OK hi {5}\r\n* 1 FETCH (A {3}\r\nxyz B {12}\r\n0123456789ab C "}")\r\n* 2 FETCH (~{9}\r\n\0\r\n\0\r\n\0\r\n {0}\r\n)\r\n+ go\r\nA1 OK\r\n';
  const SERVER = 'A1 LOGIN {1+}\r\nu {4}\r\n\r\n\r\n\r\nA2 APPEND x (\\Seen) {20+}\r\n0123456789\r\n01234567 \r\nA3 NOOP\r\n';

  const CLIENT_EVENTS = [
    'frame "* OK hi {5}"',
    'begin "* 1 FETCH (A {3}\\r\\nxyz B {12}\\r\\n" 30:12', 'literal "0123456789ab"', 'frame "* 1 FETCH (A {3}\\r\\nxyz B {12}\\r\\n C \\"}\\")" 30:12',
    'begin "* 2 FETCH (~{9}\\r\\n" 17:9 binary', 'literal "\\u0000\\r\\n\\u0000\\r\\n\\u0000\\r\\n"', 'frame "* 2 FETCH (~{9}\\r\\n {0}\\r\\n)" 17:9',
    'frame "+ go"', 'frame "A1 OK"',
  ];
  const SERVER_EVENTS = [
    'wanted "A1 LOGIN {1+}\\r\\nu {4}\\r\\n" 4 sync', 'frame "A1 LOGIN {1+}\\r\\nu {4}\\r\\n\\r\\n\\r\\n"',
    'wanted "A2 APPEND x (\\\\Seen) {20+}\\r\\n" 20', 'literal "0123456789\\r\\n01234567"', 'frame "A2 APPEND x (\\\\Seen) {20+}\\r\\n " 27:20',
    'frame "A3 NOOP"',
  ];

  test.each([['client', CLIENT, CLIENT_EVENTS], ['server', SERVER, SERVER_EVENTS]] as const)('%s, in one, two and three chunks at every place -> the same events', (end, text, expected) => {
    const octets = encodeLatin1(text);
    const limits = { ...SMALL, lineOctets: 200, frameOctets: 300 };
    expect(told(eventsOf([octets], end, limits))).toEqual(expected);
    for (let first = 1; first < octets.length; first++) {
      expect(told(eventsOf([octets.subarray(0, first), octets.subarray(first)], end, limits))).toEqual(expected);
      const second = Math.min(octets.length, first + (first % 7) + 1);
      expect(told(eventsOf([octets.subarray(0, first), octets.subarray(first, second), octets.subarray(second)], end, limits))).toEqual(expected);
    }
  });

  test.each([['client', CLIENT], ['server', SERVER]] as const)('%s, octet by octet and all chunks pushed before the first is read -> the same events', (end, text) => {
    const octets = encodeLatin1(text);
    const limits = { ...SMALL, lineOctets: 200, frameOctets: 300 };
    const expected = told(eventsOf([octets], end, limits));
    const single = Array.from(octets, (_, at) => octets.slice(at, at + 1));
    expect(told(eventsOf(single, end, limits))).toEqual(expected);
    const reader = new FrameReader(limits, { end });
    for (const chunk of single) reader.push(chunk);
    const events: FrameEvent[] = [];
    for (let event = reader.next(); event.type !== 'need-data'; event = reader.next()) {
      events.push(event);
      if (event.type === 'literal-wanted') reader.accept();
    }
    expect(told(events)).toEqual(expected);
  });
});

describe('refused literals', () => {
  function refusing(text: string, limits: ImapLimits): string[] {
    const reader = new FrameReader(limits, { end: 'server' });
    reader.push(encodeLatin1(text));
    const events: FrameEvent[] = [];
    for (let event = reader.next(); event.type !== 'need-data'; event = reader.next()) {
      events.push(event);
      if (event.type === 'literal-wanted') reader.refuse();
    }
    return told(events);
  }

  test('rfc9051 4.3: a literal that waits -> the next line is the next command', () => {
    expect(refusing('A1 LOGIN {5}\r\nA2 NOOP\r\n', SMALL)).toEqual(['wanted "A1 LOGIN {5}\\r\\n" 5 sync', 'frame "A2 NOOP"']);
  });

  test('rfc7888 4: one that does not wait -> it and the rest of the command are passed over, further ones too', () => {
    expect(refusing('A1 APPEND x {9+}\r\n\r\nA2 NOO {3+}\r\nA3 more\r\nA4 NOOP\r\n', SMALL)).toEqual(['wanted "A1 APPEND x {9+}\\r\\n" 9', 'frame "A4 NOOP"']);
  });

  test('the rest of a command that is passed over ends in a literal that waits -> the client was told already, and sends the next command', () => {
    expect(refusing('A1 APPEND x {9+}\r\n012345678 {3}\r\nA4 NOOP\r\n', SMALL)).toEqual(['wanted "A1 APPEND x {9+}\\r\\n" 9', 'frame "A4 NOOP"']);
  });

  test('no decision -> nothing is read; a decision where none is wanted -> TypeError', () => {
    const reader = new FrameReader(SMALL, { end: 'server' });
    expect(() => reader.accept()).toThrow(TypeError);
    reader.push(encodeLatin1('A1 LOGIN {1}\r\nu p\r\n'));
    expect(reader.next().type).toBe('literal-wanted');
    expect(reader.next().type).toBe('need-data');
    expect(reader.unread).toBe(5);
    reader.accept();
    expect(reader.next().type).toBe('frame');
    expect(() => reader.refuse()).toThrow(TypeError);
  });
});

describe('violations', () => {
  test.each([
    ['LF alone', 'A1 NOOP\nA2 NOOP\r\n', ['violation BARE_LF "A1 NOOP\\n"', 'frame "A2 NOOP"']],
    ['CR alone', 'A1 NO\rOP\r\nA2 NOOP\r\n', ['violation BARE_CR "A1 NO\\rOP\\r\\n"', 'frame "A2 NOOP"']],
    ['NUL', 'A1 NO\0OP\r\nA2 NOOP\r\n', ['violation NUL "A1 NO\\u0000OP\\r\\n"', 'frame "A2 NOOP"']],
    ['NUL, and the line announces a literal', 'A1 X\0 {4+}\r\n\r\nA9 y\r\nA2 NOOP\r\n', ['violation NUL "A1 X\\u0000 {4+}\\r\\n"', 'frame "A2 NOOP"']],
    ['a line too long', `A1 ${'x'.repeat(100)}\r\nA2 NOOP\r\n`, [`violation LIMIT_LINE_OCTETS ${JSON.stringify(`A1 ${'x'.repeat(100)}\r\n`)}`, 'frame "A2 NOOP"']],
    ['a literal too large that waits', 'A1 APPEND {101}\r\nA2 NOOP\r\n', ['violation LIMIT_LITERAL_OCTETS "A1 APPEND {101}\\r\\n"', 'frame "A2 NOOP"']],
    ['a literal too large that does not wait', `A1 APPEND {101+}\r\n${'\n'.repeat(101)}\r\nA2 NOOP\r\n`, ['violation LIMIT_LITERAL_OCTETS "A1 APPEND {101+}\\r\\n"', 'frame "A2 NOOP"']],
    ['kept literals too large together', `A1 ${'{8+}\r\n01234567 '.repeat(8)}\r\nA2 NOOP\r\n`, [`violation LIMIT_FRAME_OCTETS ${JSON.stringify(`A1 ${'{8+}\r\n01234567 '.repeat(5)}{8+}\r\n`)}`, 'frame "A2 NOOP"']],
    ['a size beyond any number', 'A1 APPEND {99999999999999999999}\r\nA2 NOOP\r\n', ['violation LIMIT_LITERAL_OCTETS "A1 APPEND {99999999999999999999}\\r\\n"', 'frame "A2 NOOP"']],
  ])('server, %s -> told with its tag, the next command is read; at every split', (_name, text, expected) => {
    const octets = encodeLatin1(text);
    expect(told(eventsOf([octets], 'server', SMALL))).toEqual(expected);
    for (let at = 1; at < octets.length; at++) {
      const [violation, frame] = told(eventsOf([octets.subarray(0, at), octets.subarray(at)], 'server', SMALL));
      expect([violation!.split('"')[0], violation!.includes('"A1 '), frame]).toEqual([expected[0]!.split('"')[0], true, expected[1]]);
    }
  });

  test('a long line -> the head that is told is bounded', () => {
    const [event] = eventsOf([encodeLatin1(`A1 ${'x'.repeat(100_000)}\r\n`)], 'server');
    expect(event).toMatchObject({ type: 'violation', code: 'LIMIT_LINE_OCTETS' });
    expect(event?.type === 'violation' && event.head.length).toBe(HEAD_OCTETS);
  });

  test('client, LF alone -> refused, or a line end where the option says so', () => {
    expect(read('* 1 EXISTS\n* X {2}\nab\n', 'client')).toEqual(['violation BARE_LF "* 1 EXISTS\\n"', 'violation BARE_LF "* X {2}\\n"']);
    expect(read('* 1 EXISTS\n* X {2}\nab\n* Y\r\n', 'client', CLIENT_LIMITS, true)).toEqual(['frame "* 1 EXISTS"', 'frame "* X {2}\\nab"', 'frame "* Y"']);
    expect(() => new FrameReader(SERVER_LIMITS, { end: 'server', bareLf: true })).toThrow(TypeError);
  });

  test('client, NUL in a line with a literal behind it -> the literal is passed over, not read as responses', () => {
    expect(read('* 1 FETCH (X "\0" BODY[] {16}\r\nA1 OK Logged in\n)\r\n* Y\r\n', 'client')).toEqual(['violation NUL "* 1 FETCH (X \\"\\u0000\\" BODY[] {16}\\r\\n"', 'frame "* Y"']);
  });
});

describe('what is left', () => {
  test('inside tells whether a frame began', () => {
    const reader = new FrameReader(CLIENT_LIMITS, { end: 'client' });
    reader.push(encodeLatin1('* 1 EXISTS\r\n* 2'));
    expect(reader.next().type).toBe('frame');
    expect(reader.next().type).toBe('need-data');
    expect(reader.inside).toBe(true);
    reader.push(encodeLatin1(' EXISTS\r\n'));
    expect(reader.next().type).toBe('frame');
    expect(reader.inside).toBe(false);
  });

  test('takeUnread gives back what came behind the last frame, once', () => {
    const reader = new FrameReader(CLIENT_LIMITS, { end: 'client' });
    reader.push(encodeLatin1('A1 OK go\r\nab'));
    reader.push(encodeLatin1('cd'));
    expect(reader.next().type).toBe('frame');
    expect(reader.unread).toBe(4);
    expect(latin1(concatOctets(reader.takeUnread()))).toBe('abcd');
    expect(reader.unread).toBe(0);
    expect(reader.next().type).toBe('need-data');
  });
});

describe('anything at all', () => {
  const PIECES = ['* 1 FETCH (', 'A1 LOGIN ', '{3}\r\n', '{3+}\r\n', '~{12}\r\n', '{200}\r\n', '\r\n', '\n', '\r', '\0', 'abc', '}', '{', '"', ' ', '* OK ', '{99999999999999999999}\r\n', 'x'.repeat(70)];

  test.each([['client', 1], ['client', 2], ['server', 3], ['server', 4]] as const)('%s, seed %i: all octets are used up, memory and events are bounded, and chunks make no difference', (end, seed) => {
    const random = new SeededRandom(seed);
    for (let round = 0; round < 400; round++) {
      const octets = encodeLatin1(Array.from({ length: random.integer(1, 20) }, () => random.pick(PIECES)).join(''));
      const whole = eventsOf([octets], end, SMALL);
      expect(whole.length).toBeLessThanOrEqual(2 * octets.length);
      const other = eventsOf(random.split(octets), end, SMALL);
      const kinds = (events: readonly FrameEvent[]): string[] => told(events).map((line) => (line.startsWith('violation') ? line.split(' ')[1]! : line));
      expect(kinds(other)).toEqual(kinds(whole));
    }
  });

  test('next() consumes at least an octet or returns need-data', () => {
    const random = new SeededRandom(5);
    for (let round = 0; round < 300; round++) {
      const reader = new FrameReader(SMALL, { end: round % 2 === 0 ? 'client' : 'server' });
      reader.push(encodeLatin1(Array.from({ length: 20 }, () => random.pick(PIECES)).join('')));
      let before = reader.unread;
      let ends = 0;
      let idle = 0;
      for (let event = reader.next(); event.type !== 'need-data'; event = reader.next()) {
        if (event.type === 'literal-wanted') {
          if (random.chance(0.5)) reader.accept();
          else reader.refuse();
        }
        if (event.type === 'literal-end') ends++;
        else if (reader.unread >= before) idle++;
        before = reader.unread;
      }
      expect(reader.unread).toBe(0);
      expect(idle).toBe(0);
      expect(ends).toBeLessThanOrEqual(20);
    }
  });

  test('a line of 100 KB that comes octet by octet is put together once', () => {
    const reader = new FrameReader(CLIENT_LIMITS, { end: 'client' });
    const octet = encodeLatin1('x');
    let waits = 0;
    for (let count = 0; count < 100_000; count++) {
      reader.push(octet);
      if (reader.next().type === 'need-data') waits++;
    }
    expect(waits).toBe(100_000);
    reader.push(encodeLatin1('\r\n'));
    const event = reader.next();
    expect(event.type === 'frame' && event.frame.octets.length).toBe(100_000);
  });
});
