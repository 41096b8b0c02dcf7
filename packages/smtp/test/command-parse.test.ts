import { address, mailbox } from '@mailwright/address';
import { describe, expect, test } from 'vitest';
import { commandSpecs, mailCommand, parseCommand, rcptCommand, refuseCommand } from '@mailwright/smtp';

const A_B = address('a@b');
const value = (line: string): unknown => {
  const parsed = parseCommand(line);
  return parsed.ok ? parsed.value : parsed.error;
};

describe('rfc5321 4.1.1: commands that are read', () => {
  test.each([
    ['EHLO client.example', { verb: 'EHLO', domain: 'client.example' }],
    ['HELO client.example', { verb: 'HELO', domain: 'client.example' }],
    ['EHLO [192.0.2.1]', { verb: 'EHLO', domain: '[192.0.2.1]' }],
    ['EHLO [IPv6:2001:db8::1]', { verb: 'EHLO', domain: '[IPv6:2001:db8::1]' }],
    ['MAIL FROM:<>', mailCommand(null)],
    ['MAIL FROM:<a@b>', mailCommand(A_B)],
    ['MAIL FROM:<@relay.example,@other.example:a@b>', mailCommand(A_B)],
    ['MAIL FROM:<"a b"@b> SIZE=1 BODY=8BITMIME', mailCommand(mailbox('a b', 'b'), { SIZE: 1, BODY: '8BITMIME' })],
    ['RCPT TO:<a@b>', rcptCommand(A_B)],
    ['DATA', { verb: 'DATA' }],
    ['RSET', { verb: 'RSET' }],
    ['QUIT', { verb: 'QUIT' }],
    ['NOOP', { verb: 'NOOP', argument: '' }],
    ['NOOP anything at all', { verb: 'NOOP', argument: 'anything at all' }],
    ['HELP', { verb: 'HELP', argument: '' }],
    ['HELP MAIL', { verb: 'HELP', argument: 'MAIL' }],
    ['VRFY Jones', { verb: 'VRFY', argument: 'Jones', parameters: { SMTPUTF8: undefined, unknown: [] } }],
    ['VRFY "John \\"J\\" Smith"', { verb: 'VRFY', argument: 'John "J" Smith', parameters: { SMTPUTF8: undefined, unknown: [] } }],
    ['VRFY Jörg SMTPUTF8', { verb: 'VRFY', argument: 'Jörg', parameters: { SMTPUTF8: true, unknown: [] } }],
    ['VRFY "x SMTPUTF8"', { verb: 'VRFY', argument: 'x SMTPUTF8', parameters: { SMTPUTF8: undefined, unknown: [] } }],
    ['EXPN list smtputf8', { verb: 'EXPN', argument: 'list', parameters: { SMTPUTF8: true, unknown: [] } }],
    ['BDAT 0 LAST', { verb: 'BDAT', chunkOctets: 0, last: true }],
    ['BDAT 1024', { verb: 'BDAT', chunkOctets: 1024, last: false }],
    ['bdat 9007199254740991 last', { verb: 'BDAT', chunkOctets: 9007199254740991, last: true }],
    ['STARTTLS', { verb: 'STARTTLS' }],
    ['AUTH LOGIN', { verb: 'AUTH', mechanism: 'LOGIN', initialResponse: undefined }],
    ['auth plain =', { verb: 'AUTH', mechanism: 'PLAIN', initialResponse: new Uint8Array(0) }],
    ['AUTH PLAIN AGEAYg==', { verb: 'AUTH', mechanism: 'PLAIN', initialResponse: Uint8Array.of(0, 97, 0, 98) }],
  ])('%s', (line, command) => {
    expect(parseCommand(line)).toMatchObject({ ok: true, spec: { verb: (command as { verb: string }).verb } });
    expect(value(line)).toEqual(command);
  });

  test('rfc5321 2.4: verbs, keywords and words count without regard to case', () => {
    expect(value('mail from:<a@b> size=5 Body=7bit')).toEqual(mailCommand(A_B, { SIZE: 5, BODY: '7BIT' }));
    expect(value('rCpT tO:<a@b> notify=never')).toEqual(rcptCommand(A_B, { NOTIFY: 'NEVER' }));
    expect(value('StartTls')).toEqual({ verb: 'STARTTLS' });
  });

  test('rfc5321 4.1.1.3: <Postmaster> without a domain, in any case', () => {
    expect(value('RCPT TO:<Postmaster>')).toMatchObject({ forwardPath: { localPart: 'Postmaster', domain: '' } });
    expect(value('RCPT TO:<POSTMASTER>')).toMatchObject({ forwardPath: { domain: '' } });
    expect(value('MAIL FROM:<Postmaster>')).toBe('bad-mailbox');
  });

  test('commands without parameters share one empty value', () => {
    const [one, two] = [parseCommand('MAIL FROM:<a@b>'), parseCommand('MAIL FROM:<c@d>')];
    expect(one.ok && two.ok && one.value.verb === 'MAIL' && two.value.verb === 'MAIL' && one.value.parameters === two.value.parameters && Object.isFrozen(one.value.parameters)).toBe(true);
  });
});

