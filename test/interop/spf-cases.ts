/**
 * Generated SPF records, each in a domain of its own, with the clients and senders that are checked against them. The same seed gives the same world.
 */
import { SeededRandom } from '@mailwright/testing';
import type { ZoneObject } from '@mailwright/dns';

/** One check. */
export interface SpfCase {
  readonly domain: string;
  /** What the domain publishes; the first record is the one that counts. */
  readonly records: readonly string[];
  readonly ip: string;
  /** `''`: the null reverse-path, for which the HELO name stands. */
  readonly sender: string;
  readonly helo: string;
}

const many = (count: number, make: (index: number) => string): readonly string[] => Array.from({ length: count }, (_, index) => make(index));

/** Hosts, lists and policies that the records name. */
const SHARED: ZoneObject = {
  'host1.hosts.example': { A: ['192.0.2.1', '192.0.2.2'] },
  'host6.hosts.example': { AAAA: '2001:db8::1' },
  'dual.hosts.example': { A: ['203.0.113.9', '198.51.100.7'], AAAA: ['2001:db8::77', '2001:db8::1'] },
  'far.hosts.example': { A: '10.9.8.7', AAAA: '2001:db8:ffff::1' },
  'empty.hosts.example': { TXT: 'nothing else' },
  'alias.hosts.example': { CNAME: 'dual.hosts.example' },
  'alias2.hosts.example': { CNAME: 'alias.hosts.example' },
  'dangling.hosts.example': { CNAME: 'gone.hosts.example' },
  'broken.hosts.example': { script: { status: 'temp' } },
  'mx.hosts.example': { MX: ['10 host1.hosts.example', '20 dual.hosts.example'] },
  'mxfar.hosts.example': { MX: ['10 far.hosts.example'] },
  'mxgone.hosts.example': { MX: ['10 gone.hosts.example', '20 host1.hosts.example'] },
  'mxbroken.hosts.example': { MX: ['10 broken.hosts.example'] },
  'mxten.hosts.example': { MX: [...many(9, (index) => `${index} far.hosts.example`).map((text, index) => text.replace('far', `far${index}`)), '99 dual.hosts.example'] },
  'mxeleven.hosts.example': { MX: many(11, (index) => `${index} far${index}.hosts.example`) },
  ...Object.fromEntries(many(11, (index) => `far${index}.hosts.example`).map((name) => [name, { A: '10.9.8.7', AAAA: '2001:db8:ffff::2' }])),
  'pass.inc.example': { TXT: 'v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/64 -all' },
  'all.inc.example': { TXT: 'v=spf1 +all' },
  'fail.inc.example': { TXT: 'v=spf1 -all' },
  'soft.inc.example': { TXT: 'v=spf1 a:dual.hosts.example ~all' },
  'neutral.inc.example': { TXT: 'v=spf1 mx:mx.hosts.example ?all' },
  'open.inc.example': { TXT: 'v=spf1 ip4:203.0.113.0/24' },
  'none.inc.example': { TXT: 'no policy here' },
  'two.inc.example': { TXT: ['v=spf1 +all', 'v=spf1 -all'] },
  'syntax.inc.example': { TXT: 'v=spf1 ip4:192.0.2.300 -all' },
  'nested.inc.example': { TXT: 'v=spf1 include:soft.inc.example include:neutral.inc.example -all' },
  'redirected.inc.example': { TXT: 'v=spf1 ip4:198.51.100.7 redirect=pass.inc.example' },
  'loop.inc.example': { TXT: 'v=spf1 include:loop.inc.example -all' },
  'broken.inc.example': { script: { status: 'temp' } },
  'macro.inc.example': { TXT: 'v=spf1 exists:%{ir}.%{v}.list.example -all' },
  '1.2.0.192.in-addr.list.example': { A: '127.0.0.2' },
  '9.113.0.203.in-addr.list.example': { A: '127.0.0.2' },
  '*.users.example': { A: '127.0.0.2' },
  'why.example': { TXT: 'Ask %{r} at %{t} about %{i}' },
  '1.2.0.192.in-addr.arpa': { PTR: ['gone.hosts.example', 'host1.hosts.example'] },
  '7.100.51.198.in-addr.arpa': { PTR: ['dual.hosts.example', 'liar.other.example'] },
  '77.2.0.192.in-addr.arpa': { PTR: [...many(10, (index) => `far${index}.hosts.example`), 'host77.hosts.example'] },
  'host77.hosts.example': { A: '192.0.2.77' },
  '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa': { PTR: 'host6.hosts.example' },
};

