/** What is easy to get wrong in RFC 7208, and what users of other implementations ran into. */
import { describe, expect, test } from 'vitest';
import { check, CLIENT, CLIENT6, record } from './world.ts';

describe('selecting the record', () => {
  test('rfc7208 4.5: two records are permerror, never the first one', async () => {
    const result = await check({ 'example.test': { TXT: ['v=spf1 +all', 'v=spf1 -all'] } });
    expect([result.result, result.problem?.code]).toEqual(['permerror', 'several-records']);
  });

  test.each([['v=spf10 -all'], ['v=spf1\t-all'], [' v=spf1 -all']])('rfc7208 4.5: %j is not an SPF record beside one that is', async (other) => {
    expect((await check({ 'example.test': { TXT: ['v=spf1 ~all', other] } })).result).toBe('softfail');
  });

  test('rfc7208 3.3: several strings are joined without a blank', async () => {
    const zone = { 'example.test': { TXT: `v=spf1 ${'ip4:198.51.100.1 '.repeat(20)}ip4:192.0.2.0/24 -all` } };
    expect((await check(zone)).result).toBe('pass');
  });

  test('rfc7208 3.1: nothing but TXT is asked for a record', async () => {
    expect((await check(record('v=spf1 -all'))).asked).toEqual(['TXT example.test']);
  });

  test.each([
    ['rfc7208 2.6.1: NXDOMAIN is none', {}, 'none', 'nxdomain'],
    ['rfc7208 2.6.1: no record is none', { 'example.test': { A: CLIENT } }, 'none', 'no-record'],
    ['rfc7208 2.6.6: SERVFAIL is temperror', { 'example.test': { script: { status: 'temp' } } }, 'temperror', 'dns-failure'],
    ['dnssec: a bogus answer is temperror', { 'example.test': { script: { status: 'bogus' } } }, 'temperror', 'bogus-answer'],
  ] as const)('%s', async (_name, zone, result, code) => {
    expect(await check(zone)).toMatchObject({ result, problem: { code, domain: 'example.test' } });
  });

  test('rfc7208 4.6: a syntax error behind a match is permerror all the same, and names the term', async () => {
    expect(await check(record('v=spf1 ip4:192.0.2.1 ip4:1.2.3 -all'))).toMatchObject({
      result: 'permerror', problem: { code: 'syntax', syntax: 'bad-network', term: 'ip4:1.2.3' }, matched: [],
    });
  });
});

describe('identities', () => {
  test('rfc7208 2.4: a null reverse-path is postmaster at the HELO name', async () => {
    const result = await check({ 'client.example': { TXT: 'v=spf1 exists:%{l}.%{o}.x.test -all' }, 'postmaster.client.example.x.test': { A: '127.0.0.2' } }, { sender: '' });
    expect(result).toMatchObject({ result: 'pass', identity: 'mailfrom', nullReversePath: true, domain: 'client.example', sender: 'postmaster@client.example' });
  });

  test('rfc7208 2.3: the HELO identity leaves the sender alone', async () => {
    const result = await check({ 'client.example': { TXT: 'v=spf1 -all' }, ...record('v=spf1 +all') }, { identity: 'helo' });
    expect(result).toMatchObject({ result: 'fail', identity: 'helo', nullReversePath: false, domain: 'client.example', sender: 'postmaster@client.example' });
  });

  test('rfc7208 4.3: a sender without local-part is postmaster', async () => {
    expect((await check(record('v=spf1 -all'), { sender: '@example.test' })).sender).toBe('postmaster@example.test');
    expect((await check(record('v=spf1 -all'), { sender: 'example.test' })).sender).toBe('postmaster@example.test');
  });

  test('the last @ separates, whatever stands in a quoted local-part', async () => {
    expect((await check(record('v=spf1 -all'), { sender: '"a@evil.test"@example.test' })).domain).toBe('example.test');
  });

  test.each(['localhost', '[192.0.2.1]', 'a..test', `${'a'.repeat(64)}.test`, '.test', 'x y.test', `${'a.'.repeat(130)}test`, 'a\\.b.test', '\u{1f600}\u200b.test'])('rfc7208 4.3: the domain %j is none, and nothing is asked', async (domain) => {
    const result = await check(record('v=spf1 -all'), { sender: `x@${domain}` });
    expect([result.result, result.problem?.code, result.asked]).toEqual(['none', 'malformed-domain', []]);
  });

  test.each([['a control character', 'a\r\nb@example.test'], ['NUL', 'a\0@example.test'], ['more than 512 characters', `${'a'.repeat(600)}@example.test`]])('a sender with %s is none, and nothing is asked', async (_name, sender) => {
    const result = await check(record('v=spf1 +all'), { sender });
    expect([result.result, result.problem?.code, result.asked]).toEqual(['none', 'malformed-sender', []]);
  });

  test('callers: an address that is none is refused', async () => {
    await expect(check(record('v=spf1 -all'), { ip: 'client.example' })).rejects.toThrow(TypeError);
  });
});

