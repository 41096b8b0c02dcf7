/** The server machine where a transcript can't look: what comes when, what is held back, and mistakes of drivers. */
import { concatOctets } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { emptyFetchData } from '../src/make-values.ts';
import { MailboxView } from '../src/server/mailbox-view.ts';
import type { ServerEvent } from '../src/server/server-event.ts';
import { resolveServerOptions, type ServerOptionsInput } from '../src/server/server-options.ts';
import { ServerMachine } from '../src/server/server.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** All that can be taken, as text. */
function output(machine: ServerMachine): string {
  const taken = machine.takeOutput(0);
  if (taken === undefined) return '';
  return typeof taken === 'string' ? taken : new TextDecoder().decode(concatOctets(taken));
}

/** Events up to the one that waits for somebody. */
function pull(machine: ServerMachine): ServerEvent[] {
  const events: ServerEvent[] = [];
  for (;;) {
    const event = machine.next();
    if (event.type.startsWith('need-') || event.type === 'upgrade-tls' || event.type === 'compress') return events;
    events.push(event);
    if (event.type === 'closed') return events;
  }
}

/** A machine after its greeting; `mailbox` also after a login and SELECT of so many messages. */
function open(options: ServerOptionsInput = {}, mailbox: number | undefined = undefined): ServerMachine {
  const machine = new ServerMachine(resolveServerOptions({ clearTextAuth: 'allow', capabilities: [], ...options }), false, 0);
  pull(machine);
  if (mailbox === undefined) machine.accept();
  else {
    machine.preauthenticate('ann');
    machine.receive(utf8('s SELECT INBOX\r\n'), 0);
    pull(machine);
    machine.select({ name: 'INBOX', readOnly: false, view: new MailboxView(Array.from({ length: mailbox }, (_value, index) => index + 1)) });
    machine.complete('s', 'OK', undefined, 'Done');
  }
  output(machine);
  return machine;
}

function say(machine: ServerMachine, text: string): ServerEvent[] {
  machine.receive(utf8(text), 0);
  return pull(machine);
}

describe('what comes before TLS and compression', () => {
  test.each([
    ['rfc9051 11.1: a command in the same packet as STARTTLS', 'a STARTTLS\r\nb LOGIN eve evil\r\n', '', 'IMAP_OCTETS_BEFORE_TLS'],
    ['rfc9051 11.1: a command before STARTTLS was answered', 'a STARTTLS\r\n', 'b LOGIN eve evil\r\n', 'IMAP_OCTETS_BEFORE_TLS'],
    ['rfc9051 11.1: part of a command', 'a STARTTLS\r\nb LO', '', 'IMAP_OCTETS_BEFORE_TLS'],
    ['rfc4978 3: a command in the same packet as COMPRESS', 'a COMPRESS DEFLATE\r\nb NOOP\r\n', '', 'IMAP_OCTETS_BEFORE_COMPRESSION'],
    ['rfc4978 3: a command before COMPRESS was answered', 'a COMPRESS DEFLATE\r\n', 'b NOOP\r\n', 'IMAP_OCTETS_BEFORE_COMPRESSION'],
  ])('%s -> BYE, and it is never run', (_name, first, second, code) => {
    const machine = open({ startTls: true, capabilities: ['COMPRESS=DEFLATE'] }, code === 'IMAP_OCTETS_BEFORE_TLS' ? undefined : 0);
    const events = say(machine, first);
    if (second !== '') {
      machine.receive(utf8(second), 0);
      machine.accept();
      events.push(...pull(machine));
    }
    expect(events.filter(({ type }) => type !== 'command')).toEqual([{ type: 'violation', code, tag: 'a' }, { type: 'closed', end: 'violation' }]);
    expect(output(machine)).toMatch(/^a BAD .*\r\n\* BYE .*\r\n$/);
  });

  test('rfc9051 11.1: plaintext between the OK and the handshake is never read', () => {
    const machine = open({ startTls: true });
    say(machine, 'a STARTTLS\r\n');
    machine.accept();
    expect(machine.next()).toEqual({ type: 'upgrade-tls' });
    machine.receive(utf8('b LOGIN eve evil\r\n'), 0);
    machine.tlsStarted(0);
    expect(pull(machine)).toEqual([]);
    expect(machine.session.secure).toBe(true);
  });
});

