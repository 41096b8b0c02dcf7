import { describe, expect, test } from 'vitest';
import { DmarcCache, checkDmarc, extractAuthor, parsePublicSuffixList, walkNames, walkTree } from '@mailwright/dmarc';
import type { DmarcOptions, DmarcResult } from '@mailwright/dmarc';
import { formatAuthenticationResults } from '@mailwright/authres';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { from, headers, zoneOf } from './domains.ts';

type Records = Readonly<Record<string, string | readonly string[]>>;
type Identifiers = Pick<DmarcOptions, 'spf' | 'dkim' | 'publicSuffixes'>;

const spf = (domain: string, result = 'pass'): DmarcOptions['spf'] => ({ result, domain, identity: 'mailfrom' });
const dkim = (...domains: string[]): DmarcOptions['dkim'] => domains.map((domain) => ({ result: 'pass', domain }));
const check = (author: string, records: Records, identifiers: Identifiers = {}): Promise<DmarcResult> => checkDmarc({ from: from(author), resolver: zoneOf(records), ...identifiers });

const NONE = 'v=DMARC1; p=none';
const REJECT = 'v=DMARC1; p=reject';

describe('tree walk', () => {
  test('rfc9989 4.10: eight queries for a name of thirteen labels', () => {
    expect(walkNames('a.b.c.d.e.f.g.h.i.j.mail.example.com')).toEqual([
      'a.b.c.d.e.f.g.h.i.j.mail.example.com', 'g.h.i.j.mail.example.com', 'h.i.j.mail.example.com', 'i.j.mail.example.com', 'j.mail.example.com', 'mail.example.com', 'example.com', 'com',
    ]);
  });

  test.each([
    ['7 labels', 'a.b.c.d.e.example.com', 7], ['8 labels', 'a.b.c.d.e.f.example.com', 8], ['9 labels', 'a.b.c.d.e.f.g.example.com', 8], ['127 labels', Array(127).fill('a').join('.'), 8], ['one label', 'com', 1],
  ])('rfc9989 4.10: %s', (_name, domain, queries) => {
    const names = walkNames(domain);
    expect(names).toHaveLength(queries);
    expect(names.at(-1)).toBe(domain.split('.').at(-1));
  });

  test('rfc9989 5.1.8: a record between the skipped labels is not found', async () => {
    const walk = await walkTree('mail.a.b.c.d.e.f.g.example.com', { resolver: zoneOf({ 'b.c.d.e.f.g.example.com': 'v=DMARC1; p=none; psd=n', 'example.com': NONE }) });
    expect(walk.organizationalDomain).toBe('example.com');
  });

  test.each<[string, string, Records, string, string | undefined]>([
    ['no record -> the domain itself', 'a.example.com', {}, 'a.example.com', undefined],
    ['the record with the fewest labels', 'a.mail.example.com', { 'mail.example.com': NONE, 'example.com': NONE }, 'example.com', undefined],
    ['psd=n ends the walk', 'a.mail.example.com', { 'mail.example.com': 'v=DMARC1; p=none; psd=n', 'example.com': NONE }, 'mail.example.com', undefined],
    ['psd=n at the beginning', 'a.example.com', { 'a.example.com': 'v=DMARC1; p=none; psd=n', 'example.com': NONE }, 'a.example.com', undefined],
    ['psd=y: one label below', 'a.b.bank.example', { 'bank.example': 'v=DMARC1; p=none; psd=y' }, 'b.bank.example', 'bank.example'],
    ['psd=y at the beginning is the domain itself', 'bank.example', { 'bank.example': 'v=DMARC1; p=none; psd=y', example: NONE }, 'bank.example', undefined],
    ['psd=y above other records', 'a.b.bank.example', { 'a.b.bank.example': NONE, 'bank.example': 'v=DMARC1; p=none; psd=y' }, 'b.bank.example', 'bank.example'],
    ['psd=u is as none', 'a.example.com', { 'a.example.com': 'v=DMARC1; p=none; psd=u', 'example.com': NONE }, 'example.com', undefined],
    ['a record at the top-level domain counts', 'a.example.com', { com: 'v=DMARC1; p=none; psd=y' }, 'example.com', 'com'],
    ['two records at one name are none', 'a.example.com', { 'a.example.com': NONE, 'example.com': [NONE, REJECT] }, 'a.example.com', undefined],
    ['a record without policy is none', 'a.example.com', { 'a.example.com': NONE, 'example.com': 'v=DMARC1; p=x' }, 'a.example.com', undefined],
    ['a record without policy ends the walk by its psd tag', 'a.example.com', { 'a.example.com': NONE, 'example.com': 'v=DMARC1; psd=n' }, 'example.com', undefined],
    ['other TXT records beside it', 'a.example.com', { 'example.com': ['v=spf1 -all', NONE, 'v=dmarc1; p=none'] }, 'example.com', undefined],
  ])('rfc9989 4.10.2: %s', async (_name, domain, records, organizationalDomain, publicSuffixDomain) => {
    expect(await walkTree(domain, { resolver: zoneOf(records) })).toMatchObject({ organizationalDomain, publicSuffixDomain });
  });

  test.each<[string, Records, string, string | undefined]>([
    ['psd=y', { 'com.example': 'v=DMARC1; p=x; psd=y', example: REJECT }, 'a.com.example', 'com.example'],
    ['psd=n', { 'example.com': REJECT, 'tenant.example.com': 'v=DMARC1; p=x; psd=n' }, 'tenant.example.com', undefined],
  ])('rfc9989 4.10: a record without policy that says %s ends the walk all the same', async (_name, records, organizationalDomain, publicSuffixDomain) => {
    const walk = await walkTree(`b.${organizationalDomain}`, { resolver: zoneOf(records) });
    expect(walk).toMatchObject({ organizationalDomain, publicSuffixDomain });
    expect(walk.lookups.at(-1)).toMatchObject({ outcome: 'unusable', record: undefined });
  });

  test.each<[string, Records, string, string | undefined]>([
    ['psd=n', { 'example.com': REJECT, 'tenant.example.com': 'v=DMARC1; psd=n' }, 'tenant.example.com', undefined],
    ['psd=y', { 'com.example': 'v=DMARC1; psd=y', example: REJECT }, 'a.com.example', 'com.example'],
  ])('rfc9989 4.7: a record without p that says %s ends the walk, and is one', async (_name, records, organizationalDomain, publicSuffixDomain) => {
    const walk = await walkTree(`b.${organizationalDomain}`, { resolver: zoneOf(records) });
    expect(walk).toMatchObject({ organizationalDomain, publicSuffixDomain });
    expect(walk.lookups.at(-1)).toMatchObject({ outcome: 'record', record: { p: 'none' } });
  });

  test('rfc9989 4.10: tenants that say psd=n do not align with each other, whatever their records lack', async () => {
    const records = { 'example.com': REJECT, 'one.example.com': 'v=DMARC1; psd=n', 'mail.one.example.com': REJECT };
    expect(await check('mail.one.example.com', records, { spf: spf('two.example.com') })).toMatchObject({ result: 'fail', organizationalDomain: 'one.example.com', spf: { aligned: false } });
    expect(await check('mail.one.example.com', records, { spf: spf('news.one.example.com') })).toMatchObject({ result: 'pass', spf: { aligned: true } });
  });

  test('a name that the DNS does not answer for -> nothing is known', async () => {
    const zone = zoneOf({ 'a.example.com': NONE });
    zone.script('_dmarc.example.com', { status: 'temp' });
    const walk = await walkTree('a.example.com', { resolver: zone });
    expect(walk.organizationalDomain).toBeUndefined();
    expect(walk.lookups.map(({ domain, outcome }) => `${domain} ${outcome}`)).toEqual(['a.example.com record', 'example.com temp']);
  });

  test('what is no domain -> TypeError', async () => {
    await expect(walkTree('a..b', { resolver: zoneOf({}) })).rejects.toThrow(TypeError);
  });
});