describe('include and redirect', () => {
  test('rfc7208 5.2: an include matches only for pass; its fail does not reject', async () => {
    for (const [all, outer] of [['+', 'pass'], ['-', 'softfail'], ['~', 'softfail'], ['?', 'softfail']]) {
      expect((await check(record('v=spf1 include:b.test ~all', { 'b.test': { TXT: `v=spf1 ${all}all` } }))).result).toBe(outer);
    }
  });

  test('rfc7208 5.2: an include of none is permerror, a temperror stays temperror', async () => {
    expect(await check(record('v=spf1 include:b.test +all'))).toMatchObject({ result: 'permerror', problem: { code: 'include-without-record', term: 'include:b.test' } });
    expect((await check(record('v=spf1 include:b.test +all', { 'b.test': { script: { status: 'temp' } } }))).result).toBe('temperror');
  });

  test('rfc7208 6.1: a redirect to none is permerror; it is ignored beside all, wherever it stands', async () => {
    expect((await check(record('v=spf1 redirect=b.test'))).problem?.code).toBe('redirect-without-record');
    const result = await check(record('v=spf1 redirect=b.test ~all'));
    expect([result.result, result.asked]).toEqual(['softfail', ['TXT example.test']]);
  });

  test('rfc7208 6.1: the result of a redirect is taken over whole', async () => {
    expect((await check(record('v=spf1 redirect=b.test', { 'b.test': { TXT: 'v=spf1 ip4:198.51.100.1' } }))).result).toBe('neutral');
    expect(await check(record('v=spf1 redirect=b.test', { 'b.test': { TXT: 'v=spf1 ~all' } }))).toMatchObject({ result: 'softfail', matched: [{ domain: 'b.test', term: '~all', prefixLength: 0 }] });
  });

  test('rfc7208 7.2: %{d} is the current domain behind an include, %{o} stays the sender\'s', async () => {
    const zone = record('v=spf1 include:b.test -all', { 'b.test': { TXT: 'v=spf1 exists:%{d}.%{o}.x.test -all' }, 'b.test.example.test.x.test': { A: '127.0.0.2' } });
    expect((await check(zone)).result).toBe('pass');
  });

  test('mailauth 100, 125: a and mx without domain, and mx:%{o}, mean the right domain behind a redirect', async () => {
    const redirected = { 'b.test': { TXT: 'v=spf1 a -all', A: '192.0.2.1' } };
    expect((await check(record('v=spf1 redirect=b.test', redirected))).result).toBe('pass');
    const own = { 'b.test': { TXT: 'v=spf1 mx:%{o} -all' }, 'mx.test': { A: '192.0.2.1' } };
    expect((await check({ 'example.test': { TXT: 'v=spf1 redirect=b.test', MX: '10 mx.test' }, ...own })).result).toBe('pass');
  });

  test.each([['include:b.test', 'include'], ['redirect=b.test', 'redirect']])('a loop by %s ends at the eleventh lookup', async (term, name) => {
    const back = term.replace('b.test', 'example.test');
    const result = await check(record(`v=spf1 ${term}`, { 'b.test': { TXT: `v=spf1 ${back}` } }));
    expect([result.result, result.problem?.code, result.counters.lookups, result.asked.length]).toEqual(['permerror', 'too-many-lookups', 11, 11]);
    expect(result.problem?.term).toContain(name);
  });

  test('a redirect to itself ends, too', async () => {
    expect((await check(record('v=spf1 redirect=%{d}'))).problem?.code).toBe('too-many-lookups');
  });
});

