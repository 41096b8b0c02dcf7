import { describe, expect, test } from 'vitest';
import { formatHelp } from '../src/arguments/help.ts';
import { nearest } from '../src/arguments/nearest.ts';
import type { CommandSpec } from '../src/arguments/option-table.ts';
import { parseArguments } from '../src/arguments/parse-arguments.ts';
import { UsageError } from '../src/arguments/usage-error.ts';
import { createPalette } from '../src/output/palette.ts';

const spec: CommandSpec = {
  name: 'try',
  summary: 'Tries things',
  usage: ['[OPTIONS] FILE'],
  description: ['A paragraph.'],
  options: {
    port: { value: 'PORT', help: 'Where to' },
    to: { value: 'ADDRESS', many: true, help: 'To whom' },
    quiet: { short: 'q', help: 'Say nothing' },
    'a-rather-long-option-name': { value: 'SOMETHING', help: 'Stands on a line of its own', group: 'Others' },
  },
  examples: [['mailwright try x', 'What it is good for']],
  operands: { most: 1, name: 'file' },
};

describe('parseArguments', () => {
  test('options in both spellings, in any order with operands -> all of them', () => {
    const given = parseArguments(spec, ['--port=25', 'file', '-q', '--to', 'a', '--to=b']);
    expect([given.text('port'), given.list('to'), given.flag('quiet'), given.operands]).toEqual(['25', ['a', 'b'], true, ['file']]);
  });

  test('nothing given -> undefined, none, false', () => {
    const given = parseArguments(spec, []);
    expect([given.text('port'), given.list('to'), given.flag('quiet'), given.operands]).toEqual([undefined, [], false, []]);
  });

  test('a value behind -- is an operand, whatever it looks like', () => {
    expect(parseArguments(spec, ['--', '--port']).operands).toEqual(['--port']);
  });

  test('- is a value and an operand: the standard input', () => {
    expect(parseArguments(spec, ['-']).operands).toEqual(['-']);
    expect(parseArguments(spec, ['--to', '-']).list('to')).toEqual(['-']);
  });

  test.each([
    ['an option that nobody knows, one letter off', ['--prot', '1'], 'there is no option --prot', 'Did you mean --port?'],
    ['an option that nobody knows, nothing near', ['--zzzzzzzz'], 'there is no option --zzzzzzzz', undefined],
    ['an option named like a field of every object', ['--constructor'], 'there is no option --constructor', undefined],
    ['a value forgotten at the end', ['--port'], '--port needs a value: --port PORT', undefined],
    ['a value forgotten before an option', ['--port', '--quiet'], '--port needs a value: --port PORT', 'If --quiet is the value, write --port=--quiet'],
    ['a value for a flag', ['--quiet=yes'], '--quiet takes no value', undefined],
    ['once too often', ['--port', '1', '--port', '2'], '--port is given twice', undefined],
    ['an operand too many', ['a', 'b'], '"b" is one too many: only one file can be given', undefined],
  ])('%s -> %j: %s', (_name, args, message, hint) => {
    expect(() => parseArguments(spec, args)).toThrow(new UsageError(message, hint));
  });

  test.each([['0', 0], ['65535', 65_535]])('number %s within bounds -> %i', (text, number) => {
    expect(parseArguments(spec, ['--port', text]).number('port', 0, 65_535)).toBe(number);
  });

  test.each(['65536', '', '1e3', '0x10', ' 1', '1.5', '99999999999999999999'])('number %j -> a usage error', (text) => {
    expect(() => parseArguments(spec, [`--port=${text}`]).number('port', 0, 65_535)).toThrow('--port must be a whole number from 0 to 65535');
  });

  test('one of a few words; another one -> a usage error that names them', () => {
    expect(parseArguments(spec, ['--port', 'full']).choice('port', ['full', 'hdrs'])).toBe('full');
    expect(() => parseArguments(spec, ['--port', 'ful']).choice('port', ['full', 'hdrs'])).toThrow('--port must be one of full, hdrs, not "ful"');
  });

  test('a command that asks for an option it does not have -> TypeError', () => {
    expect(() => parseArguments(spec, []).flag('nothing')).toThrow(TypeError);
    expect(() => parseArguments(spec, []).flag('port')).toThrow(TypeError);
    expect(() => parseArguments(spec, []).text('quiet')).toThrow(TypeError);
  });
});

describe('nearest', () => {
  test.each([
    ['prot', 'port'],
    ['pord', 'port'],
    ['explian', 'explain'],
    ['exp', 'explain'],
    ['xyzzyx', undefined],
    ['', undefined],
  ])('%j -> %j', (word, expected) => {
    expect(nearest(word, ['port', 'explain', 'to', 'quiet'])).toBe(expected);
  });
});

describe('formatHelp', () => {
  test('every option stands in it, with its value and its help, none wider than the page', () => {
    const help = formatHelp(spec, 80, createPalette(false));
    for (const [name, { help: text }] of Object.entries(spec.options)) expect(help).toMatch(new RegExp(`--${name}[^]*?${text}`));
    expect(help).toContain('Usage: mailwright try [OPTIONS] FILE');
    expect(help).toContain('--to ADDRESS ...');
    expect(help).toContain('-q, --quiet');
    expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