describe('policy', () => {
  test.each<[string, string, Records, Partial<DmarcResult>]>([
    ['p for the domain itself', 'example.com', { 'example.com': 'v=DMARC1; p=reject; sp=none; np=none' }, { policy: 'reject', policyTag: 'p', policySource: 'author', disposition: 'reject' }],
    ['sp below it', 'a.example.com', { 'example.com': 'v=DMARC1; p=reject; sp=quarantine' }, { policy: 'quarantine', policyTag: 'sp', policySource: 'organizational', policyDomain: 'example.com' }],
    ['p below it without sp', 'a.example.com', { 'example.com': REJECT }, { policy: 'reject', policyTag: 'p', policySource: 'organizational' }],
    ['sp of the author\'s own record does not count', 'a.example.com', { 'a.example.com': 'v=DMARC1; p=none; sp=reject', 'example.com': REJECT }, { policy: 'none', policyTag: 'p', policySource: 'author' }],
    ['np below it, for a name that does not exist', 'gone.example.com', { 'example.com': 'v=DMARC1; p=none; sp=quarantine; np=reject' }, { policy: 'reject', policyTag: 'np' }],
    ['np without sp', 'gone.example.com', { 'example.com': 'v=DMARC1; p=none; np=reject' }, { policy: 'reject', policyTag: 'np' }],
    ['sp below it, for a name that exists', 'a.example.com', { 'example.com': 'v=DMARC1; p=none; sp=quarantine; np=reject', 'x.a.example.com': 'other' }, { policy: 'quarantine', policyTag: 'sp' }],
    ['the public suffix, where the organization has none', 'giant.bank.example', { 'bank.example': 'v=DMARC1; p=none; sp=quarantine; psd=y' }, { policy: 'quarantine', policySource: 'public-suffix', policyDomain: 'bank.example' }],
    ['not the public suffix, where the organization has one', 'giant.bank.example', { 'giant.bank.example': NONE, 'bank.example': 'v=DMARC1; p=reject; psd=y' }, { policy: 'none', policySource: 'author' }],
    ['the organization, not a record between (ScubaGear #2237)', 'a.b.bank.example', { 'b.bank.example': 'v=DMARC1; p=quarantine', 'bank.example': 'v=DMARC1; p=reject; psd=y' }, { policy: 'quarantine', policySource: 'organizational', policyDomain: 'b.bank.example' }],
    ['the top record, not one between', 'a.b.example.com', { 'b.example.com': NONE, 'example.com': 'v=DMARC1; p=reject; sp=quarantine' }, { policy: 'quarantine', policyDomain: 'example.com' }],
    ['a bad p with rua -> none', 'example.com', { 'example.com': 'v=DMARC1; p=rejct; rua=mailto:a@example.com' }, { result: 'fail', policy: 'none', disposition: 'none' }],
  ])('rfc9989 4.10.1: %s', async (_name, domain, records, expected) => {
    expect(await check(domain, records)).toMatchObject({ result: 'fail', ...expected });
  });

  test('rfc8020 2: an alias that leads to nothing exists itself, so np does not count', async () => {
    const resolver = zoneOf({ 'example.com': 'v=DMARC1; p=none; sp=quarantine; np=reject' });
    resolver.set('alias.example.com', { CNAME: 'gone.example.net' });
    expect(await checkDmarc({ from: from('alias.example.com'), resolver })).toMatchObject({ result: 'fail', policy: 'quarantine', policyTag: 'sp' });
    expect(await checkDmarc({ from: from('below.alias.example.com'), resolver })).toMatchObject({ result: 'fail', policy: 'reject', policyTag: 'np' });
  });

  test.each<[string, string, 'none' | 'quarantine' | 'reject']>([
    ['reject', 'v=DMARC1; p=reject; t=y', 'quarantine'], ['quarantine', 'v=DMARC1; p=quarantine; t=y', 'none'], ['none', 'v=DMARC1; p=none; t=y', 'none'], ['reject, t=n', 'v=DMARC1; p=reject; t=n', 'reject'],
  ])('rfc9989 4.7: t=y takes %s one step lower', async (_name, record, disposition) => {
    const failed = await check('example.com', { 'example.com': record });
    expect(failed).toMatchObject({ result: 'fail', appliedPolicy: disposition, disposition });
  });

  test('policy and verification are apart: a pass asks for nothing, its policy is told', async () => {
    expect(await check('example.com', { 'example.com': REJECT }, { dkim: dkim('example.com') })).toMatchObject({ result: 'pass', policy: 'reject', appliedPolicy: 'reject', disposition: 'none' });
  });

  test.each<[string, Records, Partial<DmarcResult>]>([
    ['no record', {}, { result: 'none', reason: 'no-record' }],
    ['two records', { 'a.example.com': [REJECT, NONE] }, { result: 'none', reason: 'several-records' }],
    ['two records, one of them broken', { 'a.example.com': [REJECT, 'v=DMARC1; p=x'] }, { result: 'none', reason: 'several-records' }],
    ['two records at the author, one above', { 'a.example.com': [NONE, REJECT], 'example.com': NONE }, { result: 'pass', policyDomain: 'example.com' }],
    ['a record without policy', { 'a.example.com': 'v=DMARC1; p=x', 'example.com': REJECT }, { result: 'permerror', reason: 'bad-record' }],
    ['a record without policy above', { 'example.com': 'v=DMARC1; p=x' }, { result: 'none', reason: 'no-record' }],
  ])('rfc9989 4.10: %s', async (_name, records, expected) => {
    expect(await check('a.example.com', records, { dkim: dkim('a.example.com') })).toMatchObject({ disposition: 'none', ...expected });
  });
});

