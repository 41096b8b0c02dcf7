import { encodeLatin1, latin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { type ClientEvent, ClientMachine, type ClientOptionsInput, type Command, parseCapabilities, resolveClientOptions } from '@mailwright/pop3';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { anyMessage } from './generate.ts';
import { converse, MESSAGES, octetByOctet, TestServer, textOf } from './session.ts';

/** A machine and a script by hand. */
class Hand {
  readonly machine: ClientMachine;
  now = 0;

  constructor(options: ClientOptionsInput = {}, greeting: string = '+OK ready\r\n') {
    this.machine = new ClientMachine(resolveClientOptions(options), 0);
    if (greeting !== '') this.hear(greeting);
  }

  /** Gives commands and tells what is written. */
  say(...commands: readonly Command[]): string {
    for (const command of commands) this.machine.send(command);
    return this.write();
  }

  write(): string {
    const octets = this.machine.takeOutput(this.now);
    return octets === undefined ? '' : latin1(octets);
  }

  hear(text: string): ClientEvent[] {
    this.machine.receive(encodeLatin1(text), this.now);
    return this.pull();
  }

  pull(): ClientEvent[] {
    const events: ClientEvent[] = [];
    for (let event = this.machine.next(); event.type !== 'need-data'; event = this.machine.next()) {
      events.push(event);
      if (event.type === 'closed') break;
    }
    return events;
  }

  /** Logs in and says that PIPELINING is there. */
  pipelining(): this {
    this.say({ verb: 'CAPA' });
    this.hear('+OK\r\nPIPELINING\r\n.\r\n');
    return this;
  }
}

const RETR = (number: number): Command => ({ verb: 'RETR', number });
const DELE = (number: number): Command => ({ verb: 'DELE', number });

describe('the pair', () => {
  test.each([['whole', undefined], ['octet by octet', octetByOctet]])('client against server, %s: everything once', (_name, cut) => {
    const server = new TestServer({ options: { languages: [{ tag: 'en', description: 'English' }], mechanisms: ['PLAIN'], utf8: 'user' } });
    const client = new ClientMachine(resolveClientOptions(), 0);
    const commands: readonly Command[] = [
      { verb: 'CAPA' }, { verb: 'UTF8' }, { verb: 'USER', name: 'jane' }, { verb: 'PASS', password: 'secret' }, { verb: 'CAPA' }, { verb: 'STAT' }, { verb: 'LIST', number: undefined },
      { verb: 'UIDL', number: undefined }, RETR(1), RETR(2), RETR(3), RETR(4), { verb: 'TOP', number: 2, lines: 1 }, DELE(1), { verb: 'RSET' }, DELE(2), { verb: 'LIST', number: 2 }, { verb: 'NOOP' }, { verb: 'LANG', tag: undefined },
      { verb: 'QUIT' },
    ];
    const ids = commands.map((command) => client.send(command));
    const events = converse(client, server, cut);
    const answered = events.flatMap((event) => ('id' in event && (event.type === 'response' || event.type === 'text-end') ? [event.id] : []));
    expect(answered).toEqual(ids);
    expect([1, 2, 3].map((number) => textOf(events, ids[number + 7]!))).toEqual(MESSAGES);
    expect(textOf(events, ids[12]!)).toBe('Subject: two\r\n\r\n.dot\r\n');
    expect(events.filter((event) => event.type === 'response' && event.response.status === 'ERR').map((event) => 'id' in event && event.id)).toEqual([ids[11], ids[16]]);
    expect(events.find((event) => event.type === 'response' && event.id === ids[7])).toMatchObject({ lines: ['1 uid-1', '2 uid-2', '3 uid-3'] });
    expect(events.at(-1)).toEqual({ type: 'closed', end: 'quit' });
    expect([server.deleted, server.end, client.state, client.utf8]).toEqual([[2], 'quit', 'update', true]);
  });

  test('generated messages, cut at random on both ways, arrive as they were', () => {
    const random = new SeededRandom(7);
    const cut = (octets: Uint8Array): Uint8Array[] => {
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < octets.length; ) pieces.push(octets.subarray(at, (at += random.integer(1, 7))));
      return pieces;
    };
    for (let round = 0; round < 30; round++) {
      const messages = Array.from({ length: 5 }, () => latin1(anyMessage(random)).replace(/[^\0-\x7f]/g, 'x'));
      const server = new TestServer({ messages, options: { lineEnds: 'pass' } });
      const client = new ClientMachine(resolveClientOptions({ window: random.integer(1, 8) }), 0);
      for (const command of [{ verb: 'CAPA' }, { verb: 'USER', name: 'jane' }, { verb: 'PASS', password: 'secret' }] as const) client.send(command);
      const ids = messages.map((_text, index) => client.send(RETR(index + 1)));
      const events = converse(client, server, cut);
      expect(ids.map((id) => textOf(events, id))).toEqual(messages);
    }
  });
});

