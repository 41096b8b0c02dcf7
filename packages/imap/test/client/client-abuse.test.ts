/** What an attacker, a broken server or a broken line can do to a client: nothing but end the session. */
import { encodeUtf8, latin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { ClientMachine } from '../../src/client/client.ts';
import { resolveClientOptions } from '../../src/client/client-options.ts';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { command } from './client-subject.ts';
import { ToyServer } from './toy-server.ts';

const COMMANDS = ['SELECT INBOX', 'UID FETCH 1:* (UID FLAGS)', 'FETCH 1:5 (UID RFC822.SIZE)', 'STORE 1 +FLAGS (\\Seen)', 'UID SEARCH ALL', 'NOOP', 'EXPUNGE'];

/** What a server said in a whole session, an answer to each command that was written. */
function conversation(random: SeededRandom): { readonly octets: Uint8Array; readonly turns: readonly string[] } {
  const server = new ToyServer(random, random.chance(0.5), 12);
  const turns = ['* PREAUTH [CAPABILITY IMAP4rev1] hello\r\n', ...COMMANDS.map((text, index) => server.answer(`A${index + 1} ${text}`))];
  turns.push('* 2 FETCH (BODY[] {11}\r\nhello\r\nyou\r UID 5)\r\n* BYE going\r\n');
  return { octets: encodeUtf8(turns.join('')), turns };
}

/** Lets a machine have the octets of a session as if each answer came when it was asked for; gives how every command ended. */
function play(pieces: Iterable<Uint8Array>, keptLiteralOctets: number): { readonly ended: readonly number[]; readonly last: string; readonly sent: number } {
  const machine = new ClientMachine(resolveClientOptions({ limits: { keptLiteralOctets } }), 0);
  const ended: number[] = [];
  let sent = 0;
  let last = '';
  const pump = (): void => {
    for (;;) {
      const event = machine.next();
      last = event.type;
      if (event.type === 'completed' || event.type === 'dropped') ended.push(event.id);
      if (event.type === 'greeting' || event.type === 'completed') {
        const text = COMMANDS[sent];
        if (text !== undefined) sent = machine.send(command(text));
      }
      if (event.type === 'need-data' || event.type === 'closed') break;
    }
    for (let parts = machine.takeOutput(0); parts !== undefined; parts = machine.takeOutput(0)) expect(latin1(parts[0]!)).toMatch(/^A\d+ /);
  };
  for (const piece of pieces) {
    machine.receive(piece, 0);
    pump();
  }
  machine.end();
  pump();
  return { ended, last, sent };
}

function expectEnded({ ended, last, sent }: ReturnType<typeof play>): void {
  expect(last).toBe('closed');
  expect([...ended].sort((a, b) => a - b)).toEqual(Array.from({ length: sent }, (_, index) => index + 1));
}

describe('a session', () => {
  test('whole: every command is completed', () => {
    const { turns } = conversation(new SeededRandom(1));
    const outcome = play(turns.map((turn) => encodeUtf8(turn)), 5);
    expectEnded(outcome);
    expect(outcome.sent).toBe(COMMANDS.length);
  });

  test('cut at every octet: every command has its end, and the session, too', () => {
    const { turns } = conversation(new SeededRandom(2));
    let before: Uint8Array[] = [];
    for (const turn of turns) {
      const octets = encodeUtf8(turn);
      for (let cut = 0; cut < octets.length; cut++) expectEnded(play([...before, octets.subarray(0, cut)], 5));
      before = [...before, octets];
    }
  });

  test.each(Array.from({ length: 150 }, (_, seed) => seed))('generated damage %i: nothing is thrown, every command has its end', (seed) => {
    const random = new SeededRandom(seed);
    const pieces = conversation(random).turns.map((turn) => {
      const octets = encodeUtf8(turn);
      for (let count = random.integer(0, 1); count > 0; count--) octets[random.integer(0, octets.length - 1)] = random.chance(0.5) ? random.integer(0, 255) : random.pick([10, 13, 32, 40, 41, 123, 125, 42, 43, 91, 93]);
      return octets;
    });
    expectEnded(play(pieces.flatMap((piece) => random.split(piece)), random.pick([5, 1000])));
  });
});

describe('floods', () => {
  test.each<[string, string]>([
    ['EXISTS of the largest number', '* 4294967295 EXISTS\r\n* 4294967295 FETCH (UID 4294967295)\r\n* 1 EXPUNGE\r\n'],
    ['VANISHED of everything', '* 4294967295 EXISTS\r\n* VANISHED 1:4294967295\r\n'],
    ['numbers of 16 digits', '* 9007199254740991 EXISTS\r\n* 1 EXISTS\r\n* 1 FETCH (UID 9007199254740991 MODSEQ (18446744073709551615))\r\n'],
    ['the same UID for every message', `* 1000 EXISTS\r\n${Array.from({ length: 1000 }, (_, index) => `* ${index + 1} FETCH (UID 7)\r\n`).join('')}`],
    ['UIDs that fall', `* 1000 EXISTS\r\n${Array.from({ length: 1000 }, (_, index) => `* ${index + 1} FETCH (UID ${2000 - index})\r\n`).join('')}`],
  ])('%s: taken as it is, or contained', (_, text) => {
    const machine = new ClientMachine(resolveClientOptions(), 0);
    machine.receive(encodeUtf8('* PREAUTH hello\r\n'), 0);
    while (machine.next().type !== 'need-data') continue;
    machine.send(command('SELECT INBOX'));
    machine.takeOutput(0);
    machine.receive(encodeUtf8('A1 OK\r\n'), 0);
    machine.receive(encodeUtf8(text), 0);
    for (let event = machine.next(); event.type !== 'need-data'; event = machine.next()) expect(['violation', 'closed']).not.toContain(event.type);
    expect(machine.mailbox!.knownUids).toBeLessThanOrEqual(machine.mailbox!.exists);
    expect(machine.mailbox!.knownUids).toBeLessThanOrEqual(1);
  });

  test('thousands of alerts and of unknown data, then "+": told one by one, and the end', () => {
    const machine = new ClientMachine(resolveClientOptions(), 0);
    machine.receive(encodeUtf8(`* PREAUTH hello\r\n${'* OK [ALERT] look\r\n* XYZZY\r\n'.repeat(5000)}+ go\r\n`), 0);
    let count = 0;
    for (let event = machine.next(); event.type !== 'closed'; event = machine.next()) count++;
    expect(count).toBe(1 + 10_000 + 1);
  });
});
