import { encodeMessage, extendedError, parseMessage, RCODE, rcodeName, RECORD_TYPES, TYPE_CODES, typeOfCode, type DnsMessage, type DnsRecord, type MessageError } from '@mailwright/dns';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { formatRdata, readRdata, absoluteName } from '../src/rdata.ts';
import { readZoneEntries } from '../src/zone-tokens.ts';
import { randomMessage, randomRecord } from './records.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));

function parsed(octets: Uint8Array): DnsMessage {
  const result = parseMessage(octets);
  if (!result.ok) throw new Error(`${result.error} at ${result.at}`);
  return result.value;
}

/** A response with one question for `.`, and `count` records of the octets `records`. */
const response = (records: string, count = 1): Uint8Array => hex(`0001 8180 0001 ${count.toString(16).padStart(4, '0')} 0000 0000 00 0001 0001 ${records}`);

const EMPTY: DnsMessage = {
  id: 1, response: false, opcode: 0, authoritative: false, truncated: false, recursionDesired: true, recursionAvailable: false,
  authenticData: false, checkingDisabled: false, rcode: 0, questions: [], answers: [], authorities: [], additionals: [], edns: undefined,
};
const answer = (data: DnsRecord, name = 'a.test'): DnsMessage => ({ ...EMPTY, answers: [{ name, type: TYPE_CODES[data.type], class: 1, ttl: 1, data }] });