describe('pipelining', () => {
  test('rfc2449 6.6: not offered -> one at a time', () => {
    const hand = new Hand();
    expect(hand.say(DELE(1), DELE(2))).toBe('DELE 1\r\n');
    expect(hand.write()).toBe('');
    hand.hear('+OK\r\n');
    expect(hand.write()).toBe('DELE 2\r\n');
  });

  test('rfc2449 6.6: offered -> in one go, as many as the window allows', () => {
    const hand = new Hand({ window: 3 }).pipelining();
    expect(hand.say(DELE(1), RETR(2), DELE(3), DELE(4))).toBe('DELE 1\r\nRETR 2\r\nDELE 3\r\n');
    hand.hear('+OK\r\n+OK\r\n');
    expect(hand.write()).toBe('DELE 4\r\n');
    expect(hand.hear('x\r\n.\r\n-ERR no\r\n+OK\r\n').map(({ type }) => type)).toEqual(['text', 'text-end', 'response', 'response']);
  });

  test('rfc2449 6.6: what changes the session goes alone, QUIT goes last', () => {
    const hand = new Hand().pipelining();
    expect(hand.say({ verb: 'USER', name: 'a' }, { verb: 'PASS', password: 'b' }, { verb: 'STAT' }, { verb: 'QUIT' }, { verb: 'NOOP' })).toBe('USER a\r\n');
    hand.hear('+OK\r\n');
    expect(hand.write()).toBe('PASS b\r\n');
    hand.hear('+OK\r\n');
    expect(hand.write()).toBe('STAT\r\nQUIT\r\n');
    expect(hand.hear('+OK 0 0\r\n+OK\r\n').map(({ type }) => type)).toEqual(['response', 'response', 'closed']);
    expect(hand.write()).toBe('');
  });

  test('a command is taken back while it waits, and not afterwards', () => {
    const hand = new Hand();
    const [first, second] = [hand.machine.send(DELE(1)), hand.machine.send(DELE(2))];
    hand.write();
    expect([hand.machine.withdraw(second), hand.machine.withdraw(first), hand.machine.withdraw(9)]).toEqual([true, false, false]);
    hand.hear('+OK\r\n');
    expect([hand.write(), hand.machine.idle]).toEqual(['', true]);
  });

  test('100,000 commands cost the same each', () => {
    const hand = new Hand({ window: 1000 }).pipelining();
    for (let number = 1; number <= 100_000; number++) hand.machine.send(DELE(number));
    let answered = 0;
    while (!hand.machine.idle) {
      const lines = hand.write().split('\r\n').length - 1;
      answered += hand.hear('+OK\r\n'.repeat(lines)).length;
    }
    expect(answered).toBe(100_000);
  });
});

describe('logins', () => {
  test('rfc5034 4: challenges and responses, also without the blank', () => {
    const hand = new Hand();
    expect(hand.say({ verb: 'AUTH', mechanism: 'PLAIN', initialResponse: undefined })).toBe('AUTH PLAIN\r\n');
    expect(hand.hear('+\r\n')).toMatchObject([{ type: 'challenge', octets: new Uint8Array(0) }]); // a challenge without its blank
    hand.machine.respond(encodeLatin1('\0a\0b'));
    expect(hand.write()).toBe('AGEAYg==\r\n');
    expect(hand.hear('+ %\r\n')).toMatchObject([{ type: 'challenge', octets: undefined }]);
    hand.machine.cancelAuth();
    expect(hand.write()).toBe('*\r\n');
    expect(hand.hear('-ERR no\r\n')).toMatchObject([{ type: 'response', response: { status: 'ERR' } }]);
    expect(hand.machine.state).toBe('authorization');
    expect(() => hand.machine.respond(new Uint8Array(0))).toThrow(TypeError);
  });

  test('rfc1939 7: the timestamp', () => expect(new Hand({}, '+OK ready <a.b@c>\r\n').machine.timestamp).toBe('<a.b@c>'));
});

