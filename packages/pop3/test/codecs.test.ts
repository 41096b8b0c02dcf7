import { latin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import {
  apopDigestInput, apopTimestamp, type Command, commandSpecs, encodeCommand, encodeDropListing, encodeLanguageListing, encodeResponse, encodeScanListing, encodeUidListing, err,
  explainCapability, explainCommand, explainResponse, NO_CAPABILITIES, ok, parseCapabilities, parseCommand, parseDropListing, parseLanguageListing, parseResponse, parseScanListing,
  parseUidListing, response,
} from '@mailwright/pop3';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { anyCommand } from './generate.ts';

describe('commands', () => {
  test('parse is the inverse of encode for 4000 generated commands, and all verbs are among them', () => {
    const random = new SeededRandom(1);
    const verbs = new Set<string>();
    for (let count = 0; count < 4000; count++) {
      const command = anyCommand(random);
      verbs.add(command.verb);
      expect(parseCommand(encodeCommand(command))).toMatchObject({ ok: true, value: command });
    }
    expect([...verbs].sort()).toEqual(commandSpecs.map(({ verb }) => verb).sort());
  });

  test.each<[string, Command]>([
    ['retr 12', { verb: 'RETR', number: 12 }],
    ['Pass  two  blanks ', { verb: 'PASS', password: ' two  blanks ' }],
    ['USER jane doe', { verb: 'USER', name: 'jane doe' }],
    ['LIST ', { verb: 'LIST', number: undefined }],
    ['NOOP  ', { verb: 'NOOP' }], // blanks behind
    ['TOP 3 0', { verb: 'TOP', number: 3, lines: 0 }],
    ['APOP mrose c4c9334bac560ecc979e58001b3e22fb', { verb: 'APOP', name: 'mrose', digest: 'c4c9334bac560ecc979e58001b3e22fb' }],
    ['AUTH plain =', { verb: 'AUTH', mechanism: 'PLAIN', initialResponse: new Uint8Array(0) }],
  ])('rfc1939 3: %j is read', (line, value) => expect(parseCommand(line)).toMatchObject({ ok: true, value }));

  test.each([
    ['', 'unknown-command'], ['XYZZY', 'unknown-command'], ['RETR1', 'unknown-command'], [' RETR 1', 'unknown-command'],
    ['RETR', 'syntax'], ['RETR 0', 'syntax'], ['RETR -1', 'syntax'], ['RETR 1 2', 'syntax'], ['RETR 1e3', 'syntax'], ['RETR 99999999999', 'syntax'], ['RETR 4294967296', 'syntax'],
    ['DELE x', 'syntax'], ['TOP 1', 'syntax'], ['TOP 1 -1', 'syntax'], ['TOP 1 2 3', 'syntax'], ['USER', 'syntax'], ['USER ', 'syntax'], ['PASS', 'syntax'], ['STAT 1', 'syntax'],
    ['APOP mrose', 'syntax'], ['APOP mrose 1234', 'syntax'], ['AUTH', 'syntax'], ['AUTH PLAIN a', 'syntax'], ['AUTH PLAIN  ', 'syntax'], ['AUTH PLAIN = =', 'syntax'], ['LANG de_DE', 'syntax'],
    ['USER a\x01b', 'not-text'], ['USER a\0', 'not-text'], ['NOOP\n', 'not-text'],
  ])('rfc1939 3: %j -> %s', (line, error) => expect(parseCommand(line)).toMatchObject({ ok: false, error }));

  test.each<[string, Command]>([
    ['CR LF in a name', { verb: 'USER', name: 'jane\r\nDELE 1' }], ['NUL in a password', { verb: 'PASS', password: 'a\0' }], ['LF in a password', { verb: 'PASS', password: 'hunter2\n' }],
    ['an empty password', { verb: 'PASS', password: '' }], ['a blank in the name of APOP', { verb: 'APOP', name: 'a b', digest: '0'.repeat(32) }],
    ['a digest that is none', { verb: 'APOP', name: 'a', digest: 'hunter2' }], ['number 0', { verb: 'RETR', number: 0 }], ['half a number', { verb: 'DELE', number: 1.5 }],
    ['NaN lines', { verb: 'TOP', number: 1, lines: Number.NaN }], ['a mechanism with a blank', { verb: 'AUTH', mechanism: 'PLAIN X', initialResponse: undefined }],
    ['rfc5034 4: a line of more than 255 octets', { verb: 'AUTH', mechanism: 'PLAIN', initialResponse: new Uint8Array(184) }], ['a tag that is none', { verb: 'LANG', tag: 'de\r\n' }],
  ])('a caller\'s mistake, %s, throws and shows no secret', (_name, command) => {
    let message = '';
    try {
      encodeCommand(command);
    } catch (error) {
      expect(error instanceof TypeError || error instanceof RangeError).toBe(true);
      message = (error as Error).message;
    }
    expect(message).not.toBe('');
    expect(message).not.toContain('hunter2');
  });

  test('rfc5034 4: an initial response that makes 255 octets with its CRLF is written', () => {
    const line = encodeCommand({ verb: 'AUTH', mechanism: 'PLAIN', initialResponse: new Uint8Array(180) });
    expect(line.length + 2).toBe(253);
  });
});

describe('responses', () => {
  test.each([
    ['+OK', ok()], ['+OK 2 320', ok('2 320')], ['-ERR', err()], ['-ERR no such message', err('no such message')],
    ['-ERR [IN-USE] Do you have another session?', err('Do you have another session?', 'IN-USE')], ['-ERR [SYS/TEMP] later', err('later', 'SYS/TEMP')], ['-ERR [AUTH]', err('', 'AUTH')],
  ])('rfc2449 8: %j and its value', (line, value) => {
    expect(parseResponse(line)).toEqual(value);
    expect(encodeResponse(value, { codes: true })).toBe(`${line}\r\n`);
  });

  test.each([
    ['+ok done', ok('done')], ['-Err x', err('x')], ['+OK\tx', ok('x')], ['+OK  x', ok(' x')], ['-ERR [in-use] x', err('x', 'IN-USE')], ['-ERR [not closed', err('[not closed')], ['+OK []', ok('[]')],
  ])('sloppy status lines: %j', (line, value) => expect(parseResponse(line)).toEqual(value));

  test.each(['', 'OK', '+OKAY', '-ERROR', '+', '+ abc', '.', '* OK', ' +OK'])('%j is no status line', (line) => expect(parseResponse(line)).toBeUndefined());

  test('a server without RESP-CODES writes none', () => expect(encodeResponse(err('busy', 'IN-USE'), { codes: false })).toBe('-ERR busy\r\n'));

  test.each([['OK', undefined, 'a\r\nb'], ['ERR', undefined, '[AUTH] x'], ['ERR', 'a b]', ''], ['ERR', 'auth', ''], ['OK', '', 'x']] as const)('response(%j, %j, %j) throws', (status, code, text) => {
    expect(() => response(status, code, text)).toThrow(TypeError);
  });

  test('parse is the inverse of encode for generated responses', () => {
    const random = new SeededRandom(2);
    for (let count = 0; count < 2000; count++) {
      const code = random.pick([undefined, 'AUTH', 'SYS/TEMP', 'X-A/B/C', 'LOGIN-DELAY']);
      const text = random.text('abc XYZ.[]+-éß', random.integer(0, 20));
      if (code === undefined && /^\[[^\]]+\]/.test(text)) continue;
      const value = response(random.pick(['OK', 'ERR']), code, text);
      expect(parseResponse(encodeResponse(value, { codes: true }).slice(0, -2))).toEqual(value);
    }
  });
});