describe('alignment', () => {
  test.each<[string, string, string, Records, Identifiers, boolean]>([
    ['rfc9989 4.4: equal domains', 'example.com', REJECT, {}, { dkim: dkim('EXAMPLE.com') }, true],
    ['rfc9989 4.4: relaxed, a sub-domain signs', 'example.com', REJECT, {}, { dkim: dkim('mail.example.com') }, true],
    ['rfc9989 4.4: relaxed, the organization signs', 'a.example.com', REJECT, { 'example.com': NONE }, { dkim: dkim('example.com') }, true],
    ['rfc9989 4.4: relaxed, two sub-domains', 'a.example.com', REJECT, { 'example.com': NONE }, { spf: spf('b.example.com') }, true],
    ['rfc9989 4.10.2: the organization without record is another domain', 'a.example.com', REJECT, {}, { dkim: dkim('example.com') }, false],
    ['rfc9989 4.4: strict', 'a.example.com', 'v=DMARC1; p=none; adkim=s', { 'example.com': NONE }, { dkim: dkim('example.com') }, false],
    ['rfc9989 4.4: strict for DKIM alone', 'a.example.com', 'v=DMARC1; p=none; adkim=s', { 'example.com': NONE }, { spf: spf('example.com') }, true],
    ['another domain', 'example.com', REJECT, {}, { dkim: dkim('example.net'), spf: spf('example.org') }, false],
    ['another domain of the same top-level domain', 'example.com', REJECT, {}, { dkim: dkim('evil.com') }, false],
    ['a domain that ends like it', 'example.com', REJECT, {}, { dkim: dkim('evil-example.com', 'example.com.evil.example') }, false],
    ['one of several signatures', 'example.com', REJECT, {}, { dkim: dkim('a.net', 'b.net', 'example.com') }, true],
    ['rfc9989 4.10.2: psd=n below the organization parts them', 'dept.example.com', 'v=DMARC1; p=none; psd=n', { 'example.com': NONE }, { dkim: dkim('example.com') }, false],
    ['OpenDMARC#433: each identifier has its own walk', 'example.com', REJECT, { 'dept.example.com': 'v=DMARC1; p=none; psd=n' }, { dkim: dkim('a.dept.example.com') }, false],
    ['a U-label and an A-label', 'xn--bcher-kva.example', REJECT, {}, { spf: spf('BÜCHER.example') }, true],
    ['a dot at the end', 'example.com', REJECT, {}, { spf: spf('example.com.') }, true],
    ['what is no domain', 'example.com', REJECT, {}, { dkim: dkim('', '.', 'example..com', 'a b.example.com', 'example.com(.evil.example') }, false],
    ['CVE-2019-20790: the HELO identity is not used', 'example.com', REJECT, {}, { spf: { result: 'pass', domain: 'example.com', identity: 'helo' } }, false],
    ['results that are no pass', 'example.com', REJECT, {}, { spf: spf('example.com', 'softfail'), dkim: [{ result: 'fail', domain: 'example.com' }, { result: 'policy', domain: 'example.com' }] }, false],
    ['a signature without domain', 'example.com', REJECT, {}, { dkim: [{ result: 'pass', domain: undefined }] }, false],
  ])('%s', async (_name, author, record, others, identifiers, passes) => {
    const result = await check(author, { ...others, [author]: record }, identifiers);
    expect(result.result).toBe(passes ? 'pass' : 'fail');
  });

  test('rfc9989 B.4.1', async () => {
    const records = { 'example.com': NONE, 'signing.example.com': NONE };
    expect(await check('example.com', records, { spf: spf('example.com'), dkim: dkim('signing.example.com') })).toMatchObject({
      result: 'pass', organizationalDomain: 'example.com', spf: { aligned: true }, dkim: [{ aligned: true }],
    });
  });

  test('rfc9989 B.4.2', async () => {
    const asked: string[] = [];
    const resolver = zoneOf({ 'example.com': NONE, 'signing.example.com': NONE }, asked);
    const result = await checkDmarc({ from: from('a.b.c.d.e.f.g.h.i.j.k.example.com'), resolver, spf: spf('example.com'), dkim: dkim('signing.example.com') });
    expect(result).toMatchObject({ result: 'pass', organizationalDomain: 'example.com', policyDomain: 'example.com', spf: { aligned: true }, dkim: [{ aligned: true }], queries: 9 });
    expect(asked).toEqual([...walkNames('a.b.c.d.e.f.g.h.i.j.k.example.com'), 'signing.example.com'].map((name) => `_dmarc.${name}`));
  });

  test('rfc9989 B.4.3', async () => {
    const records = { 'bank.example': 'v=DMARC1; p=reject; psd=y', 'giant.bank.example': NONE };
    expect(await check('giant.bank.example', records, { spf: spf('mail.giant.bank.example'), dkim: dkim('mail.mega.bank.example') })).toMatchObject({
      result: 'pass', organizationalDomain: 'giant.bank.example', policyDomain: 'giant.bank.example', spf: { aligned: true }, dkim: [{ aligned: false }],
    });
  });

  test('what can not align is not asked about, and 16 signatures are looked at', async () => {
    const asked: string[] = [];
    const signers = Array.from({ length: 40 }, (_, index) => `s${index}.example.com`);
    const result = await checkDmarc({ from: from('example.com'), resolver: zoneOf({ 'example.com': REJECT }, asked), dkim: dkim('a.net', 'b.com', ...signers) });
    expect(result.dkim).toHaveLength(16);
    expect(asked).toHaveLength(2 + 14);
  });
});