describe('limits', () => {
  test('rfc7208 4.6.4: the tenth lookup is good, the eleventh is permerror, over all records together', async () => {
    const inner = { 'b.test': { TXT: 'v=spf1 a:h.test a:h.test a:h.test a:h.test' }, 'h.test': { A: '198.51.100.1' } };
    expect((await check(record('v=spf1 include:b.test include:b.test ip4:192.0.2.1 -all', inner))).result).toBe('pass');
    expect((await check(record('v=spf1 include:b.test include:b.test a:h.test ip4:192.0.2.1', inner))).problem).toMatchObject({ code: 'too-many-lookups', term: 'a:h.test', domain: 'example.test' });
  });

  test('stalwart mail-auth 35: ip4, ip6, all and exp= are no lookups; terms behind the match are not counted', async () => {
    const result = await check(record(`v=spf1 ${'ip4:198.51.100.1 '.repeat(20)}${'ip6:2001:db8::1 '.repeat(20)}ip4:192.0.2.1 ${'a '.repeat(11)}-all exp=x.test`));
    expect([result.result, result.counters.lookups]).toEqual(['pass', 0]);
  });

  test('rfc7208 4.6.4: eleven hosts of one mx are permerror, ten are not', async () => {
    const hosts = (count: number): string[] => Array.from({ length: count }, (_, index) => `10 h${index}.test`);
    const addresses = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`h${index}.test`, { A: `192.0.2.${index}` }]));
    expect((await check({ 'example.test': { TXT: 'v=spf1 mx -all', MX: hosts(10) }, ...addresses })).result).toBe('pass');
    expect((await check({ 'example.test': { TXT: 'v=spf1 mx -all', MX: hosts(11) }, ...addresses })).problem?.code).toBe('too-many-mx-names');
  });

  test('rfc7208 4.6.4: the hosts of an mx are no lookups of their own', async () => {
    const zone = { 'example.test': { TXT: 'v=spf1 mx mx mx -all', MX: ['10 a.test', '20 b.test', '30 c.test'] }, 'a.test': { A: '198.51.100.1' }, 'b.test': { A: '198.51.100.2' }, 'c.test': { A: '198.51.100.3' } };
    expect((await check(zone)).counters).toEqual({ lookups: 3, voidLookups: 0, undecidedVoids: 0, queries: 13 });
  });

  test('rfc7208 4.6.4: names of the client beyond the tenth are ignored', async () => {
    const names = Array.from({ length: 11 }, (_, index) => `h${String(index).padStart(2, '0')}.example.test`);
    const forward = Object.fromEntries(names.map((name, index) => [name, { A: index === 10 ? CLIENT : '198.51.100.1' }]));
    const result = await check(record('v=spf1 ptr -all', { '1.2.0.192.in-addr.arpa': { PTR: names }, ...forward }));
    expect([result.result, result.counters.queries]).toEqual(['fail', 12]);
  });

  test('the budget of queries ends what the RFC would allow, and an earlier match does without it', async () => {
    const hosts = Array.from({ length: 10 }, (_, index) => `${index} h${index}.test`);
    const zone = { 'example.test': { TXT: 'v=spf1 mx mx mx mx mx -all', MX: hosts }, ...Object.fromEntries(hosts.map((_, index) => [`h${index}.test`, { A: '198.51.100.1' }])) };
    expect(await check(zone)).toMatchObject({ result: 'permerror', problem: { code: 'too-many-queries', term: 'mx' }, counters: { queries: 40 } });
    expect((await check(zone, { limits: { queries: 100 } })).result).toBe('fail');
    const matching = { ...zone, 'h0.test': { A: CLIENT } };
    expect(await check(matching, { limits: { queries: 5 } })).toMatchObject({ result: 'pass', problem: undefined });
  });

  test('callers: limits that are none are refused', async () => {
    await expect(check(record('v=spf1 -all'), { limits: { lookups: -1 } })).rejects.toThrow(RangeError);
    await expect(check(record('v=spf1 -all'), { limits: { ms: Number.NaN } })).rejects.toThrow(RangeError);
  });
});

