import { describe, expect, test } from 'vitest';
import { parseTagList, removeWhiteSpace, splitColons } from '../src/tag-list.ts';

function read(text: string): unknown {
  const parsed = parseTagList(text);
  return parsed.ok ? Object.fromEntries([...parsed.value].map(([name, { value }]) => [name, value])) : [parsed.error, parsed.at];
}

describe('rfc6376 3.2: tag lists', () => {
  test.each<[string, string, unknown]>([
    ['one tag', 'v=1', { v: '1' }],
    ['a semicolon at the end', 'v=1;', { v: '1' }],
    ['white space behind the last semicolon', 'v=1; \r\n ', { v: '1' }],
    ['white space everywhere', ' v \t= 1 ;\r\n a = rsa-sha256 ', { v: '1', a: 'rsa-sha256' }],
    ['an empty value', 'p=', { p: '' }],
    ['an equals sign in a value', 'b=YWI=; c=', { b: 'YWI=', c: '' }],
    ['letter case of names counts', 'A=1; a=2', { A: '1', a: '2' }],
    ['white space inside a value stays', 'h=from :\r\n\tto', { h: 'from :\r\n\tto' }],
    ['rfc8616 3: UTF-8 in a value', 'd=\xc3\xbc.example', { d: '\xc3\xbc.example' }],
    ['no tag at all', '', ['expected-tag-name', 0]],
    ['only a semicolon', ';', ['expected-tag-name', 0]],
    ['an empty tag in between', 'v=1;;a=2', ['expected-tag-name', 4]],
    ['no equals sign', 'v=1; a', ['expected-equals', 4]],
    ['no name', 'v=1; =2', ['expected-tag-name', 4]],
    ['a name that begins with a digit', '1v=1', ['bad-tag-name', 0]],
    ['a hyphen in a name', 'a-b=1', ['bad-tag-name', 0]],
    ['a control octet in a value', 'v=1; a=\x01', ['bad-tag-value', 4]],
    ['NUL in a value', 'v=\0', ['bad-tag-value', 0]],
    ['a CR alone', 'v=1\r; a=2', ['bad-tag-value', 0]],
    ['an LF alone', 'v=a\n b', ['bad-tag-value', 0]],
    ['a CRLF without white space behind it', 'v=a\r\nb', ['bad-tag-value', 0]],
    ['two tags of one name', 'v=1; a=2; v=1', ['duplicate-tag', 9]],
  ])('%s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test('tag names that pollute prototypes: `__proto__` and `constructor` are no names or names like any other', () => {
    const parsed = parseTagList('constructor=evil; toString=1; hasOwnProperty=x');
    expect(parsed.ok && [...parsed.value.keys()]).toEqual(['constructor', 'toString', 'hasOwnProperty']);
    expect(read('__proto__=x')).toEqual(['bad-tag-name', 0]);
    expect(parsed.ok && parsed.value.get('valueOf')).toBe(undefined);
    expect(({} as Record<string, unknown>)['evil']).toBe(undefined);
  });

  test('offsets: a value reaches from behind the equals sign to the semicolon', () => {
    const text = 'v=1; b = ab\r\n cd ; z=From:b=x';
    const parsed = parseTagList(text);
    const b = parsed.ok ? parsed.value.get('b')! : undefined;
    expect(text.slice(b!.valueStart, b!.valueEnd)).toBe(' ab\r\n cd ');
  });

  test('limits: 65,536 characters, 100 tags', () => {
    const tags = (count: number): string => Array.from({ length: count }, (_, index) => `t${index}=`).join(';');
    expect(parseTagList(tags(100)).ok).toBe(true);
    expect(read(tags(101))).toEqual(['too-many-tags', tags(100).length + 1]);
    expect(parseTagList(`v=${'a'.repeat(65_534)}`).ok).toBe(true);
    expect(read(`v=${'a'.repeat(65_535)}`)).toEqual(['tag-list-too-long', 65_536]);
  });
});

test('rfc6376 3.2: white space inside values, for the tags where it counts for nothing', () => {
  expect(removeWhiteSpace('YW\r\n Ji')).toBe('YWJi');
  expect(splitColons('From :\r\n To: from')).toEqual(['From', 'To', 'from']);
  expect(splitColons('')).toEqual(['']);
});
