/** Octets that nobody who means well sends: no throw, no hang, nothing that grows. */
import { encodeLatin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { ClientMachine, resolveClientOptions, TranscriptRecorder } from '@mailwright/pop3';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { anyCommand } from './generate.ts';
import { TestServer } from './session.ts';

const PIECES = [
  'USER jane\r\n', 'PASS secret\r\n', 'RETR 1\r\n', 'TOP 2 1\r\n', 'LIST\r\n', 'UIDL\r\n', 'DELE 1\r\n', 'RSET\r\n', 'CAPA\r\n', 'AUTH PLAIN\r\n', 'AUTH PLAIN =\r\n', '*\r\n', 'AGphbmUAc2VjcmV0\r\n', 'STLS\r\n', 'UTF8\r\n', 'QUIT\r\n',
  '\r', '\n', '\0', '\xff', ' ', '\r\n', 'x'.repeat(300), '+OK\r\n', '-ERR\r\n', '.\r\n', '..\r\n', '+ \r\n', '+OK 1 2\r\n', '1 2\r\n', '.',
];

function chunks(random: SeededRandom): Uint8Array[] {
  return Array.from({ length: random.integer(1, 40) }, () => {
    const piece = encodeLatin1(random.pick(PIECES));
    return random.chance(0.8) ? piece : piece.subarray(random.integer(0, piece.length), piece.length);
  });
}

describe('anything at all', () => {
  test('a server answers or ends; what it keeps is bounded', () => {
    const random = new SeededRandom(21);
    const ends = new Set<string | undefined>();
    for (let round = 0; round < 1000; round++) {
      const server = new TestServer({ options: { stls: random.chance(0.3), mechanisms: ['PLAIN'], utf8: 'user', limits: { errors: random.integer(1, 30) } } });
      server.run();
      for (const chunk of chunks(random)) {
        const said = server.say(chunk);
        if (said !== '') expect(said).toMatch(/\r\n$/);
        if (server.machine.next().type === 'upgrade-tls') server.machine.tlsStarted(0);
        expect(server.machine.unreadOctets).toBeLessThan(1000);
      }
      server.machine.end();
      server.run();
      ends.add(server.end);
    }
    expect([...ends].sort()).toEqual(['eof', 'quit', 'violation']);
  });

  test('a client ends or goes on; every event is one that was asked for', () => {
    const random = new SeededRandom(22);
    const violations = new Set<string>();
    for (let round = 0; round < 1000; round++) {
      const client = new ClientMachine(resolveClientOptions({ lineEnds: random.pick(['crlf', 'lf-too']) }), 0);
      const asked = new Set<number>();
      client.receive(encodeLatin1('+OK ready\r\n'), 0);
      for (const chunk of chunks(random)) {
        if (random.chance(0.5)) asked.add(client.send(anyCommand(random)));
        client.takeOutput(0);
        client.receive(chunk, 0);
        for (let event = client.next(); event.type !== 'need-data' && event.type !== 'closed'; event = client.next()) {
          if ('id' in event) expect(asked.has(event.id)).toBe(true);
          if (event.type === 'violation') violations.add(event.code);
          if (event.type === 'challenge') client.cancelAuth();
          if (event.type === 'upgrade-tls') client.tlsStarted(0);
        }
      }
      client.end();
      let last = client.next();
      for (; last.type !== 'closed'; last = client.next()) expect(last.type).not.toBe('need-data');
      expect(client.unreadOctets).toBe(0);
    }
    expect(violations.has('POP3_BAD_RESPONSE') && violations.has('POP3_UNEXPECTED_RESPONSE')).toBe(true);
  });

  test('a transcript takes it all and keeps no secret of a well-formed line', () => {
    const random = new SeededRandom(23);
    for (let round = 0; round < 300; round++) {
      const texts: string[] = [];
      const recorder = new TranscriptRecorder(({ direction, text }) => void texts.push(`${direction} ${text}`));
      for (const chunk of chunks(random)) random.chance(0.5) ? recorder.client(chunk, 0) : recorder.server(chunk, 0);
      expect(texts.filter((text) => /^client PASS secret$/.test(text))).toEqual([]);
    }
  });
});