describe('void lookups (rfc7208 4.6.4, pyspf 40 and 44)', () => {
  test('two names that do not exist are good, the third is permerror', async () => {
    expect((await check(record('v=spf1 a:x.test mx:y.test ip4:192.0.2.1 -all'))).result).toBe('pass');
    expect((await check(record('v=spf1 a:x.test mx:y.test exists:z.test ip4:192.0.2.1'))).problem).toMatchObject({ code: 'too-many-void-lookups', term: 'exists:z.test' });
  });

  const ip4Only = { 'h1.test': { A: '198.51.100.1' }, 'h2.test': { A: '198.51.100.2' }, 'h3.test': { A: '198.51.100.3' }, 'h4.test': { A: '198.51.100.4' } };

  test('hosts with IPv4 addresses only are not void because the client has IPv6', async () => {
    const zone = record('v=spf1 a:h1.test a:h2.test a:h3.test a:h4.test ip6:2001:db8::/32 -all', ip4Only);
    const result = await check(zone, { ip: CLIENT6 });
    expect(result).toMatchObject({ result: 'pass', counters: { voidLookups: 0, undecidedVoids: 1 } });
    expect(result.asked.filter((question) => question.startsWith('A '))).toEqual(['A h1.test', 'A h2.test', 'A h3.test']);
  });

  test('the other family is not asked for as long as the limit does not depend on it', async () => {
    const result = await check(record('v=spf1 a:h1.test a:h2.test -all', ip4Only), { ip: CLIENT6 });
    expect([result.asked, result.counters.undecidedVoids]).toEqual([['TXT example.test', 'AAAA h1.test', 'AAAA h2.test'], 2]);
  });

  test('an mx of four IPv4 hosts is no void lookup either', async () => {
    const zone = { 'example.test': { TXT: 'v=spf1 mx ip6:2001:db8::/32 -all', MX: Object.keys(ip4Only).map((name) => `10 ${name}`) }, ...ip4Only };
    expect((await check(zone, { ip: CLIENT6 })).result).toBe('pass');
  });

  test('names that exist without any address are void', async () => {
    const empty = Object.fromEntries(['h1.test', 'h2.test', 'h3.test'].map((name) => [name, { TXT: 'x' }]));
    expect(await check(record('v=spf1 a:h1.test a:h2.test a:h3.test +all', empty))).toMatchObject({ result: 'permerror', counters: { voidLookups: 3 } });
  });

  test('one name asked three times in vain counts three times, unless it has the other family', async () => {
    expect((await check(record('v=spf1 a:x.test a:x.test a:x.test +all'))).result).toBe('permerror');
    const result = await check(record('v=spf1 a:h1.test a:h1.test a:h1.test a:h1.test +all', ip4Only), { ip: CLIENT6 });
    expect([result.result, result.counters.voidLookups]).toEqual(['pass', 0]);
  });

  test('voidCounting query: every empty answer counts', async () => {
    const result = await check(record('v=spf1 a:h1.test a:h2.test a:h3.test +all', ip4Only), { ip: CLIENT6, voidCounting: 'query' });
    expect([result.problem?.code, result.counters.queries]).toEqual(['too-many-void-lookups', 4]);
  });

  test('an other family that gives no answer is no void lookup', async () => {
    const silent = Object.fromEntries(['h1.test', 'h2.test', 'h3.test'].map((name) => [name, { TXT: 'x', script: { status: 'temp', types: ['A'] } }] as const));
    expect((await check(record('v=spf1 a:h1.test a:h2.test a:h3.test +all', silent), { ip: CLIENT6 })).result).toBe('pass');
  });

  test('a client whose PTR names lead nowhere can not turn a fail into permerror', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `h${index}.example.test`);
    expect((await check(record('v=spf1 ptr -all', { '1.2.0.192.in-addr.arpa': { PTR: names } }))).result).toBe('fail');
  });

  test('rfc7208 4.6.4: exp= of a name that does not exist is not void', async () => {
    expect((await check(record('v=spf1 a:x.test a:y.test exp=z.test -all'), { explanation: true })).result).toBe('fail');
  });
});