const IPS = ['192.0.2.1', '192.0.2.2', '192.0.2.77', '198.51.100.7', '203.0.113.9', '2001:db8::1', '2001:db8::77', '2001:db8:5::5', '::ffff:192.0.2.1'];
const HOSTS = ['host1', 'host6', 'dual', 'far', 'alias', 'alias2', 'far3'].map((name) => `${name}.hosts.example`);
const VOID_HOSTS = ['empty', 'dangling', 'gone', 'gone2'].map((name) => `${name}.hosts.example`);
const MX_HOSTS = ['mx', 'mxfar', 'mxgone', 'mxten', 'mxeleven', 'host1'].map((name) => `${name}.hosts.example`);
const INCLUDES = ['pass', 'fail', 'soft', 'neutral', 'open', 'nested', 'redirected', 'macro'].map((name) => `${name}.inc.example`);
const BAD_INCLUDES = ['none', 'two', 'syntax', 'loop', 'broken', 'gone'].map((name) => `${name}.inc.example`);
const MACROS = [
  '%{ir}.%{v}.list.example', '%{i}.list.example', '%{l}.users.example', '%{l1r-}.users.example', '%{lr+}.users.example', '%{L}.users.example', '%{s}.users.example', '%{o}.users.example', '%{d}.users.example', '%{d1}.users.example', '%{d2r}.users.example',
  '%{h}.users.example', '%{p}.users.example', '%{h2}.hosts.example', 'host1.%{d1r}', '%{v}.users.example', '%%.users.example', '%{l}%-x.users.example', '%{c}.users.example', '%{D2}', 'dual.hosts.%{d1}', '%{i5r}.users.example',
];
const BAD_TERMS = [
  'a:', 'mx:', 'include:', 'include', 'exists', 'exists:', 'ip4', 'ip4:192.0.2', 'ip4:192.0.2.1/33', 'ip4:192.0.2.1/', 'ip4:192.0.2.0/024', 'ip4:192.0.2.1/24/24', 'ip4:2001:db8::1', 'ip6:192.0.2.1', 'ip6:2001:db8::1/129', 'ip6:2001:db8:::1',
  'all:x', 'all/8', 'all=', '-', '--all', 'foo', 'foo:bar', 'a/33', 'a//129', 'a/24/64', 'mx/', 'ptr/8', 'ptr:', 'include:pass.inc.example/24', 'a:%{x}.example', 'a:%{d', 'a:%d.example', 'a:host%', 'a:%{d0}.example', 'exists:%{c}%', '+ip4:1.2.3.4,', 'ipv4:192.0.2.1', '=x', 'a:host1.hosts.example:25',
  'redirect=', 'a=b c', 'redirect=pass.inc.example redirect=fail.inc.example', 'exp=why.example exp=why.example', '3x=y', 'x-y.z=%{d', 'A:192.0.2.1', 'all.',
];
const ODD_TERMS = ['A', 'MX', 'ALL', 'moo=', 'moo=%{d}', 'x.y_z-1=any:/thing', 'a:dual.hosts.example.', 'IP4:192.0.2.1', 'a:HOST1.Hosts.Example', 'ip6:2001:DB8::1', 'ip6:::/0', 'ip4:0.0.0.0/0', 'ip6:2001:db8::192.0.2.1/64', 'a/0', 'a:far.hosts.example/0', 'a:far.hosts.example//0', 'mx//0', 'a:host1.hosts.example//64', 'exp=why.example', 'exp=gone.hosts.example'];

/** One term, mostly a good one. */
function makeTerm(random: SeededRandom): string {
  const cidr = random.pick(['', '', '', '/24', '/31', '//64', '/16//48', '/28//126']);
  const terms: readonly (() => string)[] = [
    () => `ip4:${random.pick(['192.0.2.1', '192.0.2.0/24', '198.51.100.0/25', '203.0.113.8/31', '10.0.0.0/8', '192.0.2.64/26'])}`,
    () => `ip6:${random.pick(['2001:db8::1', '2001:db8::/64', '2001:db8::/32', '2001:db8:5::/126', '::ffff:192.0.2.1', 'fe80::/10'])}`,
    () => `a:${random.pick(HOSTS)}${cidr}`,
    () => `mx:${random.pick(MX_HOSTS)}${cidr}`,
    () => `${random.pick(['a', 'mx'])}${cidr}`,
    () => `include:${random.pick(INCLUDES)}`,
    () => `exists:${random.pick(MACROS)}`,
    () => `a:${random.pick(MACROS)}`,
    () => random.pick(['ptr', 'ptr:hosts.example', 'ptr:example', 'ptr:dual.hosts.example', 'ptr:other.example', 'ptr:%{d1}']),
    () => `a:${random.pick(VOID_HOSTS)}`,
    () => random.pick(ODD_TERMS),
  ];
  return `${random.pick(['', '', '', '+', '-', '~', '?'])}${random.pick(terms)()}`.replace(/^[-+~?](?=[\w.-]+=)/, '');
}

