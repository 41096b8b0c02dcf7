import { describe, expect, test } from 'vitest';
import { ScannedBodies } from '../src/scanned-bodies.ts';
import { octets, type Peer } from './support/peer.ts';
import { connected, message } from './support/world.ts';

const POLICY = { lineEnds: 'reject', nul: 'reject' } as const;

describe('octets that several messages hold', () => {
  test('are scanned once, as long as one holds them', () => {
    const bodies = new ScannedBodies(POLICY);
    const body = octets('a\r\n.b\r\n');
    const first = bodies.hold(body);
    expect(bodies.hold(body)).toBe(first);
    expect(bodies.hold(octets('a\r\n.b\r\n'))).not.toBe(first);
    bodies.release(body);
    expect(bodies.hold(body)).toBe(first);
    bodies.release(body);
    bodies.release(body);
    expect(bodies.hold(body)).not.toBe(first);
    expect(bodies.hold(body).dots).toEqual([3]);
  });

  test('nothing is kept of bodies that nobody holds; to let go twice is harmless', () => {
    const bodies = new ScannedBodies(POLICY);
    const body = octets('a\r\n');
    bodies.hold(body);
    bodies.release(body);
    bodies.release(body);
    expect(bodies.size).toBe(0);
  });

  test('a body that is changed between two messages is read again', async () => {
    const received: string[] = [];
    const { connection } = await connected(['PIPELINING'], async (peer: Peer) => {
      for (;;) received.push(await peer.takeMessage());
    });
    const body = octets('abc\r\n');
    await connection.send(message({ body }));
    body[0] = 0x2e;
    await connection.send(message({ body }));
    body[1] = 0x0a;
    expect(await connection.send(message({ body }))).toMatchObject({ outcome: 'not-sent', error: { code: 'SMTP_BARE_LF' } });
    expect(received).toEqual(['abc\r\n', '..bc\r\n']);
  });

  test('a message that is refused before it is sent, or given up, lets go as well', async () => {
    const { connection } = await connected(['PIPELINING'], async (peer: Peer) => {
      for (;;) await peer.takeMessage();
    });
    const body = octets('a\nb\r\n');
    await connection.send(message({ body }));
    await connection.send(message({ body, signal: AbortSignal.abort() }));
    body.set(octets('a.b\r\n'));
    expect((await connection.send(message({ body }))).outcome).toBe('accepted');
  });

  test('BINARYMIME shares nothing with text', async () => {
    const { connection } = await connected(['PIPELINING', 'CHUNKING', 'BINARYMIME', '8BITMIME'], async (peer: Peer) => {
      await peer.hear('MAIL');
      await peer.hear('RCPT');
      await peer.hear('BDAT');
      await peer.hearOctets(5);
      peer.say('250 a', '250 b', '250 c');
    });
    const body = octets('a\nb\r\n');
    const results = await Promise.all([connection.send(message({ body, binary: true })), connection.send(message({ body }))]);
    expect(results.map(({ outcome, error }) => `${outcome} ${error?.code}`)).toEqual(['accepted undefined', 'not-sent SMTP_BARE_LF']);
  });
});
