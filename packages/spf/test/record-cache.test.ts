import type { DnsRecord } from '@mailwright/dns';
import { encodeLatin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { findKnownName, readSpfAnswer, type SpfReading } from '../src/record-cache.ts';

function txt(...texts: string[]): DnsRecord[] {
  return texts.map((text) => ({ type: 'TXT', strings: [encodeLatin1(text)] }));
}

function read(name: string, records: readonly DnsRecord[]): SpfReading {
  return readSpfAnswer(name, findKnownName(name), records);
}

describe('what a name says about SPF', () => {
  test.each([
    ['no TXT record', [], 'none'],
    ['other TXT records', txt('hello', 'v=spf10 -all'), 'none'],
    ['one among others', txt('hello', 'v=spf1 -all'), 'record'],
    ['two', txt('v=spf1 -all', 'v=spf1 ~all'), 'several'],
    ['a syntax error', txt('v=spf1 ip4:nonsense -all'), 'malformed'],
  ] as const)('rfc7208 4.5: %s', (_, records, type) => {
    expect(read('kinds.example', records).type).toBe(type);
    expect(read('kinds.example', records).type).toBe(type);
  });

  test('the same records again: nothing is read anew', () => {
    const records = txt('v=spf1 -all');
    expect(read('same.example', records)).toBe(read('same.example', records));
  });

  test('other records of the same text: read once, and known from then on', () => {
    const first = read('text.example', txt('v=spf1 -all'));
    expect(read('text.example', txt('v=spf1 -all'))).toBe(first);
  });

  test('the record changes: what it says changes at once, and back', () => {
    const old = txt('v=spf1 -all');
    const changed = txt('v=spf1 ~all');
    for (const records of [old, changed, old]) {
      const reading = read('changing.example', records);
      expect(reading.type === 'record' && reading.record.directives[0]!.qualifier).toBe(records === old ? '-' : '~');
    }
  });

  test('the record goes away: none, although there was one', () => {
    const records = txt('v=spf1 -all');
    read('gone.example', records);
    expect(read('gone.example', []).type).toBe('none');
    expect(read('gone.example', records).type).toBe('record');
  });

  test('the same records at another name are that name\'s own', () => {
    const records = txt('v=spf1 -all');
    expect(read('one.example', records)).not.toBe(read('two.example', records));
  });

  test('a name with more TXT records than are kept is read each time', () => {
    const records = txt('v=spf1 -all', 'x'.repeat(5_000));
    expect(read('large.example', records)).not.toBe(read('large.example', records));
    expect(read('large.example', records)).toEqual(read('large.example', records));
  });

  test('more names than are kept: the first are forgotten, and read again', () => {
    const records = txt('v=spf1 -all');
    const first = read('first.example', records);
    for (let count = 0; count < 600; count++) read(`name-${count}.example`, records);
    const again = read('first.example', records);
    expect(again).not.toBe(first);
    expect(again).toEqual(first);
  });
});
