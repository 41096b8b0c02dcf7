import { encodeLatin1, latin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { CLIENT_LIMITS } from '../../src/limits.ts';
import { encodeResponse } from '../../src/response-encode.ts';
import { parseResponse } from '../../src/response-parse.ts';
import type { Data, Response, ResponseCode } from '../../src/response.ts';
import { makeStatusItems } from '../../src/make-values.ts';
import { allCodes, allData, findCode, findData } from '../../src/tables.ts';
import { readResponse, throughWire, wireText } from './wire-text.ts';

const listed = { childInfo: undefined, oldName: undefined, others: [] };

const DATA: readonly [source: string, line: string, data: Data][] = [
  ['rfc9051 7.2.2', '* CAPABILITY STARTTLS AUTH=GSSAPI IMAP4rev2 LOGINDISABLED', { name: 'CAPABILITY', capabilities: ['STARTTLS', 'AUTH=GSSAPI', 'IMAP4rev2', 'LOGINDISABLED'] }],
  ['rfc9051 7.3.1', '* LIST (\\Noselect) "/" ~/Mail/foo', { name: 'LIST', attributes: ['\\Noselect'], delimiter: '/', mailbox: '~/Mail/foo', ...listed }],
  ['rfc5258 5', '* LIST (\\NonExistent) "/" Foo ("CHILDINFO" ("SUBSCRIBED"))', { name: 'LIST', attributes: ['\\NonExistent'], delimiter: '/', mailbox: 'Foo', ...listed, childInfo: ['SUBSCRIBED'] }],
  ['rfc9051 6.3.9.7', '* LIST () "/" NewMailbox ("OLDNAME" (OldMailbox))', { name: 'LIST', attributes: [], delimiter: '/', mailbox: 'NewMailbox', ...listed, oldName: 'OldMailbox' }],
  ['rfc3501 7.2.3', '* LSUB () NIL INBOX', { name: 'LSUB', attributes: [], delimiter: undefined, mailbox: 'INBOX', ...listed }],
  ['Gmail', '* XLIST (\\HasNoChildren \\Inbox) "/" INBOX', { name: 'XLIST', attributes: ['\\HasNoChildren', '\\Inbox'], delimiter: '/', mailbox: 'INBOX', ...listed }],
  ['rfc9051 7.3.3', '* STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292)', { name: 'STATUS', mailbox: 'blurdybloop', items: makeStatusItems({ messages: 231, uidNext: 44292 }) }],
  ['rfc9051 7.3.5', '* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)', { name: 'FLAGS', flags: ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft'] }],
  ['rfc3501 7.2.5', '* SEARCH 2 3 6', { name: 'SEARCH', numbers: [2, 3, 6], modseq: undefined }],
  ['rfc3501 7.2.5', '* SEARCH', { name: 'SEARCH', numbers: [], modseq: undefined }],
  ['rfc7162 3.1.5', '* SEARCH 2 5 (MODSEQ 917162500)', { name: 'SEARCH', numbers: [2, 5], modseq: 917162500n }],
  ['rfc9051 7.4.1', '* 23 EXISTS', { name: 'EXISTS', count: 23 }],
  ['rfc3501 7.3.2', '* 5 RECENT', { name: 'RECENT', count: 5 }],
  ['rfc9051 7.5.1', '* 44 EXPUNGE', { name: 'EXPUNGE', sequenceNumber: 44 }],
];

const CODES: readonly [source: string, code: string, value: ResponseCode][] = [
  ['rfc9051 7.1', 'ALERT', { name: 'ALERT' }],
  ['rfc9051 7.1', 'BADCHARSET', { name: 'BADCHARSET', charsets: [] }],
  ['rfc9051 7.1', 'BADCHARSET (US-ASCII UTF-8)', { name: 'BADCHARSET', charsets: ['US-ASCII', 'UTF-8'] }],
  ['rfc9051 7.1', 'CAPABILITY IMAP4rev2 AUTH=PLAIN', { name: 'CAPABILITY', capabilities: ['IMAP4rev2', 'AUTH=PLAIN'] }],
  ['rfc9051 7.1', 'PERMANENTFLAGS (\\Deleted \\Seen \\*)', { name: 'PERMANENTFLAGS', flags: ['\\Deleted', '\\Seen', '\\*'] }],
  ['rfc9051 7.1', 'PERMANENTFLAGS ()', { name: 'PERMANENTFLAGS', flags: [] }],
  ['rfc9051 7.1', 'READ-ONLY', { name: 'READ-ONLY' }],
  ['rfc9051 7.1', 'UIDNEXT 4392', { name: 'UIDNEXT', uidNext: 4392 }],
  ['rfc9051 7.1', 'UIDVALIDITY 3857529045', { name: 'UIDVALIDITY', uidValidity: 3857529045 }],
  ['rfc3501 7.1', 'UNSEEN 12', { name: 'UNSEEN', sequenceNumber: 12 }],
  ['rfc2221 4', 'REFERRAL IMAP://user;AUTH=*@SERVER2/', { name: 'REFERRAL', url: 'IMAP://user;AUTH=*@SERVER2/' }],
  ['rfc5530 3', 'AUTHENTICATIONFAILED', { name: 'AUTHENTICATIONFAILED' }],
  ['rfc4315 3', 'APPENDUID 38505 3955', { name: 'APPENDUID', uidValidity: 38505, uids: [[3955, 3955]] }],
  ['rfc4315 3', 'COPYUID 38505 304,319:320 3956:3958', { name: 'COPYUID', uidValidity: 38505, source: [[304, 304], [319, 320]], destination: [[3956, 3958]] }],
  ['no RFC', 'THROTTLED', { name: 'OTHER', atom: 'THROTTLED', text: undefined }],
  ['no RFC', 'XFOO see bar(baz', { name: 'OTHER', atom: 'XFOO', text: 'see bar(baz' }],
];

describe('data in both directions', () => {
  test.each(DATA)('%s: %s', (_source, line, data) => {
    expect(readResponse(line)).toEqual({ type: 'data', data });
    expect(wireText(encodeResponse({ type: 'data', data }, false))).toBe(line);
  });
});

describe('status responses in both directions', () => {
  test.each(CODES)('%s: [%s]', (_source, text, code) => {
    expect(readResponse(`* OK [${text}] text`)).toEqual({ type: 'status', status: 'OK', code, text: 'text' });
    expect(wireText(encodeResponse({ type: 'tagged', tag: 'A1', status: 'NO', code, text: 'text' }, false))).toBe(`A1 NO [${text}] text`);
    expect(throughWire({ type: 'continuation', code, text: '' })).toEqual({ type: 'continuation', code, text: '' });
  });

  test.each([
    ['* OK IMAP4rev1 server ready', { type: 'status', status: 'OK', code: undefined, text: 'IMAP4rev1 server ready' }],
    ['* PREAUTH IMAP4rev1 server logged in as Smith', { type: 'status', status: 'PREAUTH', code: undefined, text: 'IMAP4rev1 server logged in as Smith' }],
    ['* BYE Autologout; idle for too long', { type: 'status', status: 'BYE', code: undefined, text: 'Autologout; idle for too long' }],
    ['* NO Disk is 98% full', { type: 'status', status: 'NO', code: undefined, text: 'Disk is 98% full' }],
    ['A001 OK LOGIN completed', { type: 'tagged', tag: 'A001', status: 'OK', code: undefined, text: 'LOGIN completed' }],
    ['A044 BAD No such command as "BLURDYBLOOP"', { type: 'tagged', tag: 'A044', status: 'BAD', code: undefined, text: 'No such command as "BLURDYBLOOP"' }],
    ['+ Ready for additional command text', { type: 'continuation', code: undefined, text: 'Ready for additional command text' }],
    ['+ YIIB+wYJKoZIhvc=', { type: 'continuation', code: undefined, text: 'YIIB+wYJKoZIhvc=' }],
    ['+ ', { type: 'continuation', code: undefined, text: '' }],
  ] as [string, Response][])('rfc9051 7.1: %s', (line, response) => {
    expect(readResponse(line)).toEqual(response);
    expect(wireText(encodeResponse(response, false))).toBe(line);
  });
});

describe('as servers send it', () => {
  test.each([
    ['no text', '* OK', { type: 'status', status: 'OK', code: undefined, text: '' }],
    ['no text behind a code', 'A1 OK [READ-WRITE]', { type: 'tagged', code: { name: 'READ-WRITE' }, text: '' }],
    ['no blank behind a code', '* OK [UIDNEXT 5]Predicted', { code: { name: 'UIDNEXT', uidNext: 5 }, text: 'Predicted' }],
    ['a blank before the bracket', '* OK [UNSEEN 5 ] x', { code: { name: 'UNSEEN', sequenceNumber: 5 }, text: 'x' }],
    ['a + alone', '+', { type: 'continuation', code: undefined, text: '' }],
    ['lower case', '* ok [alert] x', { type: 'status', status: 'OK', code: { name: 'ALERT' } }],
    ['blanks between capabilities and at the end', '* CAPABILITY IMAP4rev1  IDLE ', { data: { capabilities: ['IMAP4rev1', 'IDLE'] } }],
    ['blanks in a code of capabilities', '* OK [CAPABILITY IMAP4rev1  IDLE ] hi', { code: { capabilities: ['IMAP4rev1', 'IDLE'] }, text: 'hi' }],
    ['a blank behind a list', '* SEARCH 1 2 ', { data: { name: 'SEARCH', numbers: [1, 2] } }],
    ['two blanks behind SEARCH', '* SEARCH  1', { data: { numbers: [1] } }],
    ['two blanks before the items of STATUS', '* STATUS x  (MESSAGES 1)', { data: { mailbox: 'x', items: { messages: 1 } } }],
    ['a blank at the end of STATUS', '* STATUS x (MESSAGES 1 ) ', { data: { items: { messages: 1 } } }],
    ['an item of STATUS that nobody registered', '* STATUS x (X-GUID (a b) MESSAGES 1)', { data: { items: { messages: 1 } } }],
    ['brackets in flags', '* OK [PERMANENTFLAGS ([css3-page] \\*)] ok', { code: { flags: ['[css3-page]', '\\*'] } }],
    ['attributes without backslash', '* LIST (HasNoChildren) "/" x', { data: { attributes: ['HasNoChildren'] } }],
    ['brackets in names', '* LIST () "." INBOX.[Airmail].Snooze', { data: { mailbox: 'INBOX.[Airmail].Snooze' } }],
    ['an empty delimiter', '* LIST () "" x', { data: { delimiter: undefined } }],
    ['a backslash for a delimiter', '* LIST () "\\\\" x', { data: { delimiter: '\\' } }],
    ['an extended item that nobody registered', '* LIST () "/" x ("TABLECLOTH" (("a" "b") c))', { data: { others: [{ name: 'TABLECLOTH', raw: encodeLatin1('(("a" "b") c)') }] } }],
    ['an argument that is wrong', '* OK [UIDNEXT abc] x', { code: { name: 'OTHER', atom: 'UIDNEXT', text: 'abc' }, text: 'x' }],
    ['an argument that is not there', '* OK [UIDVALIDITY] x', { code: { name: 'OTHER', atom: 'UIDVALIDITY', text: undefined }, text: 'x' }],
    ['a bracket without end', '* NO [ALERT is what', { code: undefined, text: '[ALERT is what' }],
    ['brackets without name', '* NO [] hm', { code: undefined, text: '[] hm' }],
    ['text in Latin-1', '* NO Bo\xeete pleine', { text: 'Boîte pleine' }],
    ['text in UTF-8', '* NO Bo\xc3\xaete pleine', { text: 'Boîte pleine' }],
    ['text that looks like a literal', '* OK hello {12}', { text: 'hello {12}' }],
  ])('%s -> read', (_name, line, expected) => {
    expect(readResponse(line)).toMatchObject(expected);
  });

  test('data that nobody registered -> OTHER, with what follows', () => {
    expect(readResponse('* XFOO 1 (a "b")')).toEqual({ type: 'data', data: { name: 'OTHER', atom: 'XFOO', number: undefined, raw: encodeLatin1('1 (a "b")') } });
    expect(readResponse('* 12 XFOO {2}\r\nab')).toEqual({ type: 'data', data: { name: 'OTHER', atom: 'XFOO', number: 12, raw: encodeLatin1('{2}\r\nab') } });
    expect(readResponse('* EXISTS')).toEqual({ type: 'data', data: { name: 'OTHER', atom: 'EXISTS', number: undefined, raw: new Uint8Array(0) } });
  });

  test.each([
    ['', 'a tag', 0],
    ['*', 'a tag', 0],
    ['* ', 'a tag', 0],
    ['*  OK', 'a name', 2],
    [' A1 OK', 'a tag', 0],
    ['Server Unavailable. 15', 'OK, NO or BAD', 7],
    ['A1', 'a space', 2],
    ['A1 PREAUTH x', 'OK, NO or BAD', 3],
    ['* 2222222222222222222222222222222222C', 'a number below 2^53', 2],
    ['* 12', 'a space', 4],
    ['* 12 EXISTS foo', 'the end', 12],
    ['* SEARCH 1 a', 'a number', 11],
    ['* FLAGS (a', '")"', 10],
    ['* LIST "/" x', '"("', 7],
    ['* STATUS x (MESSAGES a)', 'a number', 21],
  ])('%j -> unreadable, with its octets and where it stopped', (line, expected, at) => {
    expect(readResponse(line)).toEqual({ type: 'unreadable', raw: encodeLatin1(line), expected, at });
  });

  test('limits have codes in what is told', () => {
    expect(readResponse('* SEARCH 1 2 3', false, { ...CLIENT_LIMITS, elements: 2 })).toMatchObject({ type: 'unreadable', expected: 'at most 2 elements (LIMIT_ELEMENTS)' });
    expect(readResponse('* X', false, { ...CLIENT_LIMITS, depth: 1 })).toMatchObject({ type: 'data' });
    expect(readResponse('* LIST () "/" x (y ((z)))', false, { ...CLIENT_LIMITS, depth: 1 })).toMatchObject({ type: 'data' });
    expect(readResponse('* FLAGS ()', false, { ...CLIENT_LIMITS, depth: 0 })).toMatchObject({ type: 'unreadable', expected: 'at most 0 levels of parentheses (LIMIT_DEPTH)' });
  });

  test('a frame before a literal that is about to be streamed -> the data as far as it goes', () => {
    const octets = encodeLatin1('* 12 FETCH (UID 40 BODY[1] {99}\r\n');
    const literal = { type: 'streamed-literal', at: octets.length, octetCount: 99, binary: false } as const;
    const response = parseResponse({ octets, streamed: [literal], complete: false }, CLIENT_LIMITS, false);
    expect(response).toMatchObject({ type: 'data', data: { name: 'FETCH', sequenceNumber: 12, data: { uid: 40 } } });
  });
});

describe('what is not written', () => {
  test.each([
    [{ type: 'status', status: 'OK', code: undefined, text: 'a\r\n* BYE' }],
    [{ type: 'status', status: 'OK', code: undefined, text: 'a\0' }],
    [{ type: 'status', status: 'OK', code: undefined, text: '[ALERT] looks like a code' }],
    [{ type: 'status', status: 'OK\r\n', code: undefined, text: '' }],
    [{ type: 'tagged', tag: 'a b', status: 'OK', code: undefined, text: '' }],
    [{ type: 'status', status: 'OK', code: { name: 'OTHER', atom: 'X', text: 'a]b' }, text: '' }],
    [{ type: 'status', status: 'OK', code: { name: 'OTHER', atom: 'X', text: '' }, text: '' }],
    [{ type: 'status', status: 'OK', code: { name: 'OTHER', atom: 'X Y', text: undefined }, text: '' }],
    [{ type: 'status', status: 'OK', code: { name: 'FROB' }, text: '' }],
    [{ type: 'status', status: 'OK', code: { name: 'REFERRAL', url: 'a b' }, text: '' }],
    [{ type: 'data', data: { name: 'OTHER', atom: 'X', number: undefined, raw: new Uint8Array(0) } }],
    [{ type: 'data', data: { name: 'FROB' } }],
    [{ type: 'data', data: { name: 'LIST', attributes: [], delimiter: '//', mailbox: 'x', ...listed } }],
    [{ type: 'data', data: { name: 'EXISTS', count: -1 } }],
    [{ type: 'data', data: { name: 'FLAGS', flags: ['a)b'] } }],
    [{ type: 'unreadable', raw: new Uint8Array(0), expected: '', at: 0 }],
  ])('%j -> thrown', (response) => {
    expect(() => encodeResponse(response as unknown as Response, false)).toThrow(/./);
  });
});

describe('the inverse law', () => {
  const random = new SeededRandom(51);
  const alphabet = [...'abZ09 "\\(){}%*[]&~$,./', 'é', '日', '😀'];
  const text = (): string => Array.from({ length: random.integer(0, 12) }, () => random.pick(alphabet)).join('');
  const responseText = (): string => text().replace(/^\[+/, '');
  const flags = (): string[] => Array.from({ length: random.integer(0, 4) }, () => random.pick(['\\Seen', '\\Deleted', '$Junk', 'x', 'NIL', '\\*']));
  const mailbox = (): string => (random.chance(0.2) ? 'INBOX' : text());
  const number = (): number => random.integer(0, 0xffffffff);
  const code = (): ResponseCode | undefined => (random.chance(0.3) ? undefined : random.pick(CODES)[2]);
  const data = (): Data =>
    random.pick<() => Data>([
      () => ({ name: 'CAPABILITY', capabilities: ['IMAP4rev1', 'AUTH=PLAIN', 'X'].slice(0, random.integer(0, 3)) }),
      () => ({
        name: random.pick(['LIST', 'LSUB', 'XLIST']), attributes: flags(), delimiter: random.pick([undefined, '/', '.', '\\', '"']), mailbox: mailbox(),
        childInfo: random.pick([undefined, ['SUBSCRIBED']]), oldName: random.chance(0.3) ? mailbox() : undefined, others: [],
      }),
      () => ({
        name: 'STATUS', mailbox: mailbox(),
        items: makeStatusItems({ messages: number(), uidNext: random.chance(0.5) ? number() : undefined, size: random.chance(0.5) ? number() * 1000 : undefined, highestModseq: random.chance(0.5) ? BigInt(number()) << 31n : undefined }),
      }),
      () => ({ name: 'FLAGS', flags: flags() }),
      () => ({ name: 'SEARCH', numbers: Array.from({ length: random.integer(0, 5) }, number), modseq: random.chance(0.5) ? BigInt(number()) : undefined }),
      () => ({ name: random.pick(['EXISTS', 'RECENT']), count: number() }),
      () => ({ name: 'EXPUNGE', sequenceNumber: number() }),
    ])();
  const response = (): Response =>
    random.pick<() => Response>([
      () => ({ type: 'tagged', tag: random.text('aZ09]', random.integer(1, 5)), status: random.pick(['OK', 'NO', 'BAD']), code: code(), text: responseText() }),
      () => ({ type: 'status', status: random.pick(['OK', 'NO', 'BAD', 'BYE', 'PREAUTH']), code: code(), text: responseText() }),
      () => ({ type: 'continuation', code: code(), text: responseText() }),
      () => ({ type: 'data', data: data() }),
    ])();

  test.each([false, true])('read(write(response)) is the response; UTF-8 enabled: %s', (utf8) => {
    for (let round = 0; round < 2000; round++) {
      const value = response();
      expect(throughWire(value, utf8)).toEqual(value);
    }
  });

  test('mutations of responses: each comes back as some response, and what is readable can be told in words', () => {
    const lines = [
      ...DATA.map(([, line]) => line), ...CODES.map(([, text]) => `* OK [${text}] x`), 'A1 NO [TRYCREATE] x',
      '* 1 FETCH (UID 5 FLAGS (\\Seen) ENVELOPE ("date" "subject" (("n" NIL "m" "h")) NIL NIL NIL NIL NIL NIL "<id>"))',
      '* 1 FETCH (BODYSTRUCTURE (("TEXT" "PLAIN" NIL NIL NIL "7BIT" 10 1)("TEXT" "HTML" NIL NIL NIL "7BIT" 20 2) "ALTERNATIVE" ("BOUNDARY" "x")) BODY[1]<0> "abc")',
      '* ESEARCH (TAG "A1") UID MIN 1 ALL 1:5,7', '* THREAD (1 2 (3)(4))', '* QUOTA "" (STORAGE 10 512)', '* ACL INBOX user lrs', '* NAMESPACE (("" "/")) NIL NIL', '* VANISHED (EARLIER) 1:5',
    ];
    for (let round = 0; round < 6000; round++) {
      const line = [...random.pick(lines)];
      for (let count = random.integer(1, 4); count > 0; count--) {
        line.splice(random.integer(0, line.length), random.integer(0, 3), ...random.pick(['', '(', ')', '"', ' ', '{', '}', '\\', ':', '*', '\xff', '[', ']', '0', 'NIL', ',', '<', '99999999999999999999']));
      }
      const value = readResponse(line.join('').replaceAll('{', '('), false, { ...CLIENT_LIMITS, depth: 8, elements: 50 });
      expect(['tagged', 'status', 'continuation', 'data', 'unreadable']).toContain(value.type);
      if (value.type === 'data' && value.data.name !== 'OTHER') expect(findData(value.data.name)!.explain(value.data)).not.toBe('');
      if ('code' in value && value.code !== undefined && value.code.name !== 'OTHER') expect(findCode(value.code.name)!.explain(value.code)).not.toBe('');
    }
  });

  test('a literal in a response is read wherever a string may stand', () => {
    expect(readResponse('* LIST () "/" {3}\r\na b')).toMatchObject({ data: { mailbox: 'a b' } });
    expect(latin1((readResponse('* 1 FETCH (BODY[] {3}\r\n"()) ') as unknown as { data: { data: { sections: { octets: Uint8Array }[] } } }).data.data.sections[0]!.octets)).toBe('"()');
  });
});

describe('the tables', () => {
  test('every spec of data and codes names its source', () => {
    for (const spec of [...allData(), ...allCodes()]) expect(spec.source).toMatch(/^RFC \d+|^draft|^Gmail|^no RFC/);
  });
});