describe('stls', () => {
  test('rfc2595 4: capabilities are forgotten', () => {
    const hand = new Hand().pipelining();
    expect(hand.say({ verb: 'STLS' }, { verb: 'NOOP' })).toBe('STLS\r\n');
    expect(hand.hear('+OK\r\n')).toMatchObject([{ type: 'upgrade-tls' }]);
    expect(hand.write()).toBe('');
    hand.machine.tlsStarted(0);
    expect(hand.machine.capabilities).toEqual(parseCapabilities([]));
    expect(hand.write()).toBe('NOOP\r\n');
  });

  test('rfc2595 4: UTF8 mode is forgotten', () => {
    const hand = new Hand();
    hand.say({ verb: 'UTF8' });
    hand.hear('+OK\r\n');
    hand.say({ verb: 'STLS' });
    hand.hear('+OK\r\n');
    expect(hand.machine.utf8).toBe(true);
    hand.machine.tlsStarted(0);
    expect(hand.machine.utf8).toBe(false);
  });

  test('stls: octets behind the +OK are refused', () => {
    const hand = new Hand();
    hand.say({ verb: 'STLS' });
    expect(hand.hear('+OK\r\n+OK injected\r\n')).toMatchObject([{ type: 'violation', code: 'POP3_OCTETS_BEFORE_TLS' }, { type: 'closed', end: 'violation' }]);
  });

  test('stls: refused, and the session goes on', () => {
    const hand = new Hand();
    hand.say({ verb: 'STLS' });
    expect(hand.hear('-ERR no\r\n')).toMatchObject([{ type: 'response' }]);
    expect(hand.say({ verb: 'NOOP' })).toBe('NOOP\r\n');
  });
});

describe('servers that break the rules', () => {
  test.each<[string, readonly Command[], string, string]>([
    ['a greeting that is none', [], 'HTTP/1.1 400 Bad Request\r\n', 'POP3_BAD_RESPONSE'],
    ['a response to nothing', [], '+OK ready\r\n+OK again\r\n', 'POP3_UNEXPECTED_RESPONSE'],
    ['two responses to one command', [{ verb: 'NOOP' }], '+OK\r\n+OK\r\n', 'POP3_UNEXPECTED_RESPONSE'],
    ['a challenge outside a login', [{ verb: 'NOOP' }], '+ abc\r\n', 'POP3_UNEXPECTED_RESPONSE'],
    ['no status line', [{ verb: 'NOOP' }], '250 OK\r\n', 'POP3_BAD_RESPONSE'],
    ['a bare LF', [{ verb: 'NOOP' }], '+OK\n', 'POP3_BAD_RESPONSE'],
    ['a bare CR', [{ verb: 'NOOP' }], '+OK a\rb\r\n', 'POP3_BAD_RESPONSE'],
    ['a NUL', [{ verb: 'NOOP' }], '+OK a\0b\r\n', 'POP3_BAD_RESPONSE'],
    ['a line without end', [{ verb: 'NOOP' }], `+OK ${'x'.repeat(9000)}`, 'LIMIT_LINE_OCTETS'],
    ['a listing without end', [{ verb: 'UIDL', number: undefined }], `+OK\r\n${'1 x\r\n'.repeat(20)}`, 'LIMIT_REPLY_LINES'],
    ['long lines in a listing', [{ verb: 'UIDL', number: undefined }], `+OK\r\n${`1 ${'x'.repeat(60)}\r\n`.repeat(9)}`, 'LIMIT_REPLY_OCTETS'],
    ['a message without end', [RETR(1)], `+OK\r\n${'x'.repeat(1001)}`, 'LIMIT_MESSAGE_OCTETS'],
  ])('%s', (_name, commands, wire, code) => {
    const hand = new Hand({ limits: { replyLines: 10, replyOctets: 500, messageOctets: 1000 } }, commands.length === 0 ? '' : undefined);
    hand.say(...commands);
    expect(hand.hear(wire).slice(-2)).toMatchObject([{ type: 'violation', code }, { type: 'closed', end: 'violation' }]);
    expect(hand.say({ verb: 'NOOP' })).toBe('');
    expect(hand.machine.unreadOctets).toBe(0);
  });

  test('lf-too: the same session with LF alone', () => {
    const hand = new Hand({ lineEnds: 'lf-too' }, '+OK ready\n');
    hand.say({ verb: 'LIST', number: undefined });
    expect(hand.hear('+OK\n1 5\n.\n')).toMatchObject([{ type: 'response', lines: ['1 5'] }]);
    hand.say(RETR(1));
    expect(hand.hear('+OK\na\n..b\n.\n').map(({ type }) => type)).toEqual(['text-begin', 'text', 'text', 'text-end']);
  });

  test('-ERR that nobody asked for is a goodbye', () => {
    expect(new Hand().hear('-ERR idle for too long\r\n')).toMatchObject([{ type: 'goodbye', response: { text: 'idle for too long' } }, { type: 'closed', end: 'goodbye' }]);
  });

  test('-ERR as the greeting refuses the session', () => {
    expect(new Hand({}, '').hear('-ERR go away\r\n')).toMatchObject([{ type: 'greeting', response: { status: 'ERR' } }, { type: 'closed', end: 'refused' }]);
  });

  test.each([['in a listing', { verb: 'LIST', number: undefined } as const, '+OK\r\n1 2\r\n'], ['in a message', RETR(1), '+OK\r\nabc\r\n.\r'], ['in a status line', { verb: 'NOOP' } as const, '+O']])('the connection ends %s', (_name, command, wire) => {
    const hand = new Hand();
    hand.say(command);
    hand.hear(wire);
    hand.machine.end();
    expect(hand.pull()).toEqual([{ type: 'closed', end: 'eof' }]);
  });

  test('what came before the end is read', () => {
    const hand = new Hand();
    hand.say({ verb: 'QUIT' });
    hand.machine.receive(encodeLatin1('+OK bye\r\n'), 0);
    hand.machine.end();
    expect(hand.pull().map(({ type }) => type)).toEqual(['response', 'closed']);
  });
});