describe('temporary errors', () => {
  const failing = (records: Records, name: string, status: 'temp' | 'bogus' = 'temp'): DmarcOptions['resolver'] => {
    const zone = zoneOf(records);
    zone.script(name, { status });
    return zone;
  };

  test.each<[string, DmarcOptions['resolver'], string, Identifiers, string, string]>([
    ['the record of the author', failing({}, '_dmarc.example.com'), 'example.com', { dkim: dkim('example.com') }, 'temperror', 'dns'],
    ['the record of the author is bogus', failing({}, '_dmarc.example.com', 'bogus'), 'example.com', {}, 'temperror', 'dns'],
    ['a record above', failing({}, '_dmarc.com'), 'example.com', {}, 'temperror', 'dns'],
    ['the walk of the only pass', failing({ 'example.com': REJECT }, '_dmarc.a.example.com'), 'example.com', { dkim: dkim('a.example.com') }, 'temperror', 'dns'],
    ['the walk of another pass', failing({ 'example.com': REJECT }, '_dmarc.a.example.com'), 'example.com', { dkim: dkim('a.example.com', 'example.com') }, 'pass', 'aligned'],
    ['no pass, a signature that could not be checked', zoneOf({ 'example.com': REJECT }), 'example.com', { dkim: [{ result: 'temperror', domain: 'a.example.com' }] }, 'temperror', 'identifier-temperror'],
    ['no pass, SPF could not be checked', zoneOf({ 'example.com': REJECT }), 'example.com', { spf: spf('example.com', 'temperror'), dkim: [{ result: 'fail', domain: 'example.com' }] }, 'temperror', 'identifier-temperror'],
    ['a stranger\'s signature that could not be checked', zoneOf({ 'example.com': REJECT }), 'example.com', { dkim: [{ result: 'temperror', domain: 'evil.example' }] }, 'fail', 'not-aligned'],
    ['whether the author exists', failing({ 'example.com': 'v=DMARC1; p=none; np=reject' }, 'a.example.com'), 'a.example.com', {}, 'temperror', 'dns'],
    ['whether the author exists, and a pass', failing({ 'example.com': 'v=DMARC1; p=none; np=reject' }, 'a.example.com'), 'a.example.com', { dkim: dkim('example.com') }, 'pass', 'aligned'],
  ])('rfc9989 5.3.6: %s', async (_name, resolver, author, identifiers, result, reason) => {
    expect(await checkDmarc({ from: from(author), resolver, ...identifiers })).toMatchObject({ result, reason, disposition: result === 'fail' ? 'reject' : 'none' });
  });

  test('the signal ends it', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(checkDmarc({ from: from('example.com'), resolver: zoneOf({}), signal })).rejects.toThrow('enough');
  });
});

