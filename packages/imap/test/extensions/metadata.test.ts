import { describe, expect, test } from 'vitest';
import { encodeUtf8 } from '@mailwright/wire';
import { listMetadata } from '../../src/extensions/list-metadata.ts';
import { metadata } from '../../src/extensions/metadata.ts';
import { readWire, testWire, writeWire } from './wire-cases.ts';

const octets = (text: string): Uint8Array => Uint8Array.from(encodeUtf8(text));
const none = { maxSizeOctets: undefined, depth: undefined };

testWire('rfc5464', [metadata], [
  // 4.2
  { kind: 'command', wire: 'GETMETADATA "" /shared/comment', value: { name: 'GETMETADATA', mailbox: '', entries: ['/shared/comment'], ...none }, printed: 'GETMETADATA "" (/shared/comment)' },
  { kind: 'data', wire: '* METADATA "" (/shared/comment "Shared comment")', value: { name: 'METADATA', mailbox: '', values: [{ entry: '/shared/comment', value: octets('Shared comment') }], changed: [] } },
  { kind: 'command', wire: 'GETMETADATA "INBOX" /private/comment', value: { name: 'GETMETADATA', mailbox: 'INBOX', entries: ['/private/comment'], ...none }, printed: 'GETMETADATA INBOX (/private/comment)' },
  {
    kind: 'command',
    wire: 'GETMETADATA "INBOX" (/shared/comment /private/comment)',
    value: { name: 'GETMETADATA', mailbox: 'INBOX', entries: ['/shared/comment', '/private/comment'], ...none },
    printed: 'GETMETADATA INBOX (/shared/comment /private/comment)',
  },
  {
    kind: 'data',
    wire: '* METADATA "INBOX" (/shared/comment "Shared comment" /private/comment "My own comment")',
    value: { name: 'METADATA', mailbox: 'INBOX', values: [{ entry: '/shared/comment', value: octets('Shared comment') }, { entry: '/private/comment', value: octets('My own comment') }], changed: [] },
    printed: 'METADATA INBOX (/shared/comment "Shared comment" /private/comment "My own comment")',
  },
  // 4.2.1, 4.2.2: options behind the mailbox in the examples, before it in the grammar
  {
    kind: 'command',
    wire: 'GETMETADATA "INBOX" (MAXSIZE 1024) (/shared/comment /private/comment)',
    value: { name: 'GETMETADATA', mailbox: 'INBOX', entries: ['/shared/comment', '/private/comment'], maxSizeOctets: 1024, depth: undefined },
    printed: 'GETMETADATA (MAXSIZE 1024) INBOX (/shared/comment /private/comment)',
  },
  {
    kind: 'command',
    wire: 'GETMETADATA "INBOX" (DEPTH 1) (/private/filters/values)',
    value: { name: 'GETMETADATA', mailbox: 'INBOX', entries: ['/private/filters/values'], maxSizeOctets: undefined, depth: 1 },
    printed: 'GETMETADATA (DEPTH 1) INBOX (/private/filters/values)',
  },
  {
    kind: 'command',
    wire: 'GETMETADATA (MAXSIZE 10 DEPTH infinity) "" ("/shared/a b")',
    value: { name: 'GETMETADATA', mailbox: '', entries: ['/shared/a b'], maxSizeOctets: 10, depth: 'infinity' },
  },
  {
    kind: 'data',
    wire: '* METADATA "INBOX" (/private/filters/values/small "SMALLER 5000" /private/filters/values/boss "FROM \\"boss@example.com\\"")',
    value: {
      name: 'METADATA', mailbox: 'INBOX', changed: [],
      values: [
        { entry: '/private/filters/values/small', value: octets('SMALLER 5000') }, { entry: '/private/filters/values/boss', value: octets('FROM "boss@example.com"') },
      ],
    },
    printed: 'METADATA INBOX (/private/filters/values/small "SMALLER 5000" /private/filters/values/boss "FROM \\"boss@example.com\\"")',
  },
  { kind: 'code', wire: 'METADATA LONGENTRIES 2199', value: { name: 'METADATA', about: 'LONGENTRIES', octetCount: 2199 } },
  // 4.3
  {
    kind: 'command',
    wire: 'SETMETADATA INBOX (/private/comment {33}\r\nMy new comment across\r\ntwo lines.)',
    value: { name: 'SETMETADATA', mailbox: 'INBOX', values: [{ entry: '/private/comment', value: octets('My new comment across\r\ntwo lines.') }] },
  },
  { kind: 'command', wire: 'SETMETADATA INBOX (/private/comment NIL)', value: { name: 'SETMETADATA', mailbox: 'INBOX', values: [{ entry: '/private/comment', value: undefined }] } },
  {
    kind: 'command',
    wire: 'SETMETADATA INBOX (/private/comment "My new comment" /shared/comment "This one is for you!")',
    value: { name: 'SETMETADATA', mailbox: 'INBOX', values: [{ entry: '/private/comment', value: octets('My new comment') }, { entry: '/shared/comment', value: octets('This one is for you!') }] },
  },
  { kind: 'command', wire: 'SETMETADATA "" (/shared/x ~{3}\r\na\0b)', value: { name: 'SETMETADATA', mailbox: '', values: [{ entry: '/shared/x', value: Uint8Array.of(0x61, 0, 0x62) }] } },
  { kind: 'code', wire: 'METADATA MAXSIZE 4096', value: { name: 'METADATA', about: 'MAXSIZE', octetCount: 4096 } },
  { kind: 'code', wire: 'METADATA TOOMANY', value: { name: 'METADATA', about: 'TOOMANY', octetCount: undefined } },
  { kind: 'code', wire: 'METADATA NOPRIVATE', value: { name: 'METADATA', about: 'NOPRIVATE', octetCount: undefined } },
  // 4.4.2
  { kind: 'data', wire: '* METADATA "" /shared/comment', value: { name: 'METADATA', mailbox: '', values: [], changed: ['/shared/comment'] } },
  { kind: 'data', wire: '* METADATA INBOX /shared/comment /private/comment', value: { name: 'METADATA', mailbox: 'INBOX', values: [], changed: ['/shared/comment', '/private/comment'] } },
]);

testWire('rfc9590', [listMetadata], [
  { kind: 'LIST-RETURN', wire: 'METADATA ("/shared/vendor/cmu/cyrus-imapd/color")', value: ['/shared/vendor/cmu/cyrus-imapd/color'], printed: 'METADATA (/shared/vendor/cmu/cyrus-imapd/color)' },
  { kind: 'LIST-RETURN', wire: 'METADATA /shared/comment', value: ['/shared/comment'], printed: 'METADATA (/shared/comment)' },
]);

describe('rfc5464 3.2: names of entries', () => {
  test.each(['comment', '/shared/', '/shared/a*', '"/shared/a%"', '""'])('%s is none -> contained', (entry) => {
    expect(readWire([metadata], 'command', `SETMETADATA "" (${entry} NIL)`).failure).toBeDefined();
  });

  test.each(['', 'comment', '/shared/', '/a*b', '/a\r\nb'])('%j is none -> refused', (entry) => {
    expect(() => writeWire([metadata], 'command', 'SETMETADATA', { name: 'SETMETADATA', mailbox: '', values: [{ entry, value: undefined }] })).toThrow(TypeError);
  });

  test('no entry at all -> refused', () => {
    expect(() => writeWire([metadata], 'command', 'GETMETADATA', { name: 'GETMETADATA', mailbox: '', entries: [], ...none })).toThrow(RangeError);
  });
});
