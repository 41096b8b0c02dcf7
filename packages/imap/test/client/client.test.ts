import { encodeUtf8, latin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import type { ClientEvent } from '../../src/client/client-event.ts';
import { ClientMachine } from '../../src/client/client.ts';
import { type ClientOptionsInput, resolveClientOptions } from '../../src/client/client-options.ts';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { command } from './client-subject.ts';

const octets = (text: string): Uint8Array => encodeUtf8(text);

/** A machine that was greeted, with no login to be done. */
function open(options: ClientOptionsInput = {}, greeting: string = '* PREAUTH hello\r\n'): ClientMachine {
  const machine = new ClientMachine(resolveClientOptions(options), 0);
  machine.receive(octets(greeting), 0);
  drain(machine);
  return machine;
}

/** All events up to the one that repeats. */
function drain(machine: ClientMachine): ClientEvent[] {
  const events: ClientEvent[] = [];
  for (let event = machine.next(); ; event = machine.next()) {
    if (event.type === 'need-data') return events;
    events.push(event);
    if (event.type === 'closed' || event.type === 'upgrade-tls' || event.type === 'compress') return events;
  }
}

function written(machine: ClientMachine, now: number = 0): string {
  let text = '';
  for (let parts = machine.takeOutput(now); parts !== undefined; parts = machine.takeOutput(now)) text += parts.map((part) => latin1(part)).join('');
  return text;
}

const types = (events: readonly ClientEvent[]): string[] => events.map((event) => (event.type === 'violation' ? event.code : event.type));

describe('order', () => {
  test('an answer that came with the greeting, before the command left -> IMAP_EARLY_REPLY', () => {
    const machine = new ClientMachine(resolveClientOptions(), 0);
    machine.send(command('NOOP'));
    machine.receive(octets('* PREAUTH hello\r\nA1 OK done\r\n'), 0);
    expect(types(drain(machine))).toEqual(['greeting', 'IMAP_EARLY_REPLY', 'dropped', 'closed']);
    expect(written(machine)).toBe('');
  });

  test('an answer that came after the command left, in one read with one that came before', () => {
    const machine = open();
    machine.send(command('NOOP'));
    written(machine);
    machine.receive(octets('A1 OK do'), 0);
    machine.receive(octets('ne\r\n'), 0);
    expect(types(drain(machine))).toEqual(['completed']);
  });

  test('rfc9051 11.1: octets behind the answer to STARTTLS, in the same read', () => {
    const machine = open({}, '* OK hello\r\n');
    machine.send(command('STARTTLS'));
    written(machine);
    machine.receive(octets('A1 OK begin\r\n* OK evil\r\n'), 0);
    expect(types(drain(machine))).toEqual(['completed', 'IMAP_OCTETS_BEFORE_TLS', 'closed']);
  });

  test('rfc9051 11.1: octets before the handshake, in another read', () => {
    const machine = open({}, '* OK hello\r\n');
    machine.send(command('STARTTLS'));
    written(machine);
    machine.receive(octets('A1 OK begin\r\n'), 0);
    expect(types(drain(machine))).toEqual(['completed', 'upgrade-tls']);
    machine.receive(octets('*'), 0);
    expect(types(drain(machine))).toEqual(['IMAP_OCTETS_BEFORE_TLS', 'closed']);
  });

  test('rfc4978 3: octets behind the answer to COMPRESS are handed over', () => {
    const machine = open();
    machine.send(command('COMPRESS DEFLATE'));
    written(machine);
    machine.receive(octets('A1 OK begin\r\nxy'), 0);
    machine.receive(octets('z'), 0);
    const compress = drain(machine).at(-1);
    expect(compress?.type === 'compress' ? latin1(compress.octets) : '').toBe('xyz');
    expect(() => machine.receive(octets('x'), 0)).toThrow(TypeError);
    machine.compressionStarted(0);
    expect(types(drain(machine))).toEqual([]);
  });

  test('events of octets that came before the end of the connection are told first', () => {
    const machine = open();
    machine.send(command('NOOP'));
    written(machine);
    machine.receive(octets('A1 OK\r\n'), 0);
    machine.end();
    expect(types(drain(machine))).toEqual(['completed', 'closed']);
  });

  test('a depth of 1: one command at a time', () => {
    const machine = open({ pipelineDepth: 1 });
    machine.send(command('NOOP'));
    machine.send(command('CAPABILITY'));
    expect(written(machine)).toBe('A1 NOOP\r\n');
    machine.receive(octets('A1 OK\r\n'), 0);
    drain(machine);
    expect(written(machine)).toBe('A2 CAPABILITY\r\n');
  });

  test('rfc7888 5: a literal of 4097 octets waits though LITERAL- is there', () => {
    const machine = open({}, '* PREAUTH [CAPABILITY IMAP4rev1 LITERAL-] hello\r\n');
    machine.send(command('APPEND INBOX {4097}'));
    expect(written(machine)).toBe('A1 APPEND INBOX {4097}\r\n');
  });

  test('a literal8 says so', () => {
    const machine = open({}, '* PREAUTH [CAPABILITY IMAP4rev1 BINARY LITERAL+] hello\r\n');
    machine.send(command('APPEND INBOX ~{3}'));
    expect(written(machine)).toBe('A1 APPEND INBOX ~{3+}\r\n');
  });

  test('an empty literal needs no octets', () => {
    const machine = open();
    machine.send(command('APPEND INBOX {0}'));
    written(machine);
    machine.receive(octets('+ go on\r\n'), 0);
    expect(types(drain(machine))).toEqual([]);
    expect(written(machine)).toBe('\r\n');
  });
});

describe('mistakes of the caller', () => {
  test.each<[string, (machine: ClientMachine) => unknown, typeof TypeError | typeof RangeError]>([
    ['DONE without IDLE', (machine) => machine.done(), TypeError],
    ['an answer without a challenge', (machine) => machine.respond(octets('x')), TypeError],
    ['giving up without a challenge', (machine) => machine.cancelAuth(), TypeError],
    ['octets of no literal', (machine) => machine.literal(octets('x')), TypeError],
    ['TLS that nobody asked for', (machine) => machine.tlsStarted(0), TypeError],
    ['compression that nobody asked for', (machine) => machine.compressionStarted(0), TypeError],
    ['a command that does not exist', (machine) => machine.send({ name: 'XYZZY' } as never), TypeError],
    ['a value that can not be written', (machine) => machine.send({ name: 'LOGIN', user: 'a\0', password: 'b' }), TypeError],
  ])('%s -> thrown at once', (_, mistake, error) => {
    const machine = open();
    expect(() => mistake(machine)).toThrow(error);
    machine.send(command('NOOP'));
    expect(written(machine)).toBe('A1 NOOP\r\n');
  });

  test('more octets than the literal announced -> thrown, and the literal can still be given', () => {
    const machine = open({}, '* PREAUTH [CAPABILITY LITERAL+] hello\r\n');
    machine.send(command('APPEND INBOX {3}'));
    expect(() => machine.literal(octets('abcd'))).toThrow(RangeError);
    machine.literal(octets('abc'));
    expect(written(machine)).toBe('A1 APPEND INBOX {3+}\r\nabc\r\n');
  });

  test.each<[ClientOptionsInput, typeof TypeError | typeof RangeError]>([
    [{ tagPrefix: '+1' }, TypeError],
    [{ tagPrefix: '' }, TypeError],
    [{ pipelineDepth: 0 }, RangeError],
    [{ timeouts: { silenceMs: -1 } }, RangeError],
    [{ limits: { lineOctets: Number.NaN } }, RangeError],
    [{ timeouts: { commandMs: 1 } as never }, RangeError],
  ])('options %j -> thrown', (options, error) => {
    expect(() => resolveClientOptions(options)).toThrow(error);
  });
});

describe('deadlines', () => {
  test('nothing in flight: none', () => {
    expect(open().deadline).toBeUndefined();
  });

  test('a command that has not left: none', () => {
    const machine = open();
    machine.send(command('NOOP'));
    expect(machine.deadline).toBeUndefined();
    written(machine, 5000);
    expect(machine.deadline).toBe(305_000);
  });

  test('a deadline of its own: what drips in wins no time', () => {
    const machine = open();
    machine.send(command('NOOP'), { timeoutMs: 1000 });
    written(machine, 0);
    machine.receive(octets('* OK working\r\n'), 900);
    drain(machine);
    expect(machine.deadline).toBe(1000);
    machine.expire(999);
    expect(drain(machine)).toEqual([]);
    machine.expire(1000);
    expect(types(drain(machine))).toEqual(['IMAP_TIMEOUT', 'dropped', 'closed']);
  });

  test('a login: what drips in wins no time, what the driver takes is its own', () => {
    const machine = open({ timeouts: { loginMs: 1000 } }, '* OK hello\r\n');
    machine.send(command('AUTHENTICATE SCRAM-SHA-1'));
    written(machine, 0);
    machine.receive(octets('* OK working\r\n'), 900);
    drain(machine);
    expect(machine.deadline).toBe(1000);
    machine.receive(octets('+ \r\n'), 950);
    drain(machine);
    expect(machine.deadline).toBeUndefined();
    machine.respond(octets('x'));
    written(machine, 5000);
    expect(machine.deadline).toBe(6000);
  });

  test('a literal whose octets the driver owes: none', () => {
    const machine = open({}, '* PREAUTH [CAPABILITY LITERAL+] hello\r\n');
    machine.send(command('APPEND INBOX {3}'));
    written(machine, 0);
    expect(machine.deadline).toBeUndefined();
    machine.literal(octets('abc'));
    written(machine, 7000);
    expect(machine.deadline).toBe(307_000);
  });
});

describe('ends', () => {
  test('secrets stand alone: what is written is told to be one', () => {
    const machine = open({}, '* OK hello\r\n');
    machine.send(command('LOGIN ann secret'));
    machine.send(command('NOOP'));
    expect(machine.outputIsSecret).toBe(true);
    expect(written(machine)).toBe('A1 LOGIN ann secret\r\n');
    machine.receive(octets('A1 OK\r\n'), 0);
    drain(machine);
    expect(machine.outputIsSecret).toBe(false);
  });

  test('the driver gives up: every command has its end, nothing is written any more', () => {
    const machine = open();
    machine.send(command('NOOP'));
    written(machine);
    machine.send(command('LOGOUT'));
    machine.abandon();
    const events = drain(machine);
    expect(events.map((event) => (event.type === 'dropped' ? `${event.id} ${event.reason} ${event.sent}` : event.type))).toEqual(['1 closed true', '2 closed false', 'closed']);
    expect([machine.idle, machine.deadline, machine.state]).toEqual([false, undefined, 'logout']);
  });

  test('a command for a session that is over: dropped', () => {
    const machine = open();
    machine.abandon();
    drain(machine);
    machine.send(command('NOOP'));
    expect(types(drain(machine))).toEqual(['dropped', 'closed']);
  });
});

/** What a server may say, right or wrong, for any state. */
const PHRASES = [
  '* OK hello', '* PREAUTH hello', '* BYE bye', '* 5 EXISTS', '* 3 EXISTS', '* 2 EXPUNGE', '* 9 EXPUNGE', '* VANISHED 3:5', '* VANISHED (EARLIER) 1:9', '+ go on', '+ aGk=', '+',
  '* 2 FETCH (UID 7 FLAGS ())', '* 1 FETCH (BODY[] {20}\r\nxxxxxxxxxxxxxxxxxxxx)', '* 1 FETCH (BODY[1] {3}\r\nabc UID 4)', '* OK [CLOSED] x', '* OK [UIDVALIDITY 4] x', '* OK [HIGHESTMODSEQ 9] x',
  '* CAPABILITY IMAP4rev1 LITERAL+ IDLE', '* ENABLED QRESYNC', '* SEARCH 1 2', '* ESEARCH (TAG "A3") ALL 1', '* LIST () "/" INBOX', '* STATUS INBOX (MESSAGES 3)', '* XYZZY', '', '((', 'A1', 'A2 MAYBE',
];
const COMMANDS = [
  'NOOP', 'SELECT INBOX', 'SELECT two', 'FETCH 1:* (FLAGS)', 'UID FETCH 1:* (UID BODY.PEEK[])', 'STORE 1 +FLAGS (\\Seen)', 'SEARCH ALL', 'LIST "" *', 'IDLE', 'APPEND INBOX {4}', 'LOGIN a {0}', 'CLOSE',
  'STATUS INBOX (MESSAGES)', 'ENABLE QRESYNC', 'AUTHENTICATE PLAIN AGEAYg==', 'EXPUNGE', 'CREATE jörg', 'LOGOUT', 'STARTTLS', 'COMPRESS DEFLATE', 'UNAUTHENTICATE',
];

describe('any server at all', () => {
  test.each(Array.from({ length: 200 }, (_, seed) => seed))('generated session %i: nothing is thrown, every command ends once, the session ends', (seed) => {
    const random = new SeededRandom(seed);
    const machine = new ClientMachine(resolveClientOptions({ limits: { keptLiteralOctets: random.pick([4, 1000]) } }), 0);
    const ended: number[] = [];
    let sent = 0;
    let now = 0;
    const tags: string[] = [];
    if (random.chance(0.9)) machine.receive(octets(random.pick(['* OK hello\r\n', '* PREAUTH hello\r\n'])), now);
    const take = (): boolean => {
      const events = drain(machine);
      for (const event of events) {
        if (event.type === 'completed' || event.type === 'dropped') ended.push(event.id);
        answer(machine, event, random, now);
      }
      for (const [, tag] of written(machine, now).matchAll(/^(A\d+) /gm)) tags.push(tag!);
      return events.at(-1)?.type === 'closed';
    };
    for (let step = 0; step < 150; step++) {
      now += random.integer(0, 1000);
      if (random.chance(0.3)) sent = Math.max(sent, machine.send(command(random.pick(COMMANDS).replace('LOGIN a {0}', 'LOGIN a b'))));
      else {
        const tagged = tags.length > 0 && random.chance(0.4) ? `${random.chance(0.95) ? tags.shift()! : 'B7'} ${random.pick(['OK', 'OK', 'OK', 'NO', 'BAD', 'OK [CAPABILITY LITERAL-]', 'NO [OVERQUOTA]'])} done` : random.pick(PHRASES);
        for (const piece of random.split(octets(`${tagged}\r\n`))) {
          machine.receive(piece, now);
          take();
        }
      }
      if (random.chance(0.05)) machine.expire(now);
      if (take()) break;
    }
    machine.end();
    for (let turns = 0; !take(); turns++) expect(turns).toBeLessThan(10);
    expect(ended.sort((a, b) => a - b)).toEqual([...new Set(ended)]);
    expect(ended.length).toBeGreaterThanOrEqual(Math.min(1, sent));
    expect([machine.inFlightCount, machine.waitingCount]).toEqual([0, 0]);
  });
});

/** Does what the events ask for, mostly. */
function answer(machine: ClientMachine, event: ClientEvent, random: SeededRandom, now: number): void {
  if (event.type === 'upgrade-tls') machine.tlsStarted(now);
  else if (event.type === 'compress') machine.compressionStarted(now);
  else if (random.chance(0.2)) return;
  else if (event.type === 'idling') attempt(() => machine.done());
  else if (event.type === 'literal-wanted') attempt(() => machine.literal(octets('abcd').subarray(0, random.integer(1, 4))));
  else if (event.type === 'challenge') attempt(() => (random.chance(0.5) ? machine.respond(octets('x')) : machine.cancelAuth()));
}

/** What was asked for may be void by now: the session ended behind it. */
function attempt(act: () => void): void {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
  }
}
