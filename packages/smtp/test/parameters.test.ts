import { address } from '@mailwright/address';
import { describe, expect, test } from 'vitest';
import { mailCommand, parseCommand, rcptCommand, refuseCommand } from '@mailwright/smtp';

const parameters = (line: string): unknown => {
  const parsed = parseCommand(line);
  if (!parsed.ok) return `${parsed.error} ${parsed.parameter}`;
  return Object.fromEntries(Object.entries((parsed.value as unknown as { parameters: object }).parameters).filter(([key, value]) => value !== undefined && (key !== 'unknown' || value.length > 0)));
};
const ofMail = (text: string): unknown => parameters(`MAIL FROM:<> ${text}`);
const ofRcpt = (text: string): unknown => parameters(`RCPT TO:<a@b> ${text}`);

describe('MAIL parameters', () => {
  test.each([
    ['rfc1870 6.1: SIZE', 'SIZE=1234', { SIZE: 1234 }],
    ['rfc1870 3: SIZE of 20 digits', 'SIZE=99999999999999999999', { SIZE: Number.MAX_SAFE_INTEGER }],
    ['rfc6152 2: BODY=7BIT', 'BODY=7BIT', { BODY: '7BIT' }],
    ['rfc6152 2: BODY=8BITMIME', 'body=8bitmime', { BODY: '8BITMIME' }],
    ['rfc3030 3: BODY=BINARYMIME', 'BODY=BINARYMIME', { BODY: 'BINARYMIME' }],
    ['rfc6531 3.4: SMTPUTF8', 'SMTPUTF8', { SMTPUTF8: true }],
    ['rfc3461 4.3: RET', 'RET=HDRS', { RET: 'HDRS' }],
    ['rfc3461 4.4: ENVID in xtext', 'ENVID=hi+20there+2B', { ENVID: 'hi there+' }],
    ['rfc4954 5: AUTH=<>', 'AUTH=<>', { AUTH: null }],
    ['rfc4954 5: AUTH of an addr-spec in xtext', 'AUTH=e+3Dmc2@example.com', { AUTH: address('e=mc2@example.com') }],
    ['rfc4954 5: AUTH=<> in xtext is no addr-spec', 'AUTH=+3C+3E', 'bad-parameter-value AUTH'],
    ['several', 'SIZE=1 BODY=8BITMIME SMTPUTF8', { SIZE: 1, BODY: '8BITMIME', SMTPUTF8: true }],
    ['unknown ones are kept as they came', 'FOO=a+20b bar X-1', { unknown: [{ keyword: 'FOO', value: 'a+20b' }, { keyword: 'bar', value: undefined }, { keyword: 'X-1', value: undefined }] }],
    ['an unknown one with a value in UTF-8 (rfc6531 3.3)', 'FOO=ä', { unknown: [{ keyword: 'FOO', value: 'ä' }] }],
    ['no SIZE', 'SIZE', 'bad-parameter-value SIZE'],
    ['empty SIZE', 'SIZE=', 'bad-parameter-value SIZE'],
    ['SIZE of 21 digits', 'SIZE=000000000000000000001', 'bad-parameter-value SIZE'],
    ['SIZE with a sign', 'SIZE=-1', 'bad-parameter-value SIZE'],
    ['SIZE in words', 'SIZE=ABC', 'bad-parameter-value SIZE'],
    ['BODY of another kind', 'BODY=OTHER', 'bad-parameter-value BODY'],
    ['SMTPUTF8 with a value', 'SMTPUTF8=1', 'bad-parameter-value SMTPUTF8'],
    ['RET of another kind', 'RET=ENCHILADA', 'bad-parameter-value RET'],
    ['ENVID that decodes to CRLF', 'ENVID=a+0D+0Ab', 'bad-parameter-value ENVID'],
    ['ENVID in lower-case hexadecimal', 'ENVID=a+2b', 'bad-parameter-value ENVID'],
    ['ENVID with half a hexchar', 'ENVID=a+2', 'bad-parameter-value ENVID'],
    ['ENVID of 101 characters', `ENVID=${'x'.repeat(101)}`, 'bad-parameter-value ENVID'],
    ['AUTH without a domain', 'AUTH=user', 'bad-parameter-value AUTH'],
    ['given twice', 'SIZE=1 SIZE=1', 'duplicate-parameter SIZE'],
    ['given twice in different case', 'RET=FULL ret=HDRS', 'duplicate-parameter RET'],
    ['an unknown one with an empty value', 'HOLDUNTIL=', 'bad-parameter-value HOLDUNTIL'],
    ['two equals signs', 'FOO=a=b', 'bad-parameter-value FOO'],
    ['a control character in a value', 'FOO=a\x01', 'bad-parameter-value FOO'],
    ['octets that are not UTF-8', 'FOO=\ufffd', 'bad-parameter-value FOO'],
    ['a keyword that begins with a hyphen', '-FOO', 'syntax undefined'],
    ['a keyword with an underscore', 'FOO_BAR=1', 'syntax FOO'],
    ['no keyword', '=1', 'syntax undefined'],
    ['two blanks', 'SIZE=1  BODY=7BIT', 'syntax undefined'],
    ['TAB between them', 'SIZE=1\tBODY=7BIT', 'bad-parameter-value SIZE'],
  ])('%s', (_name, text, expected) => {
    expect(ofMail(text)).toEqual(expected);
  });
});