describe('addresses', () => {
  test('rfc7208 5: an IPv4-mapped client is an IPv4 client, for ip4, a, mx, exists and %{i}', async () => {
    const ip = '::ffff:192.0.2.1';
    expect(await check(record('v=spf1 ip6:::ffff:0:0/96 ip4:192.0.2.1 -all'), { ip })).toMatchObject({ result: 'pass', ip: CLIENT, matched: [{ term: 'ip4:192.0.2.1' }] });
    expect((await check(record('v=spf1 exists:%{i}.%{v}.x.test -all', { '192.0.2.1.in-addr.x.test': { A: '127.0.0.2' } }), { ip })).result).toBe('pass');
    expect((await check(record('v=spf1 a:h.test -all', { 'h.test': { A: CLIENT } }), { ip })).asked).toContain('A h.test');
  });

  test('rfc7208 5.3: the prefix length of the other family does not count', async () => {
    const zone = record('v=spf1 a:h.test/24//64 -all', { 'h.test': { A: '192.0.2.200', AAAA: '2001:db8:0:1::1' } });
    expect((await check(zone)).result).toBe('pass');
    expect((await check(zone, { ip: CLIENT6 })).result).toBe('fail');
    expect((await check(zone, { ip: '2001:db8:0:1:ffff::' })).result).toBe('pass');
  });

  test('rfc7208 5.3: /0 matches only where there is an address', async () => {
    expect((await check(record('v=spf1 a:h.test/0 -all'))).result).toBe('fail');
    expect((await check(record('v=spf1 a:h.test/0 -all', { 'h.test': { A: '203.0.113.1' } }))).result).toBe('pass');
  });

  test('rfc7208 5.4: a domain without MX does not stand for itself; a null MX names no host', async () => {
    expect((await check({ 'example.test': { TXT: 'v=spf1 mx -all', A: CLIENT } })).result).toBe('fail');
    const result = await check({ 'example.test': { TXT: 'v=spf1 mx -all', MX: '0 .' } });
    expect([result.result, result.asked]).toEqual(['fail', ['TXT example.test', 'MX example.test']]);
  });

  test('rfc7208 5.4: a failure of one host is temperror, unless an earlier host matches', async () => {
    const failing = { 'b.test': { script: { status: 'temp' } } } as const;
    expect((await check({ 'example.test': { TXT: 'v=spf1 mx -all', MX: ['10 a.test', '20 b.test'] }, 'a.test': { A: CLIENT }, ...failing })).result).toBe('pass');
    expect((await check({ 'example.test': { TXT: 'v=spf1 mx -all', MX: ['20 a.test', '10 b.test'] }, 'a.test': { A: CLIENT }, ...failing })).result).toBe('temperror');
  });

  test('rfc7208 5.7: exists asks for A for an IPv6 client, too', async () => {
    expect((await check(record('v=spf1 exists:h.test -all', { 'h.test': { A: '127.0.0.2' } }), { ip: CLIENT6 })).asked).toEqual(['TXT example.test', 'A h.test']);
  });
});

describe('names of the client', () => {
  const zone = (text: string, ptr: string[], others = {}) => record(text, { '1.2.0.192.in-addr.arpa': { PTR: ptr }, ...others });

  test('rfc7208 5.5: a PTR that the forward lookup does not confirm is nothing', async () => {
    expect((await check(zone('v=spf1 ptr -all', ['h.example.test'], { 'h.example.test': { A: '198.51.100.1' } }))).result).toBe('fail');
    expect((await check(zone('v=spf1 ptr -all', ['H.Example.TEST'], { 'h.example.test': { A: CLIENT } }))).result).toBe('pass');
  });

  test('rfc7208 5.5: a name must end in the target at a dot', async () => {
    expect((await check(zone('v=spf1 ptr -all', ['evilexample.test'], { 'evilexample.test': { A: CLIENT } }))).result).toBe('fail');
  });

  test('rfc7208 5.5: a failure of the PTR query or of a name is no match, not temperror', async () => {
    expect((await check(record('v=spf1 ptr -all', { '1.2.0.192.in-addr.arpa': { script: { status: 'temp' } } }))).result).toBe('fail');
    expect((await check(zone('v=spf1 ptr -all', ['a.example.test', 'b.example.test'], { 'a.example.test': { script: { status: 'temp' } }, 'b.example.test': { A: CLIENT } }))).result).toBe('pass');
  });

  test('opendmarc 262: %{p} is validated: the domain itself, then a name below it, then any, else unknown', async () => {
    const forward = { 'other.test': { A: CLIENT }, 'sub.example.test': { A: CLIENT }, 'example.test.x.test': { A: '127.0.0.2' }, 'sub.example.test.x.test': { A: '127.0.0.2' }, 'unknown.x.test': { A: '127.0.0.2' } };
    const text = 'v=spf1 exists:%{p}.x.test -all';
    expect((await check(zone(text, ['other.test', 'sub.example.test'], forward))).asked.at(-1)).toBe('A sub.example.test.x.test');
    expect((await check(zone(text, ['other.test', 'forged.example.test'], forward))).asked.at(-1)).toBe('A other.test.x.test');
    expect((await check(zone(text, ['forged.example.test'], forward))).asked.at(-1)).toBe('A unknown.x.test');
    expect((await check(record(text, forward))).asked.at(-1)).toBe('A unknown.x.test');
  });

  test('the PTR records are asked for once', async () => {
    const result = await check(zone('v=spf1 ptr:other.test exists:%{p}.x.test include:%{p}.y.test -all', ['h.test'], { 'h.test': { A: CLIENT }, 'h.test.y.test': { TXT: 'v=spf1 +all' } }));
    expect([result.result, result.asked.filter((question) => /PTR| h\.test$/.test(question))]).toEqual(['pass', ['PTR 1.2.0.192.in-addr.arpa', 'A h.test']]);
  });

  test('a PTR name with an escaped dot is no name', async () => {
    expect((await check(zone('v=spf1 ptr -all', ['h\\.example.test'], { 'h\\.example.test': { A: CLIENT } }))).result).toBe('fail');
  });
});