describe('deviations: what real clients send and RFC 5321 does not allow', () => {
  test.each([
    ['space after FROM:', 'MAIL FROM: <a@b>', mailCommand(A_B)],
    ['space after TO:', 'RCPT TO:  <a@b> NOTIFY=NEVER', rcptCommand(A_B, { NOTIFY: 'NEVER' })],
    ['trailing blanks (4.1.1 SHOULD)', 'MAIL FROM:<a@b>  ', mailCommand(A_B)],
    ['trailing blanks behind a parameter', 'MAIL FROM:<a@b> SIZE=1 ', mailCommand(A_B, { SIZE: 1 })],
    ['trailing blanks behind a verb', 'DATA ', { verb: 'DATA' }],
    ['trailing blanks behind BDAT', 'BDAT 5 LAST ', { verb: 'BDAT', chunkOctets: 5, last: true }],
    ['long names: a mechanism of 24 characters', 'AUTH ECDSA-NIST256P-CHALLENGE', { verb: 'AUTH', mechanism: 'ECDSA-NIST256P-CHALLENGE', initialResponse: undefined }],
    ['hello domain: underscore', 'EHLO my_pc', { verb: 'EHLO', domain: 'my_pc' }],
    ['hello domain: bare IPv4', 'EHLO 192.0.2.1', { verb: 'EHLO', domain: '192.0.2.1' }],
    ['hello domain: bare IPv6', 'EHLO ::1', { verb: 'EHLO', domain: '::1' }],
    ['hello domain: single label', 'HELO localhost', { verb: 'HELO', domain: 'localhost' }],
    ['hello domain: UTF-8', 'EHLO büro-pc', { verb: 'EHLO', domain: 'büro-pc' }],
    ['text argument: VRFY as people type it', 'VRFY <john@b.example>', { verb: 'VRFY', argument: '<john@b.example>', parameters: { SMTPUTF8: undefined, unknown: [] } }],
    ['text argument: blanks', 'VRFY John Smith', { verb: 'VRFY', argument: 'John Smith', parameters: { SMTPUTF8: undefined, unknown: [] } }],
  ])('%s', (_name, line, command) => {
    expect(value(line)).toEqual(command);
  });
});