describe('RCPT parameters', () => {
  test.each([
    ['rfc3461 4.1: NOTIFY', 'NOTIFY=SUCCESS,FAILURE,DELAY', { NOTIFY: ['SUCCESS', 'FAILURE', 'DELAY'] }],
    ['rfc3461 4.1: in another order', 'NOTIFY=delay,Success', { NOTIFY: ['SUCCESS', 'DELAY'] }],
    ['rfc3461 4.1: NEVER', 'NOTIFY=NEVER', { NOTIFY: 'NEVER' }],
    ['rfc3461 4.1: NEVER stands alone', 'NOTIFY=FAILURE,NEVER', 'bad-parameter-value NOTIFY'],
    ['rfc3461 4.1: an empty list', 'NOTIFY=', 'bad-parameter-value NOTIFY'],
    ['rfc3461 4.1: an empty element', 'NOTIFY=SUCCESS,', 'bad-parameter-value NOTIFY'],
    ['rfc3461 4.1: another word', 'NOTIFY=CHIMICHANGA', 'bad-parameter-value NOTIFY'],
    ['rfc3461 4.2: ORCPT', 'ORCPT=rfc822;Bob@Example.COM', { ORCPT: { addressType: 'rfc822', address: 'Bob@Example.COM' } }],
    ['rfc3461 4.2: ORCPT in xtext', 'ORCPT=rfc822;George+20@Tax-+20ME+20.GOV', { ORCPT: { addressType: 'rfc822', address: 'George @Tax- ME .GOV' } }],
    ['rfc6533 3: ORCPT of type utf-8, embedded', 'ORCPT=utf-8;j\\x{F6}rg\\x{2B}x@b\\x{1F600}', { ORCPT: { addressType: 'utf-8', address: 'jörg+x@b😀' } }],
    ['rfc6533 3: ORCPT of type utf-8, as it is', 'ORCPT=UTF-8;jörg@b', { ORCPT: { addressType: 'UTF-8', address: 'jörg@b' } }],
    ['Postfix: UTF-8 in xtext with the type rfc822 is an address of type utf-8', 'ORCPT=rfc822;+CE+B4@b+C3+BCcher', { ORCPT: { addressType: 'utf-8', address: 'δ@bücher' } }],
    ['octets in xtext that are no UTF-8', 'ORCPT=rfc822;+FC@b', 'bad-parameter-value ORCPT'],
    ['a control character of Latin-1 in UTF-8 in xtext', 'ORCPT=rfc822;+C2+85@b', 'bad-parameter-value ORCPT'],
    ['DEL in xtext', 'ORCPT=rfc822;+CE+B4+7F@b', 'bad-parameter-value ORCPT'],
    ['UTF-8 in xtext with a type that is neither', 'ORCPT=x400;+CE+B4@b', 'bad-parameter-value ORCPT'],
    ['rfc6533 3: plus is embedded, not xtext', 'ORCPT=utf-8;a+2Bb', 'bad-parameter-value ORCPT'],
    ['rfc6533 3: a surrogate', 'ORCPT=utf-8;\\x{D800}', 'bad-parameter-value ORCPT'],
    ['rfc6533 3: a letter that needs no embedding', 'ORCPT=utf-8;\\x{41}', 'bad-parameter-value ORCPT'],
    ['rfc6533 3: a control character', 'ORCPT=utf-8;\\x{0D}\\x{0A}', 'bad-parameter-value ORCPT'],
    ['rfc6533 3: beyond Unicode', 'ORCPT=utf-8;\\x{110000}', 'bad-parameter-value ORCPT'],
    ['rfc6533 3: an open brace', 'ORCPT=utf-8;\\x{F6', 'bad-parameter-value ORCPT'],
    ['no type', 'ORCPT=;hello@domain.org', 'bad-parameter-value ORCPT'],
    ['no address', 'ORCPT=rfc822;', 'bad-parameter-value ORCPT'],
    ['neither', 'ORCPT=;', 'bad-parameter-value ORCPT'],
    ['no semicolon', 'ORCPT=a@b', 'bad-parameter-value ORCPT'],
    ['a type that is no atom', 'ORCPT=a(b;c', 'bad-parameter-value ORCPT'],
    ['UTF-8 in a type that is ASCII', 'ORCPT=rfc822;ä@b', 'bad-parameter-value ORCPT'],
    ['rfc3461 4.2: 501 characters', `ORCPT=rfc822;${'x'.repeat(494)}`, 'bad-parameter-value ORCPT'],
    ['a MAIL parameter is unknown here', 'SIZE=1', { unknown: [{ keyword: 'SIZE', value: '1' }] }],
  ])('%s', (_name, text, expected) => {
    expect(ofRcpt(text)).toEqual(expected);
  });
});

describe('what callers and clients are told', () => {
  test('the parameter at fault is named', () => {
    const parsed = parseCommand('MAIL FROM:<> ret=X');
    expect(parsed.ok ? undefined : refuseCommand(parsed)).toEqual({ code: 501, enhanced: '5.5.4', lines: ['Bad value of parameter RET'] });
    const twice = parseCommand('MAIL FROM:<> SIZE=1 SIZE=2');
    expect(twice.ok ? undefined : refuseCommand(twice)).toEqual({ code: 501, enhanced: '5.5.4', lines: ['Parameter SIZE given twice'] });
  });

  test('misuse: a parameter that is none -> TypeError', () => {
    expect(() => mailCommand(null, { FOO: 1 } as never)).toThrow(TypeError);
    expect(() => rcptCommand(address('a@b'), { SIZE: 1 } as never)).toThrow(TypeError);
  });
});