describe('internationalized mail (rfc8616 4)', () => {
  test('a U-label is asked for as its A-label, and stands as such in %{d}, %{o} and the result', async () => {
    const result = await check({ 'xn--bcher-kva.test': { TXT: 'v=spf1 exists:%{o}.x.test -all' }, 'xn--bcher-kva.test.x.test': { A: '127.0.0.2' } }, { sender: 'a@b\u00fccher.test' });
    expect(result).toMatchObject({ result: 'pass', domain: 'xn--bcher-kva.test', sender: 'a@xn--bcher-kva.test' });
  });

  test('the HELO name, too', async () => {
    expect((await check(record('v=spf1 exists:%{h}.x.test -all', { 'xn--bcher-kva.test.x.test': { A: '127.0.0.2' } }), { helo: 'b\u00fccher.test' })).result).toBe('pass');
  });

  test.each([['exists:%{l}.x.test', 'fail'], ['a:%{l1r}.x.test', 'fail'], ['exists:%{s}.x.test', 'fail'], ['-exists:%{L}.x.test +all', 'pass'], ['include:%{l}.x.test', 'fail'], ['mx:%{S}.x.test', 'fail']])('a local-part that is not ASCII never matches: %s', async (term, expected) => {
    const result = await check(record(`v=spf1 ${term} -all`, { '*.x.test': { A: CLIENT, TXT: 'v=spf1 +all' } }), { sender: 'j\u00f6rg@example.test' });
    expect([result.result, result.asked]).toEqual([expected, ['TXT example.test']]);
  });

  test('behind redirect it is permerror', async () => {
    expect((await check(record('v=spf1 redirect=%{l}.x.test', { '*.x.test': { TXT: 'v=spf1 +all' } }), { sender: 'j\u00f6rg@example.test' })).result).toBe('permerror');
  });

  test('privacy: with revealLocalPart false the local-part is never asked', async () => {
    const result = await check(record('v=spf1 exists:%{l}.x.test -all', { '*.x.test': { A: CLIENT } }), { revealLocalPart: false });
    expect([result.result, result.asked]).toEqual(['fail', ['TXT example.test']]);
  });
});

describe('macro injection', () => {
  test('a local-part with the octets that node:dns refuses is asked as it is', async () => {
    const sender = 'bounce+bob=x.org@example.test';
    const result = await check(record('v=spf1 exists:%{l}._spf.%{d} -all', { 'bounce+bob=x.org._spf.example.test': { A: '127.0.0.2' } }), { sender });
    expect([result.result, result.asked.at(-1)]).toEqual(['pass', 'A bounce+bob=x.org._spf.example.test']);
  });

  test('a backslash of the local-part is an octet of the label, no escape', async () => {
    const result = await check(record('v=spf1 exists:%{l}.x.test -all', { 'a\\\\.b.x.test': { A: '127.0.0.2' } }), { sender: 'a\\.b@example.test' });
    expect([result.result, result.asked.at(-1)]).toEqual(['pass', 'A a\\\\.b.x.test']);
  });

  test.each([['a label over 63 octets', 'a'.repeat(64)], ['an empty label', 'a..b'], ['a dot at the beginning', '.a']])('rfc7208 4.8: a local-part that makes %s does not match, and nothing is asked', async (_name, localPart) => {
    const result = await check(record('v=spf1 exists:%{l}.x.test -all', { '*.x.test': { A: '127.0.0.2' } }), { sender: `${localPart}@example.test` });
    expect([result.result, result.asked, result.counters.voidLookups]).toEqual(['fail', ['TXT example.test'], 0]);
  });

  test('rfc7208 7.3: an expansion over 253 characters is cut from the left', async () => {
    const sender = `${'a.'.repeat(110)}a@example.test`;
    const result = await check(record('v=spf1 exists:%{l}.%{l}.x.test -all'), { sender });
    const asked = result.asked.at(-1)!.slice(2);
    expect([asked.length, asked.endsWith('.a.x.test')]).toEqual([252, true]);
  });

  test('a HELO name that is no domain is asked escaped for URLs where the record says so', async () => {
    expect((await check(record('v=spf1 a:%{H}.x.test -all'), { helo: '[192.0.2.1]' })).asked.at(-1)).toBe('A %5B192.0.2.1%5D.x.test');
  });

  test('rfc7208 7.1: a blank out of %_ is an octet of a label, also behind include', async () => {
    const zone = record('v=spf1 include:a%_b.test -all', { 'a b.test': { TXT: 'v=spf1 +all' } });
    expect((await check(zone)).result).toBe('pass');
  });

  test('an include of one label only is permerror, and nothing is asked', async () => {
    const result = await check(record('v=spf1 include:%{d1r} +all', { example: { TXT: 'v=spf1 +all' } }));
    expect([result.problem?.code, result.asked]).toEqual(['include-without-record', ['TXT example.test']]);
  });

  test('an include whose target is no name is permerror', async () => {
    expect((await check(record('v=spf1 include:a..b.test +all'))).problem?.code).toBe('include-without-record');
  });
});