describe('author', () => {
  test('rfc9989 11.5: a message of two authors is a permerror, said loudly, and asks nobody', async () => {
    const asked: string[] = [];
    const result = await checkDmarc({ from: headers('From: a@good.example, b@evil.example\r\n\r\n'), resolver: zoneOf({ 'good.example': REJECT }, asked), dkim: dkim('good.example') });
    expect(result).toMatchObject({ result: 'permerror', reason: 'author: several-domains', policy: undefined, disposition: 'none' });
    expect(asked).toEqual([]);
    expect(result.trace[0]?.text).toBe('no Author Domain: several-domains');
  });

  test('an author that was read before', async () => {
    expect((await checkDmarc({ from: extractAuthor(from('example.com')), resolver: zoneOf({ 'example.com': NONE }), dkim: dkim('example.com') })).result).toBe('pass');
  });
});

describe('whatever the domain is', () => {
  test('a verdict can be written', async () => {
    const random = new SeededRandom(9989);
    for (let round = 0; round < 500; round++) {
      const domain = Array.from({ length: random.integer(1, 10) }, () => random.text('a-_xn1ü', random.integer(1, 7))).join('.');
      const result = await checkDmarc({ from: from(domain), resolver: zoneOf({}) });
      expect(formatAuthenticationResults({ authservId: 'mx.example.org', results: [result.toMethodResult()] })).toContain(result.result === 'none' ? 'header.from=' : 'dmarc=permerror');
    }
  });
});