describe('time', () => {
  test('the greeting, a command, a message', () => {
    const hand = new Hand({ timeouts: { greetingMs: 10, commandMs: 20, textMs: 30 } }, '');
    expect(hand.machine.deadline).toBe(10);
    hand.hear('+OK\r\n');
    expect(hand.machine.deadline).toBeUndefined();
    hand.now = 100;
    hand.say(RETR(1));
    expect(hand.machine.deadline).toBe(120);
    hand.now = 110;
    hand.hear('+O');
    expect(hand.machine.deadline).toBe(120);
    hand.hear('K\r\nabc');
    expect(hand.machine.deadline).toBe(140);
    hand.now = 120;
    hand.hear('def');
    expect(hand.machine.deadline).toBe(150);
    hand.machine.resumed(200);
    expect(hand.machine.deadline).toBe(230);
    hand.machine.expire(229);
    expect(hand.pull()).toEqual([]);
    hand.machine.expire(230);
    expect(hand.pull()).toMatchObject([{ type: 'violation', code: 'POP3_TIMEOUT' }, { type: 'closed', end: 'timeout' }]);
  });

  test('time that the driver did not read in is nobody\'s: the next of a group begins when it reads again', () => {
    const hand = new Hand({ timeouts: { commandMs: 20, textMs: 20 } }).pipelining();
    hand.say(RETR(1), RETR(2));
    hand.machine.receive(encodeLatin1('+OK\r\nabc\r\n.\r\n'), 5);
    hand.machine.resumed(300);
    expect(hand.pull().map(({ type }) => type)).toEqual(['text-begin', 'text', 'text-end']);
    expect(hand.machine.deadline).toBe(320);
  });

  test('a message whose +OK came late has its whole time', () => {
    const hand = new Hand({ timeouts: { commandMs: 20, textMs: 20 } });
    hand.say(RETR(1));
    hand.now = 19;
    hand.hear('+OK\r\n');
    expect(hand.machine.deadline).toBe(39);
  });

  test('rfc5034 4: the time that a challenge takes to be answered is not the server\'s', () => {
    const hand = new Hand({ timeouts: { commandMs: 20 } });
    hand.say({ verb: 'AUTH', mechanism: 'PLAIN', initialResponse: undefined });
    hand.now = 10;
    hand.hear('+ \r\n');
    expect(hand.machine.deadline).toBeUndefined();
    hand.machine.respond(encodeLatin1('x'));
    hand.now = 300;
    hand.write();
    expect(hand.machine.deadline).toBe(320);
  });

  test('the next of a group has its own time', () => {
    const hand = new Hand({ timeouts: { commandMs: 20 } }).pipelining();
    hand.say(DELE(1), DELE(2));
    hand.now = 15;
    hand.hear('+OK\r\n');
    expect(hand.machine.deadline).toBe(35);
  });
});

describe('a caller\'s mistakes', () => {
  test('a command that can\'t be written throws, and nothing is written', () => {
    const hand = new Hand();
    expect(() => hand.machine.send({ verb: 'PASS', password: 'a\r\nDELE 1' })).toThrow(TypeError);
    expect(() => hand.machine.send({ verb: 'XYZZY' } as never)).toThrow(TypeError);
    expect(hand.write()).toBe('');
    expect(() => hand.machine.tlsStarted(0)).toThrow(TypeError);
  });

  test.each([[{ window: 0 }, RangeError], [{ window: 1.5 }, RangeError], [{ lineEnds: 'lf' }, TypeError], [{ limits: { lineOctets: -1 } }, RangeError], [{ timeouts: { x: 1 } }, RangeError]])('options %j', (options, error) => {
    expect(() => resolveClientOptions(options as object)).toThrow(error);
  });
});
