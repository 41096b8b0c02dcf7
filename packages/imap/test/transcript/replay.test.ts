import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { explainSession } from '../../src/transcript/explain-session.ts';
import { replayToClient } from '../../src/transcript/replay-client.ts';
import { replayToServer } from '../../src/transcript/replay-server.ts';
import { formatTranscript, parseTranscript, type Transcript, type TranscriptEntry } from '../../src/transcript/transcript.ts';
import { record, SESSION } from './session.ts';

describe('replayToClient', () => {
  test('the machine says the same commands, hears the same answers and ends where the client did', () => {
    const { machine, events, output, skipped } = replayToClient(record(SESSION));
    expect(skipped).toBe(0);
    expect(events.filter(({ type }) => type === 'completed').map((event) => event.type === 'completed' && [event.command.name, event.status])).toEqual([
      ['LOGIN', 'OK'], ['SELECT', 'OK'], ['NOOP', 'OK'], ['FETCH', 'OK'], ['IDLE', 'OK'], ['LOGOUT', 'OK'],
    ]);
    expect(events.some(({ type }) => type === 'violation')).toBe(false);
    expect(output.split('\r\n')).toEqual(['A1 LOGIN *** ***', 'A2 SELECT INBOX', 'A3 NOOP', 'A4 UID FETCH 1:* (FLAGS BODY[])', 'A5 IDLE', 'DONE', 'A6 LOGOUT', ''].map(unquoted));
    expect(machine.state).toBe('logout');
  });

  test('what was saved is replayed as what was recorded', () => {
    const transcript = record(SESSION);
    const saved = parseTranscript(formatTranscript(transcript));
    expect(saved.ok && replayToClient(saved.value).events).toEqual(replayToClient(transcript).events);
  });

  test('literals: counted ones are filled up, kept ones come as they were, and `+` comes when the machine waits', () => {
    const lines = ['S * PREAUTH [CAPABILITY IMAP4rev1] hi', 'C x APPEND INBOX {3+}', 'C abc', 'S x OK done', 'C y CREATE {3}', 'S + ', 'C abc', 'S y NO [ALREADYEXISTS] there'];
    expect(replayToClient(record(lines)).output).toBe('A1 APPEND INBOX {3}\r\nxxx\r\nA2 CREATE xxx\r\n');
    const kept = replayToClient(record(lines, undefined, 100));
    expect(kept.output).toBe('A1 APPEND INBOX {3}\r\nabc\r\nA2 CREATE abc\r\n');
    expect(kept.events.map(({ type }) => type)).toEqual(['greeting', 'capabilities', 'completed', 'completed']);
  });

  test('logins: the exchange is gone through with something else, and given up where it was', () => {
    const lines = ['S * OK hi', 'C x AUTHENTICATE PLAIN', 'S + ', 'C c2VjcmV0', 'S x NO no', 'C y AUTHENTICATE PLAIN', 'S + ', 'C *', 'S y BAD gone', 'C z STARTTLS', 'S z OK go', 'C w CAPABILITY', 'S * CAPABILITY IMAP4rev1', 'S w OK'];
    const { events, output, skipped } = replayToClient(record(lines));
    expect([output, skipped]).toEqual(['A1 AUTHENTICATE PLAIN\r\neA==\r\nA2 AUTHENTICATE PLAIN\r\n*\r\nA3 STARTTLS\r\nA4 CAPABILITY\r\n', 0]);
    expect(events.map(({ type }) => type)).toEqual(['greeting', 'challenge', 'completed', 'challenge', 'completed', 'completed', 'upgrade-tls', 'capabilities', 'response', 'completed']);
  });

  test('rfc4466 2.6.2: ESEARCH finds its command by the tag', () => {
    const { events } = replayToClient(record(['S * PREAUTH hi', 'C q SELECT INBOX', 'S q OK', 'C r UID SEARCH RETURN (MIN) ALL', 'S * ESEARCH (TAG "r") UID MIN 4', 'S r OK']));
    expect(events.find((event) => event.type === 'response')).toMatchObject({ id: 2, response: { data: { name: 'ESEARCH', min: 4 } } });
  });

  test('a server that breaks the rules: the machine says so', () => {
    const { events } = replayToClient(record(['S * OK hi', 'C x NOOP', 'S y OK what']));
    expect(events.at(-2)).toMatchObject({ type: 'violation', code: 'IMAP_UNKNOWN_TAG' });
  });
});

