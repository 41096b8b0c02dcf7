/** Downloads from a place on, over servers that answer with another one, and over connections that end. */
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../testing/src/fake-clock.ts';
import { connectScripted, rejection } from './connect-scripted.ts';

const TEXT = 'abcdefghijklmnopqrstuvwxyz';
const decode = (octets: Uint8Array): string => new TextDecoder().decode(octets);

describe('rfc9051 6.4.5: a download from octet 10 on', () => {
  test.each([
    ['its origin', `BODY[]<10> "${TEXT.slice(10)}"`],
    ['all of the body without an origin', `BODY[] "${TEXT}"`],
    ['all of the body with origin 0', `BODY[]<0> "${TEXT}"`],
    ['a lower origin', `BODY[]<4> "${TEXT.slice(4)}"`],
    ['a lower origin, as a literal', `BODY[]<4> {${TEXT.length - 4}}\r\n${TEXT.slice(4)}`],
  ])('a server answers with %s -> the octets from 10 on', async (_what, item) => {
    await using setup = await connectScripted((command) => (command.startsWith('UID FETCH') ? `* 1 FETCH (UID 10 ${item})\r\n{tag} OK done` : undefined));
    const box = await setup.client.open('INBOX');
    const download = box.download(10, '', { from: 10 });
    expect(decode(await download.octets())).toBe(TEXT.slice(10));
    expect([download.position, download.octetCount]).toEqual([TEXT.length, TEXT.length]);
  });

  test.each([[10, 12], [0, 5]])('asked from %i on, a server answers with a higher origin -> IMAP_NO_SUCH_BODY', async (from, origin) => {
    await using setup = await connectScripted((command) => (command.startsWith('UID FETCH') ? `* 1 FETCH (UID 10 BODY[]<${origin}> "${TEXT.slice(origin)}")\r\n{tag} OK done` : undefined));
    const box = await setup.client.open('INBOX');
    const error = await rejection(box.download(10, '', { from }).octets());
    expect([error.code, error.usable]).toEqual(['IMAP_NO_SUCH_BODY', true]);
    await setup.client.noop();
  });
});

describe('reconnect', () => {
  const BIG = 'x'.repeat(300_000);

  test('another command is given up and the connection with it -> the download goes on', async () => {
    const clock = new FakeClock();
    await using setup = await connectScripted((command) => {
      if (command === 'NOOP') return '';
      const partial = /<(\d+)\./.exec(command);
      if (!command.startsWith('UID FETCH')) return undefined;
      if (partial === null) return `* 1 FETCH (UID 10 BODY[] {${BIG.length}}\r\n${BIG.slice(0, 100_000)}`.padEnd(100_040, 'x') + '\r\n';
      const rest = BIG.slice(Number(partial[1]));
      return `* 1 FETCH (UID 10 BODY[]<${partial[1]}> {${rest.length}}\r\n${rest})\r\n{tag} OK done`;
    }, {}, { clock, reconnect: {}, abortGraceMs: 10 });
    const box = await setup.client.open('INBOX');
    const download = box.download(10);
    const abort = new AbortController();
    let octets = 0;
    let gaveUp: Promise<unknown> | undefined;
    for await (const piece of download) {
      octets += piece.length;
      if (gaveUp !== undefined) continue;
      gaveUp = rejection(setup.client.noop({ signal: abort.signal }));
      await setup.server.got(/^NOOP/);
      abort.abort();
      await gaveUp;
      await clock.advance(20);
    }
    expect([octets, download.resumed, setup.servers.length]).toEqual([BIG.length, 1, 2]);
  });

  test('the download itself is given up -> it does not go on', async () => {
    const clock = new FakeClock();
    const abort = new AbortController();
    await using setup = await connectScripted((command) => (command.startsWith('UID FETCH') ? `* 1 FETCH (UID 10 BODY[] {${BIG.length}}\r\n${BIG.slice(0, 50_000)}\r\n` : undefined), {}, { clock, reconnect: {}, abortGraceMs: 0 });
    const box = await setup.client.open('INBOX');
    const download = box.download(10, '', { signal: abort.signal });
    const read = rejection((async () => {
      for await (const piece of download) if (piece.length > 0) abort.abort();
    })());
    expect((await read).code).toBe('IMAP_ABORTED');
    expect(download.resumed).toBe(0);
    await clock.advance(10);
  });
});