describe('output', () => {
  test('a client that never reads: no further command is begun above the limit, and all go on when there is room', () => {
    const machine = open({ limits: { outputOctets: 100 } }, 1);
    machine.receive(utf8('a FETCH 1 FLAGS\r\nb NOOP\r\n'), 0);
    expect(machine.next()).toMatchObject({ type: 'command', tag: 'a' });
    for (let round = 0; round < 10; round++) machine.respondFetch(1, { ...emptyFetchData(), flags: ['\\Seen'] });
    machine.complete('a', 'OK', undefined, 'Done');
    expect(machine.outputLength).toBeGreaterThan(100);
    expect(machine.next()).toEqual({ type: 'need-drain' });
    expect(machine.next()).toEqual({ type: 'need-drain' });
    expect(output(machine)).toContain('a OK Done\r\n');
    expect(machine.next()).toMatchObject({ type: 'command', tag: 'b' });
  });

  test('a client that never reads is told BYE in the end', () => {
    const machine = open({ timeouts: { outputMs: 5000 } }, 1);
    say(machine, 'a NOOP\r\n');
    machine.accept();
    expect(machine.deadline).toBe(5000);
    machine.expire(4999);
    expect(pull(machine)).toEqual([]);
    machine.expire(5000);
    expect(pull(machine)).toEqual([{ type: 'violation', code: 'IMAP_TIMEOUT', tag: undefined }, { type: 'closed', end: 'timeout' }]);
  });

  test('literals that come in pieces: nothing behind one leaves before it is whole', () => {
    const machine = open({}, 1);
    say(machine, 'a FETCH 1 (BODY[1] BODY[2])\r\n');
    const section = (part: number, octetCount: number) => ({
      section: { part: [part], text: undefined }, origin: undefined, octets: { type: 'pending-literal' as const, octetCount, binary: false, source: part },
    });
    machine.respondFetch(1, { ...emptyFetchData(), sections: [section(1, 4), section(2, 0), section(3, 2)] });
    machine.complete('a', 'OK', undefined, 'Done');
    expect(output(machine)).toBe('* 1 FETCH (BODY[1] {4}\r\n');
    expect(machine.wantedLiteral).toMatchObject({ literal: { source: 1 }, octetCount: 4 });
    machine.literal(utf8('ab'));
    expect(output(machine)).toBe('ab');
    expect(() => machine.literal(utf8('cde'))).toThrow(RangeError);
    machine.literal(utf8('cd'));
    expect(output(machine)).toBe('cd BODY[2] {0}\r\n BODY[3] {2}\r\n');
    machine.literal(utf8('e'));
    machine.literal(utf8('f'));
    expect(output(machine)).toBe('ef)\r\na OK Done\r\n');
    expect(machine.wantedLiteral).toBeUndefined();
    expect(() => machine.literal(utf8('x'))).toThrow(TypeError);
  });

  test('10,000 FETCH responses: all there, in parts of bounded size', () => {
    const machine = open({ capabilities: ['IMAP4rev2'] }, 10_000);
    say(machine, 'a FETCH 1:* (UID FLAGS)\r\n');
    for (let uid = 1; uid <= 10_000; uid++) machine.respondFetch(uid, { ...emptyFetchData(), uid, flags: ['\\Seen'] });
    machine.complete('a', 'OK', undefined, 'Done');
    const parts = machine.takeOutput(0);
    expect(Array.isArray(parts)).toBe(true);
    const lines = new TextDecoder().decode(concatOctets(parts as Uint8Array[])).split('\r\n');
    expect(lines).toHaveLength(10_002);
    expect(lines[9_999]).toBe('* 10000 FETCH (UID 10000 FLAGS (\\Seen))');
    expect(machine.outputLength).toBe(0);
  });

  test('text beyond ASCII leaves as UTF-8', () => {
    const machine = open({}, 1);
    say(machine, 'a NOOP\r\n');
    machine.complete('a', 'OK', undefined, 'Größe');
    expect(output(machine)).toBe('a OK Größe\r\n');
  });
});