describe('what is refused', () => {
  test.each([
    ['an empty line', '', 'unknown-command', '500 5.5.1'],
    ['blanks', '   ', 'unknown-command', '500 5.5.1'],
    ['an unknown verb', 'FOO bar', 'unknown-command', '500 5.5.1'],
    ['a blank before the verb', ' QUIT', 'unknown-command', '500 5.5.1'],
    ['a verb that goes on', 'QUITS', 'unknown-command', '500 5.5.1'],
    ['a verb that ends early', 'QUI', 'unknown-command', '500 5.5.1'],
    ['TAB behind the verb', 'EHLO\tx', 'unknown-command', '500 5.5.1'],
    ['letters that fold to a verb in Unicode only', 'ſTARTTLS', 'unknown-command', '500 5.5.1'],
    ['LHLO on SMTP', 'LHLO x', 'unknown-command', '500 5.5.1'],
    ['EHLO without a domain', 'EHLO', 'syntax', '501 5.5.4'],
    ['EHLO with blanks only', 'EHLO   ', 'syntax', '501 5.5.4'],
    ['EHLO with two words', 'EHLO a b', 'syntax', '501 5.5.4'],
    ['EHLO with 256 characters', `EHLO ${'x'.repeat(256)}`, 'syntax', '501 5.5.4'],
    ['EHLO with a control character', 'EHLO a\x07b', 'not-ascii', '500 5.5.2'],
    ['NOOP with a control character', 'NOOP a\x1bb', 'not-ascii', '500 5.5.2'],
    ['NOOP with octets that are not UTF-8', 'NOOP \ufffd', 'not-ascii', '500 5.5.2'],
    ['DATA with an argument', 'DATA now', 'syntax', '501 5.5.4'],
    ['RSET with an argument', 'RSET x', 'syntax', '501 5.5.4'],
    ['QUIT with an argument', 'QUIT now', 'syntax', '501 5.5.4'],
    ['rfc3207 4: STARTTLS with an argument', 'STARTTLS now', 'syntax', '501 5.5.4'],
    ['MAIL alone', 'MAIL', 'syntax', '501 5.5.4'],
    ['MAIL TO', 'MAIL TO:<a@b>', 'syntax', '501 5.5.4'],
    ['MAIL without brackets', 'MAIL FROM:a@b', 'syntax', '501 5.5.4'],
    ['MAIL with an open bracket', 'MAIL FROM:<a@b', 'syntax', '501 5.5.4'],
    ['MAIL with two blanks behind the verb', 'MAIL  FROM:<a@b>', 'syntax', '501 5.5.4'],
    ['MAIL with a blank before the colon', 'MAIL FROM :<a@b>', 'syntax', '501 5.5.4'],
    ['MAIL with text behind the path', 'MAIL FROM:<a@b>x', 'syntax', '501 5.5.4'],
    ['MAIL with two blanks before a parameter', 'MAIL FROM:<a@b>  SIZE=1', 'syntax', '501 5.5.4'],
    ['MAIL with a bad mailbox', 'MAIL FROM:<a..b@c>', 'bad-mailbox', '553 5.1.7'],
    ['MAIL without a domain', 'MAIL FROM:<a>', 'bad-mailbox', '553 5.1.7'],
    ['RCPT with a bad mailbox', 'RCPT TO:<a b@c>', 'bad-mailbox', '553 5.1.3'],
    ['RCPT with the null path', 'RCPT TO:<>', 'bad-mailbox', '553 5.1.3'],
    ['RCPT with a local part of 65 octets', `RCPT TO:<${'x'.repeat(65)}@b>`, 'path-too-long', '501 5.1.3'],
    ['MAIL with a path of more than 256 octets', `MAIL FROM:<a@${'x.'.repeat(130)}b>`, 'path-too-long', '501 5.1.7'],
    ['MAIL with a control character', 'MAIL FROM:<a\x00@b>', 'not-ascii', '500 5.5.2'],
    ['RCPT with octets that are not UTF-8', 'RCPT TO:<a\ufffd@b>', 'not-ascii', '500 5.5.2'],
    ['BDAT alone', 'BDAT', 'syntax', '501 5.5.4'],
    ['BDAT with a sign', 'BDAT -1', 'syntax', '501 5.5.4'],
    ['BDAT with a fraction', 'BDAT 1.5', 'syntax', '501 5.5.4'],
    ['BDAT beyond 2^53', 'BDAT 9007199254740992', 'syntax', '501 5.5.4'],
    ['BDAT with two blanks', 'BDAT 5  LAST', 'syntax', '501 5.5.4'],
    ['BDAT with another word', 'BDAT 5 LASTX', 'syntax', '501 5.5.4'],
    ['VRFY alone', 'VRFY', 'syntax', '501 5.5.4'],
    ['VRFY with an empty string', 'VRFY ""', 'syntax', '501 5.5.4'],
    ['VRFY with an open quote', 'VRFY "x', 'syntax', '501 5.5.4'],
    ['VRFY with a quote that ends early', 'VRFY "x"y', 'syntax', '501 5.5.4'],
    ['VRFY that ends in a backslash', 'VRFY "x\\"', 'syntax', '501 5.5.4'],
    ['AUTH alone', 'AUTH', 'syntax', '501 5.5.4'],
    ['AUTH with a name of 33 characters', `AUTH ${'X'.repeat(33)}`, 'syntax', '501 5.5.4'],
    ['AUTH with a response that is not base64', 'AUTH PLAIN ???', 'syntax', '501 5.5.4'],
    ['AUTH with a base64 that lacks its padding', 'AUTH PLAIN AGEAYg', 'syntax', '501 5.5.4'],
    ['AUTH with two blanks', 'AUTH PLAIN  AGEAYg==', 'syntax', '501 5.5.4'],
  ])('%s', (_name, line, error, said) => {
    const parsed = parseCommand(line);
    expect(parsed.ok ? parsed.value : parsed.error).toBe(error);
    if (parsed.ok) return;
    const { code, enhanced } = refuseCommand(parsed);
    expect(`${code} ${enhanced}`).toBe(said);
  });

  test('an unknown verb is shown short and clean', () => {
    expect(parseCommand(`${'\x1b'.repeat(50)} x`)).toMatchObject({ verb: '?'.repeat(32) });
    expect(parseCommand('foo bar')).toMatchObject({ verb: 'FOO', spec: undefined });
  });

  test('rfc5321 4.3.2: the reply to a syntax error shows the syntax', () => {
    for (const spec of commandSpecs) {
      const parsed = parseCommand(`${spec.verb} \x00`);
      if (!parsed.ok && parsed.error === 'syntax') expect(refuseCommand(parsed).lines).toEqual([`Syntax: ${spec.syntax}`]);
      expect(parsed.ok).toBe(false);
    }
  });

  test('abuse: garbage of every kind gives a coded error, in time that grows with its length', () => {
    for (const piece of ['MAIL FROM:<', 'MAIL FROM:<a@b> ', 'A=', 'RCPT TO:<@', ' ', '"', '\\', 'VRFY ', 'AUTH ', 'X=Y ', '+']) {
      const parsed = parseCommand(piece.repeat(20_000));
      expect(parsed.ok ? parsed.value.verb : parsed.error).toMatch(/^[a-zA-Z-]+$/);
      expect(parseCommand(`MAIL FROM:<a@b> ${piece.repeat(20_000)}`).ok).toBeTypeOf('boolean');
      expect(parseCommand(`VRFY ${piece.repeat(20_000)}`).ok).toBeTypeOf('boolean');
    }
  });
});