describe('listings', () => {
  test('encode and parse are inverses', () => {
    const random = new SeededRandom(3);
    for (let count = 0; count < 1000; count++) {
      const number = random.integer(1, 2_000_000_000);
      const octets = random.word() * 1000;
      const uid = Array.from({ length: random.integer(1, 70) }, () => String.fromCharCode(random.integer(0x21, 0x7e))).join('');
      expect(parseDropListing(encodeDropListing({ messageCount: number, octets }))).toEqual({ messageCount: number, octets });
      expect(parseScanListing(encodeScanListing({ number, octets }))).toEqual({ number, octets });
      expect(parseUidListing(encodeUidListing({ number, uid }))).toEqual({ number, uid });
    }
    expect(parseLanguageListing(encodeLanguageListing({ tag: 'en-boont', description: 'English Boontling dialect' }))).toEqual({ tag: 'en-boont', description: 'English Boontling dialect' });
  });

  test('rfc1939 5: more behind the numbers is passed over', () => {
    expect(parseScanListing('1 120 whatever')).toEqual({ number: 1, octets: 120 });
    expect(parseDropListing('2 320 seen')).toEqual({ messageCount: 2, octets: 320 });
  });

  test('long unique-ids are taken as they are', () => expect(parseUidListing(`1 ${'x'.repeat(100)}`)?.uid).toHaveLength(100));

  test.each(['3', '3 ', 'x 1', '0 1', '1 a b', '-1 x', '1.5 x', '9999999999999999 x'])('mailkit UIDL: %j is no listing', (line) => expect(parseUidListing(line)).toBeUndefined());
  test.each(['3', 'x 1', '0 1', '1 x', '1 -2', '1 2x', '1 0x10'])('%j is no scan listing', (line) => expect(parseScanListing(line)).toBeUndefined());
  test.each([[() => encodeUidListing({ number: 1, uid: 'a b' }), TypeError], [() => encodeUidListing({ number: 1, uid: 'x'.repeat(71) }), TypeError], [() => encodeScanListing({ number: 0, octets: 1 }), RangeError]])('what is no listing is not written', (write, error) => {
    expect(write).toThrow(error);
  });
});

