/** The same over real packets: a DNS server on loopback that does wrong, and our stub client. */
import { authenticate } from '@mailwright/auth';
import { createStubResolver, startDnsServer } from '@mailwright/dns';
import type { DnsFault } from '@mailwright/dns';
import { encodeUtf8 } from '@mailwright/wire';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TEXT, forwarded, fromBank, fromList, makeZone, signed, verdicts } from './support/world.ts';

const warnings: string[] = [];
const collect = ({ name, message }: Error): void => void warnings.push(`${name}: ${message}`);
beforeAll(() => void process.on('warning', collect));
afterAll(() => void process.off('warning', collect));

async function overNetwork(message: Uint8Array, options: ReturnType<typeof fromBank>, faults: readonly DnsFault[] = []): Promise<ReturnType<typeof verdicts>> {
  const server = await startDnsServer({ zone: makeZone(), faults });
  const resolver = createStubResolver({ servers: [`127.0.0.1:${server.port}`] });
  try {
    return verdicts(await authenticate(message, { ...options, resolver, clock: undefined }));
  } finally {
    await resolver.close();
    await server.close();
  }
}

describe('over UDP and TCP', () => {
  test.each([
    ['as it should be', []],
    ['every answer is truncated, so all of it goes over TCP', [{ action: 'truncate', transport: 'udp' }]],
    ['a forger answers first', [{ action: 'wrong-id', thenAnswer: true }]],
  ] satisfies [string, DnsFault[]][])('%s', async (_name, faults) => {
    expect(await overNetwork(await signed(), fromBank(), faults)).toEqual({
      spf: 'pass', helo: 'pass', dkim: ['pass', 'pass'], arc: 'none', dmarc: 'pass', iprev: 'pass', suggestion: 'accept: no-objection',
    });
  });

  test('a forwarded message', async () => {
    const options = { ...fromList(), arc: { trustedSealers: ['list.example'] } };
    expect(await overNetwork(await forwarded(), options)).toMatchObject({ arc: 'pass', dmarc: 'fail', suggestion: 'accept: trusted-sealer' });
  });

  test('SERVFAIL for everything -> temperror everywhere', async () => {
    expect(await overNetwork(await signed(), fromBank(), [{ action: 'servfail' }])).toEqual({
      spf: 'temperror', helo: 'temperror', dkim: ['temperror', 'temperror'], arc: 'none', dmarc: 'temperror', iprev: 'temperror', suggestion: 'defer: dns',
    });
  });

  test('more than ten questions at once: Node warns of no leak', async () => {
    const signatures = Array.from({ length: 8 }, (_signature, index) => `DKIM-Signature: v=1; a=rsa-sha256; d=k${index}.example; s=s; h=from; bh=${'A'.repeat(43)}=; b=eA==\r\n`);
    const verdict = await overNetwork(encodeUtf8(signatures.join('') + TEXT), fromBank());
    expect(verdict).toMatchObject({ spf: 'pass', dmarc: 'pass', dkim: new Array<string>(8).fill('permerror') });
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toEqual([]);
  });
});
