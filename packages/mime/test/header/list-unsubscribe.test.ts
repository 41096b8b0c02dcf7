import { encodeUtf8 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { parseHeaders } from '../../src/header/header-parse.ts';
import { listUnsubscribe } from '../../src/header/list-unsubscribe.ts';
import { parseOneClick } from '../../src/edit/one-click.ts';

const URL_WITH_TOKEN = 'https://example.com/unsubscribe.html?opaque=123456789&list=a,b;c#x';

describe('listUnsubscribe', () => {
  test('rfc8058 8.1: https alone -> both fields, and both must be signed', () => {
    expect(listUnsubscribe({ https: URL_WITH_TOKEN })).toEqual({
      fields: [['List-Unsubscribe', `<${URL_WITH_TOKEN}>`], ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click']],
      signedFields: ['List-Unsubscribe', 'List-Unsubscribe-Post'],
    });
  });

  test('rfc8058 8.2: https and mailto -> the https URI stands first', () => {
    const { fields } = listUnsubscribe({ https: 'https://example.com/u', mailto: 'mailto:listrequest@example.com?subject=unsubscribe' });
    expect(fields[0]).toEqual(['List-Unsubscribe', '<https://example.com/u>, <mailto:listrequest@example.com?subject=unsubscribe>']);
  });

  test('rfc2369 3.2: mailto alone -> no promise of one click', () => {
    expect(listUnsubscribe({ mailto: 'mailto:leave@example.com' })).toEqual({
      fields: [['List-Unsubscribe', '<mailto:leave@example.com>']], signedFields: ['List-Unsubscribe'],
    });
  });

  test('oneClick: false: the https URI is a page for people', () => {
    expect(listUnsubscribe({ https: 'https://example.com/u', oneClick: false }).signedFields).toEqual(['List-Unsubscribe']);
  });

  test.each([
    ['http', 'http://example.com/u'],
    ['relative', '//example.com/u'],
    ['no slashes', 'https:example.com/u'],
    ['no host', 'https:///u'],
    ['user', 'https://jane@example.com/u'],
    ['user and password', 'https://jane:secret@example.com/u'],
    ['empty user', 'https://@example.com/u'],
    ['CR LF', 'https://example.com/u\r\nBcc: x@example.com'],
    ['LF', 'https://example.com/\nu'],
    ['CR', 'https://example.com/u\r'],
    ['NUL', 'https://example.com/\0'],
    ['space', 'https://example.com/a b'],
    ['tab', 'https://example.com/a\tb'],
    ['bracket', 'https://example.com/>,<https://evil.example/'],
    ['quote', 'https://example.com/"'],
    ['backslash', 'https://example.com\\@evil.example/'],
    ['not ASCII', 'https://example.com/\u00fc'],
    ['U-label', 'https://b\u00fccher.example/'],
    ['bad escape', 'https://example.com/%zz'],
    ['escaped host', 'https://%65xample.com/'],
    ['a host that is a number', 'https://1.2.3/u'],
    ['a port that is none', 'https://example.com:99999/u'],
    ['a port with letters', 'https://example.com:8o/u'],
    ['too long for a line', `https://example.com/${'a'.repeat(900)}`],
    ['javascript', 'javascript:alert(1)'],
  ])('https: %s -> TypeError', (_name, https) => {
    expect(() => listUnsubscribe({ https })).toThrow(TypeError);
  });

  test.each([
    ['no address', 'mailto:?subject=x'], ['no scheme', 'leave@example.com'], ['two addresses', 'mailto:a@example.com,b@example.com'],
    ['CR LF in an escape', 'mailto:a%0D%0A@example.com'], ['CR LF', 'mailto:a@example.com\r\nX: y'], ['not one', 'mailto:leave'],
  ])('mailto: %s -> TypeError', (_name, mailto) => {
    expect(() => listUnsubscribe({ mailto })).toThrow(TypeError);
  });

  test('nothing, or one click without https -> TypeError', () => {
    expect(() => listUnsubscribe({})).toThrow(TypeError);
    expect(() => listUnsubscribe({ mailto: 'mailto:leave@example.com', oneClick: true })).toThrow(TypeError);
    expect(() => listUnsubscribe({ https: 7 as unknown as string })).toThrow(TypeError);
  });

  test('the longest URL there may be is one token of its line', () => {
    const https = `https://example.com/${'a'.repeat(897 - 20)}`;
    expect(listUnsubscribe({ https }).fields[0]![1]).toBe(`<${https}>`);
  });
});

const SIGNATURE = 'DKIM-Signature: v=1; d=example.com; s=x; h=From : List-Unsubscribe:\r\n list-unsubscribe-POST; bh=; b=\r\n';
const POST = 'List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n';
const FIELD = 'List-Unsubscribe: <mailto:u@example.com>,\r\n <https://example.com/u?t=1>\r\n';

function oneClick(...fields: string[]): ReturnType<typeof parseOneClick> {
  return parseOneClick(parseHeaders(encodeUtf8(`${fields.join('')}\r\n`)));
}

describe('parseOneClick', () => {
  test('rfc8058 3.1: both fields under one signature -> valid', () => {
    expect(oneClick(SIGNATURE, FIELD, POST)).toEqual({
      valid: true, problem: undefined, https: 'https://example.com/u?t=1', mailto: 'mailto:u@example.com', signedBy: ['example.com'],
    });
  });

  test.each([
    ['no-field', [SIGNATURE, POST]],
    ['no-post-field', [SIGNATURE, FIELD]],
    ['bad-post-value', [SIGNATURE, FIELD, 'List-Unsubscribe-Post: yes\r\n']],
    ['no-https', [SIGNATURE, 'List-Unsubscribe: <http://example.com/u>, <mailto:u@example.com>\r\n', POST]],
    ['no-https', [SIGNATURE, 'List-Unsubscribe: https://example.com/u\r\n', POST]],
    ['ambiguous', [SIGNATURE, FIELD, FIELD, POST]],
    ['ambiguous', [SIGNATURE, FIELD, POST, POST]],
    ['ambiguous', [SIGNATURE, 'List-Unsubscribe: <https://a.example/>, <https://b.example/>\r\n', POST]],
    ['not-signed', [FIELD, POST]],
    ['not-signed', [SIGNATURE.replace('-POST', ''), FIELD, POST]],
  ] as const)('rfc8058 3.1: %s', (problem, fields) => {
    const result = oneClick(...fields);
    expect([result.valid, result.problem]).toEqual([false, problem]);
  });

  test('rfc2369 2: white space inside the brackets is left out', () => {
    expect(oneClick(SIGNATURE, 'List-Unsubscribe: <https://example.com/\r\n u>\r\n', POST).https).toBe('https://example.com/u');
  });

  test('what listUnsubscribe makes is read as one-click', () => {
    const { fields } = listUnsubscribe({ https: URL_WITH_TOKEN, mailto: 'mailto:leave@example.com' });
    const result = oneClick(SIGNATURE, ...fields.map(([name, value]) => `${name}: ${value}\r\n`));
    expect([result.valid, result.https]).toEqual([true, URL_WITH_TOKEN]);
  });
});
