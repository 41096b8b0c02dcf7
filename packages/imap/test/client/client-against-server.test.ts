import { encodeUtf8, latin1 } from '@mailwright/wire';
import { expect, test } from 'vitest';
import { ClientMachine } from '../../src/client/client.ts';
import { resolveClientOptions } from '../../src/client/client-options.ts';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { command } from './client-subject.ts';
import { ToyServer } from './toy-server.ts';

const COMMANDS: readonly ((random: SeededRandom, exists: number) => string)[] = [
  (random, exists) => `FETCH ${random.integer(1, exists)}:* (UID RFC822.SIZE)`,
  (random, exists) => `FETCH ${random.integer(1, exists)} (UID FLAGS)`,
  (random) => `UID FETCH ${random.integer(1, 90)}:${random.integer(90, 400)} (UID FLAGS)`,
  (random) => `UID FETCH ${random.integer(1, 90)}:${random.integer(90, 400)} (UID RFC822.SIZE)`,
  (random, exists) => `STORE ${random.integer(1, exists)} +FLAGS (\\Seen)`,
  (random) => `UID STORE ${random.integer(1, 300)} +FLAGS (\\Seen)`,
  (random, exists) => `COPY ${random.integer(1, exists)} other`,
  () => 'SEARCH ALL', () => 'UID SEARCH ALL', () => 'NOOP', () => 'EXPUNGE', () => 'CHECK', () => 'LIST "" *',
];

/** A session: what leaves the machine is answered, in pieces of any size, and what it then believes is compared with the server. */
class Session {
  readonly machine: ClientMachine = new ClientMachine(resolveClientOptions(), 0);
  readonly server: ToyServer;
  /** UIDs of RFC822.SIZE responses, by command. */
  readonly #sizes: Map<number, number[]> = new Map();
  readonly #random: SeededRandom;
  readonly #waiting: { readonly line: string; readonly meant: number | undefined }[] = [];
  compared = 0;
  completed = 0;

  constructor(random: SeededRandom, qresync: boolean) {
    this.#random = random;
    this.server = new ToyServer(random, qresync, random.integer(5, 150));
    this.#feed('* PREAUTH [CAPABILITY IMAP4rev1 QRESYNC ENABLE] hello\r\n');
    if (qresync) this.machine.send(command('ENABLE QRESYNC'));
    this.machine.send(command('SELECT INBOX'));
    this.settle();
  }

  /** Lets the server answer everything. */
  settle(): void {
    while (this.turn()) continue;
  }

  /** One command of the server's; false when it has none. */
  turn(): boolean {
    this.#collect();
    const next = this.#waiting.shift();
    if (next === undefined) return false;
    const number = numberIn(next.line);
    if (number !== undefined && next.meant !== undefined) {
      expect(this.server.messages[number - 1]?.uid, next.line).toBe(next.meant);
      this.compared++;
    }
    this.#feed(this.server.answer(next.line));
    return true;
  }

  #collect(): void {
    for (let parts = this.machine.takeOutput(0); parts !== undefined; parts = this.machine.takeOutput(0)) {
      for (const line of parts.map((part) => latin1(part)).join('').split('\r\n').filter((text) => text !== '')) {
        const number = numberIn(line);
        this.#waiting.push({ line, meant: number === undefined ? undefined : this.machine.mailbox?.uidOf(number) });
      }
    }
  }

  #feed(text: string): void {
    for (const piece of this.#random.split(encodeUtf8(text))) {
      this.machine.receive(piece, 0);
      for (let event = this.machine.next(); event.type !== 'need-data'; event = this.machine.next()) {
        expect(['violation', 'closed', 'dropped']).not.toContain(event.type);
        if (event.type === 'mailbox') expect(event.change.type).not.toBe('contained');
        if (event.type === 'response' && event.response.type === 'data' && event.response.data.name === 'FETCH') this.#note(event.id, event.response.data.data);
        if (event.type === 'completed') this.#check(event.id, event.tag);
      }
    }
  }

  #note(id: number | undefined, data: { readonly uid: number | undefined; readonly rfc822Size: number | undefined }): void {
    if (data.rfc822Size === undefined) return;
    expect(data.rfc822Size).toBe(data.uid! * 10);
    this.#sizes.set(id!, [...(this.#sizes.get(id!) ?? []), data.uid!]);
  }

  #check(id: number, tag: string): void {
    this.completed++;
    const sizes = this.#sizes.get(id);
    if (sizes !== undefined) expect(sizes).toEqual(this.server.answered.get(tag));
  }
}

/** The first sequence number that a command names. */
function numberIn(line: string): number | undefined {
  const match = /^\S+ (?:FETCH|STORE|COPY) (\d+)/.exec(line);
  return match === null ? undefined : Number(match[1]);
}

test.each(Array.from({ length: 40 }, (_, seed) => seed))('generated session %i: numbers mean the same to both, answers reach who asked, the model is true', (seed) => {
  const random = new SeededRandom(seed);
  const session = new Session(random, seed % 2 === 1);
  const { machine, server } = session;
  let sent = 0;
  for (let step = 0; step < 60; step++) {
    for (let count = random.integer(0, 3); count > 0; count--, sent++) machine.send(command(random.pick(COMMANDS)(random, Math.max(1, machine.mailbox!.exists))));
    if (random.chance(0.8)) session.turn();
  }
  session.settle();
  expect(session.completed).toBe(sent + (seed % 2 === 1 ? 2 : 1));
  expect(session.compared).toBeGreaterThan(0);
  expect(machine.mailbox!.exists).toBe(server.messages.length);
  for (const [number, uid] of machine.mailbox!.uids()) expect(uid).toBe(server.messages[number - 1]?.uid);
  server.quiet = true;
  machine.send(command('UID FETCH 1:* (UID FLAGS)'));
  session.settle();
  expect([...machine.mailbox!.uids()].map(([, uid]) => uid)).toEqual(server.messages.map(({ uid }) => uid));
});