describe('cache', () => {
  test('the second message asks nobody, until the TTL is over', async () => {
    let now = 0;
    const cache = new DmarcCache({ now: () => now });
    const resolver = zoneOf({ 'example.com': REJECT });
    const once = (): Promise<DmarcResult> => checkDmarc({ from: from('example.com'), resolver, cache, spf: spf('a.example.com') });
    expect((await once()).queries).toBe(3);
    expect((await once()).queries).toBe(0);
    now = 300_001; // the names without record
    expect((await once()).queries).toBe(2);
    now = 3_600_001;
    expect((await once()).queries).toBe(3);
  });

  test('what the DNS did not say is not kept', async () => {
    const cache = new DmarcCache();
    const zone = zoneOf({ 'example.com': REJECT });
    zone.script('_dmarc.example.com', { status: 'temp' });
    const once = (): Promise<DmarcResult> => checkDmarc({ from: from('example.com'), resolver: zone, cache });
    expect((await once()).result).toBe('temperror');
    zone.script('_dmarc.example.com', undefined);
    expect((await once()).result).toBe('fail');
  });

  test('entries: the oldest goes first', async () => {
    const cache = new DmarcCache({ entries: 5 });
    for (let index = 0; index < 10; index++) await checkDmarc({ from: from(`a${index}.example`), resolver: zoneOf({}), cache });
    expect(cache.size).toBe(5);
  });

  test('a domain that looks like a name of DMARC is not mixed up with it', async () => {
    const cache = new DmarcCache();
    const resolver = zoneOf({ 'example.com': 'v=DMARC1; p=none; np=reject' });
    for (const domain of ['_dmarc.example.com', 'example.com', '_dmarc.example.com']) expect((await checkDmarc({ from: from(domain), resolver, cache })).result).toBe('fail');
  });

  test('limits that are none -> RangeError', () => {
    expect(() => new DmarcCache({ entries: 0 })).toThrow(RangeError);
    expect(() => new DmarcCache({ maximumSeconds: Number.NaN })).toThrow(RangeError);
  });
});

