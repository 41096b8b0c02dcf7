import { encodeBase64, encodeLatin1, latin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { err, resolveServerOptions, ServerMachine } from '@mailwright/pop3';
import { TestServer, type Script } from './session.ts';

function loggedIn(script: Script = {}): TestServer {
  const server = new TestServer(script);
  server.run();
  expect(server.say('USER jane\r\nPASS secret\r\n')).toBe('+OK send PASS\r\n+OK maildrop ready\r\n');
  return server;
}

describe('a session', () => {
  test('rfc1939 10: from the greeting to the update', () => {
    const server = new TestServer();
    expect(server.run()).toBe('+OK POP3 server ready\r\n');
    expect(server.say('USER jane\r\n')).toBe('+OK send PASS\r\n');
    expect(server.say('PASS secret\r\n')).toBe('+OK maildrop ready\r\n');
    expect(server.say('STAT\r\n')).toBe('+OK 3 73\r\n');
    expect(server.say('LIST\r\n')).toBe('+OK 3 messages (73 octets)\r\n1 23\r\n2 32\r\n3 18\r\n.\r\n');
    expect(server.say('LIST 2\r\n')).toBe('+OK 2 32\r\n');
    expect(server.say('UIDL\r\n')).toBe('+OK unique-id listing follows\r\n1 uid-1\r\n2 uid-2\r\n3 uid-3\r\n.\r\n');
    expect(server.say('UIDL 3\r\n')).toBe('+OK 3 uid-3\r\n');
    expect(server.say('RETR 2\r\n')).toBe('+OK message follows\r\nSubject: two\r\n\r\n..dot\r\n...\r\nlast\r\n.\r\n');
    expect(server.say('TOP 2 1\r\n')).toBe('+OK message follows\r\nSubject: two\r\n\r\n..dot\r\n.\r\n');
    expect(server.say('DELE 1\r\n')).toBe('+OK message 1 deleted\r\n');
    expect(server.say('DELE 1\r\nRETR 1\r\nLIST 1\r\nUIDL 1\r\nTOP 1 0\r\n')).toBe('-ERR no such message\r\n'.repeat(5));
    expect(server.say('STAT\r\nLIST\r\n')).toBe('+OK 2 50\r\n+OK 2 messages (50 octets)\r\n2 32\r\n3 18\r\n.\r\n');
    expect(server.say('RSET\r\nSTAT\r\n')).toBe('+OK maildrop has 3 messages (73 octets)\r\n+OK 3 73\r\n');
    expect(server.say('NOOP\r\nDELE 3\r\nDELE 2\r\nQUIT\r\n')).toBe('+OK\r\n+OK message 3 deleted\r\n+OK message 2 deleted\r\n+OK bye\r\n');
    expect(server.deleted).toEqual([2, 3]);
    expect(server.end).toBe('quit');
  });

  test.each(['whole', 'by octet'])('rfc2449 6.6: a pipelined group is answered in order, %s', (how) => {
    const server = loggedIn();
    const group = 'STAT\r\nRETR 1\r\nDELE 1\r\nLIST 9\r\nNOOP\r\nQUIT\r\n';
    const said = how === 'whole' ? server.say(group) : [...group].map((octet) => server.say(octet)).join('');
    expect(said).toBe('+OK 3 73\r\n+OK message follows\r\nSubject: one\r\n\r\nHello\r\n.\r\n+OK message 1 deleted\r\n-ERR no such message\r\n+OK\r\n+OK bye\r\n');
    expect(server.deleted).toEqual([1]);
  });

  test('rfc1939 6: the client is gone without QUIT -> nothing is removed', () => {
    const server = loggedIn();
    server.say('DELE 1\r\n');
    server.machine.end();
    expect(server.run()).toBe('');
    expect([server.end, server.deleted]).toEqual(['eof', undefined]);
  });

  test('rfc1939 6: QUIT before the login -> no update', () => {
    const server = new TestServer();
    server.run();
    expect(server.say('QUIT\r\n')).toBe('+OK bye\r\n');
    expect([server.end, server.deleted]).toEqual(['quit', undefined]);
  });

  test('rfc1939 6: what could not be removed is told, and the session ends', () => {
    const server = loggedIn({ answer: (machine, event) => event.type === 'update' && (machine.refuse(err('some messages not removed', 'SYS/TEMP')), true) });
    expect(server.say('DELE 1\r\nQUIT\r\n')).toBe('+OK message 1 deleted\r\n-ERR [SYS/TEMP] some messages not removed\r\n');
    expect(server.end).toBe('quit');
  });

  test('a refused greeting ends the session', () => {
    const server = new TestServer({ answer: (machine, event) => event.type === 'connect' && (machine.refuse(err('too many connections', 'SYS/TEMP')), true) });
    expect(server.run()).toBe('-ERR [SYS/TEMP] too many connections\r\n');
    expect(server.end).toBe('refused');
  });

  test('shutdown: -ERR at the next command boundary, nothing removed', () => {
    const server = loggedIn();
    server.say('DELE 1\r\n');
    server.machine.shutdown();
    expect(server.run()).toBe('-ERR [SYS/TEMP] the server is shutting down\r\n');
    expect([server.end, server.deleted]).toEqual(['shutdown', undefined]);
  });

  test('a message that can\'t be read on ends the session without its dot', () => {
    const server = loggedIn({ answer: (machine, event) => event.type === 'message-wanted' && (machine.text(encodeLatin1('Subject: x\r\n')), machine.abortText(), true) });
    expect(server.say('RETR 1\r\n')).toBe('+OK message follows\r\nSubject: x\r\n');
    expect(server.end).toBe('shutdown');
  });

  test('a message is refused by the driver, and the session goes on', () => {
    const server = loggedIn({ answer: (machine, event) => event.type === 'message-wanted' && (machine.refuse(err('not readable now', 'SYS/TEMP')), true) });
    expect(server.say('RETR 1\r\nNOOP\r\n')).toBe('-ERR [SYS/TEMP] not readable now\r\n+OK\r\n');
  });

  test('nothing is read on while the driver owes a message', () => {
    const server = loggedIn({ answer: (_machine, event) => event.type === 'message-wanted' });
    expect(server.say('RETR 1\r\nNOOP\r\n')).toBe('');
    expect(server.machine.next()).toEqual({ type: 'need-answer' });
    expect(server.machine.deadline).toBeUndefined();
    server.machine.text(encodeLatin1('x'));
    expect(server.run()).toBe('+OK message follows\r\nx');
    server.machine.endText();
    expect(server.run()).toBe('\r\n.\r\n+OK\r\n');
  });
});

describe('capabilities', () => {
  test('rfc2449 5: by state', () => {
    const server = new TestServer({
      options: { stls: true, mechanisms: ['plain', 'SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS'], clearTextAuth: 'refuse', utf8: 'user', expireDays: Infinity, loginDelaySeconds: 5, implementation: 'mailwright 1', languages: [{ tag: 'en', description: 'English' }] },
    });
    server.run();
    expect(server.say('CAPA\r\n').split('\r\n')).toEqual([
      '+OK capability list follows', 'AUTH-RESP-CODE', 'EXPIRE NEVER', 'LANG', 'LOGIN-DELAY 5', 'PIPELINING', 'RESP-CODES', 'SASL SCRAM-SHA-256', 'STLS', 'TOP', 'UIDL', 'UTF8 USER', '.', '',
    ]);
    server.say('STLS\r\n');
    server.machine.tlsStarted(0);
    expect(server.say('CAPA\r\n')).toContain('SASL PLAIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS\r\nTOP\r\nUIDL\r\nUSER\r\n');
    server.say('USER jane\r\nPASS secret\r\n');
    expect(server.say('CAPA\r\n').split('\r\n').filter((line) => /^(SASL|STLS|IMPL)/.test(line))).toEqual(['IMPLEMENTATION mailwright 1']);
  });

  test('what is switched off is unknown', () => {
    const server = loggedIn({ options: { disabled: new Set(['TOP', 'UIDL', 'RESP-CODES']) } });
    expect(server.say('TOP 1 1\r\nUIDL\r\nTOP\r\nSTLS\r\nAUTH PLAIN\r\nLANG\r\nUTF8\r\n')).toBe('-ERR unknown command\r\n'.repeat(7));
  });

  test('rfc2449 8: no codes without RESP-CODES', () => {
    const server = new TestServer({ options: { disabled: new Set(['RESP-CODES']) } });
    server.run();
    expect(server.say('USER a\r\nPASS b\r\n')).toBe('+OK send PASS\r\n-ERR wrong\r\n');
  });

  test('rfc6856 3: LANG', () => {
    const server = loggedIn({ options: { languages: [{ tag: 'en', description: 'English' }, { tag: 'de', description: 'Deutsch' }] } });
    expect(server.say('LANG\r\nLANG DE\r\nLANG fr\r\nLANG *\r\n')).toBe('+OK language listing follows\r\nen English\r\nde Deutsch\r\n.\r\n+OK de Deutsch\r\n-ERR fr is not spoken here\r\n+OK en English\r\n');
    expect(server.machine.session.language).toBe('en');
  });
});

describe('logins', () => {
  test('rfc1939 7: APOP reaches the driver with its digest', () => {
    let digest = '';
    const server = new TestServer({
      options: { timestamp: '<1896.697170952@dbc.mtview.ca.us>', clearTextAuth: 'refuse' },
      answer: (machine, event) => event.type === 'login' && event.attempt.method === 'APOP' && ((digest = event.attempt.digest), machine.opened(event.attempt.name, []), true),
    });
    expect(server.run()).toBe('+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\r\n');
    expect(server.say('APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n')).toBe('+OK maildrop ready\r\n');
    expect(digest).toBe('c4c9334bac560ecc979e58001b3e22fb');
    expect(server.machine.session.identity).toBe('mrose');
  });

  test('rfc1939 7: APOP without a timestamp is refused', () => {
    const server = new TestServer();
    server.run();
    expect(server.say(`APOP a ${'0'.repeat(32)}\r\n`)).toBe('-ERR APOP is not offered\r\n');
  });

  test('rfc8314 3: no password in clear text unless the options say so', () => {
    const server = new TestServer({ options: { clearTextAuth: 'refuse', mechanisms: ['PLAIN', 'CRAM-MD5'] } });
    server.run();
    expect(server.say('USER jane\r\nPASS secret\r\n')).toBe('-ERR STLS first: the password would be shown\r\n-ERR USER first\r\n');
    expect(server.say('AUTH PLAIN\r\n')).toBe('-ERR STLS first: this mechanism shows the secret\r\n');
    expect(server.say('AUTH CRAM-MD5\r\n')).toBe('+ \r\n');
  });

  test('rfc5034 4: AUTH with an initial response, without one, with an empty one, cancelled, not base64', () => {
    const response = encodeBase64(encodeLatin1('\0jane\0secret'));
    const fresh = (): TestServer => {
      const server = new TestServer({ options: { mechanisms: ['PLAIN'] } });
      server.run();
      return server;
    };
    expect(fresh().say(`auth plain ${response}\r\n`)).toBe('+OK maildrop ready\r\n');
    expect(fresh().say(`AUTH PLAIN\r\n${response}\r\n`)).toBe('+ \r\n+OK maildrop ready\r\n');
    expect(fresh().say('AUTH PLAIN =\r\n')).toBe('-ERR [AUTH] wrong\r\n');
    expect(fresh().say('AUTH PLAIN\r\n*\r\nNOOP\r\n')).toBe('+ \r\n-ERR login cancelled\r\n-ERR log in first\r\n');
    expect(fresh().say('AUTH PLAIN\r\n%%%\r\n')).toBe('+ \r\n-ERR not base64\r\n');
    expect(fresh().say('AUTH GSSAPI\r\n')).toBe('-ERR authentication mechanism not offered\r\n');
    expect(fresh().say(`AUTH PLAIN ${'A'.repeat(244)}\r\nNOOP\r\n`)).toBe('-ERR line too long\r\n-ERR log in first\r\n');
  });

  test('rfc6856 2: UTF-8 names need UTF8 mode and UTF8 USER', () => {
    const server = new TestServer({ options: { utf8: 'user' } });
    server.run();
    expect(server.say('USER jürgen\r\n')).toBe('-ERR [UTF8] names and passwords are ASCII here\r\n');
    expect(server.say('UTF8\r\nUSER jürgen\r\nPASS secret\r\n')).toBe('+OK UTF-8 from now on\r\n+OK send PASS\r\n+OK maildrop ready\r\n');
    expect(server.machine.session.identity).toBe('jürgen');
  });

  test('rfc6856 2.1: a message in UTF-8 needs UTF8 mode; UTF8 only before the login', () => {
    const open: Script = { options: { utf8: 'messages' }, answer: (machine, event) => event.type === 'login' && (machine.opened('jane', [{ octets: 5, uid: 'a', utf8: true }]), true) };
    expect(loggedIn(open).say('RETR 1\r\nTOP 1 0\r\nUTF8\r\n')).toBe('-ERR [UTF8] this message needs UTF8 mode\r\n'.repeat(2) + '-ERR not now\r\n');
    const server = new TestServer(open);
    server.run();
    server.say('UTF8\r\nUSER jane\r\nPASS secret\r\n');
    expect(server.say('RETR 1\r\n')).toMatch(/^\+OK/);
  });

  test('limit: wrong logins end the session', () => {
    const server = new TestServer({ options: { limits: { authAttempts: 2 } } });
    server.run();
    expect(server.say('USER a\r\nPASS b\r\nUSER a\r\nPASS b\r\nNOOP\r\n')).toBe('+OK send PASS\r\n-ERR [AUTH] wrong\r\n+OK send PASS\r\n-ERR [AUTH] wrong\r\n');
    expect([server.end, server.violations]).toEqual(['violation', ['LIMIT_AUTH_ATTEMPTS']]);
  });
});

describe('stls', () => {
  test('rfc2595 4: a handshake, and nothing is remembered', () => {
    const server = new TestServer({ options: { stls: true, utf8: 'messages' } });
    server.run();
    expect(server.say('USER jane\r\nSTLS\r\n')).toBe('+OK send PASS\r\n+OK begin TLS\r\n');
    expect(server.machine.next()).toEqual({ type: 'upgrade-tls' });
    server.machine.tlsStarted(5);
    expect(server.say('PASS secret\r\nSTLS\r\n')).toBe('-ERR USER first\r\n-ERR TLS is already active\r\n');
  });

  test('stls: plaintext behind the command is refused', () => {
    const server = new TestServer({ options: { stls: true } });
    server.run();
    expect(server.say('STLS\r\nUSER jane\r\n')).toBe('-ERR octets before the TLS handshake\r\n');
    expect([server.end, server.violations]).toEqual(['violation', ['POP3_OCTETS_BEFORE_TLS']]);
  });

  test('stls: plaintext that comes before the handshake is done is dropped', () => {
    const server = new TestServer({ options: { stls: true } });
    server.run();
    server.say('STLS\r\n');
    expect(server.say('USER jane\r\n')).toBe('');
    server.machine.tlsStarted(5);
    expect(server.say('PASS secret\r\n')).toBe('-ERR USER first\r\n');
  });

  test('rfc6856 2.1: STLS behind UTF8 and behind the login is refused', () => {
    const server = new TestServer({ options: { stls: true, utf8: 'messages' } });
    server.run();
    expect(server.say('UTF8\r\nSTLS\r\nUSER jane\r\nPASS secret\r\nSTLS\r\n')).toBe('+OK UTF-8 from now on\r\n-ERR STLS must come before UTF8\r\n+OK send PASS\r\n+OK maildrop ready\r\n-ERR not now\r\n');
  });
});

describe('abuse', () => {
  test.each([
    ['a bare LF', 'NOOP\n', 'NOOP\r\n', 'POP3_BARE_LF', 'lines end in CRLF'],
    ['a bare CR', 'NO\rOP\r\n', '', 'POP3_BARE_CR', 'CR without LF'],
    ['a NUL', 'NOOP\0\r\n', '', 'POP3_NUL', 'NUL in a line'],
    ['256 octets', `NOOP ${'x'.repeat(249)}\r\n`, '', 'LIMIT_LINE_OCTETS', 'line too long'],
    ['not UTF-8', '\xff\r\n', '', 'POP3_SYNTAX', 'a command is text in UTF-8 without control characters'],
    ['an unknown verb', 'XYZZY\r\n', '', 'POP3_SYNTAX', 'unknown command'],
    ['a wrong argument', 'RETR x\r\n', '', 'POP3_SYNTAX', 'syntax: RETR msg'],
    ['a command too late', 'USER x\r\n', '', 'POP3_SEQUENCE', 'not now'],
  ])('%s: -ERR, and the session goes on', (_name, line, dropped, code, text) => {
    const server = loggedIn();
    expect(server.say(encodeLatin1(`${line}${dropped}`)) + server.say('NOOP\r\n')).toBe(`-ERR ${text}\r\n+OK\r\n`);
    expect(server.violations).toEqual([code]);
  });

  test('rfc2449 4: 255 octets are a line', () => expect(loggedIn().say(`USER ${'x'.repeat(248)}\r\n`)).toBe('-ERR not now\r\n'));

  test('limits: errors, and commands before the login', () => {
    const errors = loggedIn({ options: { limits: { errors: 2 } } });
    expect(errors.say('X\r\nX\r\nX\r\nNOOP\r\n')).toBe('-ERR unknown command\r\n'.repeat(3) + '-ERR too many errors\r\n');
    expect(errors.violations.at(-1)).toBe('LIMIT_ERRORS');
    const idle = new TestServer({ options: { limits: { idleCommands: 2 } } });
    idle.run();
    expect(idle.say('CAPA\r\nCAPA\r\nCAPA\r\n')).toMatch(/\.\r\n-ERR too many commands before the login\r\n$/);
    expect(idle.end).toBe('violation');
  });

  test('a line without end is never kept beyond its limit', () => {
    const server = loggedIn();
    for (let count = 0; count < 1000; count++) server.say('x'.repeat(1000));
    expect(server.machine.unreadOctets).toBeLessThan(300);
    expect(server.say('\r\nNOOP\r\n')).toBe('+OK\r\n');
  });

  test('rfc1939 3: autologout says nothing and removes nothing', () => {
    const server = loggedIn();
    server.say('DELE 1\r\n');
    expect(server.machine.deadline).toBe(600_000);
    server.machine.expire(599_999);
    expect(server.run()).toBe('');
    server.machine.expire(600_000);
    expect(server.run()).toBe('');
    expect([server.end, server.deleted, server.violations]).toEqual(['timeout', undefined, ['POP3_TIMEOUT']]);
  });

  test('octets that drip win no time', () => {
    const server = loggedIn({ options: { timeouts: { commandMs: 1000, sessionMs: 5000 } } });
    server.now = 500;
    server.say('NOOP\r\n');
    server.say('NO');
    expect(server.machine.deadline).toBe(1500);
    server.now = 4800;
    server.say('OP\r\n');
    expect(server.machine.deadline).toBe(5000);
  });
});

describe('a driver\'s mistakes', () => {
  test('an answer that nobody asked for', () => {
    const machine = new ServerMachine(resolveServerOptions(), false, 0);
    for (const wrong of [() => machine.greet(), () => machine.opened('x', []), () => machine.challenge(new Uint8Array(0)), () => machine.updated(), () => machine.text(new Uint8Array(0)), () => machine.endText(), () => machine.tlsStarted(0), () => machine.refuse(err())]) {
      expect(wrong).toThrow(TypeError);
    }
    expect(machine.next()).toEqual({ type: 'connect' });
    expect(() => machine.opened('x', [])).toThrow(TypeError);
    machine.greet();
    expect(latin1(machine.takeOutput(0)![0]!)).toBe('+OK POP3 server ready\r\n');
  });

  test('a maildrop that can\'t be listed', () => {
    const server = new TestServer({ answer: (_machine, event) => event.type === 'login' });
    server.run();
    server.say('USER a\r\nPASS b\r\n');
    expect(() => server.machine.opened('a', [{ octets: 1, uid: 'a b', utf8: false }])).toThrow(TypeError);
    expect(() => server.machine.opened('a', [{ octets: -1, uid: 'a', utf8: false }])).toThrow(RangeError);
  });

  test.each([
    [{ banner: 'a\r\nb' }, TypeError], [{ banner: 'a <b@c>' }, TypeError], [{ timestamp: 'a' }, TypeError], [{ implementation: ' x' }, TypeError], [{ mechanisms: ['A B'] }, TypeError],
    [{ limits: { lineOctets: -1 } }, RangeError], [{ limits: { lines: 1 } }, RangeError], [{ timeouts: { commandMs: Number.NaN } }, RangeError], [{ expireDays: 1.5 }, RangeError], [{ loginDelaySeconds: Infinity }, RangeError],
    [{ languages: [{ tag: 'x y', description: '' }] }, TypeError],
  ])('options %j', (options, error) => expect(() => resolveServerOptions(options as object)).toThrow(error));
});
