import { formatZoneFile, parseZoneFile, type DnsRecord, type ZoneFileError, type ZoneRecord } from '@mailwright/dns';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(text: string, origin = 'example.test'): readonly ZoneRecord[] {
  const parsed = parseZoneFile(text, { origin });
  if (!parsed.ok) throw new Error(`${parsed.error} in line ${parsed.line}`);
  return parsed.records;
}

describe('parseZoneFile', () => {
  test('rfc1035 5.3: a whole zone, with every way to leave something out', () => {
    const zone = `
$ORIGIN example.test.
$TTL 1h30m
@       IN SOA  ns1 hostmaster\\.mail (
                2026010100 ; serial
                7200 3600  ; refresh, retry
                2w 300 )
        IN  NS  ns1            ; the owner is that of the line before
        600 MX  10 mx1
        IN 600 MX 20 mx2.other.test.
ns1     A       192.0.2.53
mx1     300 IN  A 192.0.2.1
        AAAA    2001:db8::1
$ORIGIN sub
www     CNAME   @
@       TXT     "v=spf1 " "-all"  unquoted a\\;b "q\\"uote;" ""
*.deep  IN PTR  .
`;
    const soa: DnsRecord = {
      type: 'SOA', mname: 'ns1.example.test', rname: 'hostmaster\\.mail.example.test', serial: 2026010100, refresh: 7200, retry: 3600, expire: 1_209_600, minimum: 300,
    };
    const strings = ['v=spf1 ', '-all', 'unquoted', 'a;b', 'q"uote;', ''].map(octets);
    expect(read(zone)).toEqual([
      { name: 'example.test', ttl: 5400, record: soa },
      { name: 'example.test', ttl: 5400, record: { type: 'NS', target: 'ns1.example.test' } },
      { name: 'example.test', ttl: 600, record: { type: 'MX', preference: 10, exchange: 'mx1.example.test' } },
      { name: 'example.test', ttl: 600, record: { type: 'MX', preference: 20, exchange: 'mx2.other.test' } },
      { name: 'ns1.example.test', ttl: 5400, record: { type: 'A', address: '192.0.2.53' } },
      { name: 'mx1.example.test', ttl: 300, record: { type: 'A', address: '192.0.2.1' } },
      { name: 'mx1.example.test', ttl: 5400, record: { type: 'AAAA', address: '2001:db8::1' } },
      { name: 'www.sub.example.test', ttl: 5400, record: { type: 'CNAME', target: 'sub.example.test' } },
      { name: 'sub.example.test', ttl: 5400, record: { type: 'TXT', strings } },
      { name: '*.deep.sub.example.test', ttl: 5400, record: { type: 'PTR', target: '.' } },
    ]);
  });

  test.each<[string, string, DnsRecord | undefined]>([
    ['SRV', '_smtp._tcp SRV 0 5 25 mx', { type: 'SRV', priority: 0, weight: 5, port: 25, target: 'mx.example.test' }],
    ['CAA', '@ CAA 128 issue "ca.test; a=b"', { type: 'CAA', flags: 128, tag: 'issue', value: 'ca.test; a=b' }],
    ['TLSA over lines', '_25._tcp.mx TLSA 3 1 1 ( 00ff\n A0 )', { type: 'TLSA', usage: 3, selector: 1, matchingType: 1, data: Uint8Array.of(0, 255, 160) }],
    ['a relative name with an escaped dot at its end', '@ PTR a\\.', { type: 'PTR', target: 'a\\..example.test' }],
    ['an absolute name with an escaped backslash before the dot', '@ PTR a\\\\.', { type: 'PTR', target: 'a\\\\' }],
    ['rfc7505 3: null MX', '@ MX 0 .', { type: 'MX', preference: 0, exchange: '.' }],
    ['a TXT in UTF-8', '@ TXT "ü"', { type: 'TXT', strings: [octets('ü')] }],
    ['a TXT with decimal escapes', '@ TXT \\000\\255', { type: 'TXT', strings: [Uint8Array.of(0, 255)] }],
    ['lower case', '@ in mx 5 a.', { type: 'MX', preference: 5, exchange: 'a' }],
    ['CRLF and a comment', '; first\r\n@ A 192.0.2.1 ; last\r\n', { type: 'A', address: '192.0.2.1' }],
    ['a type that mail does not ask for', '@ NSEC a. A MX', undefined],
    ['rfc3597 5: a type without a name', '@ TYPE65280 \\# 1 00', undefined],
  ])('rfc1035 5.1: %s', (_name, text, record) => {
    expect(read(text)).toHaveLength(1);
    expect(read(text)[0]!.record).toEqual(record);
  });

  test.each<[string, string, ZoneFileError, number]>([
    ['an open quote', '@ TXT "abc\n@ A 192.0.2.1', 'unterminated-string', 1],
    ['an open quote at the end', '\n@ TXT "abc', 'unterminated-string', 2],
    ['a backslash at the end of a line', '@ TXT "abc\\\n"', 'unterminated-string', 1],
    ['a backslash at the end', '@ TXT abc\\', 'unterminated-string', 1],
    ['an open parenthesis', '@ MX ( 10\nmx', 'unbalanced-parenthesis', 2],
    ['a parenthesis too many', '@ MX 10 mx )', 'unbalanced-parenthesis', 1],
    ['an empty label in the owner', 'a..b A 192.0.2.1', 'bad-name', 1],
    ['a name too long once it is absolute', `${'a.'.repeat(125)}a A 192.0.2.1`, 'bad-name', 1],
    ['a TTL over 2^31 - 1', '@ 2147483648 A 192.0.2.1', 'bad-ttl', 1],
    ['a TTL of letters', '$TTL soon', 'bad-ttl', 1],
    ['an address of three numbers', '@ A 192.0.2', 'bad-data', 1],
    ['an address with a zone', '@ AAAA fe80::1%eth0', 'bad-data', 1],
    ['an MX without a preference', '@ MX mx', 'bad-data', 1],
    ['a preference over 16 bits', '@ MX 65536 mx', 'bad-data', 1],
    ['data too much', '@ MX 10 mx mx', 'bad-data', 1],
    ['no data', '@ TXT', 'bad-data', 1],
    ['a string over 255 octets', `@ TXT "${'a'.repeat(256)}"`, 'bad-data', 1],
    ['half an octet', '@ TLSA 3 1 1 abc', 'bad-data', 1],
    ['a SOA with four numbers', '@ SOA a b 1 2 3 4', 'bad-data', 1],
    ['no owner yet', '  A 192.0.2.1', 'missing-owner', 1],
    ['no type', '@ IN 300', 'missing-type', 1],
    ['a misspelt type', '@ AAAAA ::1', 'unknown-type', 1],
    ['an alias for a whole tree', '@ DNAME other.test.', 'unknown-type', 1],
    ['another class', '@ CH TXT a', 'unknown-class', 1],
    ['$INCLUDE: no files are read', '$INCLUDE /etc/passwd', 'unknown-directive', 1],
    ['$GENERATE', '$GENERATE 1-9 a$ A 192.0.2.$', 'unknown-directive', 1],
    ['$ORIGIN with no name', '$ORIGIN a..b', 'bad-name', 1],
  ])('rfc1035 5.2: %s -> an error and its line', (_name, text, error, line) => {
    expect(parseZoneFile(text, { origin: 'example.test' })).toEqual({ ok: false, error, line });
  });

  test('limits.records: one record too many -> too-many-records', () => {
    const text = '@ A 192.0.2.1\n'.repeat(3);
    expect(parseZoneFile(text, { limits: { records: 3 } }).ok).toBe(true);
    expect(parseZoneFile(text, { limits: { records: 2 } })).toEqual({ ok: false, error: 'too-many-records', line: 3 });
    expect(parseZoneFile('a A 192.0.2.1\n'.repeat(100_001))).toEqual({ ok: false, error: 'too-many-records', line: 100_001 });
  });

  test('a caller mistake, an origin that is no name -> throws', () => {
    expect(() => parseZoneFile('', { origin: 'a..b' })).toThrow(TypeError);
  });

  test('a million parentheses, quotes or backslashes -> an answer in linear time', () => {
    for (const text of ['('.repeat(1e6), '"'.repeat(1e6), `a ${'\\'.repeat(1e6)}`, `@ TXT ${'"a" '.repeat(2e5)}`]) {
      expect(typeof parseZoneFile(text).ok).toBe('boolean');
    }
  });

  test('random text never throws', () => {
    const random = new SeededRandom(5);
    for (let round = 0; round < 2000; round++) {
      const text = random.text('a1.\\";()@$ \t\r\n', random.integer(0, 60)) + random.pick(['', ' IN A 192.0.2.1', ' MX 10 a']);
      expect(typeof parseZoneFile(text).ok).toBe('boolean');
    }
  });
});

