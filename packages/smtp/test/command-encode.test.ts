import { address, mailbox } from '@mailwright/address';
import { describe, expect, test } from 'vitest';
import { type Command, encodeCommand, mailCommand, parseCommand, rcptCommand } from '@mailwright/smtp';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { GENERATED_PARAMETERS, generateCommand, REGISTERED_PARAMETERS, VERBS } from './generate.ts';

const A_B = address('a@b');

describe('encodeCommand', () => {
  test.each([
    ['MAIL FROM:<>', mailCommand(null)],
    ['MAIL FROM:<a@b> SIZE=5', mailCommand(A_B, { SIZE: 5 })],
    ['MAIL FROM:<"a b"@b> SMTPUTF8', mailCommand(mailbox('a b', 'b'), { SMTPUTF8: true })],
    ['MAIL FROM:<a@b> X-1 Y=2', mailCommand(A_B, { unknown: [{ keyword: 'X-1', value: undefined }, { keyword: 'Y', value: '2' }] })],
    ['RCPT TO:<a@b> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;x+2By@z', rcptCommand(A_B, { NOTIFY: ['SUCCESS', 'DELAY'], ORCPT: { addressType: 'rfc822', address: 'x+y@z' } })],
    ['RCPT TO:<a@b> ORCPT=utf-8;j\\x{F6}rg@b', rcptCommand(A_B, { ORCPT: { addressType: 'utf-8', address: 'jörg@b' } })],
    ['BDAT 12 LAST', { verb: 'BDAT', chunkOctets: 12, last: true }],
    ['AUTH PLAIN =', { verb: 'AUTH', mechanism: 'PLAIN', initialResponse: new Uint8Array(0) }],
    ['AUTH LOGIN', { verb: 'AUTH', mechanism: 'LOGIN', initialResponse: undefined }],
    ['VRFY "Jones SMTPUTF8"', { verb: 'VRFY', argument: 'Jones SMTPUTF8', parameters: { SMTPUTF8: undefined, unknown: [] } }],
    ['NOOP', { verb: 'NOOP', argument: '' }],
  ] satisfies [string, Command][])('%s', (line, command) => {
    expect(encodeCommand(command)).toBe(line);
  });

  test('rfc5321 4.1.1.3: <Postmaster> goes out as it came in', () => {
    const parsed = parseCommand('RCPT TO:<Postmaster>');
    expect(parsed.ok && encodeCommand(parsed.value)).toBe('RCPT TO:<Postmaster>');
  });

  test.each(VERBS)('inverse law: parseCommand(encodeCommand(c)) is c, on 500 generated values of %s', (verb) => {
    const random = new SeededRandom(verb.charCodeAt(0) * 7 + verb.length);
    for (let round = 0; round < 500; round++) {
      const command = generateCommand(random, verb);
      const line = encodeCommand(command);
      const parsed = parseCommand(line);
      expect(parsed.ok ? parsed.value : `${line}: ${parsed.error} ${parsed.parameter}`).toEqual(command);
    }
  });

  test('the inverse law covers every registered parameter of MAIL and RCPT', () => {
    expect([...GENERATED_PARAMETERS].sort()).toEqual(REGISTERED_PARAMETERS.filter((name) => !name.startsWith('VRFY') && !name.startsWith('EXPN')).sort());
  });
});

describe('injection: CR, LF and NUL in any field -> TypeError', () => {
  const evil = (end: string): Command[] => {
    const forged = { localPart: 'a', domain: 'b', address: `a@b>${end}RCPT TO:<c@d`, needsUtf8: false } as never;
    return [
      { verb: 'EHLO', domain: `x${end}QUIT` },
      { verb: 'HELO', domain: `x${end}QUIT` },
      { verb: 'NOOP', argument: `x${end}QUIT` },
      { verb: 'HELP', argument: `x${end}QUIT` },
      { verb: 'VRFY', argument: `x${end}QUIT`, parameters: { SMTPUTF8: undefined, unknown: [] } },
      { verb: 'EXPN', argument: `x${end}QUIT`, parameters: { SMTPUTF8: undefined, unknown: [] } },
      { verb: 'AUTH', mechanism: `PLAIN${end}QUIT`, initialResponse: undefined },
      mailCommand(forged),
      rcptCommand(forged),
      mailCommand(null, { ENVID: `x${end}y` }),
      mailCommand(null, { BODY: `7BIT${end}` as never }),
      mailCommand(null, { RET: `FULL${end}` as never }),
      mailCommand(null, { SIZE: `1${end}` as never }),
      mailCommand(null, { AUTH: forged }),
      mailCommand(null, { unknown: [{ keyword: `X${end}`, value: undefined }] }),
      mailCommand(null, { unknown: [{ keyword: 'X', value: `1${end}2` }] }),
      rcptCommand(A_B, { NOTIFY: [`SUCCESS${end}` as never] }),
      rcptCommand(A_B, { ORCPT: { addressType: `rfc822${end}`, address: 'x' } }),
      rcptCommand(A_B, { ORCPT: { addressType: 'rfc822', address: `x${end}y` } }),
      rcptCommand(A_B, { ORCPT: { addressType: 'utf-8', address: `x${end}y` } }),
      { verb: `QUIT${end}` as never },
      { verb: 'BDAT', chunkOctets: `1${end}` as never, last: true },
    ];
  };

  test.each([['CRLF', '\r\n'], ['CR', '\r'], ['LF', '\n'], ['NUL', '\0']])('%s', (_name, end) => {
    for (const command of evil(end)) expect(() => encodeCommand(command), JSON.stringify(command)).toThrow(TypeError);
  });

  test.each([
    ['EHLO with a blank', { verb: 'EHLO', domain: 'a b' }],
    ['EHLO with nothing', { verb: 'EHLO', domain: '' }],
    ['BDAT with a fraction', { verb: 'BDAT', chunkOctets: 1.5, last: true }],
    ['BDAT with a negative number', { verb: 'BDAT', chunkOctets: -1, last: true }],
    ['VRFY with nothing', { verb: 'VRFY', argument: '', parameters: { SMTPUTF8: undefined, unknown: [] } }],
    ['NOOP with a trailing blank', { verb: 'NOOP', argument: 'x ' }],
    ['an unknown verb', { verb: 'FOO' }],
    ['a known parameter as unknown', mailCommand(null, { unknown: [{ keyword: 'size', value: '1' }] })],
    ['a value with a blank', mailCommand(null, { unknown: [{ keyword: 'X', value: 'a b' }] })],
    ['an empty value', mailCommand(null, { unknown: [{ keyword: 'X', value: '' }] })],
    ['an ENVID that is empty', mailCommand(null, { ENVID: '' })],
    ['an ENVID of 101 characters', mailCommand(null, { ENVID: 'x'.repeat(101) })],
    ['NOTIFY of nothing', rcptCommand(A_B, { NOTIFY: [] })],
    ['NOTIFY of NEVER and more', rcptCommand(A_B, { NOTIFY: ['NEVER' as never, 'DELAY'] })],
    ['an ORCPT of 501 characters', rcptCommand(A_B, { ORCPT: { addressType: 'rfc822', address: 'x'.repeat(494) } })],
    ['an ORCPT with a lone surrogate', rcptCommand(A_B, { ORCPT: { addressType: 'utf-8', address: '\ud800' } })],
  ])('misuse: %s -> TypeError', (_name, command) => {
    expect(() => encodeCommand(command as Command)).toThrow(TypeError);
  });
});
