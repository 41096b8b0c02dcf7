/** What every transport must do, run on each maker of transports by `transport-contract.test.ts`. */
import { describe, expect, test } from 'vitest';
import type { Transport } from '@mailwright/net';
import { settle } from '../../testing/src/fake-clock.ts';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { Recorder, octets, record } from './recorder.ts';

/** Makes a connected pair; what it opens beside the two is closed with them. */
export type MakePair = () => Promise<[Transport, Transport]>;

/** More than the system's buffers of one connection hold. */
const FLOOD_OCTETS = 24 * 1024 * 1024;

export interface ContractOptions {
  /** A drip needs a smaller flood. */
  readonly floodOctets?: number;
  /** Whether dropping a connection with unread octets is seen as a reset by the other end. */
  readonly resets: boolean;
}

export function transportContract(name: string, makePair: MakePair, options: ContractOptions): void {
  const floodOctets = options.floodOctets ?? FLOOD_OCTETS;

  async function withPair(body: (a: Transport, b: Transport) => Promise<void>): Promise<void> {
    const [a, b] = await makePair();
    try {
      await body(a, b);
    } finally {
      a.destroy();
      b.destroy();
    }
  }

  async function bothClosed(...recorders: Recorder[]): Promise<void> {
    for (const recorder of recorders) await recorder.untilTold('closed');
    await settle();
    for (const recorder of recorders) {
      expect(recorder.count('closed')).toBe(1);
      expect(recorder.count('end')).toBeLessThanOrEqual(1);
      expect(recorder.events.at(-1)).toBe('closed');
    }
  }

  describe(`transport contract: ${name}`, () => {
    test('octets written in any pieces -> the same octets in order, both ways', () => withPair(async (a, b) => {
      const random = new SeededRandom(1);
      const [sent, answered] = [random.octets(30_000), random.octets(30_000)];
      const [atA, atB] = [record(a), record(b)];
      for (const part of random.split(sent)) a.write(part);
      const parts = random.split(answered);
      for (let index = 0; index < parts.length; index += 3) b.write(parts.slice(index, index + 3));
      await Promise.all([atA.untilOctets(answered.length), atB.untilOctets(sent.length)]);
      expect(Buffer.compare(atB.octets, sent)).toBe(0);
      expect(Buffer.compare(atA.octets, answered)).toBe(0);
    }));

    test.each([
      ['no parts', []],
      ['one empty part', ['']],
      ['one part', ['one']],
      ['several small parts, an empty one among them', ['a', '', 'bc', 'def']],
      ['parts of 20,000 octets', ['x'.repeat(20_000), 'y'.repeat(20_000), 'z'.repeat(20_000)]],
      ['a small part before a large one', ['DATA', 'q'.repeat(100_000)]],
    ])('write of %s -> they arrive joined', (_name, parts) => withPair(async (a, b) => {
      const atB = record(b);
      a.write(parts.map(octets));
      a.write(octets('!'));
      const expected = `${parts.join('')}!`;
      await atB.untilOctets(expected.length);
      expect(atB.text).toBe(expected);
    }));

    test.each(['', '250 ok\r\n', 'grüße, 😀\r\n', 'é'.repeat(60_000)])('write of a text, %# -> its octets in UTF-8', (text) => withPair(async (a, b) => {
      const atB = record(b);
      a.write(text);
      a.write(octets('!'));
      const expected = Buffer.from(`${text}!`);
      await atB.untilOctets(expected.length);
      expect(Buffer.compare(atB.octets, expected)).toBe(0);
    }));

    test('any call -> nothing is told inside it', () => withPair(async (a, b) => {
      const [atA, atB] = [new Recorder(), new Recorder()];
      const quietly = (call: () => void): void => {
        atA.forbidden = atB.forbidden = true;
        call();
        atA.forbidden = atB.forbidden = false;
      };
      quietly(() => b.write(octets('early')));
      await settle();
      quietly(() => a.attach(atA));
      quietly(() => b.attach(atB));
      quietly(() => a.write(octets('late')));
      quietly(() => b.pause());
      await settle();
      quietly(() => b.resume());
      await atB.untilOctets(4);
      await atA.untilOctets(5);
      quietly(() => a.close());
      await atB.untilTold('end');
      quietly(() => b.destroy());
      await bothClosed(atA, atB);
    }));

    test('octets before the first attach -> they wait for it', () => withPair(async (a, b) => {
      a.write(octets('hello'));
      await settle();
      const atB = record(b);
      await atB.untilOctets(5);
      expect(atB.text).toBe('hello');
    }));

    test('a second attach -> the first sink hears nothing any more', () => withPair(async (a, b) => {
      const before = record(b);
      a.write(octets('one'));
      await before.untilOctets(3);
      const after = record(b);
      a.write(octets('two'));
      await after.untilOctets(3);
      a.destroy();
      b.destroy();
      await after.untilTold('closed');
      expect(before.text).toBe('one');
      expect(before.count('closed')).toBe(0);
      expect(after.text).toBe('two');
    }));

    test('a reader that pauses -> write returns false, bufferedOctets grows; resume -> all arrives, drained is told', () => withPair(async (a, b) => {
      const [atA, atB] = [record(a), record(b)];
      b.pause();
      const chunk = new Uint8Array(256 * 1024).fill(0x61);
      let written = 0;
      let waiting = false;
      while (!waiting && written < floodOctets) {
        waiting = !a.write(chunk);
        written += chunk.length;
        await settle();
        waiting &&= a.bufferedOctets > 0;
      }
      expect(waiting).toBe(true);
      expect(a.bufferedOctets).toBeGreaterThan(0);
      expect(atB.octetCount).toBe(0);
      const drainedBefore = atA.count('drained');
      b.resume();
      await atB.untilOctets(written);
      await atA.until(() => atA.count('drained') > drainedBefore);
      expect(a.bufferedOctets).toBe(0);
      expect(atB.octetCount).toBe(written);
    }));

    test('pause and resume before the first attach -> data comes as if they had not been', () => withPair(async (a, b) => {
      b.pause();
      a.write(octets('hello'));
      await settle();
      b.resume();
      const atB = record(b);
      await atB.untilOctets(5);
      a.pause();
      const atA = record(a);
      b.write(octets('answer'));
      await settle();
      expect(atA.events).toEqual([]);
      a.resume();
      await atA.untilOctets(6);
    }));

    test('pause inside data -> no more data until resume', () => withPair(async (a, b) => {
      const atB = new Recorder();
      let resumed = false;
      atB.onData = () => {
        if (!resumed) b.pause();
      };
      b.attach(atB);
      a.write(octets('first'));
      await atB.untilTold('data');
      a.write(octets('second'));
      await settle();
      expect(atB.count('data')).toBe(1);
      resumed = true;
      b.resume();
      await atB.untilOctets(11);
      expect(atB.text).toBe('firstsecond');
    }));

    test('close on one side -> the other gets end and may still write; its close ends both in order', () => withPair(async (a, b) => {
      const [atA, atB] = [record(a), record(b)];
      a.write(octets('bye'));
      a.close();
      await atB.untilTold('end');
      expect(atB.text).toBe('bye');
      expect(atB.count('closed')).toBe(0);
      b.write(octets('still here'));
      await atA.untilOctets(10);
      expect(atA.text).toBe('still here');
      b.close();
      await bothClosed(atA, atB);
      expect(atA.error).toBeUndefined();
      expect(atB.error).toBeUndefined();
      expect(atA.events.slice(-2)).toEqual(['end', 'closed']);
    }));

    test('close with much queued -> everything arrives before end', () => withPair(async (a, b) => {
      const atB = record(b);
      const sent = new SeededRandom(2).octets(300_000);
      a.write(sent);
      a.close();
      await atB.untilTold('end');
      expect(Buffer.compare(atB.octets, sent)).toBe(0);
    }));

    test('write after close and after destroy -> true, and nothing is sent', () => withPair(async (a, b) => {
      const [atA, atB] = [record(a), record(b)];
      a.close();
      expect(a.write(octets('too late'))).toBe(true);
      await atB.untilTold('end');
      b.destroy();
      expect(b.write([octets('too'), octets('late')])).toBe(true);
      await bothClosed(atA, atB);
      expect(a.write(octets('x'))).toBe(true);
      expect(atA.octetCount + atB.octetCount).toBe(0);
    }));

    test('destroy -> closed without an error here, and the other end learns of it', () => withPair(async (a, b) => {
      const [atA, atB] = [record(a), record(b)];
      a.destroy();
      a.destroy();
      a.close();
      a.pause();
      a.resume();
      await atB.until(() => atB.events.length > 0);
      b.close();
      await bothClosed(atA, atB);
      expect(atA.error).toBeUndefined();
    }));

    test('attach after the connection is gone -> end and closed are told, once', () => withPair(async (a, b) => {
      const atA = record(a);
      b.destroy();
      await atA.until(() => atA.events.length > 0);
      a.close();
      await atA.untilTold('closed');
      const late = record(a);
      expect(late.events).toEqual([]);
      const atB = record(b);
      await atB.untilTold('closed');
      await settle();
      expect(atB.events.filter((event) => event !== 'end')).toEqual(['closed']);
      expect(late.events).toEqual([]);
    }));

    test('the peer ends before the first attach -> end is told after it', () => withPair(async (a, b) => {
      a.close();
      await settle();
      const atB = record(b);
      await atB.untilTold('end');
      expect(atB.events).toEqual(['end']);
    }));

    test('chunks belong to the receiver: overwriting them harms nobody', () => withPair(async (a, b) => {
      const atB = new Recorder();
      const texts: string[] = [];
      atB.onData = (chunk) => {
        texts.push(Buffer.from(chunk).toString('latin1'));
        chunk.fill(0);
      };
      b.attach(atB);
      const line = octets('the same octets again\r\n');
      for (let round = 0; round < 20; round++) {
        a.write(line);
        await atB.untilOctets((round + 1) * line.length);
      }
      expect(Buffer.from(line).toString('latin1')).toBe('the same octets again\r\n');
      expect(texts.join('')).toBe('the same octets again\r\n'.repeat(20));
    }));

    test('many small writes in one turn -> nothing is lost', () => withPair(async (a, b) => {
      const atB = record(b);
      const expected: string[] = [];
      for (let index = 0; index < 2000; index++) {
        expected.push(`${index};`);
        a.write(octets(`${index};`));
      }
      const text = expected.join('');
      await atB.untilOctets(text.length);
      expect(atB.text).toBe(text);
    }));

    test.runIf(options.resets)('dropped with unread octets -> the other end is closed with NET_RESET', () => withPair(async (a, b) => {
      const atA = record(a);
      const chunk = new Uint8Array(256 * 1024);
      while (a.write(chunk)) await settle();
      b.destroy();
      await atA.untilTold('closed');
      expect(atA.error).toMatchObject({ code: 'NET_RESET', phase: 'io', peer: a.peer });
      expect(atA.count('closed')).toBe(1);
      expect(a.write(chunk)).toBe(true);
    }));

    test('writing to an end that is gone -> closed with NET_RESET, not a crash', () => withPair(async (a, b) => {
      const [atA, atB] = [record(a), record(b)];
      b.destroy();
      await atB.untilTold('closed');
      await atA.until(() => atA.events.length > 0);
      while (atA.count('closed') === 0) {
        a.write(octets('anyone there?'));
        await settle();
      }
      expect(atA.error?.code).toBe('NET_RESET');
      expect(atA.events.at(-1)).toBe('closed');
    }));

    test('before TLS -> tls is undefined or says what is on; both ends have names', () => withPair(async (a, b) => {
      for (const end of [a, b]) {
        expect(['IPv4', 'IPv6', 'unix', 'memory']).toContain(end.peer.family);
        expect(end.local.family).toBe(end.peer.family);
      }
      expect(a.tls === undefined).toBe(b.tls === undefined);
    }));
  });
}
