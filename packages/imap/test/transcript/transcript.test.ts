import { encodeLatin1, encodeUtf8 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { explainSession } from '../../src/transcript/explain-session.ts';
import { redactCommand } from '../../src/transcript/redact.ts';
import { TranscriptRecorder } from '../../src/transcript/transcript-recorder.ts';
import { formatTranscript, parseTranscript, type Transcript } from '../../src/transcript/transcript.ts';
import { record, SESSION } from './session.ts';

const shown = (transcript: Transcript): string[] => transcript.map(({ direction, kind, octets, text, tag, name, state }) =>
  `${direction[0]!} ${kind} ${octets} ${text ?? '-'} | ${tag ?? '-'} ${name ?? '-'} | ${state}`);

describe('TranscriptRecorder', () => {
  test('lines, literals, logins: what was said, what it is, and where the session stood', () => {
    expect(shown(record(SESSION))).toEqual([
      's response 49 * OK [CAPABILITY IMAP4rev1 LITERAL+ IDLE] ready | * OK | not-authenticated',
      'c command 14 a1 LOGIN *** {3} | - - | not-authenticated',
      's response 6 + go | + - | not-authenticated',
      'c literal 3 - | - - | not-authenticated',
      'c rest 6 *** {6} | - - | not-authenticated',
      's response 6 + go | + - | not-authenticated',
      'c literal 6 - | - - | not-authenticated',
      'c rest 2  | a1 LOGIN | not-authenticated',
      's response 10 a1 OK in | a1 OK | authenticated',
      'e event 0 TLS | - - | authenticated',
      'c command 17 a2 SELECT INBOX | a2 SELECT | authenticated',
      'c command 9 a3 NOOP | a3 NOOP | authenticated',
      's response 12 * 3 EXISTS | * EXISTS | authenticated',
      's response 25 a2 OK [READ-WRITE] open | a2 OK | selected',
      's response 12 a3 OK done | a3 OK | selected',
      'c command 33 a4 UID FETCH 1:* (FLAGS BODY[]) | a4 UID FETCH | selected',
      's response 43 * 1 FETCH (UID 5 FLAGS (\\Seen) BODY[] {7} | - - | selected',
      's literal 7 - | - - | selected',
      's rest 3 ) | * FETCH | selected',
      's response 12 a4 OK done | a4 OK | selected',
      'c command 9 a5 IDLE | a5 IDLE | selected',
      's response 10 + idling | + - | selected',
      'c done 6 DONE | - - | selected',
      's response 12 a5 OK done | a5 OK | selected',
      'c command 11 a6 LOGOUT | a6 LOGOUT | selected',
      's response 7 * BYE | * BYE | logout',
      's response 7 a6 OK | a6 OK | logout',
    ]);
  });

  test('every cut of the octets gives the same transcript', () => {
    const whole = record(SESSION);
    const random = new SeededRandom(9);
    expect(record(SESSION, () => 1)).toEqual(whole);
    for (let round = 0; round < 50; round++) expect(record(SESSION, () => random.integer(1, 9))).toEqual(whole);
  });

  test.each([
    ['LOGIN', 'a LOGIN bob s3cret', 'a LOGIN ***'],
    ['LOGIN, quoted', 'a login "bob" "s3cret"', 'a login ***'],
    ['LOGIN that no server reads', ' a  LOGIN s3cret', ' a  LOGIN ***'],
    ['LOGIN with a literal', 'a LOGIN bob {6+}', 'a LOGIN *** {6+}'],
    ['AUTHENTICATE with an initial response', 'a AUTHENTICATE PLAIN AGJvYgBzM2NyZXQ=', 'a AUTHENTICATE PLAIN ***'],
    ['AUTHENTICATE alone', 'a AUTHENTICATE PLAIN', 'a AUTHENTICATE PLAIN'],
    ['anything else', 'a SELECT s3cret', 'a SELECT s3cret'],
  ])('%s -> what is kept', (_name, line, kept) => {
    expect(redactCommand(line)).toBe(kept);
  });

  test('nothing of a login is in a transcript, however it is said', () => {
    const said = record([
      'S * OK hi', 'C a AUTHENTICATE PLAIN', 'S + ', 'C s3cret', 'S a NO no', 'C b AUTHENTICATE CRAM-MD5', 'S + s3cret', 'C *', 'S b BAD cancelled', 'C c LOGIN {2+}', 'c mes3cret', 'S c OK',
    ]);
    expect(formatTranscript(said)).not.toContain('s3cret');
    expect(formatTranscript(record(['S * OK hi', 'C a LOGIN {5}', 'S + ', 'c me', 'C s3cret', 'C s3cret', 'S a NO no']))).not.toContain('s3cret');
    expect(said.filter(({ kind }) => kind === 'auth').map(({ text }) => text)).toEqual(['***', '*']);
    expect(said.at(-1)!.state).toBe('authenticated');
  });

  test('rfc9051 4.3: a literal that the server does not want never comes; the next line is a command', () => {
    const said = record(['S * PREAUTH hi', 'C a APPEND x {10}', 'S a NO [TRYCREATE] none', 'C b NOOP', 'S b OK']);
    expect(said.map(({ kind }) => kind)).toEqual(['response', 'command', 'response', 'command', 'response']);
  });

  test('rfc4978 3: behind COMPRESS octets are counted, as they come', () => {
    const said = record(['S * PREAUTH hi', 'C a COMPRESS DEFLATE', 'S a OK', 'c \u0001\u0002\n\u0003', 's \u0004']);
    expect(said.slice(3).map(({ direction, kind, octets, text }) => [direction, kind, octets, text])).toEqual([['client', 'opaque', 4, undefined], ['server', 'opaque', 1, undefined]]);
  });

  test('limits: of a long line the head is kept, and the literal at its end is still one', () => {
    const recorder = new TranscriptRecorder({ lineOctets: 20, literalOctets: 3 }, undefined, { greeted: true });
    recorder.client(encodeUtf8(`a FETCH ${'1,'.repeat(500)}2 BODY[HEADER.FIELDS ({3+}\r\nabc)]\r\nb NOOP\r\n`), 0);
    expect(recorder.entries.map(({ kind, octets, text }) => [kind, octets, text])).toEqual([
      ['command', 1036, 'a FETCH 1,1,1,1,1,1,... {3+}'], ['literal', 3, 'abc'], ['rest', 4, ')]'], ['command', 8, 'b NOOP'],
    ]);
  });

  test('limits: entries beyond the limit are not recorded, and that is said', () => {
    const recorder = new TranscriptRecorder({ entries: 2 }, undefined, { greeted: true });
    for (let index = 0; index < 9; index++) recorder.client(encodeUtf8(`a${index} NOOP\r\n`), index);
    expect(recorder.entries.map(({ text }) => text)).toEqual(['a0 NOOP', 'a1 NOOP', 'more than 2 entries: the rest is not recorded']);
    expect(recorder.drain()).toHaveLength(3);
    expect(recorder.entries).toEqual([]);
  });

  test('any octets: no throw, and every one is counted', () => {
    const random = new SeededRandom(77);
    for (let round = 0; round < 200; round++) {
      const recorder = new TranscriptRecorder();
      let fed = 0;
      for (let chunk = 0; chunk < 20; chunk++) {
        const text = random.pick(['* OK ', 'a LOGIN {3+}', '\r\n', '\n', '~{1}\r\n', 'a OK\r\n', '* 1 FETCH (BODY[] {5}\r\n', '+ \r\n', 'b COMPRESS DEFLATE\r\n', 'b OK\r\n', '\u0000\u00ff', '{99999999999999999}\r\n']);
        fed += text.length;
        recorder[random.chance(0.5) ? 'client' : 'server'](encodeLatin1(text), chunk);
      }
      expect(recorder.entries.reduce((sum, { octets }) => sum + octets, 0)).toBeLessThanOrEqual(fed);
    }
  });
});

describe('JSON lines', () => {
  test('parse(format(transcript)) is the transcript', () => {
    const said = record(SESSION);
    expect(parseTranscript(formatTranscript(said))).toEqual({ ok: true, value: said });
  });

  test.each([['no JSON', '{'], ['null', 'null'], ['a direction that is none', formatTranscript(record(['S * OK'])).replace('"server"', '"up"')], ['a state that is none', formatTranscript(record(['S * OK'])).replace('not-authenticated', 'mail')]])('%s -> the line that is no entry', (_name, line) => {
    expect(parseTranscript(`${formatTranscript(record(['S * OK']))}\n${line}`)).toEqual({ ok: false, error: 'IMAP_BAD_TRANSCRIPT', line: 3 });
  });
});

describe('explainSession', () => {
  const TEXT = SESSION.map((line) => line.replace(/^([CS]) /, '$1: ').replace(/^E /, ''));

  test('lines as people write them: literals are blocks, secrets are hidden, pipelined commands are a group, each with its section', () => {
    const lines = explainSession(TEXT);
    expect(lines.map(({ direction, text, source, group }) => `${direction[0]!}${group ?? ''} ${text} | ${source}`)).toEqual([
      's * OK [CAPABILITY IMAP4rev1 LITERAL+ IDLE] ready | RFC 9051 7.1.1; RFC 9051 7.1',
      'c a1 LOGIN *** {3} | RFC 9051 6.2.3',
      's + go | RFC 9051 7.6',
      'c (3 octets) | RFC 9051 4.3',
      'c *** {6} | RFC 9051 4.3',
      's + go | RFC 9051 7.6',
      'c (6 octets) | RFC 9051 4.3',
      's a1 OK in | RFC 9051 7.1.1',
      'e TLS | ',
      'c1 a2 SELECT INBOX | RFC 9051 6.3.2; RFC 9051 5.5',
      'c1 a3 NOOP | RFC 9051 6.1.2',
      's * 3 EXISTS | RFC 9051 7.4.1',
      's a2 OK [READ-WRITE] open | RFC 9051 7.1.1; RFC 9051 7.1',
      's a3 OK done | RFC 9051 7.1.1',
      'c a4 UID FETCH 1:* (FLAGS BODY[]) | RFC 9051 6.4.5',
      's * 1 FETCH (UID 5 FLAGS (\\Seen) BODY[] {7} | RFC 9051 7.5.2',
      's (7 octets) | RFC 9051 4.3',
      's ) | RFC 9051 4.3',
      's a4 OK done | RFC 9051 7.1.1',
      'c a5 IDLE | RFC 2177 3',
      's + idling | RFC 2177 3',
      'c DONE | RFC 2177 3',
      's a5 OK done | RFC 9051 7.1.1',
      'c a6 LOGOUT | RFC 9051 6.1.3',
      's * BYE | RFC 9051 7.1.5',
      's a6 OK | RFC 9051 7.1.1',
    ]);
    expect(lines.find(({ text }) => text.startsWith('* 1 FETCH'))!.meaning).toBe('Message 1: UID 5, flags \\Seen, section [].');
    expect(lines[0]!.meaning).toMatch(/^The server greets, and wants a log-in\./);
  });

  test('a transcript is explained as its lines are', () => {
    expect(explainSession(record(SESSION))).toEqual(explainSession(TEXT));
  });

  test('from the middle of a session, and a command that the server cuts short', () => {
    expect(explainSession(['C: a APPEND x {10}', 'S: a NO [TRYCREATE] none']).map(({ meaning }) => meaning)).toEqual(['APPEND goes on behind the literal.', expect.stringMatching(/^The command a failed\./)]);
  });
});
