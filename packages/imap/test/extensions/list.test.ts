/** LIST-EXTENDED, LIST-STATUS, and the list of extensions itself. */
import { describe, expect, test } from 'vitest';
import type { Extension } from '../../src/extension.ts';
import * as registered from '../../src/extensions/registered.ts';
import { listExtended } from '../../src/extensions/list-extended.ts';
import { listStatus } from '../../src/extensions/list-status.ts';
import { readWire, testWire } from './wire-cases.ts';

testWire('rfc5258', [listExtended], [
  { kind: 'LIST-SELECT', wire: 'SUBSCRIBED', value: true },
  { kind: 'LIST-SELECT', wire: 'REMOTE', value: true },
  { kind: 'LIST-SELECT', wire: 'RECURSIVEMATCH', value: true },
  { kind: 'LIST-RETURN', wire: 'SUBSCRIBED', value: true },
  { kind: 'LIST-RETURN', wire: 'CHILDREN', value: true },
]);

testWire('rfc5819', [listStatus], [
  { kind: 'LIST-RETURN', wire: 'STATUS (MESSAGES UNSEEN)', value: ['MESSAGES', 'UNSEEN'] },
  { kind: 'LIST-RETURN', wire: 'STATUS (HIGHESTMODSEQ SIZE MAILBOXID)', value: ['HIGHESTMODSEQ', 'SIZE', 'MAILBOXID'] },
]);

test.each(['STATUS ()', 'STATUS', 'STATUS (NOTHING)'])('rfc5819: %s -> contained', (wire) => {
  expect(readWire([listStatus], 'LIST-RETURN', wire).failure).toBeDefined();
});

const extensions = Object.values(registered) as readonly unknown[] as readonly Extension[];

/** One object for each spec, so that a spec which two extensions bring counts once. */
const named = new Map<object, { readonly name: string }>();
function namedOnce(spec: object, name: string): { readonly name: string } {
  const known = named.get(spec) ?? { name };
  named.set(spec, known);
  return known;
}

describe('registered extensions', () => {
  test.each(extensions.map((extension) => [extension.capability, extension] as const))('%s says what it is', (capability, extension) => {
    const name = capability.endsWith('=') || capability.endsWith('-') ? `${capability}1` : capability;
    expect(extension.explain(name)).toMatch(/^[A-Z].+\.$/);
    expect(extension.announced.length).toBeGreaterThan(0);
  });

  test.each(extensions.map((extension) => [extension.capability, extension] as const))('%s implies what is registered', (_, { implies }) => {
    const known = extensions.map(({ capability }) => capability);
    expect(implies.filter((name) => !known.includes(name))).toEqual([]);
  });

  test('no two have the same capability, or different specs for one command, data, code, item of STATUS or key', () => {
    const specs = new Set(extensions.flatMap(({ commands, data, codes, statusItems, searchKeys }) => [
      ...commands.map((spec) => ['command', spec] as const), ...data.map((spec) => ['data', spec] as const), ...codes.map((spec) => ['code', spec] as const),
      ...statusItems.map((spec) => ['status', spec] as const), ...searchKeys.map((spec) => ['key', spec] as const),
    ].map(([kind, spec]) => namedOnce(spec, `${kind} ${'key' in spec ? spec.key : spec.name}`))));
    const names = [...extensions.map(({ capability }) => capability), ...[...specs].map(({ name }) => name)];
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test('no two parameters of one place have the same name or field', () => {
    const names = extensions.flatMap(({ parameters }) => parameters.flatMap(({ place, name, field }) => [`${place} ${name}`, `${place} .${field}`]));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
