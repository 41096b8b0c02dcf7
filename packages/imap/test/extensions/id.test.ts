import { describe, expect, test } from 'vitest';
import { id } from '../../src/extensions/id.ts';
import { testWire, writeWire } from './wire-cases.ts';

testWire('rfc2971', [id], [
  // 3.1
  {
    kind: 'command',
    wire: 'ID ("name" "sodr" "version" "19.34" "vendor" "Pink Floyd Music Limited")',
    value: { name: 'ID', fields: new Map([['name', 'sodr'], ['version', '19.34'], ['vendor', 'Pink Floyd Music Limited']]) },
  },
  { kind: 'data', wire: '* ID NIL', value: { name: 'ID', fields: undefined } },
  { kind: 'command', wire: 'ID NIL', value: { name: 'ID', fields: undefined } },
  // 3.2
  {
    kind: 'data',
    wire: '* ID ("name" "Cyrus" "version" "1.5" "os" "sunos" "os-version" "5.5" "support-url" "mailto:cyrus-bugs+@andrew.cmu.edu")',
    value: {
      name: 'ID',
      fields: new Map([['name', 'Cyrus'], ['version', '1.5'], ['os', 'sunos'], ['os-version', '5.5'], ['support-url', 'mailto:cyrus-bugs+@andrew.cmu.edu']]),
    },
  },
  { kind: 'data', wire: '* ID ("Name" "GImap" "vendor" NIL)', value: { name: 'ID', fields: new Map([['name', 'GImap'], ['vendor', undefined]]) }, printed: 'ID ("name" "GImap" "vendor" NIL)' },
  { kind: 'data', wire: '* ID ()', value: { name: 'ID', fields: new Map() } },
]);

describe('rfc2971 3.3: the limits of fields', () => {
  const filled = (count: number): Map<string, string> => new Map(Array.from({ length: count }, (_, index) => [`field${index}`, 'x']));
  test.each([
    ['31 fields', filled(31)],
    ['a name of 31 octets', new Map([['n'.repeat(31), 'x']])],
    ['a value of 1025 octets', new Map([['name', 'x'.repeat(1025)]])],
  ])('%s -> refused', (_, fields) => {
    expect(() => writeWire([id], 'command', 'ID', { name: 'ID', fields })).toThrow(RangeError);
  });

  test('30 fields -> written', () => {
    expect(writeWire([id], 'command', 'ID', { name: 'ID', fields: filled(30) })).toMatch(/^ID \("field0"/);
  });
});