function makeRecord(random: SeededRandom): string {
  const terms = Array.from({ length: random.integer(0, 5) }, () => makeTerm(random));
  if (random.chance(0.06)) terms.push(...Array.from({ length: random.integer(9, 11) }, (_, index) => `a:far${index}.hosts.example`));
  if (random.chance(0.08)) terms.push(...Array.from({ length: random.integer(1, 3) }, () => `${random.pick(['a', 'exists', 'mx'])}:${random.pick(VOID_HOSTS)}`));
  if (random.chance(0.1)) terms.splice(random.integer(0, terms.length), 0, `include:${random.pick(BAD_INCLUDES)}`);
  if (random.chance(0.04)) terms.push(random.pick(['a:broken.hosts.example', 'mx:mxbroken.hosts.example', 'exists:broken.hosts.example']));
  if (random.chance(0.2)) terms.splice(random.integer(0, terms.length), 0, random.pick(BAD_TERMS));
  if (random.chance(0.25)) terms.splice(random.integer(0, terms.length), 0, `redirect=${random.pick(random.chance(0.7) ? INCLUDES : BAD_INCLUDES)}`);
  if (random.chance(0.6)) terms.push(`${random.pick(['-', '~', '?', '+', ''])}all`);
  const version = random.chance(0.05) ? random.pick(['V=SPF1', 'v=spf10', 'v=spf2.0/pra', ' v=spf1', 'v=spf1\t']) : 'v=spf1';
  return [version, ...terms].join(random.chance(0.05) ? '  ' : ' ');
}

function makeCase(random: SeededRandom, index: number): SpfCase {
  const domain = `c${index}.example`;
  const record = makeRecord(random);
  const records = random.chance(0.03) ? [record, random.pick(['v=spf1 +all', 'v=spf1', 'v=spf10 x', 'some text'])] : random.chance(0.02) ? [] : [record];
  const localPart = random.pick(['user', 'first.last', 'a-b+c', 'strong-bad', 'UPPER', 'x=y', '']);
  const isNull = random.chance(0.15);
  return { domain, records, ip: random.pick(IPS), sender: isNull ? '' : `${localPart}@${domain}`, helo: isNull ? domain : random.pick(['dual.hosts.example', 'helo.other.example', domain]) };
}

/** What chance brings too seldom. */
const FIXED_RECORDS = ['v=spf1 moo=1 moo=2 ~all', `v=spf1 ${many(10, (index) => `a:far${index}.hosts.example`).join(' ')} redirect=pass.inc.example -all`, 'v=spf1 a:dangling.hosts.example a:gone.hosts.example ~all'];

/** `count` cases of a seed, and those that are always there. */
export function makeSpfCases(seed: number, count: number): readonly SpfCase[] {
  const random = new SeededRandom(seed);
  const generated = Array.from({ length: count }, (_, index) => makeCase(random, index + 1));
  const fixed = FIXED_RECORDS.map((record, index): SpfCase => ({ domain: `fixed${index}.example`, records: [record], ip: '192.0.2.1', sender: `user@fixed${index}.example`, helo: 'dual.hosts.example' }));
  return [...generated, ...fixed];
}

/** Everything that the cases and their records name. */
export function makeSpfZone(cases: readonly SpfCase[]): ZoneObject {
  const domains = cases.map(({ domain, records }, index) => {
    const addresses = [{}, { A: '192.0.2.1', AAAA: '2001:db8::77' }, { A: '203.0.113.9', MX: '10 dual.hosts.example' }, { AAAA: '2001:db8::1', MX: '5 host1.hosts.example' }][index % 4]!;
    return [domain, { ...addresses, ...(records.length === 0 ? {} : { TXT: records }) }] as const;
  });
  return { ...SHARED, ...Object.fromEntries(domains) };
}