describe('public suffix list', () => {
  const list = parsePublicSuffixList('// comment\ncom\n\nco.uk\n*.ck\n!www.ck\n食狮.example   trailing\nbad_rule\n');

  test('rules', () => {
    expect(list).toMatchObject({ rules: 5, skipped: 1 });
    expect(['a.b.co.uk', 'co.uk', 'a.b.ck', 'b.ck', 'www.ck', 'a.www.ck', 'a.b.unknown', 'com', 'a.食狮.example', 'a..b'].map((name) => list.registrableDomain(name))).toEqual([
      'b.co.uk', undefined, 'a.b.ck', undefined, 'www.ck', 'www.ck', 'b.unknown', undefined, 'a.xn--85x722f.example', undefined,
    ]);
  });

  test('rfc7489 3.2: the organization is below the suffix, whatever records there are', async () => {
    const asked: string[] = [];
    const resolver = zoneOf({ 'example.co.uk': 'v=DMARC1; p=none; sp=reject', uk: 'v=DMARC1; p=none; psd=y' }, asked);
    const result = await checkDmarc({ from: from('a.b.example.co.uk'), resolver, publicSuffixes: list, spf: spf('x.example.co.uk'), dkim: dkim('evil.co.uk') });
    expect(result).toMatchObject({ result: 'pass', discoveryMethod: 'psl', organizationalDomain: 'example.co.uk', policyDomain: 'example.co.uk', policy: 'reject', spf: { aligned: true }, dkim: [{ aligned: false }] });
    expect(asked).toEqual(['_dmarc.a.b.example.co.uk', '_dmarc.example.co.uk']);
  });

  test('an underscore: names of the DNS that are no host names have an organization, too', async () => {
    expect(list.registrableDomain('mail_1.example.co.uk')).toBe('example.co.uk');
    expect(await check('example.com', { 'example.com': REJECT }, { publicSuffixes: list, spf: spf('mail_1.example.com') })).toMatchObject({ result: 'pass', spf: { aligned: true } });
  });

  test('a public suffix aligns with itself alone', async () => {
    expect((await check('co.uk', { 'co.uk': REJECT }, { publicSuffixes: list, dkim: dkim('a.co.uk') })).result).toBe('fail');
    expect((await check('co.uk', { 'co.uk': REJECT }, { publicSuffixes: list, dkim: dkim('co.uk') })).result).toBe('pass');
    expect((await check('a.co.uk', {}, { publicSuffixes: list })).result).toBe('none');
  });
});

