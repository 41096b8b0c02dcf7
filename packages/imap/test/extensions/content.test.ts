/** BINARY, CATENATE, MULTIAPPEND, REPLACE, UTF8=ACCEPT, X-GM-EXT-1: what messages hold. */
import { describe, expect, test } from 'vitest';
import { encodeUtf8 } from '@mailwright/wire';
import { append } from '../../src/commands/append.ts';
import { binary } from '../../src/extensions/binary.ts';
import { catenate } from '../../src/extensions/catenate.ts';
import { gmail } from '../../src/extensions/gmail.ts';
import { replace } from '../../src/extensions/replace.ts';
import { utf8Accept } from '../../src/extensions/utf8-accept.ts';
import { makeParameters } from '../../src/make-values.ts';
import { STAR } from '../../src/sequence-set.ts';
import { readWire, testWire, writeWire } from './wire-cases.ts';

const octets = (text: string): Uint8Array => Uint8Array.from(encodeUtf8(text));
const literal = (text: string, binaryForm: boolean = false): object => ({ type: 'literal', octets: octets(text), binary: binaryForm });
const commands = { commands: [append, ...replace.commands], data: [], codes: [], fetchItems: [], statusItems: [], searchKeys: [], parameters: [] };

testWire('rfc3516', [binary], [
  { kind: 'request', wire: 'BINARY[1.2]', value: { name: 'BINARY', part: [1, 2], partial: undefined } },
  { kind: 'request', wire: 'BINARY[]', value: { name: 'BINARY', part: [], partial: undefined } },
  { kind: 'request', wire: 'BINARY.PEEK[3]<0.2048>', value: { name: 'BINARY.PEEK', part: [3], partial: { origin: 0, octetCount: 2048 } } },
  { kind: 'request', wire: 'BINARY.SIZE[4]', value: { name: 'BINARY.SIZE', part: [4] } },
  { kind: 'fetch', wire: 'BINARY.SIZE[4] 10240', value: [{ part: [4], octetCount: 10240 }] },
  { kind: 'fetch', wire: 'BINARY[3] {5}\r\nHello', value: [{ part: [3], origin: undefined, octets: octets('Hello') }] },
  { kind: 'fetch', wire: 'BINARY[3]<0> ~{5}\r\nHe\0lo', value: [{ part: [3], origin: 0, octets: octets('He\0lo') }] },
  { kind: 'fetch', wire: 'BINARY[1.1] NIL', value: [{ part: [1, 1], origin: undefined, octets: undefined }] },
  { kind: 'fetch', wire: 'BINARY[1] "quoted"', value: [{ part: [1], origin: undefined, octets: octets('quoted') }], printed: 'BINARY[1] {6}\r\nquoted' },
  { kind: 'code', wire: 'UNKNOWN-CTE', value: { name: 'UNKNOWN-CTE' } },
]);

const url = '/Drafts;UIDVALIDITY=385759045/;UID=20/;section=HEADER';
testWire('rfc4469', [catenate], [
  {
    kind: 'APPEND',
    wire: `CATENATE (URL "${url}" TEXT {43}\r\n\r\n--------------030308070208000400050907\r\nC URL "/a")`,
    value: [{ type: 'url', url }, { type: 'text', text: literal('\r\n--------------030308070208000400050907\r\nC') }, { type: 'url', url: '/a' }],
    printed: `CATENATE (URL ${url} TEXT {43}\r\n\r\n--------------030308070208000400050907\r\nC URL /a)`,
  },
  { kind: 'code', wire: 'BADURL /Drafts;UIDVALIDITY=385759045/;UID=20/;section=4', value: { name: 'BADURL', url: '/Drafts;UIDVALIDITY=385759045/;UID=20/;section=4' } },
  { kind: 'code', wire: 'TOOBIG', value: { name: 'TOOBIG' } },
]);

testWire('rfc9755', [utf8Accept], [{ kind: 'APPEND', wire: 'UTF8 (~{6}\r\nSubj\u00c3\u00a9)', value: literal('Subj\u00e9', true) }]);