describe('mistakes of a driver throw at once', () => {
  const fetched = { ...emptyFetchData(), flags: [] };
  test.each([
    ['an answer where nothing was asked', (machine: ServerMachine) => machine.complete('a', 'OK', undefined, 'x')],
    ['a challenge', (machine: ServerMachine) => machine.challenge(new Uint8Array(0))],
    ['a literal accepted', (machine: ServerMachine) => machine.acceptLiteral()],
    ['a literal refused', (machine: ServerMachine) => machine.refuseLiteral(undefined, 'x')],
    ['a handshake', (machine: ServerMachine) => machine.tlsStarted(0)],
    ['compression', (machine: ServerMachine) => machine.compressionStarted()],
    ['PREAUTH after the greeting', (machine: ServerMachine) => machine.preauthenticate('ann')],
    ['BYE after the greeting', (machine: ServerMachine) => machine.refuse('x')],
    ['a login nobody asked for', (machine: ServerMachine) => machine.authenticated('ann')],
    ['a message that is not in the mailbox', (machine: ServerMachine) => machine.respondFetch(99, fetched)],
  ])('%s -> TypeError', (_name, act) => {
    const machine = open({}, 1);
    expect(() => act(machine)).toThrow(TypeError);
    say(machine, 'a NOOP\r\n');
    machine.accept();
    expect(output(machine)).toBe('a OK NOOP completed\r\n');
  });

  test.each([
    ['another tag', (machine: ServerMachine) => machine.complete('b', 'OK', undefined, 'x')],
    ['a line end in the text', (machine: ServerMachine) => machine.complete('a', 'OK', undefined, 'x\r\ny OK')],
    ['a text that would be a code', (machine: ServerMachine) => machine.complete('a', 'OK', undefined, '[ALERT] x')],
    ['a default answer to CREATE', (machine: ServerMachine) => machine.accept()],
    ['SELECT that was not asked for', (machine: ServerMachine) => machine.select({ name: 'X', readOnly: false, view: new MailboxView([]) })],
  ])('%s -> TypeError, and the command is still to be answered', (_name, act) => {
    const machine = open({}, 1);
    say(machine, 'a CREATE x\r\n');
    expect(() => act(machine)).toThrow(TypeError);
    machine.complete('a', 'OK', undefined, 'Done');
    expect(output(machine)).toBe('a OK Done\r\n');
  });

  test('OK to LOGIN without an identity -> TypeError', () => {
    const machine = open();
    say(machine, 'a LOGIN ann secret\r\n');
    expect(() => machine.complete('a', 'OK', undefined, 'x')).toThrow(TypeError);
    machine.authenticated('ann');
    expect(machine.session).toMatchObject({ identity: 'ann', state: 'authenticated' });
  });

  test.each([
    ['limits', { limits: { errors: -1 } }],
    ['timeouts', { timeouts: { loginMs: Number.NaN } }],
    ['a limit that nobody knows', { limits: { nothing: 1 } as never }],
  ])('options: %s -> RangeError', (_name, options) => {
    expect(() => resolveServerOptions(options)).toThrow(RangeError);
  });

  test.each([['a\r\nb'], ['[x] y'], ['']])('options: the banner %j -> TypeError', (banner) => {
    expect(() => resolveServerOptions({ banner })).toThrow(TypeError);
  });
});

test('rfc8437 2: UNAUTHENTICATE begins the time for a login anew', () => {
  const machine = open({ timeouts: { loginMs: 1000, autologoutMs: 100_000 }, capabilities: ['UNAUTHENTICATE'] }, 0);
  machine.receive(utf8('a UNAUTHENTICATE\r\n'), 50_000);
  pull(machine);
  machine.accept();
  expect(pull(machine)).toEqual([]);
  machine.takeOutput(50_000);
  expect(machine.deadline).toBe(51_000);
});

test.each([
  ['rfc4315 3: APPENDUID', 'UIDPLUS', { name: 'APPENDUID', uidValidity: 1, uids: [[5, 5]] }, '[APPENDUID 1 5] '],
  ['rfc7162 3.1.2.1: HIGHESTMODSEQ', 'CONDSTORE', { name: 'HIGHESTMODSEQ', modseq: 7n }, '[HIGHESTMODSEQ 7] '],
  ['rfc8474 4.2: MAILBOXID', 'OBJECTID', { name: 'MAILBOXID', mailboxId: 'x' }, '[MAILBOXID (x)] '],
  ['rfc7162 3.2.11: CLOSED', 'QRESYNC', { name: 'CLOSED' }, '[CLOSED] '],
] as const)('%s is only said where %s is on', (_name, capability, code, words) => {
  for (const [capabilities, expected] of [[[capability], words], [[], '']] as const) {
    const machine = open({ capabilities }, 1);
    say(machine, 'a NOOP\r\n');
    machine.respondStatus('OK', code, 'x');
    machine.complete('a', 'OK', code, 'Done');
    expect(output(machine)).toBe(`* OK ${expected}x\r\na OK ${expected}Done\r\n`);
  }
});
