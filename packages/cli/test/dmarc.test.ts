import { describe, expect, test } from 'vitest';
import { record } from './support/captured-io.ts';
import { run } from './support/run-command.ts';
import { serveZone, zoneFile } from './support/zone.ts';

const ZONE = `
example.com.            300 IN A 192.0.2.1
news.example.com.       300 IN A 192.0.2.2
_dmarc.example.com.     300 IN TXT "v=DMARC1; p=reject; sp=quarantine; np=reject; adkim=s; pct=20; rua=mailto:d@example.com!10m"
test.example.           300 IN A 192.0.2.3
_dmarc.test.example.    300 IN TXT "v=DMARC1; p=reject; t=y"
two.example.            300 IN A 192.0.2.4
_dmarc.two.example.     300 IN TXT "v=DMARC1; p=reject"
_dmarc.two.example.     300 IN TXT "v=DMARC1; p=none"
evil.example.           300 IN A 192.0.2.5
_dmarc.evil.example.    300 IN TXT "v=DMARC1; p=reject; rua=mailto:\\027[2J@x.example"
_dmarc.shy.example.     300 IN TXT "v=DMARC1; sp=reject"
_dmarc.suffix.          300 IN TXT "v=DMARC1; p=reject; psd=y; np=none"
`;

describe('mailwright dmarc', () => {
  test('a name server on loopback is asked: the walk, whose policy counts, every tag written or default', async () => {
    const { address } = await serveZone(ZONE);
    const { code, out, err } = await run(['dmarc', 'news.example.com', '--dns', address], { columns: 120 });
    expect([code, err]).toEqual([0, '']);
    const page = out.replace(/\u001b\[\d+m/g, '');
    for (const text of ['_dmarc.news.example.com  no record', '_dmarc.example.com  a record', '_dmarc.com  no record', 'quarantine, tag sp of the record of the organizational domain example.com']) expect(page).toContain(text);
    for (const line of [/p +reject +written +mail of this domain that fails is to be rejected/, /adkim +s +written/, /aspf +r +default +SPF: a domain of the same organization is enough/, /t +n +default/, /psd +u +default/, /rua +mailto:d@example\.com +written/, /pct at \d+ +RFC 9989 ended this tag/]) expect(page).toMatch(line);
  });

  test('--json: one record with all of it', async () => {
    const { code, out } = await run(['dmarc', 'EXAMPLE.com.', '--zone', await zoneFile(ZONE), '--json']);
    expect(code).toBe(0);
    const facts = record(out, 'dmarc');
    expect(facts).toMatchObject({ domain: 'example.com', outcome: 'policy', policy: 'reject', policyTag: 'p', policySource: 'author', organizationalDomain: 'example.com' });
    expect(facts['tags']).toContainEqual({ tag: 'aspf', value: 'r', explicit: false, meaning: expect.any(String) });
    expect((facts['warnings'] as { code: string }[]).map(({ code }) => code)).toEqual(expect.arrayContaining(['obsolete-tag', 'obsolete-size']));
    expect((facts['lookups'] as { name: string }[]).map(({ name }) => name)).toEqual(['_dmarc.example.com', '_dmarc.com']);
  });

  test.each([
    ['a name that does not exist: np', 'gone.example.com', 'reject, tag np', 0],
    ['t=y: the policy one step lower', 'test.example', 'quarantine is applied', 0],
    ['no record', 'nothing.example', 'no record counts', 1],
    ['two records: none', 'two.example', 'several records', 1],
    ['rfc9989 4.7: no p, so none', 'shy.example', 'as if p=none', 0],
    ['rfc9989 4.7: no p, and sp counts', 'a.shy.example', 'reject, tag sp', 0],
    ['a public suffix above', 'shop.suffix', 'public suffix suffix', 0],
  ])('%s', async (_name, domain, text, expected) => {
    const { code, out } = await run(['dmarc', domain, '--zone', await zoneFile(ZONE)]);
    expect(out.replace(/\s+/g, ' ')).toContain(text);
    expect(code).toBe(expected);
  });

  test('a server that does not answer in time -> not known, exit code 3', async () => {
    const { address, server } = await serveZone(ZONE);
    server.setFaults([{ action: 'servfail' }]);
    const { code, out } = await run(['dmarc', 'example.com', '--dns', address, '--timeout', '1', '--json']);
    expect(code).toBe(3);
    expect(record(out, 'dmarc')['outcome']).toBe('temp');
  });

  test('what the DNS says can\'t act on the terminal', async () => {
    expect((await run(['dmarc', 'evil.example', '--zone', await zoneFile(ZONE)])).out).not.toContain('\u001b');
  });

  test.each([
    ['nothing', [], 'which domain?'],
    ['an address', ['a@example.com'], 'is no domain'],
    ['an empty label', ['a..example'], 'is no domain'],
    ['a header that would be injected', ['example.com>\r\nFrom: <x@y.example'], 'is no domain'],
  ])('%s -> a usage error', async (_name, args, text) => {
    const { code, err } = await run(['dmarc', ...args]);
    expect(code).toBe(2);
    expect(err).toContain(text);
  });
});
