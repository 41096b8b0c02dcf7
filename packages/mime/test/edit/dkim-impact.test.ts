import { encodeLatin1, latin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { canonicalBody, canonicalField } from '../../src/edit/canonical-form.ts';
import { dkimImpact } from '../../src/edit/dkim-impact.ts';
import type { DkimImpact } from '../../src/edit/dkim-impact.ts';
import { parseHeaders } from '../../src/header/header-parse.ts';

const SIGNATURE = 'DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=one; c=relaxed/relaxed; h=From : To:\r\n\tSubject; bh=x; b=y\r\n';
const FIELDS = 'From: Jane <jane@example.com>\r\nTo: joe@example.com\r\nSubject: a  b\r\nX: 1\r\n';
const BODY = 'one\r\ntwo  three \r\n\r\n';
const MESSAGE = `${SIGNATURE}${FIELDS}\r\n${BODY}`;

function impact(before: string, after: string): readonly DkimImpact[] {
  return dkimImpact(encodeLatin1(before), encodeLatin1(after));
}

/** The fields and body that break it, or nothing. */
function broken(before: string, after: string): readonly string[] {
  return impact(before, after).flatMap(({ changedFields, bodyChanged, signatureChanged, breaks }) => {
    const causes = [...changedFields, ...(bodyChanged ? ['(body)'] : []), ...(signatureChanged ? ['(signature)'] : [])];
    expect(breaks).toBe(causes.length > 0);
    return causes;
  });
}

test('rfc6376 3.5: nothing changed -> one entry, nothing breaks', () => {
  expect(impact(MESSAGE, MESSAGE)).toEqual([{
    name: 'DKIM-Signature', offset: 0, domain: 'example.com', selector: 'one', breaks: false, signatureChanged: false,
    changedFields: [], bodyChanged: false, oversignedNames: [], bodyOctets: undefined,
  }]);
});

test('no signature -> no entry', () => {
  expect(impact(`${FIELDS}\r\n`, '\r\n')).toEqual([]);
});

describe('fields', () => {
  test.each<[string, (text: string) => string, string[]]>([
    ['rfc6376 3.7: a field that is not signed', (text) => text.replace('X: 1', 'X: 2'), []],
    ['rfc6376 3.7: a signed field', (text) => text.replace('joe@', 'jim@'), ['to']],
    ['rfc6376 3.4.2: relaxed, white space and case of the name', (text) => text.replace('Subject: a  b', 'SUBJECT:a\r\n\t b '), []],
    ['rfc6376 3.7: a signed field removed', (text) => text.replace('To: joe@example.com\r\n', ''), ['to']],
    ['rfc6376 3.7: a field added at the top', (text) => `Received: x; y\r\n${text}`, []],
    ['rfc6376 5.4.2: the same name added above', (text) => `Subject: new\r\n${text}`, []],
    ['rfc6376 5.4.2: the same name added below', (text) => text.replace('X: 1', 'Subject: new'), ['subject']],
    ['rfc6376 3.7: the order of different names', (text) => text.replace('X: 1\r\n', '').replace('From:', 'X: 1\r\nFrom:'), []],
    ['rfc6376 3.5: the signature itself', (text) => text.replace('b=y', 'b=z'), ['(signature)']],
    ['rfc6376 3.5: the signature folded anew', (text) => text.replace('; bh=x', ';\r\n bh=x'), []],
    ['rfc6376 3.5: the signature removed', (text) => text.replace(SIGNATURE, ''), ['(signature)']],
  ])('%s', (_name, change, expected) => {
    expect(broken(MESSAGE, change(MESSAGE))).toEqual(expected);
  });

  const simple = MESSAGE.replace('c=relaxed/relaxed; ', '');
  test.each<[string, (text: string) => string, string[]]>([
    ['rfc6376 3.4.1: white space', (text) => text.replace('a  b', 'a b'), ['subject']],
    ['rfc6376 3.4.1: the case of the name', (text) => text.replace('Subject: a', 'subject: a'), ['subject']],
    ['rfc6376 3.4.1: a fold', (text) => text.replace('a  b', 'a\r\n  b'), ['subject']],
    ['rfc6376 3.4.1: the signature folded anew', (text) => text.replace('; bh=x', ';\r\n bh=x'), ['(signature)']],
  ])('simple: %s', (_name, change, expected) => {
    expect(broken(simple, change(simple))).toEqual(expected);
  });

  test('rfc6376 8.15: an oversigned name -> adding one breaks, above or below', () => {
    const before = MESSAGE.replace('h=From', 'h=From:From:Cc');
    expect(impact(before, before)[0]!.oversignedNames).toEqual(['from', 'cc']);
    expect(broken(before, `From: evil@example.com\r\n${before}`)).toEqual(['from']);
    expect(broken(before, before.replace('X: 1', 'Cc: x@example.com'))).toEqual(['cc']);
  });

  test('rfc6376 5.4.2: of three fields the lower two are signed', () => {
    const before = MESSAGE.replace('h=From', 'h=X:X').replace('X: 1', 'X: 1\r\nX: 2\r\nX: 3');
    expect(broken(before, before.replace('X: 1', 'X: 9'))).toEqual([]);
    expect(broken(before, before.replace('X: 2', 'X: 9'))).toEqual(['x']);
    expect(broken(before, before.replace('X: 1\r\n', ''))).toEqual([]);
    expect(broken(before, before.replace('X: 3\r\n', ''))).toEqual(['x']);
  });
});

describe('bodies', () => {
  const simple = MESSAGE.replace('relaxed/relaxed', 'relaxed/simple');
  const half = MESSAGE.replace('relaxed/relaxed', 'relaxed');
  test.each<[string, string, string, string, boolean]>([
    ['rfc6376 3.4.4: relaxed, white space', MESSAGE, 'two  three ', 'two \tthree', false],
    ['rfc6376 3.4.4: relaxed, a space made of none', MESSAGE, 'two  three ', 'twothree', true],
    ['rfc6376 3.4.4: relaxed, empty lines at the end', MESSAGE, 'three \r\n\r\n', 'three\r\n \r\n\r\n', false],
    ['rfc6376 3.4.3: simple, empty lines at the end', simple, 'three \r\n\r\n', 'three \r\n', false],
    ['rfc6376 3.4.3: simple, white space', simple, 'three ', 'three', true],
    ['rfc6376 3.5: c=relaxed means relaxed/simple', half, 'three ', 'three', true],
    ['a word', MESSAGE, 'one\r\n', 'eno\r\n', true],
    ['line ends of a file', MESSAGE, 'one\r\n', 'one\n', false],
  ])('%s', (_name, before, from, to, expected) => {
    expect(impact(before, before.replace(from, to))[0]!.bodyChanged).toBe(expected);
  });

  test.each<[string, number, string, boolean]>([
    ['rfc6376 3.5: l=0, any change', 0, 'new', false],
    ['rfc6376 3.5: l=5, a change behind it', 5, 'one\r\nnew', false],
    ['rfc6376 3.5: l=6, a change in it', 6, 'one\r\nnew', true],
    ['rfc6376 3.5: l=5, the body is shorter now', 5, 'on', true],
    ['rfc6376 8.2: l covers all, something is added', 16, `${BODY}more`, false],
  ])('%s', (_name, octetCount, body, expected) => {
    const before = MESSAGE.replace('bh=x', `l=${octetCount}; bh=x`);
    const found = impact(before, before.replace(BODY, body))[0]!;
    expect([found.bodyChanged, found.bodyOctets]).toEqual([expected, octetCount]);
  });
});

describe('arc', () => {
  const set = (instance: number): string => [
    `ARC-Seal: i=${instance}; a=rsa-sha256; d=relay.example; s=s; cv=none; b=a${instance}\r\n`,
    `ARC-Message-Signature: i=${instance}; a=rsa-sha256; d=relay.example; s=s; c=relaxed/relaxed; h=from:subject; bh=; b=b${instance}\r\n`,
    `ARC-Authentication-Results: i=${instance}; relay.example; spf=pass\r\n`,
  ].join('');
  const before = `${set(2)}${set(1)}${MESSAGE}`;
  const names = (after: string): string[] => impact(before, after).filter(({ breaks }) => breaks).map(({ name, changedFields }) => `${name} ${changedFields.join(' ')}`.trim());

  test('rfc8617 5.1.1: five signatures, none broken', () => {
    expect(impact(before, before).map(({ name, breaks }) => `${name} ${breaks}`)).toEqual([
      'ARC-Seal false', 'ARC-Message-Signature false', 'ARC-Seal false', 'ARC-Message-Signature false', 'DKIM-Signature false',
    ]);
  });

  test('rfc8617 5.1.1: a new set on top breaks nothing', () => {
    expect(names(`${set(3)}${before}`)).toEqual([]);
  });

  test('rfc8617 5.1.1: the results of set 2 are covered by seal 2 alone', () => {
    expect(names(before.replace('i=2; relay.example; spf=pass', 'i=2; relay.example; spf=fail'))).toEqual(['ARC-Seal arc-authentication-results']);
  });

  test('rfc8617 5.1.1: set 1 is covered by both seals', () => {
    expect(names(before.replace('b=b1', 'b=c1'))).toEqual(['ARC-Seal arc-message-signature', 'ARC-Seal arc-message-signature', 'ARC-Message-Signature']);
  });

  test('rfc8617 4.1.2: the subject is covered by the message signatures and not by the seals', () => {
    expect(names(before.replace('a  b', 'list: a  b'))).toEqual(['ARC-Message-Signature subject', 'ARC-Message-Signature subject', 'DKIM-Signature subject']);
  });
});

describe('canonical forms', () => {
  test.each([
    ['rfc6376 3.4.5: example 1', 'relaxed', 'A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n', 'a:X\r\nb:Y Z\r\n'],
    ['rfc6376 3.4.5: example 2', 'simple', 'A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n', 'A: X\r\nB : Y\t\r\n\tZ  \r\n'],
    ['rfc6376 3.4.2: an empty value', 'relaxed', 'X-Empty:    \r\n\r\n', 'x-empty:\r\n'],
    ['rfc6376 3.4.2: white space only, folded', 'relaxed', 'X-Empty: \r\n \t\r\n\r\n', 'x-empty:\r\n'],
    ['rfc6376 3.4.2: 8-bit octets stay', 'relaxed', 'X:  \xe9\xa0 \xff\r\n\r\n', 'x:\xe9\xa0 \xff\r\n'],
  ] as const)('%s', (_name, form, input, expected) => {
    const octets = encodeLatin1(input);
    expect(parseHeaders(octets).fields.map((field) => `${canonicalField(octets, field, form)}\r\n`).join('')).toBe(expected);
  });

  test.each([
    ['rfc6376 3.4.5: example 1', 'relaxed', ' C \r\nD \t E\r\n\r\n\r\n', ' C\r\nD E\r\n'],
    ['rfc6376 3.4.5: example 2', 'simple', ' C \r\nD \t E\r\n\r\n\r\n', ' C \r\nD \t E\r\n'],
    ['rfc6376 3.4.3: no body is one CRLF', 'simple', '', '\r\n'],
    ['rfc6376 3.4.3: empty lines are one CRLF', 'simple', '\r\n\r\n', '\r\n'],
    ['rfc6376 3.4.4: no body is nothing', 'relaxed', '', ''],
    ['rfc6376 3.4.4: lines of white space are nothing', 'relaxed', '\r\n \t\r\n', ''],
    ['rfc6376 3.4.4: the last line gets its CRLF', 'relaxed', 'a\r\n\r\nb', 'a\r\n\r\nb\r\n'],
    ['rfc6376 3.4.3: the last line gets its CRLF', 'simple', 'a', 'a\r\n'],
    ['a CR alone is no line end', 'relaxed', 'a\rb \r\r\n', 'a\rb \r\r\n'],
    ['line ends of a file', 'simple', '\n\n\n\na\n\nb\n', '\r\n\r\n\r\n\r\na\r\n\r\nb\r\n'],
  ] as const)('body, %s', (_name, form, input, expected) => {
    expect(latin1(canonicalBody(encodeLatin1(input), form))).toBe(expected);
  });
});

test('a thousand signatures over one long field and body: each is compared once', () => {
  const many = `${'DKIM-Signature: d=a; h=to:x; b=\r\n'.repeat(500)}To: ${'a@b.example,\r\n '.repeat(5000)}c@d.example\r\n\r\n${BODY}`;
  expect(impact(many, many.replace('c@d', 'd@c')).filter(({ breaks }) => breaks)).toHaveLength(500);
});
