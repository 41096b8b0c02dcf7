import { encodeUtf8 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { formatTranscript, parseTranscript, type Transcript, type TranscriptEntry, TranscriptRecorder } from '@mailwright/smtp';
import { SeededRandom } from '../../testing/src/seeded-random.ts';

type Step = readonly ['C' | 'S', string];
const SESSION: readonly Step[] = [
  ['S', '220 mx.example ESMTP\r\n'],
  ['C', 'EHLO c.example\r\n'],
  ['S', '250-mx.example\r\n250-CHUNKING\r\n250 AUTH LOGIN\r\n'],
  ['C', 'AUTH LOGIN\r\n'],
  ['S', '334 VXNlcm5hbWU6\r\n'],
  ['C', 'amFuZQ==\r\n'],
  ['S', '334 UGFzc3dvcmQ6\r\n'],
  ['C', 'c2VjcmV0\r\n'],
  ['S', '235 2.7.0 welcome\r\n'],
  ['C', 'MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n'],
  ['S', '250 OK\r\n250 OK\r\n354 Go\r\n'],
  ['C', 'Subject: x\r\n\r\n..dot\r\n.\r\n'],
  ['S', '250 taken\r\n'],
  ['C', 'MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 9\r\nQUIT\r\nQUIBDAT 4 LAST\r\n.\r\n.'],
  ['S', '250 OK\r\n250 OK\r\n250 OK\r\n250 taken\r\n'],
  ['C', 'QUIT\r\n'],
  ['S', '221 Bye\r\n'],
];

function record(steps: readonly Step[], cut: (octets: Uint8Array) => Uint8Array[]): Transcript {
  const recorder = new TranscriptRecorder();
  feed(recorder, steps, cut);
  return recorder.entries;
}

function feed(recorder: TranscriptRecorder, steps: readonly Step[], cut: (octets: Uint8Array) => Uint8Array[]): void {
  for (const [direction, text] of steps) {
    for (const part of cut(encodeUtf8(text))) direction === 'C' ? recorder.client(part, 5) : recorder.server(part, 5);
  }
}

const whole = (octets: Uint8Array): Uint8Array[] => [octets];

describe('TranscriptRecorder', () => {
  test('a session with a login, a message by DATA and one in chunks', () => {
    expect(record(SESSION, whole).map(({ direction, kind, octets, text, redacted, state }) => [direction, kind, octets, text, redacted, state])).toEqual([
      ['server', 'reply', 22, '220 mx.example ESMTP', false, 'connected'],
      ['client', 'command', 16, 'EHLO c.example', false, 'connected'],
      ['server', 'reply', 16, '250-mx.example', false, 'connected'],
      ['server', 'reply', 14, '250-CHUNKING', false, 'connected'],
      ['server', 'reply', 16, '250 AUTH LOGIN', false, 'ready'],
      ['client', 'command', 12, 'AUTH LOGIN', false, 'ready'],
      ['server', 'reply', 18, '334 VXNlcm5hbWU6', false, 'ready'],
      ['client', 'auth', 10, '***', true, 'ready'],
      ['server', 'reply', 18, '334 UGFzc3dvcmQ6', false, 'ready'],
      ['client', 'auth', 10, '***', true, 'ready'],
      ['server', 'reply', 19, '235 2.7.0 welcome', false, 'ready'],
      ['client', 'command', 17, 'MAIL FROM:<a@b>', false, 'ready'],
      ['client', 'command', 15, 'RCPT TO:<c@d>', false, 'ready'],
      ['client', 'command', 6, 'DATA', false, 'ready'],
      ['server', 'reply', 8, '250 OK', false, 'mail'],
      ['server', 'reply', 8, '250 OK', false, 'rcpt'],
      ['server', 'reply', 8, '354 Go', false, 'rcpt'],
      ['client', 'data', 24, undefined, false, 'rcpt'],
      ['server', 'reply', 11, '250 taken', false, 'ready'],
      ['client', 'command', 17, 'MAIL FROM:<a@b>', false, 'ready'],
      ['client', 'command', 15, 'RCPT TO:<c@d>', false, 'ready'],
      ['client', 'command', 8, 'BDAT 9', false, 'ready'],
      ['client', 'data', 9, undefined, false, 'ready'],
      ['client', 'command', 13, 'BDAT 4 LAST', false, 'ready'],
      ['client', 'data', 4, undefined, false, 'ready'],
      ['server', 'reply', 8, '250 OK', false, 'mail'],
      ['server', 'reply', 8, '250 OK', false, 'rcpt'],
      ['server', 'reply', 8, '250 OK', false, 'chunks'],
      ['server', 'reply', 11, '250 taken', false, 'ready'],
      ['client', 'command', 6, 'QUIT', false, 'ready'],
      ['server', 'reply', 9, '221 Bye', false, 'closed'],
    ]);
  });

  test('every cut gives the same transcript', () => {
    const expected = record(SESSION, whole);
    expect(record(SESSION, (octets) => Array.from(octets, (octet) => Uint8Array.of(octet)))).toEqual(expected);
    for (let seed = 0; seed < 50; seed++) {
      const random = new SeededRandom(seed);
      expect(record(SESSION, (octets) => random.split(octets))).toEqual(expected);
    }
  });

  test.each([
    ['the initial response', [['C', 'AUTH PLAIN AGphbmUAc2VjcmV0\r\n']]],
    ['a response', [['C', 'AUTH LOGIN\r\n'], ['S', '334 x\r\n'], ['C', 'c2VjcmV0\r\n']]],
    ['a response that does not wait for the challenge', [['C', 'AUTH LOGIN\r\nc2VjcmV0\r\nc2VjcmV0\r\n']]],
    ['an AUTH that can not be read', [['C', 'AUTH PLAIN  c2VjcmV0 \r\n']]],
    ['with TAB instead of blanks', [['C', 'AUTH\tPLAIN\tc2VjcmV0\r\n']]],
    ['with a blank before it', [['C', ' AUTH PLAIN c2VjcmV0\r\n']]],
    ['in lower case', [['C', 'auth plain c2VjcmV0\r\n']]],
  ] satisfies [string, Step[]][])('secrets: %s is not recorded', (_name, steps) => {
    const text = formatTranscript(record([['S', '220 x\r\n'], ...steps], whole));
    expect(text).not.toMatch(/c2VjcmV0/);
    expect(text).toContain('***');
  });

  test('rfc4954 4: the line that cancels a login is no secret', () => {
    const entries = record([['S', '220 x\r\n'], ['C', 'AUTH LOGIN\r\n'], ['S', '334 x\r\n'], ['C', '*\r\n'], ['S', '501 cancelled\r\n'], ['C', 'NOOP\r\n']], whole);
    expect(entries.map(({ text }) => text)).toEqual(['220 x', 'AUTH LOGIN', '334 x', '*', '501 cancelled', 'NOOP']);
  });

  test('a line without end is counted and kept up to its limit only', () => {
    const recorder = new TranscriptRecorder({ entries: 10, lineCharacters: 8 });
    for (let part = 0; part < 1000; part++) recorder.client(encodeUtf8('x'.repeat(100)), 0);
    recorder.client(encodeUtf8('\r\n'), 0);
    expect(recorder.entries).toEqual([{ direction: 'client', kind: 'command', atMs: 0, octets: 100_002, text: 'xxxxxxxx', redacted: false, state: 'greeting' }]);
  });

  test('more entries than the limit: one event says so, and no more come', () => {
    const recorder = new TranscriptRecorder({ entries: 3, lineCharacters: 80 });
    for (let line = 0; line < 10; line++) recorder.server(encodeUtf8('220 x\r\n'), line);
    recorder.client(encodeUtf8('DATA\r\n'), 11);
    expect(recorder.entries.map(({ text }) => text)).toEqual(['220 x', '220 x', '220 x', 'more than 3 entries: the rest is not recorded']);
  });

  test('a session that is drained has no bound', () => {
    const recorder = new TranscriptRecorder({ entries: 3, lineCharacters: 80 });
    let drained = 0;
    for (let line = 0; line < 100; line++) {
      recorder.server(encodeUtf8('220 x\r\n220 y\r\n'), line);
      drained += recorder.drain().length;
    }
    expect(drained).toBe(200);
  });

  test('a listener gets every entry when it is complete, nothing is kept, and there is no bound', () => {
    const told: TranscriptEntry[] = [];
    const recorder = new TranscriptRecorder({ entries: 3, lineCharacters: 80 }, (entry) => told.push(entry));
    recorder.server(encodeUtf8('220 x\r\n'.repeat(100)), 1);
    expect(told).toHaveLength(100);
    expect(recorder.entries).toEqual([]);
  });

  test('a listener gets the same as is kept, whatever the splits', () => {
    const random = new SeededRandom(7);
    for (let round = 0; round < 50; round++) {
      const told: TranscriptEntry[] = [];
      const recorder = new TranscriptRecorder(undefined, (entry) => told.push(entry));
      feed(recorder, SESSION, (octets) => random.split(octets));
      expect(told).toEqual(record(SESSION, whole));
    }
  });

  test('what is said while a message is under way is told behind it', () => {
    const told: (string | undefined)[] = [];
    const recorder = new TranscriptRecorder(undefined, ({ text, kind }) => told.push(text ?? kind));
    recorder.server(encodeUtf8('220 x\r\n'), 0);
    recorder.client(encodeUtf8('BDAT 4\r\nab'), 1);
    recorder.event('a remark', 2);
    expect(told).toEqual(['220 x', 'BDAT 4']);
    recorder.client(encodeUtf8('cd'), 3);
    expect(told).toEqual(['220 x', 'BDAT 4', 'data', 'a remark']);
  });

  test('events stand where they happened', () => {
    const recorder = new TranscriptRecorder();
    recorder.event('connected to 127.0.0.1', 1);
    recorder.server(encodeUtf8('220 x\r\n'), 2);
    expect(recorder.entries.map(({ direction, atMs }) => [direction, atMs])).toEqual([['event', 1], ['server', 2]]);
  });
});

describe('JSON lines', () => {
  test('what is written is read back', () => {
    const transcript = record(SESSION, whole);
    const text = formatTranscript(transcript);
    expect(text.split('\n')).toHaveLength(transcript.length + 1);
    expect(parseTranscript(text)).toEqual({ ok: true, value: transcript });
  });

  test.each([
    ['no JSON', 'x', 1], ['no object', '1', 1], ['null', 'null', 1], ['another direction', '{"direction":"x"}', 1], ['the second line', `${formatTranscript(record([['S', '220 x\r\n']], whole))}{}\n`, 2],
    ['octets that are no number', formatTranscript(record([['S', '220 x\r\n']], whole)).replace('"octets":7', '"octets":"7"'), 1],
  ])('%s -> SMTP_BAD_TRANSCRIPT', (_name, text, line) => {
    expect(parseTranscript(text)).toEqual({ ok: false, error: 'SMTP_BAD_TRANSCRIPT', line });
  });
});