describe('formatZoneFile', () => {
  test('parse(format(records)) gives the records back', () => {
    const random = new SeededRandom(77);
    const name = (): string => Array.from({ length: random.integer(1, 3) }, () => random.text('abz09_-', random.integer(1, 12))).join('.') + random.pick(['', '\\.x', '\\"\\;\\032\\200', '.*']);
    const number = (most: number): number => random.integer(0, most);
    const makers: readonly (() => DnsRecord)[] = [
      () => ({ type: 'A', address: `192.0.2.${number(255)}` }),
      () => ({ type: 'AAAA', address: `2001:db8::${number(9)}` }),
      () => ({ type: 'MX', preference: number(65_535), exchange: random.pick([name(), '.']) }),
      () => ({ type: 'TXT', strings: Array.from({ length: random.integer(1, 3) }, () => random.octets(number(255))) }),
      () => ({ type: random.pick(['PTR', 'CNAME', 'NS']), target: name() }),
      () => ({ type: 'SOA', mname: name(), rname: name(), serial: random.word(), refresh: 1, retry: 2, expire: 3, minimum: number(86_400) }),
      () => ({ type: 'SRV', priority: number(9), weight: number(9), port: number(65_535), target: name() }),
      () => ({ type: 'CAA', flags: number(255), tag: 'issue', value: random.text('a;" \\\xe9', number(20)) }),
      () => ({ type: 'TLSA', usage: 3, selector: 1, matchingType: 1, data: random.octets(random.integer(1, 64)) }),
    ];
    const records = Array.from({ length: 500 }, () => ({ name: name(), ttl: number(0x7fff_ffff), record: random.pick(makers)() }));
    expect(read(formatZoneFile(records))).toEqual(records);
  });
});