testWire('rfc8508', [commands], [
  {
    kind: 'command',
    wire: 'REPLACE 4 Drafts (\\Seen \\Draft $MDNSent) {5}\r\nHello',
    value: { name: 'REPLACE', uid: false, target: 4, mailbox: 'Drafts', message: { flags: ['\\Seen', '\\Draft', '$MDNSent'], internalDate: undefined, message: literal('Hello'), parameters: makeParameters('APPEND') } },
  },
  {
    kind: 'command',
    wire: 'UID REPLACE 2010 Drafts ~{3}\r\na\0b',
    value: { name: 'REPLACE', uid: true, target: 2010, mailbox: 'Drafts', message: { flags: [], internalDate: undefined, message: literal('a\0b', true), parameters: makeParameters('APPEND') } },
  },
  {
    kind: 'command',
    wire: 'REPLACE * Drafts CATENATE (URL /a)',
    value: { name: 'REPLACE', uid: false, target: STAR, mailbox: 'Drafts', message: { flags: [], internalDate: undefined, message: undefined, parameters: makeParameters('APPEND', { catenate: [{ type: 'url', url: '/a' }] }) } },
  },
]);

const plain = { internalDate: undefined, parameters: makeParameters('APPEND') };
testWire('rfc3502', [commands], [
  {
    kind: 'command',
    wire: 'APPEND saved-messages (\\Seen) {5}\r\nHello {3}\r\nYou',
    value: { name: 'APPEND', mailbox: 'saved-messages', messages: [{ ...plain, flags: ['\\Seen'], message: literal('Hello') }, { ...plain, flags: [], message: literal('You') }] },
  },
]);

testWire('X-GM-EXT-1', [gmail], [
  { kind: 'request', wire: 'X-GM-MSGID', value: { name: 'X-GM-MSGID' } },
  { kind: 'request', wire: 'X-GM-THRID', value: { name: 'X-GM-THRID' } },
  { kind: 'request', wire: 'X-GM-LABELS', value: { name: 'X-GM-LABELS' } },
  { kind: 'fetch', wire: 'X-GM-MSGID 1278455344230334865', value: 1278455344230334865n },
  { kind: 'fetch', wire: 'X-GM-THRID 1266894439832287888', value: 1266894439832287888n },
  { kind: 'fetch', wire: 'X-GM-LABELS (\\Inbox \\Sent Important "Muy Importante")', value: ['\\Inbox', '\\Sent', 'Important', 'Muy Importante'] },
  { kind: 'fetch', wire: 'X-GM-LABELS ("\\\\Inbox" "&AOk-t&AOk-")', value: ['\\Inbox', '\u00e9t\u00e9'], printed: 'X-GM-LABELS (\\Inbox &AOk-t&AOk-)' },
  { kind: 'fetch', wire: 'X-GM-LABELS ()', value: [] },
  { kind: 'search', wire: 'X-GM-MSGID 1278455344230334865', value: { key: 'X-GM-MSGID', id: 1278455344230334865n } },
  { kind: 'search', wire: 'X-GM-THRID 1266894439832287888', value: { key: 'X-GM-THRID', id: 1266894439832287888n } },
  { kind: 'search', wire: 'X-GM-LABELS foo', value: { key: 'X-GM-LABELS', label: 'foo' } },
  { kind: 'search', wire: 'X-GM-RAW "has:attachment in:unread"', value: { key: 'X-GM-RAW', text: 'has:attachment in:unread' } },
]);

describe('what can not be', () => {
  test.each([
    ['rfc3516: part 0', [binary], 'request', 'BINARY[0]'],
    ['rfc3516: a section that is no part', [binary], 'request', 'BINARY[HEADER]'],
    ['rfc4469: no part', [catenate], 'APPEND', 'CATENATE ()'],
    ['rfc4469: another kind of part', [catenate], 'APPEND', 'CATENATE (FILE /etc/passwd)'],
    ['rfc8508: a set', [commands], 'command', 'REPLACE 1:2 Drafts {0}\r\n'],
    ['rfc8508: number 0', [commands], 'command', 'REPLACE 0 Drafts {0}\r\n'],
  ] as const)('%s -> contained', (_, extensions, kind, wire) => {
    expect(readWire(extensions, kind, wire).failure).toBeDefined();
  });

  test.each([
    ['rfc3516: part 0', [binary], 'request', 'BINARY', { name: 'BINARY', part: [0], partial: undefined }],
    ['rfc4469: no part', [catenate], 'APPEND', 'CATENATE', []],
    ['rfc4469: a URL with "]" in a code', [catenate], 'code', 'BADURL', { name: 'BADURL', url: 'a]b' }],
  ] as const)('%s -> refused', (_, extensions, kind, name, value) => {
    expect(() => writeWire(extensions, kind, name, value)).toThrow();
  });
});
