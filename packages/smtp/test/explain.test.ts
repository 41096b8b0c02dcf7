import { encodeUtf8 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { commandSpecs, Dialogue, encodeCommand, type ExplainContext, explainLine, explainSession, extensions, TranscriptRecorder } from '@mailwright/smtp';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { generateCommand, VERBS } from './generate.ts';

const client = (line: string, inside?: ExplainContext['inside']): string => Object.values(explainLine(line, { direction: 'client', inside })).join(' | ');
const server = (line: string, answers?: string, first?: boolean): string => Object.values(explainLine(line, { direction: 'server', answers, first })).join(' | ');

describe('explainLine: the client', () => {
  test.each([
    ['EHLO c.example', 'The client names itself c.example and asks what the server can do beyond plain SMTP. | RFC 5321 4.1.1.1'],
    ['MAIL FROM:<a@b> SIZE=10', 'A message begins. If it can not be delivered, a@b is told. The message will have about 10 octets. | RFC 5321 4.1.1.2; RFC 1870 6.1'],
    ['MAIL FROM:<>', 'A message begins. Its sender is empty: it is itself a notification, and nothing is sent back if it fails. | RFC 5321 4.1.1.2'],
    ['MAIL FROM:<> REQUIRETLS X-Y', 'A message begins. Its sender is empty: it is itself a notification, and nothing is sent back if it fails. A message may ask to travel by TLS all the way. X-Y is a parameter that is not known here. | RFC 5321 4.1.1.2; RFC 8689'],
    ['RCPT TO:<a@b> NOTIFY=SUCCESS,DELAY', 'The message is for a@b. The sender wants to be told of: success, delay. | RFC 5321 4.1.1.3; RFC 3461 4.1'],
    ['BDAT 10 LAST', '10 octets of the message follow right behind this line, and they are its last. Nothing in them is dot-stuffed. | RFC 3030 2'],
    ['MAIL FROM:a@b', 'This is not how MAIL is written. It is: MAIL FROM:<reverse-path> [parameters] | RFC 5321 4.1.1.2'],
    ['MAIL FROM:<> SIZE=x', 'SIZE can not have this value. | RFC 5321 4.1.1.11'],
    ['ETRN x', 'A host may ask for the mail that waits for it. | RFC 1985'],
    ['FOO', 'FOO is not a command of SMTP that is known here. | RFC 5321 4.1.1'],
    ['', 'An empty line is no command. | RFC 5321 4.1.1'],
  ])('%s', (line, expected) => {
    expect(client(line)).toBe(expected);
  });

  test('a line inside a login says nothing of what it holds', () => {
    expect(client('c2VjcmV0', 'auth')).toBe("The client's part of the login, in base64. It may hold the password. | RFC 4954 4");
    expect(client('*', 'auth')).toBe('The client gives up the login. | RFC 4954 4');
    expect(client('AUTH PLAIN AGphbmUAc2VjcmV0')).not.toMatch(/jane|secret|AGph/);
  });

  test('every command with every parameter has whole sentences and a source', () => {
    const random = new SeededRandom(3);
    for (const verb of VERBS) {
      for (let round = 0; round < 50; round++) {
        const { meaning, source } = explainLine(encodeCommand(generateCommand(random, verb)), { direction: 'client' });
        expect(meaning, verb).toMatch(/^[A-Z\d][\s\S]*\.$/);
        expect(source).toMatch(/^RFC \d+ [\d.]+(?:; RFC \d+ [\d.]+)*$/);
      }
    }
    expect(commandSpecs).toHaveLength(VERBS.length);
  });
});

describe('explainLine: the server', () => {
  test.each([
    ['220 mx', 'greeting', 'The server greets: it gives its name and is ready. | RFC 5321 3.1'],
    ['250 OK', 'RCPT', 'This recipient is accepted. | RFC 5321 3.3'],
    ['250 OK', undefined, 'Yes: done. | RFC 5321 4.2.3'],
    ['250 OK', 'message', 'The message is accepted. From here on the server is responsible for it. | RFC 5321 4.2.5'],
    ['550 5.1.1 no', 'RCPT', 'This recipient is refused: no such mailbox, or policy forbids it. The others are not touched by it. 5.1.1: There is no such mailbox at that domain. | RFC 5321 3.3; RFC 3463 3.2'],
    ['250 2.0.0 OK', 'RSET', 'Forgotten: a new message may begin. | RFC 5321 4.1.1.5'],
    ['250 2.1.0 OK', 'MAIL', 'The sender is accepted: now the recipients. 2.1.0: The address is all right. | RFC 5321 3.3; RFC 3463 3.2'],
    ['235 2.7.0 in', 'AUTH', 'The login succeeded. 2.7.0: Security has nothing against it. | RFC 4954 6; RFC 3463 3.8'],
    ['250 2.1.5 OK', 'RCPT', 'This recipient is accepted. 2.1.5: The recipient is good. | RFC 5321 3.3; RFC 3463 3.2'],
    ['459 x', undefined, 'Not now: the same may work later. | RFC 5321 4.2.1'],
    ['999 x', undefined, 'This is not a line of a reply: it should begin with three digits and a blank or a hyphen. | RFC 5321 4.2'],
    ['250-mx', 'EHLO', 'The server greets back; each further line is something that it can do. | RFC 5321 4.1.1.1'],
  ])('%s to %s', (line, answers, expected) => {
    expect(server(line, answers)).toBe(expected);
  });

  test.each([
    ['250-SIZE 1000', 'A message may have 1000 octets at most, and the client may say beforehand how large one is. | RFC 1870'],
    ['250 SIZE', 'The client may say how large a message is; no fixed limit is named. | RFC 1870'],
    ['250 AUTH=LOGIN', 'The client may log in by one of these mechanisms: LOGIN. | RFC 4954'],
    ['250 LIMITS RCPTMAX=1', 'The server tells its limits: messages of a session, recipients of a message. | RFC 9422'],
    ['250 X-Y', 'X-Y is an extension that is not known here. | RFC 5321 4.1.1.1'],
  ])('rfc5321 4.1.1.1: %s in the reply to EHLO', (line, expected) => {
    expect(server(line, 'EHLO', false)).toBe(expected);
  });

  test('every registered extension has a whole sentence', () => {
    for (const extension of extensions) expect(extension.explain('')).toMatch(/^[A-Z].*\.$/);
  });
});

const SPOKEN = [
  'a remark', 'S: 220 mx.example', 'C: EHLO c', 'S: 250-mx.example', 'S: 250-PIPELINING', 'S: 250 AUTH LOGIN', 'C: AUTH LOGIN', 'S: 334 VXNlcm5hbWU6', 'C: amFuZQ==', 'S: 235 2.7.0 in',
  'C: MAIL FROM:<a@b>', 'C: RCPT TO:<c@d>', 'C: RCPT TO:<e@f>', 'C: DATA', 'S: 250 ok', 'S: 250 ok', 'S: 550 5.1.1 no', 'S: 354 go',
  'C: Subject: QUIT', 'C: ', 'C: QUIT', 'C: .', 'S: 250 2.6.0 taken', 'C: QUIT', 'S: 221 bye',
];

describe('explainSession', () => {
  test('a session as people write it down', () => {
    expect(explainSession(SPOKEN).map(({ direction, text, group, source }) => [direction[0], text, group, source])).toEqual([
      ['e', 'a remark', undefined, ''],
      ['s', '220 mx.example', undefined, 'RFC 5321 3.1'],
      ['c', 'EHLO c', undefined, 'RFC 5321 4.1.1.1'],
      ['s', '250-mx.example', undefined, 'RFC 5321 4.1.1.1'],
      ['s', '250-PIPELINING', undefined, 'RFC 2920'],
      ['s', '250 AUTH LOGIN', undefined, 'RFC 4954'],
      ['c', 'AUTH LOGIN', undefined, 'RFC 4954 4'],
      ['s', '334 VXNlcm5hbWU6', undefined, 'RFC 4954 4'],
      ['c', '***', undefined, 'RFC 4954 4'],
      ['s', '235 2.7.0 in', undefined, 'RFC 4954 6; RFC 3463 3.8'],
      ['c', 'MAIL FROM:<a@b>', 1, 'RFC 5321 4.1.1.2; RFC 2920 3.1'],
      ['c', 'RCPT TO:<c@d>', 1, 'RFC 5321 4.1.1.3'],
      ['c', 'RCPT TO:<e@f>', 1, 'RFC 5321 4.1.1.3'],
      ['c', 'DATA', 1, 'RFC 5321 4.1.1.4'],
      ['s', '250 ok', undefined, 'RFC 5321 3.3'],
      ['s', '250 ok', undefined, 'RFC 5321 3.3'],
      ['s', '550 5.1.1 no', undefined, 'RFC 5321 3.3; RFC 3463 3.2'],
      ['s', '354 go', undefined, 'RFC 5321 4.2.3'],
      ['c', '(message text: 3 lines, 26 octets)', undefined, 'RFC 5321 4.5.2'],
      ['s', '250 2.6.0 taken', undefined, 'RFC 5321 4.2.5; RFC 3463 3.7'],
      ['c', 'QUIT', undefined, 'RFC 5321 4.1.1.10'],
      ['s', '221 bye', undefined, 'RFC 5321 4.2.3'],
    ]);
  });

  test('a recorded transcript is explained as the lines are', () => {
    const recorder = new TranscriptRecorder();
    recorder.server(encodeUtf8('220 mx\r\n'), 0);
    recorder.client(encodeUtf8('EHLO c\r\n'), 0);
    recorder.server(encodeUtf8('250-mx\r\n250 CHUNKING\r\n'), 0);
    recorder.client(encodeUtf8('MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nBDAT 4 LAST\r\nx\r\n\r'), 0);
    recorder.server(encodeUtf8('250 a\r\n250 b\r\n250 c\r\n'), 0);
    recorder.client(encodeUtf8('\nMAIL FROM:<>\r\n'), 0);
    recorder.event('TLS', 0);
    const explained = explainSession(recorder.entries);
    expect(explained.map(({ text }) => text)).toContain('(4 octets)');
    expect(explained.map(({ meaning }) => meaning)).toContain('The message is accepted. From here on the server is responsible for it.');
  });

  test('abuse: a transcript of garbage is explained too', () => {
    const random = new SeededRandom(9);
    for (let round = 0; round < 200; round++) {
      const lines = Array.from({ length: 20 }, () => `${random.pick(['C: ', 'S: ', ''])}${random.pick(['DATA', '354 x', '.', '250-', '334', 'AUTH X', '220 x', random.text('AB 25-\0', 8)])}`);
      expect(explainSession(lines).length).toBeLessThanOrEqual(21);
    }
  });
});

describe('explainSession: transcripts without their secrets or their beginning', () => {
  test.each([
    ['C: AUTH PLAIN ***', 'AUTH PLAIN ***', 'PLAIN'],
    ['C: auth scram-sha-256-plus ***', 'auth scram-sha-256-plus ***', 'SCRAM-SHA-256-PLUS'],
  ])('%s: a hidden response is explained as AUTH, and stays hidden', (line, text, mechanism) => {
    const explained = explainSession(['S: 220 hi', line, 'S: 235 in'])[1]!;
    expect(explained).toMatchObject({ text, source: 'RFC 4954 4' });
    expect(explained.meaning).toContain(`log in by ${mechanism} `);
    expect(explainLine(text, { direction: 'client' }).meaning).toBe(explained.meaning);
  });

  test('a recorded session is explained as it was said: secrets, message text, chunks', () => {
    const recorder = new TranscriptRecorder();
    const spoken = [
      'S: 220 hi', 'C: EHLO x', 'S: 250 hi', 'C: AUTH LOGIN c2VjcmV0', 'S: 334 x', 'C: c2VjcmV0', 'S: 235 in', 'C: MAIL FROM:<a@b>', 'S: 250 OK', 'C: RCPT TO:<c@d>', 'S: 250 OK',
      'C: DATA', 'S: 354 go', 'C: text', 'C: .', 'S: 250 taken',
    ];
    for (const line of spoken) recorder[line.startsWith('C') ? 'client' : 'server'](encodeUtf8(`${line.slice(3)}\r\n`), 0);
    const explained = explainSession(recorder.entries);
    expect(explained.map(({ text }) => text).join(' | ')).not.toContain('c2VjcmV0');
    expect(explained.map(({ meaning }) => meaning).filter((meaning) => meaning === '')).toEqual([]);
    expect(explained.at(-1)!.source).toBe('RFC 5321 4.2.5');
  });

  test.each([
    ['the client speaks first', ['C: EHLO x', 'S: 250-hi', 'S: 250 DSN'], 'RFC 3461'],
    ['a reply that is no greeting comes first', ['S: 250 OK', 'C: EHLO x', 'S: 250-hi', 'S: 250 DSN'], 'RFC 3461'],
    ['STARTTLS comes first, and its 220 is no greeting', ['C: STARTTLS', 'S: 220 go', 'C: EHLO x', 'S: 250-hi', 'S: 250 DSN'], 'RFC 3461'],
    ['a client that did not wait for the greeting', ['C: EHLO x', 'S: 220 hi', 'S: 250-hi', 'S: 250 DSN'], 'RFC 3461'],
    ['a greeting that refuses', ['S: 554 no', 'C: EHLO x', 'S: 250-hi', 'S: 250 DSN'], 'RFC 3461'],
    ['remarks before it', ['connected', 'C: MAIL FROM:<a@b>', 'C: RCPT TO:<c@d>', 'S: 250 OK', 'S: 550 5.1.1 no'], 'RFC 5321 3.3; RFC 3463 3.2'],
  ])('%s -> each reply is explained by what it answers', (_name, lines, source) => {
    expect(explainSession(lines).at(-1)!.source).toBe(source);
  });
});

describe('Dialogue', () => {
  test('rfc2920 3.1: the replies to a group name the command that they answer, by its number', () => {
    const dialogue = new Dialogue();
    dialogue.server('220 hi');
    const numbers = ['MAIL FROM:<a@b>', 'RCPT TO:<c@d>', 'DATA'].map((line) => dialogue.client(line)).map((said) => (said.kind === 'command' ? said.number : undefined));
    expect(numbers).toEqual([1, 2, 3]);
    expect(['250 OK', '250-more', '250 OK', '354 go'].map((line) => dialogue.server(line)).map(({ number, answers, first }) => [number, answers, first])).toEqual([
      [1, 'MAIL', true], [2, 'RCPT', true], [2, 'RCPT', false], [3, 'DATA', true],
    ]);
    expect(dialogue.inText).toBe(true);
    dialogue.skipText();
    expect(dialogue.client('NOOP')).toMatchObject({ kind: 'command', number: 4 });
    expect(dialogue.server('250 taken')).toMatchObject({ number: 3, answers: 'message' });
  });

  test('joined behind the greeting, the first reply answers a command; before any command it answers nothing', () => {
    const dialogue = new Dialogue(true);
    expect(dialogue.server('421 bye')).toMatchObject({ number: undefined, answers: undefined });
    dialogue.client('NOOP');
    expect(dialogue.server('250 OK')).toMatchObject({ number: 1, answers: 'NOOP' });
  });
});