describe('values', () => {
  test('rfc1035 4.1: header, question, compressed names, OPT with an extended error', () => {
    const octets = hex(`
      1234 85b3 0001 0001 0001 0001
      04 6d61696c 07 6578616d706c65 04 74657374 00 000f 0001
      c011 000f 0001 0000003c 0009 000a 04 4d415831 c011
      c011 0006 0001 00000e10 0018 c00c c00c 00000001 00000002 00000003 00000004 00000005
      00 0029 04d0 01 00 8000 0008 000f 0004 0016 6869`);
    expect(parsed(octets)).toEqual({
      id: 0x1234, response: true, opcode: 0, authoritative: true, truncated: false, recursionDesired: true, recursionAvailable: true, authenticData: true, checkingDisabled: true,
      rcode: 19, questions: [{ name: 'mail.example.test', type: 15, class: 1 }],
      answers: [{ name: 'example.test', type: 15, class: 1, ttl: 60, data: { type: 'MX', preference: 10, exchange: 'MAX1.example.test' } }],
      authorities: [{
        name: 'example.test', type: 6, class: 1, ttl: 3600,
        data: { type: 'SOA', mname: 'mail.example.test', rname: 'mail.example.test', serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5 },
      }],
      additionals: [], edns: { udpOctets: 1232, version: 0, dnssecOk: true, options: [{ code: 15, octets: hex('0016 6869') }] },
    });
    expect(extendedError(parsed(octets))).toBe(22);
    expect(extendedError(EMPTY)).toBeUndefined();
  });

  test('rfc1035 2.3.4: a name of 255 octets and a label of 63, read and written', () => {
    const name = `${`${'a'.repeat(63)}.`.repeat(3)}${'b'.repeat(61)}`;
    const message = { ...EMPTY, questions: [{ name, type: 1, class: 1 }] };
    expect(encodeMessage(message)).toHaveLength(12 + 255 + 4);
    expect(parsed(encodeMessage(message))).toEqual(message);
  });

  test('rfc1035 5.1: any octet in a label comes out in presentation form', () => {
    const label = Uint8Array.from({ length: 63 }, (_, index) => index);
    const octets = Uint8Array.from([...hex('0001 0100 0001 0000 0000 0000'), 63, ...label, 1, 0x2e, 2, 0x5c, 0xff, 0, 0, 16, 0, 1]);
    const { questions } = parsed(octets);
    expect(questions[0]!.name).toMatch(/^\\000\\001.*\\032!\\"#\\\$%&'\\\(\\\)\*\+,-\\\.\/.*>\.\\\.\.\\\\\\255$/);
    expect(encodeMessage(parsed(octets))).toEqual(octets);
  });

  test('rfc3597 3: an unknown type, and a known one in another class, stay octets', () => {
    const message: DnsMessage = {
      ...EMPTY,
      answers: [{ name: 'a', type: 46, class: 1, ttl: 0, data: { type: 'opaque', octets: hex('c0ff') } }, { name: 'a', type: 1, class: 3, ttl: 0, data: { type: 'opaque', octets: hex('00') } }],
    };
    expect(parsed(encodeMessage(message))).toEqual(message);
  });

  test('rfc1035 4.1.4: names that come again are written once', () => {
    const mx = (exchange: string) => ({ name: 'example.test', type: 15, class: 1, ttl: 1, data: { type: 'MX', preference: 1, exchange } }) as const;
    const message: DnsMessage = { ...EMPTY, questions: [{ name: 'example.test', type: 15, class: 1 }], answers: [mx('a.example.test'), mx('a.example.test')] };
    expect(encodeMessage(message)).toHaveLength(12 + 18 + (12 + 2 + 4) + (12 + 2 + 2));
  });

  test('rfc2782, rfc9460 2.2: names in SRV and SVCB are written without compression', () => {
    const srv: DnsRecord = { type: 'SRV', priority: 0, weight: 0, port: 25, target: 'a.test' };
    expect(encodeMessage(answer(srv))).toHaveLength(12 + 8 + 10 + 6 + 8);
    expect(encodeMessage(answer({ type: 'SVCB', priority: 1, targetName: 'a.test', params: [] }))).toHaveLength(12 + 8 + 10 + 2 + 8);
  });

  test('type and rcode names', () => {
    expect(RECORD_TYPES.map((type) => typeOfCode(TYPE_CODES[type]))).toEqual(RECORD_TYPES);
    expect([typeOfCode(99), rcodeName(RCODE.SERVFAIL), rcodeName(11)]).toEqual([undefined, 'SERVFAIL', 'RCODE11']);
  });
});

describe('laws', () => {
  test('parse(encode(message)) is the message, on 500 seeded ones', () => {
    const random = new SeededRandom(4);
    for (let round = 0; round < 500; round++) {
      const message = randomMessage(random);
      expect(parsed(encodeMessage(message))).toEqual(message);
    }
  });

  test('readRdata(formatRdata(record)) is the record, every type', () => {
    const random = new SeededRandom(5);
    for (const type of RECORD_TYPES) {
      for (let round = 0; round < 40; round++) {
        const record = randomRecord(random, type);
        const scanned = readZoneEntries(formatRdata(record));
        expect(readRdata(type, scanned.ok ? scanned.entries[0]!.tokens : [], absoluteName)).toEqual(record);
      }
    }
  });

  test('every truncation of a message is refused', () => {
    const random = new SeededRandom(6);
    for (let round = 0; round < 60; round++) {
      const octets = encodeMessage(randomMessage(random));
      for (let length = 0; length < octets.length; length++) expect(parseMessage(octets.subarray(0, length)).ok).toBe(false);
    }
  });

  test('any octet changed: an answer, never an exception; what is read can be read again', () => {
    const random = new SeededRandom(7);
    for (let round = 0; round < 3000; round++) {
      const octets = encodeMessage(randomMessage(random));
      for (let change = 0; change < 4; change++) octets[random.integer(0, octets.length - 1)] = random.integer(0, 255);
      const result = parseMessage(octets);
      if (result.ok) expect(parsed(encodeMessage(result.value))).toEqual(result.value);
    }
  });

  test('the result holds no view of the input', () => {
    const octets = encodeMessage(answer({ type: 'TXT', strings: [hex('6162')] }));
    const message = parsed(Buffer.from(octets.buffer, 0, octets.length));
    octets.fill(0);
    expect(message.answers[0]!.data).toEqual({ type: 'TXT', strings: [hex('6162')] });
  });
});

describe('refusals', () => {
  test.each<[string, string, MessageError]>([
    ['a pointer to itself', '000c', 'bad-pointer'],
    ['a pointer forward', '00ff', 'bad-pointer'],
    ['a pointer into the header', '0004', 'bad-pointer'],
    ['two labels and a pointer back to the first: a loop', 'x', 'bad-pointer'],
    ['a label of the kind 01', 'y', 'bad-label'],
    ['a label of the kind 10', 'z', 'bad-label'],
  ])('rfc1035 4.1.4: %s', (_name, target, error) => {
    const names: Record<string, string> = { x: '0161 0162 c00c', y: '41 00', z: '80 00' };
    const name = names[target] ?? `c0${target.slice(2)}`;
    expect(parseMessage(hex(`0001 8180 0001 0000 0000 0000 ${name} 0001 0001`))).toMatchObject({ ok: false, error });
  });

  test('rfc1035 4.1.4: two names that point at one another -> refused', () => {
    expect(parseMessage(response('c011 0010 0001 00000000 0002 0100'))).toMatchObject({ ok: false, error: 'bad-pointer' });
    expect(parseMessage(hex('0001 8180 0002 0000 0000 0000 c012 0001 0001 c00c 0001 0001'))).toMatchObject({ ok: false, error: 'bad-pointer' });
  });

  test('rfc1035 2.3.4: a name that grows over 255 octets by pointers', () => {
    const label = `3f${'61'.repeat(63)}`;
    const question = (name: string): string => `${name} 0001 0001`;
    // The second name is one label and the first, of 193 octets: 257.
    expect(parseMessage(hex(`0001 0000 0002 0000 0000 0000 ${question(`${label.repeat(3)} 00`)} ${question(`${label} c00c`)}`))).toMatchObject({ ok: false, error: 'name-too-long' });
    expect(parseMessage(hex(`0001 0000 0001 0000 0000 0000 ${question(`${label.repeat(4)} 00`)}`))).toMatchObject({ ok: false, error: 'name-too-long' });
  });

  test('a message of 64 KB, all pointers to pointers -> refused', () => {
    const octets = new Uint8Array(0xffff);
    octets.set(hex('0001 8180 ffff 0000 0000 0000 01 61 00 0001 0001'));
    let previous = 12;
    for (let at = 19; at + 6 <= octets.length; at += 6) {
      octets.set([0xc0 + ((previous >> 8) & 0x3f), previous & 255, 0, 1, 0, 1], at);
      if (at < 0x4000) previous = at;
    }
    expect(parseMessage(octets)).toMatchObject({ ok: false, error: 'bad-pointer' });
  });

  test('rfc1035 4.1.4: no name needs more pointers than it has labels; one that goes on and on is refused', () => {
    // The data of the first record is a chain of pointers, the name of the second one leads into its end.
    const chain = (pointers: number): Uint8Array => {
      const links = Array.from({ length: pointers }, (_, index) => (0xc000 + (index === 0 ? 12 : 30 + 2 * (index - 1))).toString(16)).join('');
      const last = (0xc000 + 30 + 2 * (pointers - 1)).toString(16);
      return hex(`0001 8180 0001 0002 0000 0000 0161 00 0001 0001 00 000a 0001 00000000 ${(2 * pointers).toString(16).padStart(4, '0')} ${links} ${last} 000a 0001 00000000 0000`);
    };
    expect(parseMessage(chain(126))).toMatchObject({ ok: true, value: { answers: [{ name: '.' }, { name: 'a' }] } });
    expect(parseMessage(chain(127))).toMatchObject({ ok: false, error: 'bad-pointer' });
    expect(parseMessage(chain(8000))).toMatchObject({ ok: false, error: 'bad-pointer' });
  });

  test.each<[string, string, MessageError]>([
    ['an address of five octets', '00 0001 0001 00000000 0005 0102030405', 'bad-data'],
    ['an address of three octets', '00 0001 0001 00000000 0003 010203', 'truncated'],
    ['a name that ends after its data', '00 0002 0001 00000000 0002 0161', 'truncated'],
    ['data behind a name', '00 0002 0001 00000000 0004 016100ff', 'bad-data'],
    ['an MX without an exchange', '00 000f 0001 00000000 0002 0001', 'truncated'],
    ['an empty TXT', '00 0010 0001 00000000 0000', 'truncated'],
    ['a string longer than its record', '00 0010 0001 00000000 0003 056162', 'truncated'],
    ['a CAA tag with a blank', '00 0101 0001 00000000 0004 00 02 6120', 'bad-data'],
    ['a CAA without a tag', '00 0101 0001 00000000 0002 00 00', 'bad-data'],
    ['a TLSA without data', '00 0034 0001 00000000 0003 030101', 'bad-data'],
    ['service keys that do not ascend', '00 0040 0001 00000000 000b 0001 00 00030000 00030000', 'bad-data'],
    ['a compressed name in SVCB', '00 0040 0001 00000000 0004 0001 c00c', 'bad-pointer'],
    ['an octet after the last record', '00 0001 0001 00000000 0004 01020304 00', 'trailing-octets'],
    ['an OPT record among the answers', '00 0029 04d0 00000000 0000', 'bad-edns'],
  ])('data: %s', (_name, record, error) => {
    expect(parseMessage(response(record))).toMatchObject({ ok: false, error });
  });

  test.each<[string, string]>([
    ['two OPT records', '0002 00 0029 04d0 00000000 0000 00 0029 04d0 00000000 0000'],
    ['an OPT record that has a name', '0001 0161 00 0029 04d0 00000000 0000'],
    ['an option longer than the record', '0001 00 0029 04d0 00000000 0005 000f 0002 00'],
  ])('rfc6891 6.1.1: %s', (_name, additionals) => {
    expect(parseMessage(hex(`0001 8180 0000 0000 0000 ${additionals}`))).toMatchObject({ ok: false, error: 'bad-edns' });
  });

  test.each<[string, () => unknown]>([
    ['a name that is none', () => encodeMessage({ ...EMPTY, questions: [{ name: 'a..b', type: 1, class: 1 }] })],
    ['an address that is none', () => encodeMessage(answer({ type: 'A', address: '::1' }))],
    ['an id of 17 bits', () => encodeMessage({ ...EMPTY, id: 0x1_0000 })],
    ['a preference below 0', () => encodeMessage(answer({ type: 'MX', preference: -1, exchange: 'a' }))],
    ['an RCODE over 15 without EDNS', () => encodeMessage({ ...EMPTY, rcode: 16 })],
    ['an OPCODE over 15', () => encodeMessage({ ...EMPTY, opcode: 16 })],
    ['a string over 255 octets', () => encodeMessage(answer({ type: 'TXT', strings: [new Uint8Array(256)] }))],
    ['a TXT without strings', () => encodeMessage(answer({ type: 'TXT', strings: [] }))],
    ['a TLSA without data', () => encodeMessage(answer({ type: 'TLSA', usage: 3, selector: 1, matchingType: 1, data: new Uint8Array(0) }))],
    ['a CAA tag with a dot', () => encodeMessage(answer({ type: 'CAA', flags: 0, tag: 'a.b', value: '' }))],
    ['a CAA value that is no octets', () => encodeMessage(answer({ type: 'CAA', flags: 0, tag: 'a', value: '\u0100' }))],
    ['service keys that do not ascend', () => encodeMessage(answer({ type: 'HTTPS', priority: 1, targetName: '.', params: [{ key: 1, value: hex('') }, { key: 1, value: hex('') }] }))],
    ['data of another type', () => encodeMessage({ ...EMPTY, answers: [{ name: 'a', type: 28, class: 1, ttl: 0, data: { type: 'A', address: '192.0.2.1' } }] })],
    ['a message over 65,535 octets', () => encodeMessage(answer({ type: 'TXT', strings: Array.from({ length: 257 }, () => new Uint8Array(255)) }))],
  ])('a caller mistake, %s -> TypeError or RangeError', (_name, call) => {
    expect(() => {
      try {
        call();
      } catch (error) {
        return error instanceof TypeError || error instanceof RangeError;
      }
      return false;
    }).toSatisfy((attempt: () => boolean) => attempt());
  });
});

describe('service parameters', () => {
  const read = (text: string): DnsRecord | undefined => {
    const scanned = readZoneEntries(text);
    return readRdata('HTTPS', scanned.ok ? scanned.entries[0]!.tokens : [], absoluteName);
  };

  test.each<[string, string, string]>([
    ['alpn, port and hints', '1 . port=8443 alpn=h2,h3 ipv4hint=192.0.2.1 ipv6hint=2001:db8::1,::', '1 . alpn=h2,h3 port=8443 ipv4hint=192.0.2.1 ipv6hint=2001:db8::1,::'],
    ['a quoted value', '1 a.test. alpn="h2,h3"', '1 a.test. alpn=h2,h3'],
    ['a key by number', '16 a.test. key667="hel\\210o" key1=\\002h2', '16 a.test. alpn=h2 key667=hel\\210o'],
    ['mandatory and ech', '1 . mandatory=port,alpn ech=AAEC alpn=h2 port=1 no-default-alpn', '1 . key0=\\000\\001\\000\\003 alpn=h2 no-default-alpn port=1 key5=\\000\\001\\002'],
    ['the alias form', '0 pool.test', '0 pool.test.'],
  ])('rfc9460 2.1: %s', (_name, text, written) => {
    expect(formatRdata(read(text)!)).toBe(written);
  });

  test.each([['port=65536'], ['port'], ['alpn='], ['alpn=h2 alpn=h3'], ['ipv4hint=::1'], ['no-default-alpn=1'], ['key65535=a'], ['colour=red'], ['mandatory=colour'], ['ech=%'], ['"port=1"']])('rfc9460 2.1: %s -> no data', (params) => {
    expect(read(`1 . ${params}`)).toBeUndefined();
  });
});