describe('replayToServer', () => {
  test('the machine takes what the client said and answers as the server did', () => {
    const { machine, events, output, skipped } = replayToServer(record(SESSION));
    expect(skipped).toBe(0);
    expect(events.map((event) => (event.type === 'command' ? event.command.name : event.type))).toEqual(['connect', 'LOGIN', 'SELECT', 'NOOP', 'FETCH', 'idle', 'done', 'LOGOUT', ]);
    expect(output).toContain('* 1 FETCH (UID 5 FLAGS (\\Seen) BODY[] {7}\r\nxxxxxxx)\r\n');
    expect(output.split('\r\n').filter((line) => /^a\d /.test(line)).map((line) => line.replace(/ \[CAPABILITY[^\]]*\]/, ''))).toEqual([
      'a1 OK Logged in', 'a2 OK [READ-WRITE] open', 'a3 OK done', 'a4 OK done', 'a5 OK done', 'a6 OK',
    ].map((line) => expect.stringContaining(line.trim()) as unknown as string));
    expect(machine.session.state).toBe('logout');
  });

  test('a client that asks for what is off: the violation is told', () => {
    const { events } = replayToServer(record(['S * PREAUTH hi', 'C a LOGIN x y', 'S a OK', 'C b FROB', 'S b BAD what', 'C c IDLE', 'S + ', 'C DONE', 'S c OK']), { capabilities: [] });
    expect(events.filter((event) => event.type === 'violation').map((event) => event.type === 'violation' && event.code)).toContain('IMAP_UNKNOWN_COMMAND');
  });

  test('logins and literals: what was refused is refused again', () => {
    const { output, skipped } = replayToServer(record([
      'S * OK hi', 'C a AUTHENTICATE PLAIN', 'S + ', 'C c2VjcmV0', 'S a NO [AUTHENTICATIONFAILED] no', 'C b LOGIN {1}', 'S + ', 'C x {1}', 'S + ', 'C y', 'S b OK', 'C c APPEND INBOX {5}', 'S + ', 'C hello', 'S c NO [OVERQUOTA] full',
    ]));
    expect(output).toContain('a NO [AUTHENTICATIONFAILED] no\r\n');
    expect(output).toContain('+ Ready for the literal\r\nc NO [OVERQUOTA] full\r\n');
    expect(skipped).toBe(0);
  });
});

const TEXTS = [
  '* OK hi', '* PREAUTH hi', '* BYE', '* 3 EXISTS', '* 1 EXPUNGE', '* 1 FETCH (UID 7 FLAGS (\\Seen))', '* 1 FETCH (BODY[] {5}', ')', '* CAPABILITY IMAP4rev1 IDLE', '* ENABLED IMAP4rev2', '+ ', '+ abc',
  'a OK done', 'a NO \u0000', 'a BAD what\r', 'b OK [READ-ONLY] ok', 'b OK', 'a LOGIN x y', 'a LOGIN {3}', 'b SELECT INBOX', 'b APPEND x {9}', 'b APPEND x ~{9+}', 'a IDLE', 'DONE', 'b AUTHENTICATE PLAIN', '*', '***',
  'a STARTTLS', 'b COMPRESS DEFLATE', 'a LOGOUT', 'b UID FETCH 1:* BODY[]', 'a FETCH 9 FLAGS', 'b ENABLE IMAP4rev2', 'a UNAUTHENTICATE', 'b NOOP', 'a NOTIFY SET (SELECTED (MessageNew MessageExpunge))', '', '\u00e4 {', '{99999999999}',
];
const KINDS: readonly TranscriptEntry['kind'][] = ['command', 'response', 'rest', 'auth', 'done', 'literal', 'opaque', 'event'];

test('any entries in any order: neither replays nor explanations throw', () => {
  const random = new SeededRandom(4242);
  for (let round = 0; round < 1500; round++) {
    const transcript: Transcript = Array.from({ length: random.integer(1, 25) }, (): TranscriptEntry => {
      const text = random.chance(0.9) ? random.pick(TEXTS) : undefined;
      const direction = random.pick(['client', 'server', 'server', 'event'] as const);
      const usual = text === undefined ? 'literal' : direction === 'server' ? 'response' : 'command';
      return {
        direction, kind: random.chance(0.85) ? usual : random.pick(KINDS), atMs: round, octets: random.integer(0, 12), text, redacted: random.chance(0.1), tag: undefined, name: undefined,
        state: 'authenticated',
      };
    });
    expect(explainSession(transcript).length).toBeGreaterThanOrEqual(0);
    expect(replayToClient(transcript).skipped).toBeGreaterThanOrEqual(0);
    expect(replayToServer(transcript).skipped).toBeGreaterThanOrEqual(0);
  }
});

/** `***` has to be quoted. */
function unquoted(line: string): string {
  return line.replace('*** ***', '"***" "***"');
}
