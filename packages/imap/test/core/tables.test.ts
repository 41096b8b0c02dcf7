import { describe, expect, test } from 'vitest';
import * as imap from '@mailwright/imap';
import { baseCommands } from '../../src/commands/registered.ts';
import * as registered from '../../src/extensions/registered.ts';
import { octetItems, shortItems } from '../../src/fetch/items/registered.ts';
import { baseCodes } from '../../src/response-codes.ts';
import { baseData } from '../../src/responses/registered.ts';
import { baseStatusItems } from '../../src/responses/status-items.ts';
import { allCodes, allCommands, allData, allSpecs, extensionSearchKeys, parametersOf, registeredExtensions, statusItems } from '../../src/tables.ts';
import type { Extension, ParameterPlace } from '../../src/extension.ts';

const extensions = Object.values(registered) as readonly unknown[] as readonly Extension[];

/** Names that more than one spec object has. */
function twice(specs: readonly { readonly name: string }[]): string[] {
  const unique = [...new Set(specs)].map(({ name }) => name);
  return unique.filter((name, index) => unique.indexOf(name) !== index);
}

describe('one name, one spec', () => {
  test.each([
    ['commands', [...baseCommands(), ...extensions.flatMap(({ commands }) => commands)], [...allCommands()]],
    ['data', [...baseData(), ...extensions.flatMap(({ data }) => data)], [...allData()]],
    ['codes', [...baseCodes, ...extensions.flatMap(({ codes }) => codes)], [...allCodes()]],
    ['items of STATUS', [...baseStatusItems, ...extensions.flatMap((extension) => extension.statusItems)], [...statusItems()]],
    ['items of FETCH', [...shortItems, ...extensions.flatMap(({ fetchItems }) => fetchItems), ...octetItems], [...allSpecs().fetchItems.fields.keys()].map((name) => ({ name }))],
    ['search keys', extensions.flatMap(({ searchKeys }) => searchKeys).map(({ key }) => ({ name: key })), [...extensionSearchKeys().values()].map(({ key }) => ({ name: key }))],
  ] as [string, { readonly name: string }[], { readonly name: string }[]][])('%s: the table has each once, and no file takes the name of another', (_name, specs, table) => {
    expect(twice(specs)).toEqual([]);
    expect(table.map(({ name }) => name).sort()).toEqual([...new Set(specs.map(({ name }) => name))].sort());
  });

  test('parameters: each name and each field once in its place', () => {
    const places: readonly ParameterPlace[] = ['SELECT', 'CREATE', 'RENAME', 'FETCH', 'STORE', 'LIST-SELECT', 'LIST-RETURN', 'SEARCH-RETURN', 'APPEND'];
    for (const place of places) {
      const specs = [...new Set(extensions.flatMap(({ parameters }) => parameters))].filter((spec) => spec.place === place);
      expect(twice(specs)).toEqual([]);
      expect(twice(specs.map(({ field }) => ({ name: field })))).toEqual([]);
      expect([...parametersOf(place).keys()].sort()).toEqual(specs.map(({ name }) => name).sort());
    }
  });

  test('capabilities: each once, and what is implied is registered', () => {
    const names = registeredExtensions().map(({ capability }) => capability);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(registeredExtensions().flatMap(({ implies }) => implies).filter((name) => !names.includes(name))).toEqual([]);
  });
});

test('the public names are there', () => {
  for (const name of ['FrameReader', 'parseCommand', 'encodeCommand', 'parseResponse', 'encodeResponse', 'ClientMachine', 'ServerMachine', 'explainLine', 'makeParameters']) {
    expect(typeof (imap as Readonly<Record<string, unknown>>)[name]).toBe('function');
  }
});