describe('explanation', () => {
  test('every step, with its section', async () => {
    const records = { 'example.com': 'v=DMARC1; p=reject; sp=reject; t=y; pct=20' };
    const result = await check('news.example.com', records, { spf: spf('evil.example'), dkim: [{ result: 'fail', domain: 'example.com' }] });
    expect(result.trace.map(({ rfc, text }) => `${rfc}: ${text}`)).toEqual([
      '9989 5.3.1: the Author Domain is news.example.com',
      '9989 4.10: _dmarc.news.example.com has no record',
      '9989 4.10: _dmarc.example.com has the record "v=DMARC1; p=reject; sp=reject; t=y; pct=20"',
      '9989 4.10: _dmarc.com has no record',
      '9989 4.7: in the record: obsolete-tag, tag pct',
      '9989 4.10.1: for news.example.com counts the record of its organizational domain example.com, tag sp: reject',
      '9989 4.10.2: the walk from news.example.com leads to the Organizational Domain example.com',
      '9989 4.4.2: spf evil.example (pass) does not align with news.example.com (relaxed: the Organizational Domain must be example.com)',
      '9989 4.4.1: dkim example.com is fail, so it proves nothing',
      '9989 5.3.5: the result is fail: not-aligned',
      '9989 4.7: the Domain Owner asks for quarantine, one step below reject since the owner is testing (t=y)',
    ]);
    expect(JSON.parse(JSON.stringify(result))).toMatchObject({ result: 'fail', trace: result.trace.map(({ rfc, text }) => ({ rfc, text })) });
  });

  test('the walks of identifiers, each name once', async () => {
    const records = { 'giant.bank.example': NONE, 'bank.example': 'v=DMARC1; p=reject; psd=y' };
    const { trace } = await check('giant.bank.example', records, { spf: spf('mail.giant.bank.example'), dkim: dkim('mail.mega.bank.example') });
    expect(trace.filter(({ rfc }) => rfc.startsWith('9989 4.10')).map(({ text }) => text)).toEqual([
      '_dmarc.giant.bank.example has the record "v=DMARC1; p=none"',
      'for giant.bank.example counts its own record, tag p: none',
      '_dmarc.bank.example has the record "v=DMARC1; p=reject; psd=y"',
      'the walk from giant.bank.example leads to the Organizational Domain giant.bank.example, below the public suffix bank.example',
      '_dmarc.mail.giant.bank.example has no record',
      'the walk from mail.giant.bank.example leads to the Organizational Domain giant.bank.example, below the public suffix bank.example',
    ]);
  });

  test('records with line ends stay in their line', async () => {
    const result = await check('example.com', { 'example.com': 'v=DMARC1; p=none; x=a\r\nb' });
    expect(result.trace.every(({ text }) => !/[\r\n]/.test(text))).toBe(true);
  });

  test('rfc9989 9.1: for Authentication-Results', async () => {
    const result = await check('a.example.com', { 'example.com': 'v=DMARC1; p=reject; sp=quarantine' });
    expect(formatAuthenticationResults({ authservId: 'mx.example.org', results: [result.toMethodResult()] })).toBe(
      'mx.example.org;\r\n dmarc=fail (p=reject sp=quarantine np=quarantine dis=quarantine)\r\n header.from=a.example.com policy.dmarc=quarantine',
    );
    const ambiguous = await checkDmarc({ from: headers('From: a@good.example, b@evil.example\r\n\r\n'), resolver: zoneOf({}) });
    expect(formatAuthenticationResults({ authservId: 'mx.example.org', results: [ambiguous.toMethodResult()] })).toBe('mx.example.org;\r\n dmarc=permerror (author: several-domains)');
  });
});