describe('explanations (rfc7208 6.2)', () => {
  const explained = (text: string | readonly string[], options = {}) => check(record('v=spf1 -all exp=x.test', { 'x.test': { TXT: text } }), { explanation: true, ...options });

  test('off by default: nothing is asked', async () => {
    const result = await check(record('v=spf1 -all exp=x.test', { 'x.test': { TXT: 'no' } }));
    expect([result.explanation, result.asked]).toEqual([undefined, ['TXT example.test']]);
  });

  test('macros, with c, r and t', async () => {
    const result = await explained('%{i} (%{c}) may not send for %{d}, says %{r} at %{t}. See http://x.test/?s=%{S}', { receiver: 'mx.test', now: 1_700_000_000_000 });
    expect(result.explanation).toBe('192.0.2.1 (192.0.2.1) may not send for example.test, says mx.test at 1700000000. See http://x.test/?s=sender%40example.test');
  });

  test.each([
    ['more than one record', ['a', 'b']], ['a syntax error', 'The %{x}-files'], ['non-ASCII', 'n\u00e4in'], ['a line break', 'a\r\n550 5.7.1 b'], ['a control character', 'a\u001b[31m'],
    ['more than 200 characters', 'x'.repeat(201)], ['an expansion over 200 characters', '%{s}'.repeat(20)], ['nothing', ''],
  ])('%s: there is no explanation, the fail stands', async (_name, text) => {
    expect(await explained(text)).toMatchObject({ result: 'fail', explanation: undefined, problem: undefined });
  });

  test('a sender that would put non-ASCII into the reply gets none', async () => {
    expect((await explained('No %{l}', { sender: 'j\u00f6rg@example.test' })).explanation).toBeUndefined();
  });

  test('of the target of a redirect, never of an include, only for fail', async () => {
    const texts = { 'x1.test': { TXT: 'one' }, 'x2.test': { TXT: 'two' } };
    expect((await check(record('v=spf1 redirect=b.test exp=x1.test', { 'b.test': { TXT: 'v=spf1 -all exp=x2.test' }, ...texts }), { explanation: true })).explanation).toBe('two');
    expect((await check(record('v=spf1 include:b.test -all exp=x1.test', { 'b.test': { TXT: 'v=spf1 -all exp=x2.test' }, ...texts }), { explanation: true })).explanation).toBe('one');
    expect((await check(record('v=spf1 ~all exp=x1.test', texts), { explanation: true })).asked).toEqual(['TXT example.test']);
  });

  test('a failure of the DNS, and a spent budget, leave the fail as it is', async () => {
    expect(await check(record('v=spf1 -all exp=x.test', { 'x.test': { script: { status: 'temp' } } }), { explanation: true })).toMatchObject({ result: 'fail', problem: undefined });
    expect(await check(record('v=spf1 -all exp=x.test', { 'x.test': { TXT: 'no' } }), { explanation: true, limits: { queries: 1 } })).toMatchObject({ result: 'fail', explanation: undefined, problem: undefined });
  });
});
