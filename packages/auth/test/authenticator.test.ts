import { getMaxListeners } from 'node:events';
import { MessageAuthenticator, authenticate } from '@mailwright/auth';
import { inMemoryZone } from '@mailwright/dns';
import type { Resolver } from '@mailwright/dns';
import { encodeLatin1, encodeUtf8, latin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { BANK_IP, TEXT, clock, forwarded, fromBank, fromEvil, fromList, makeZone, signed, verdicts } from './support/world.ts';

const body = (octets: Uint8Array): string => latin1(octets);

describe('verdicts', () => {
  test('rfc9989 5.3: the bank\'s own message passes everything', async () => {
    const report = await authenticate(await signed(), fromBank());
    expect(verdicts(report)).toEqual({
      spf: 'pass', helo: 'pass', dkim: ['pass', 'pass'], arc: 'none', dmarc: 'pass', iprev: 'pass', suggestion: 'accept: no-objection',
    });
    expect(report.author.domain).toBe('bank.example');
    expect(report.iprev?.name).toBe('mail.bank.example');
    expect(report.forged).toEqual([]);
    expect(report.unsafe).toBeUndefined();
  });

  test('a spoofed From with an SPF pass of the spoofer -> DMARC fails, 550 5.7.26', async () => {
    const report = await authenticate(encodeUtf8(TEXT), fromEvil());
    expect(verdicts(report)).toEqual({
      spf: 'pass', helo: 'pass', dkim: [], arc: 'none', dmarc: 'fail', iprev: 'fail', suggestion: 'reject: dmarc-reject',
    });
    expect(report.suggestion.reply).toMatchObject({ code: 550, enhanced: '5.7.26' });
  });

  test('rfc6376 6.1.3: a tampered body -> DKIM fails on both keys, and SPF still carries DMARC', async () => {
    const tampered = encodeLatin1(body(await signed()).replace('here is it', 'pay here'));
    const report = await authenticate(tampered, fromBank());
    expect(verdicts(report)).toMatchObject({ spf: 'pass', dkim: ['fail', 'fail'], dmarc: 'pass' });
    expect(report.dkim.map(({ reason }) => reason)).toEqual(['body-hash-mismatch', 'body-hash-mismatch']);
    expect(verdicts(await authenticate(tampered, fromEvil()))).toMatchObject({ dmarc: 'fail', suggestion: 'reject: dmarc-reject' });
  });

  test('rfc8617: a trusted sealer that saw DMARC pass of another author excuses nothing', async () => {
    const evil = encodeUtf8(TEXT.replace('info@bank.example', 'me@evil.example'));
    const resolver = makeZone();
    resolver.set('_dmarc.evil.example', { TXT: 'v=DMARC1; p=none' });
    const sealed = await forwarded({ ...fromEvil(), resolver }, evil, encodeUtf8(TEXT));
    expect(body(sealed)).toContain('dmarc=pass');
    const report = await authenticate(sealed, { ...fromList(), arc: { trustedSealers: ['list.example'] } });
    expect(report.arcTrust.trusted).toBe(true);
    expect(verdicts(report)).toMatchObject({ arc: 'pass', suggestion: 'reject: dmarc-reject' });
  });

  test('a mailing list that adds a footer and a seal -> DMARC fails, the chain passes, nobody is trusted', async () => {
    const report = await authenticate(await forwarded(), fromList());
    expect(verdicts(report)).toEqual({
      spf: 'pass', helo: 'none', dkim: ['fail', 'fail'], arc: 'pass', dmarc: 'fail', iprev: 'pass', suggestion: 'reject: dmarc-reject',
    });
    expect(report.arcTrust.trusted).toBe(false);
    expect(report.arc.sealers).toEqual(['list.example']);
  });

  test('rfc8617 7.2.1: the same from a list whose seals are trusted -> accepted, and DMARC still says fail', async () => {
    const report = await authenticate(await forwarded(), { ...fromList(), arc: { trustedSealers: ['list.example'] } });
    expect(verdicts(report)).toMatchObject({ arc: 'pass', dmarc: 'fail', suggestion: 'accept: trusted-sealer' });
    expect(report.arcTrust.sealer).toBe('list.example');
  });

  test('rfc8617 5.2: a trusted seal on a message that was changed behind it -> rejected', async () => {
    const changed = encodeLatin1(`${body(await forwarded())}And more.\r\n`);
    const report = await authenticate(changed, { ...fromList(), arc: { trustedSealers: ['list.example'] } });
    expect(verdicts(report)).toMatchObject({ arc: 'fail', dmarc: 'fail', suggestion: 'reject: dmarc-reject' });
  });

  test('rfc8617: a trusted sealer that did not see DMARC pass excuses nothing', async () => {
    const message = await forwarded(fromEvil(), encodeUtf8(TEXT));
    expect(body(message)).toContain('dmarc=fail');
    const report = await authenticate(message, { ...fromList(), arc: { trustedSealers: ['list.example'] } });
    expect(verdicts(report)).toMatchObject({ arc: 'pass', suggestion: 'reject: dmarc-reject' });
    expect(report.arcTrust.trusted).toBe(true);
  });

  test('rfc7208 2.4: the null reverse-path -> the HELO name is checked once, as MAIL FROM, and carries DMARC', async () => {
    const report = await authenticate(encodeUtf8(TEXT), { ...fromBank(), sender: '' });
    expect(verdicts(report)).toMatchObject({ spf: 'pass', helo: undefined, dmarc: 'pass' });
    expect(report.field).toContain('spf=pass smtp.helo=mail.bank.example');
  });

  test('rfc9989 4.4.2: SPF of the HELO name alone never carries DMARC', async () => {
    const report = await authenticate(encodeUtf8(TEXT), { ...fromBank(), sender: 'me@evil.example' });
    expect(verdicts(report)).toMatchObject({ spf: 'fail', helo: 'pass', dmarc: 'fail' });
  });

  test('a domain without DMARC whose SPF fails -> accepted: no policy asks for anything', async () => {
    const text = TEXT.replace('info@bank.example', 'info@quiet.example');
    expect(verdicts(await authenticate(encodeUtf8(text), { ...fromEvil(), sender: 'a@quiet.example' }))).toMatchObject({
      spf: 'fail', dmarc: 'none', suggestion: 'accept: no-objection',
    });
  });

  test('rfc9989: p=quarantine -> quarantine, without a reply', async () => {
    const report = await authenticate(encodeUtf8(TEXT.replace('info@bank.example', 'a@careful.example')), fromEvil());
    expect(report.suggestion).toEqual({ action: 'quarantine', reason: 'dmarc-quarantine', reply: undefined });
  });

  test.each([
    ['two From fields', 'From: a@evil.example\r\nFrom: info@bank.example\r\n\r\n', 'several-from-fields'],
    ['two domains', 'From: a@evil.example, info@bank.example\r\n\r\n', 'several-domains'],
    ['no From', 'Subject: hi\r\n\r\n', 'no-from'],
    ['a group', 'From: x: info@bank.example;\r\n\r\n', 'group'],
    ['an empty message', '', 'no-from'],
  ])('rfc9989 11.5: %s -> no author, rejected', async (_name, text, problem) => {
    const report = await authenticate(encodeLatin1(text), fromEvil());
    expect(report.author.problems).toContain(problem);
    expect(verdicts(report)).toMatchObject({ dmarc: 'permerror', suggestion: 'reject: author' });
  });

  test('without a client address there is no SPF and no iprev; DKIM carries DMARC', async () => {
    const report = await authenticate(await signed(), { ...fromBank(), ip: undefined, helo: '', sender: '' });
    expect(verdicts(report)).toEqual({
      spf: undefined, helo: undefined, dkim: ['pass', 'pass'], arc: 'none', dmarc: 'pass', iprev: undefined, suggestion: 'accept: no-objection',
    });
    expect(report.receivedSpf).toBeUndefined();
  });

  test('an authserv-id that is no domain: a field of ours, and no Received-SPF', async () => {
    const report = await authenticate(await signed(), { ...fromBank(), hostname: 'our border' });
    expect(report.field).toMatch(/^Authentication-Results: "our border";/);
    expect(report.receivedSpf).toBeUndefined();
  });

  test('checks that are switched off are not made', async () => {
    const asked: string[] = [];
    const resolver = makeZone({ onQuery: (name, type) => void asked.push(`${type} ${name}`) });
    const report = await authenticate(await signed(), { ...fromBank(), resolver, checkHelo: false, checkIprev: false });
    expect(verdicts(report)).toMatchObject({ spf: 'pass', helo: undefined, iprev: undefined, dmarc: 'pass' });
    expect(asked.filter((question) => question.includes('arpa') || question.includes('mail.bank'))).toEqual([]);
  });
});

describe('the DNS', () => {
  test('SPF and iprev are asked at once, keys and policy with the header section, and nothing twice', async () => {
    const asked: string[] = [];
    const resolver = makeZone({ onQuery: (name, type) => void asked.push(`${type} ${name}`) });
    const [head, rest] = body(await signed()).split('\r\n\r\nDear');
    const authenticator = new MessageAuthenticator({ ...fromBank(), resolver });
    expect(asked.sort()).toEqual(['PTR 1.2.0.192.in-addr.arpa', 'TXT bank.example', 'TXT mail.bank.example']);
    const first = asked.splice(0);
    authenticator.headers(encodeLatin1(`${head}\r\n\r\n`));
    expect(asked.sort()).toEqual(['TXT _dmarc.bank.example', 'TXT e._domainkey.bank.example', 'TXT r._domainkey.bank.example']);
    authenticator.body(encodeLatin1(`Dear${rest}`));
    const report = await authenticator.end();
    expect(report.dmarc.result).toBe('pass');
    const all = [...first, ...asked];
    expect(new Set(all).size).toBe(all.length);
    expect(report.dns).toMatchObject({ queries: all.length, failures: 0, refused: 0 });
  });

  test.each([
    ['the SPF record', 'bank.example', { spf: 'temperror', dmarc: 'pass' }],
    ['the key', 'e._domainkey.bank.example', { dkim: ['temperror', 'pass'], dmarc: 'pass' }],
    ['the policy', '_dmarc.bank.example', { dmarc: 'temperror', suggestion: 'defer: dns' }],
    ['the reverse name', '1.2.0.192.in-addr.arpa', { iprev: 'temperror', dmarc: 'pass' }],
    ['the forward name', 'mail.bank.example', { iprev: 'temperror', helo: 'temperror', dmarc: 'pass' }],
  ])('rfc8601 2.7: the DNS does not say %s -> temperror there', async (_name, name, expected) => {
    const resolver = makeZone();
    resolver.script(name, { status: 'temp' });
    expect(verdicts(await authenticate(await signed(), { ...fromBank(), resolver }))).toMatchObject(expected);
  });

  test('all identifiers that could align are temperror -> DMARC is temperror, and 451 4.4.3 is suggested', async () => {
    const resolver = makeZone();
    for (const name of ['bank.example', 'e._domainkey.bank.example', 'r._domainkey.bank.example']) resolver.script(name, { status: 'temp' });
    const report = await authenticate(await signed(), { ...fromBank(), resolver });
    expect(verdicts(report)).toMatchObject({ spf: 'temperror', dkim: ['temperror', 'temperror'], dmarc: 'temperror', suggestion: 'defer: dns' });
    expect(report.suggestion.reply).toMatchObject({ code: 451, enhanced: '4.4.3' });
  });

  test('a policy that is none is known: a temperror is no reason to wait', async () => {
    const resolver = makeZone();
    resolver.set('_dmarc.bank.example', { TXT: 'v=DMARC1; p=none' });
    for (const name of ['bank.example', 'e._domainkey.bank.example', 'r._domainkey.bank.example']) resolver.script(name, { status: 'temp' });
    const report = await authenticate(await signed(), { ...fromBank(), resolver });
    expect(verdicts(report)).toMatchObject({ dmarc: 'temperror', suggestion: 'accept: no-objection' });
  });

  test('a budget of questions: what is beyond is temperror, and nobody is asked', async () => {
    let asked = 0;
    const resolver = makeZone({ onQuery: () => void asked++ });
    const report = await authenticate(await signed(), { ...fromBank(), resolver, limits: { queries: 3 } });
    expect(asked).toBe(3);
    expect(report.dns.queries).toBe(3);
    expect(report.dns.refused).toBeGreaterThan(0);
    expect(verdicts(report)).toMatchObject({ dmarc: 'temperror', suggestion: 'defer: dns' });
  });

  test('a budget of time: a resolver that is too late gives temperror', async () => {
    const zone = makeZone({ clock });
    zone.script('e._domainkey.bank.example', { delayMs: 4000 });
    zone.script('r._domainkey.bank.example', { delayMs: 4000 });
    const reports = authenticate(await signed(), { ...fromBank(), resolver: zone, limits: { ms: 1000 } });
    await clock.advanceAsync(1000);
    const report = await reports;
    expect(verdicts(report)).toMatchObject({ spf: 'pass', dkim: ['temperror', 'temperror'], dmarc: 'pass' });
    expect(clock.pending).toBe(0);
  });

  test('no more questions are under way than the limit says', async () => {
    const zone = makeZone();
    let underWay = 0;
    let most = 0;
    const resolver: Resolver = {
      query: async (name, type, options) => {
        most = Math.max(most, ++underWay);
        await Promise.resolve();
        return zone.query(name, type, options).finally(() => void underWay--);
      },
    };
    const report = await authenticate(await signed(), { ...fromBank(), resolver, limits: { queriesAtOnce: 2 } });
    expect(verdicts(report)).toMatchObject({ dkim: ['pass', 'pass'], dmarc: 'pass' });
    expect(most).toBe(2);
  });

  test('signatures beyond the cap are asked nothing for, and are one result of the field', async () => {
    const many = 'DKIM-Signature: v=1; a=rsa-sha256; d=evil.example; s=s; h=from; bh=eA==; b=eA==\r\n'.repeat(500);
    const report = await authenticate(encodeLatin1(many + TEXT), fromEvil());
    expect(report.dkim).toHaveLength(500);
    expect(report.field.match(/dkim=/g)).toHaveLength(9);
    expect(report.field.replace(/\s+/g, ' ')).toContain('dkim=policy (too many signatures: 492 not looked at)');
    expect(report.dns.queries).toBeLessThan(20);
  });
});

describe('abort', () => {
  const silent: Resolver = { query: () => new Promise(() => undefined) };

  test('the caller\'s signal ends a wait for a DNS that never answers', async () => {
    const controller = new AbortController();
    const report = authenticate(await signed(), { ...fromBank(), resolver: silent, signal: controller.signal });
    controller.abort(new Error('shutting down'));
    await expect(report).rejects.toThrow('shutting down');
  });

  test('a signal that was aborted before', async () => {
    await expect(authenticate(await signed(), { ...fromBank(), signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no');
  });

  test('abort(): nobody is asked any more, and end() rejects', async () => {
    const authenticator = new MessageAuthenticator({ ...fromBank(), resolver: silent });
    authenticator.headers(encodeUtf8(TEXT));
    authenticator.abort();
    await expect(authenticator.end()).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('so many questions may wait for the signal that Node would warn of a leak', async () => {
    let signal: AbortSignal | undefined;
    const zone = makeZone();
    const resolver: Resolver = {
      query: (name, type, options) => {
        signal = options?.signal;
        return zone.query(name, type, options);
      },
    };
    await authenticate(await signed(), { ...fromBank(), resolver });
    expect(getMaxListeners(signal!)).toBe(Infinity);
  });

  test('a message that breaks off rejects with its own error', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield encodeUtf8('From: a@bank.example\r\n');
      throw new Error('connection lost');
    }
    await expect(authenticate(broken(), { ...fromBank(), resolver: silent })).rejects.toThrow('connection lost');
  });
});

describe('limits and mistakes', () => {
  test.each([
    ['octets', { headerOctets: 200 }, 'LIMIT_HEADER_OCTETS'],
    ['fields', { headerFields: 3 }, 'LIMIT_HEADER_FIELDS'],
  ])('a header section of too many %s -> every verdict is an error, 552', async (_name, limits, code) => {
    const report = await authenticate(await signed(), { ...fromBank(), limits });
    expect(report.limit?.code).toBe(code);
    expect(report.unsafe).toBe('header-limit');
    expect(report.suggestion).toMatchObject({ action: 'reject', reason: 'header-limit', reply: { code: 552 } });
    expect(report.dmarc.result).toBe('permerror');
    expect(report.dkim.every(({ result }) => result === 'permerror')).toBe(true);
  });

  test.each([
    ['white space at the very beginning, which would continue our field', ' dkim=pass header.d=bank.example\r\nFrom: a@bank.example\r\n\r\n', 'leading-white-space'],
    ['a bare CR, behind which some readers see a field', 'X: a\rAuthentication-Results: mx.example.net; dkim=pass\r\nFrom: a@bank.example\r\n\r\n', 'bare-cr'],
  ])('rfc8601 5: %s -> rejected', async (_name, text, unsafe) => {
    const report = await authenticate(encodeLatin1(text), fromEvil());
    expect(report.unsafe).toBe(unsafe);
    expect(report.suggestion).toMatchObject({ action: 'reject', reason: unsafe, reply: { code: 550, enhanced: '5.6.0' } });
  });

  test('lines that end in LF alone are no reason to refuse, and no signature of them passes', async () => {
    const report = await authenticate(encodeLatin1(body(await signed()).replaceAll('\r\n', '\n')), fromBank());
    expect(report.unsafe).toBeUndefined();
    expect(verdicts(report)).toMatchObject({ dkim: ['permerror', 'permerror'], spf: 'pass', dmarc: 'pass' });
  });

  test.each([
    ['an address that is none', { ip: 'localhost' }, TypeError],
    ['an authserv-id that only UTF-8 could write', { hostname: 'ä b' }, TypeError],
    ['an authserv-id that is empty', { hostname: '' }, TypeError],
    ['an authserv-id with a line break', { hostname: 'mx\r\nX: y' }, TypeError],
    ['a limit of 0', { limits: { queries: 0 } }, RangeError],
    ['a trusted sealer that is no domain', { arc: { trustedSealers: ['not a domain'] } }, TypeError],
    ['51 instances', { arc: { instances: 51 } }, RangeError],
  ])('mistake: %s -> thrown at once', (_name, options, error) => {
    expect(() => new MessageAuthenticator({ ...fromBank(), ...options })).toThrow(error);
  });

  test('mistake: calls out of order', async () => {
    const authenticator = new MessageAuthenticator(fromBank());
    expect(() => authenticator.body(encodeLatin1('x'))).toThrow(TypeError);
    await expect(authenticator.end()).rejects.toThrow(TypeError);
    authenticator.headers(encodeUtf8(TEXT));
    expect(() => authenticator.headers(encodeUtf8(TEXT))).toThrow(TypeError);
    await authenticator.end();
    await expect(authenticator.end()).rejects.toThrow(TypeError);
    expect(() => authenticator.body(encodeLatin1('x'))).toThrow(TypeError);
  });

  test('an IPv4-mapped address is the IPv4 address', async () => {
    for (const ip of [`::ffff:${BANK_IP}`, '::FFFF:c000:201']) {
      expect(verdicts(await authenticate(encodeUtf8(TEXT), { ...fromBank(), ip }))).toMatchObject({ spf: 'pass', iprev: 'pass' });
    }
  });

  test('a DNS without anything: nothing is authenticated, and nothing throws', async () => {
    const report = await authenticate(await signed(), { ...fromBank(), resolver: inMemoryZone({}) });
    expect(verdicts(report)).toEqual({
      spf: 'none', helo: 'none', dkim: ['permerror', 'permerror'], arc: 'none', dmarc: 'none', iprev: 'permerror', suggestion: 'accept: no-objection',
    });
  });
});