describe('capabilities', () => {
  test('rfc2449 5: typed, in any case, and what is not known is kept', () => {
    const read = parseCapabilities(['TOP', 'user', 'SASL CRAM-MD5 plain', 'UIDL', 'EXPIRE 60 USER', 'LOGIN-DELAY 900 USER', 'UTF8 USER', 'LANG', 'PIPELINING', 'RESP-CODES', 'AUTH-RESP-CODE', 'STLS', 'IMPLEMENTATION Shlemazle-Plotz v302', 'X-GOOGLE-RICO a b', '']);
    expect(read).toEqual({
      top: true, user: true, sasl: ['CRAM-MD5', 'PLAIN'], uidl: true, expire: { days: 60, perUser: true }, loginDelay: { seconds: 900, perUser: true }, utf8: { user: true }, lang: true,
      pipelining: true, responseCodes: true, authResponseCode: true, stls: true, implementation: 'Shlemazle-Plotz v302', others: [{ tag: 'X-GOOGLE-RICO', parameters: ['A', 'B'].map((word) => word.toLowerCase()) }],
    });
  });

  test('nothing announced', () => {
    expect(parseCapabilities([])).toEqual(NO_CAPABILITIES);
    expect(NO_CAPABILITIES).toMatchObject({ top: false, sasl: [], expire: undefined, others: [] });
  });

  test('what is disabled is absent; nonsense is absent', () => {
    expect(parseCapabilities(['PIPELINING', 'EXPIRE soon', 'LOGIN-DELAY'], new Set(['PIPELINING']))).toEqual(NO_CAPABILITIES);
    expect(parseCapabilities(['EXPIRE NEVER']).expire).toEqual({ days: Infinity, perUser: false });
  });
});

describe('apop', () => {
  test('rfc1939 7: the example', () => {
    const timestamp = apopTimestamp('POP3 server ready <1896.697170952@dbc.mtview.ca.us>');
    expect(timestamp).toBe('<1896.697170952@dbc.mtview.ca.us>');
    expect(latin1(apopDigestInput(timestamp!, 'tanstaaf'))).toBe('<1896.697170952@dbc.mtview.ca.us>tanstaaf');
  });

  test.each(['ready', '<no at sign>', '<a@b', '<a @b>', '<\x80@b>', '<@b>', `<${'x'.repeat(300)}@b>`])('CVE-2007-1558: %j is no timestamp', (text) => expect(apopTimestamp(text)).toBeUndefined());
});

describe('explanations', () => {
  test('never a secret, always a source', () => {
    const random = new SeededRandom(4);
    for (let count = 0; count < 500; count++) {
      const command = anyCommand(random);
      const { meaning, source } = explainCommand(encodeCommand(command));
      expect(source).toMatch(/^RFC \d+ /);
      if (command.verb === 'PASS') expect(meaning).toBe('The client shows its password.');
    }
    expect(explainCommand('TOP 1').meaning).toBe('Not how this command is written: TOP msg n.');
    expect(explainCommand('XYZZY').meaning).toContain('Not a command');
    expect(explainResponse('-ERR [IN-USE] x').meaning).toContain('somebody else');
    expect(explainResponse('+ abc').source).toBe('RFC 5034 4');
    expect(explainResponse('hello').meaning).toBe('Not a status line.');
    for (const line of ['TOP', 'EXPIRE 0', 'EXPIRE NEVER', 'EXPIRE 7', 'EXPIRE', 'LOGIN-DELAY 7', 'SASL PLAIN', 'UTF8 USER', 'X-A', '']) expect(explainCapability(line).meaning).not.toBe('');
  });
});
