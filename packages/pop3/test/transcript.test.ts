import { encodeLatin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { redactCommand, type TranscriptEntry, TranscriptRecorder } from '@mailwright/pop3';

type Said = readonly ['C' | 'S', string];

function record(said: readonly Said[], cut: 'whole' | 'by octet'): string[] {
  const entries: TranscriptEntry[] = [];
  const recorder = new TranscriptRecorder((entry) => void entries.push(entry));
  for (const [who, text] of said) {
    const octets = encodeLatin1(text);
    const pieces = cut === 'whole' ? [octets] : Array.from(octets, (octet) => Uint8Array.of(octet));
    for (const piece of pieces) who === 'C' ? recorder.client(piece, 0) : recorder.server(piece, 0);
  }
  return entries.map(({ direction, text, octets, redacted }) => `${direction[0]!.toUpperCase()}${redacted ? '!' : ''} ${text ?? `(${octets})`}`);
}

describe.each(['whole', 'by octet'] as const)('recorded %s', (cut) => {
  test('a session: secrets hidden, messages and listings counted', () => {
    expect(record([
      ['S', '+OK ready <a@b>\r\n'], ['C', 'USER jane\r\n'], ['S', '+OK\r\n'], ['C', 'PASS hunter2\r\n'], ['S', '+OK\r\n'],
      ['C', 'LIST\r\nRETR 1\r\nLIST 1\r\n'], ['S', '+OK\r\n1 5\r\n.\r\n+OK\r\nPASS x\r\n..\r\n.\r\n+OK 1 5\r\n'], ['C', 'RETR 9\r\nQUIT\r\n'], ['S', '-ERR no\r\n+OK\r\n'],
    ], cut)).toEqual([
      'S +OK ready <a@b>', 'C USER jane', 'S +OK', 'C! PASS ***', 'S +OK', 'C LIST', 'C RETR 1', 'C LIST 1', 'S +OK', 'S (8)', 'S +OK', 'S (15)', 'S +OK 1 5', 'C RETR 9', 'C QUIT', 'S -ERR no', 'S +OK',
    ]);
  });

  test('logins: every line of an exchange is hidden until it is over', () => {
    expect(record([
      ['S', '+OK\r\n'], ['C', 'APOP jane c4c9334bac560ecc979e58001b3e22fb\r\n'], ['S', '-ERR\r\n'], ['C', 'auth plain AGEAYg==\r\n'], ['S', '-ERR\r\n'],
      ['C', 'AUTH LOGIN\r\n'], ['S', '+ VXNlcm5hbWU6\r\n'], ['C', 'amFuZQ==\r\n'], ['S', '+ UGFzc3dvcmQ6\r\n'], ['C', 'aHVudGVyMg==\r\n'], ['S', '-ERR\r\n'], ['C', 'AUTH PLAIN %%%\r\n'], ['S', '+ \r\n'], ['C', 'hunter2\r\n'], ['S', '-ERR\r\n'],
      ['C', 'NOOP\r\n'], ['S', '+OK\r\n'],
    ], cut)).toEqual([
      'S +OK', 'C! APOP jane ***', 'S -ERR', 'C! auth plain ***', 'S -ERR', 'C AUTH LOGIN', 'S + VXNlcm5hbWU6', 'C! ***', 'S + UGFzc3dvcmQ6', 'C! ***', 'S -ERR', 'C! AUTH PLAIN ***', 'S + ', 'C! ***', 'S -ERR', 'C NOOP', 'S +OK',
    ]);
  });

  test('a line without end is counted, not kept', () => {
    const [line] = record([['C', `USER ${'x'.repeat(5000)}\r\n`]], cut);
    expect(line!.length).toBe(2050);
  });
});

test.each([['PASS', 'PASS'], ['pass a b', 'pass ***'], [' PASS a', ' PASS ***'], ['PASS  a', 'PASS ***'], ['APOP jane', 'APOP jane'], ['AUTH X y z', 'AUTH X ***'], ['USER jane', 'USER jane'], ['', '']])('redacted: %j', (line, shown) => {
  expect(redactCommand(line)).toBe(shown);
});
