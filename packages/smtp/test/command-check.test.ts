import { describe, expect, test } from 'vitest';
import { type Command, checkCommand, commandSpecs, type MailCommand, parseCommand, type RcptCommand, type ServerOptionsInput, type ServerSession, type ServerState, type ServerTransaction } from '@mailwright/smtp';
import { session } from './session.ts';

function read(line: string): { value: Command; spec: (typeof commandSpecs)[number] } {
  const parsed = parseCommand(line);
  if (!parsed.ok) throw new Error(`${line}: ${parsed.error}`);
  return parsed;
}

function transaction(mail: string, ...recipients: string[]): ServerTransaction {
  const { reversePath, parameters } = read(mail).value as MailCommand;
  return { reversePath, parameters, recipients: recipients.map((line) => read(line).value as RcptCommand) };
}

/** `503 5.5.1`, or `ok`. */
function check(line: string, fields: Partial<Omit<ServerSession, 'options'>> = {}, options: Partial<ServerOptionsInput> = {}, under?: ServerTransaction): string {
  const { value, spec } = read(line);
  const refused = checkCommand(spec, value, session(fields, options), under);
  return refused === undefined ? 'ok' : `${refused.code} ${refused.enhanced}`;
}

const UTF8_OK = transaction('MAIL FROM:<a@b> SMTPUTF8', 'RCPT TO:<c@d>');
const ASCII_ONLY = transaction('MAIL FROM:<a@b>', 'RCPT TO:<c@d>');
const LOGIN = { mechanisms: ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS'] };

describe('MAIL', () => {
  test.each([
    ['nothing speaks against it', 'MAIL FROM:<a@b>', {}, {}, 'ok'],
    ['rfc3207 4: in clear text where TLS is required', 'MAIL FROM:<a@b>', {}, { requireTls: true }, '530 5.7.0'],
    ['rfc3207 4: inside TLS where it is required', 'MAIL FROM:<a@b>', { secure: true }, { requireTls: true }, 'ok'],
    ['rfc4954 6: nobody logged in where AUTH is required', 'MAIL FROM:<a@b>', {}, { requireAuth: true }, '530 5.7.0'],
    ['rfc4954 6: somebody logged in where AUTH is required', 'MAIL FROM:<a@b>', { identity: 'jane' }, { requireAuth: true }, 'ok'],
    ['rfc1870 6.1: SIZE above the limit', 'MAIL FROM:<a@b> SIZE=1001', {}, { limits: { messageOctets: 1000 } }, '552 5.3.4'],
    ['rfc1870 6.1: SIZE at the limit', 'MAIL FROM:<a@b> SIZE=1000', {}, { limits: { messageOctets: 1000 } }, 'ok'],
    ['rfc1870 6.1: SIZE without a limit', 'MAIL FROM:<a@b> SIZE=99999999999999999999', {}, { limits: { messageOctets: Infinity } }, 'ok'],
    ['rfc6531 3.5: an address in UTF-8 without SMTPUTF8', 'MAIL FROM:<jörg@b>', {}, {}, '553 5.6.7'],
    ['rfc6531 3.5: an address in UTF-8 with SMTPUTF8', 'MAIL FROM:<jörg@b> SMTPUTF8', {}, {}, 'ok'],
    ['rfc5321 4.1.1.11: an unknown parameter', 'MAIL FROM:<a@b> FOO=1', {}, {}, '555 5.5.4'],
    ['rfc5321 4.1.1.11: an extension that is off', 'MAIL FROM:<a@b> RET=FULL', {}, { disabled: new Set(['DSN']) }, '555 5.5.4'],
    ['rfc5321 4.1.1.1: a parameter after HELO', 'MAIL FROM:<a@b> SIZE=1', { extended: false }, {}, '555 5.5.4'],
    ['rfc5321 4.1.1.1: no parameter after HELO', 'MAIL FROM:<a@b>', { extended: false }, {}, 'ok'],
    ['rfc3030 3: BINARYMIME', 'MAIL FROM:<a@b> BODY=BINARYMIME', {}, {}, 'ok'],
    ['rfc3030 3: BINARYMIME that is off', 'MAIL FROM:<a@b> BODY=BINARYMIME', {}, { disabled: new Set(['BINARYMIME']) }, '555 5.5.4'],
    ['rfc3030 3: BINARYMIME without CHUNKING', 'MAIL FROM:<a@b> BODY=BINARYMIME', {}, { disabled: new Set(['CHUNKING']) }, '555 5.5.4'],
    ['rfc4954 5: AUTH= where AUTH is not offered', 'MAIL FROM:<a@b> AUTH=<>', {}, {}, '555 5.5.4'],
    ['rfc4954 5: AUTH= where AUTH is offered', 'MAIL FROM:<a@b> AUTH=<>', {}, LOGIN, 'ok'],
    ['rfc5321 4.1.4: a second MAIL', 'MAIL FROM:<a@b>', { state: 'mail' }, {}, '503 5.5.1'],
    ['rfc5321 4.1.4: MAIL before EHLO', 'MAIL FROM:<a@b>', { state: 'connected', extended: false }, {}, '503 5.5.1'],
  ] as const)('%s', (_name, line, fields, options, expected) => {
    expect(check(line, fields, options as Partial<ServerOptionsInput>)).toBe(expected);
  });
});

describe('RCPT, DATA, BDAT', () => {
  test.each([
    ['rfc5321 3.3: RCPT before MAIL', 'RCPT TO:<a@b>', 'ready', undefined, {}, '503 5.5.1'],
    ['rfc5321 3.3: the first RCPT', 'RCPT TO:<a@b>', 'mail', ASCII_ONLY, {}, 'ok'],
    ['rfc5321 3.3: one more RCPT', 'RCPT TO:<a@b>', 'rcpt', ASCII_ONLY, {}, 'ok'],
    ['rfc5321 4.5.3.1.10: more recipients than the limit', 'RCPT TO:<a@b>', 'rcpt', ASCII_ONLY, { limits: { recipients: 1 } }, '452 4.5.3'],
    ['rfc6531 3.5: a recipient in UTF-8, MAIL without SMTPUTF8', 'RCPT TO:<jörg@b>', 'rcpt', ASCII_ONLY, {}, '553 5.6.7'],
    ['rfc6531 3.5: a recipient in UTF-8, MAIL with SMTPUTF8', 'RCPT TO:<jörg@b>', 'rcpt', UTF8_OK, {}, 'ok'],
    ['rfc3461 4: DSN that is off', 'RCPT TO:<a@b> NOTIFY=NEVER', 'mail', ASCII_ONLY, { disabled: new Set(['DSN']) }, '555 5.5.4'],
    ['rfc3030 2: RCPT between chunks', 'RCPT TO:<a@b>', 'chunks', ASCII_ONLY, {}, '503 5.5.1'],
    ['rfc5321 3.3: DATA without a recipient', 'DATA', 'mail', ASCII_ONLY, {}, '503 5.5.1'],
    ['rfc5321 3.3: DATA with a recipient', 'DATA', 'rcpt', ASCII_ONLY, {}, 'ok'],
    ['rfc3030 2: DATA between chunks', 'DATA', 'chunks', ASCII_ONLY, {}, '503 5.5.1'],
    ['rfc3030 3: DATA of a BINARYMIME message', 'DATA', 'rcpt', transaction('MAIL FROM:<a@b> BODY=BINARYMIME', 'RCPT TO:<c@d>'), {}, '503 5.5.1'],
    ['rfc3030 3: BDAT of a BINARYMIME message', 'BDAT 5 LAST', 'rcpt', transaction('MAIL FROM:<a@b> BODY=BINARYMIME', 'RCPT TO:<c@d>'), {}, 'ok'],
    ['rfc3030 2: BDAT of a 7BIT message', 'BDAT 5', 'rcpt', transaction('MAIL FROM:<a@b> BODY=7BIT', 'RCPT TO:<c@d>'), {}, 'ok'],
    ['rfc3030 2: BDAT between chunks', 'BDAT 5 LAST', 'chunks', ASCII_ONLY, {}, 'ok'],
    ['rfc3030 2: BDAT before RCPT', 'BDAT 5 LAST', 'mail', ASCII_ONLY, {}, '503 5.5.1'],
    ['rfc3030 2: BDAT where CHUNKING is off', 'BDAT 5 LAST', 'rcpt', ASCII_ONLY, { disabled: new Set(['CHUNKING']) }, '502 5.5.1'],
  ] as const)('%s', (_name, line, state, under, options, expected) => {
    expect(check(line, { state }, options as Partial<ServerOptionsInput>, under)).toBe(expected);
  });
});

describe('STARTTLS', () => {
  test.each([
    ['offered', {}, { startTls: true }, 'ok'],
    ['not offered', {}, {}, '502 5.5.1'],
    ['off', {}, { startTls: true, disabled: new Set(['STARTTLS']) }, '502 5.5.1'],
    ['inside TLS', { secure: true }, { startTls: true }, '503 5.5.1'],
    ['before EHLO', { state: 'connected' }, { startTls: true }, '503 5.5.1'],
    ['inside a transaction', { state: 'rcpt' }, { startTls: true }, '503 5.5.1'],
    ['where TLS is required', {}, { startTls: true, requireTls: true }, 'ok'],
  ] as const)('rfc3207 4: %s', (_name, fields, options, expected) => {
    expect(check('STARTTLS', fields, options as Partial<ServerOptionsInput>)).toBe(expected);
  });
});

describe('AUTH', () => {
  test.each([
    ['a mechanism that shows nothing, in clear text', 'AUTH SCRAM-SHA-256', {}, LOGIN, 'ok'],
    ['PLAIN inside TLS', 'AUTH PLAIN', { secure: true }, LOGIN, 'ok'],
    ['PLAIN in clear text -> 538', 'AUTH PLAIN', {}, LOGIN, '538 5.7.11'],
    ['PLAIN in clear text, allowed by name', 'AUTH PLAIN', {}, { ...LOGIN, clearTextAuth: 'allow' }, 'ok'],
    ['PLAIN in clear text where TLS is required -> 530', 'AUTH PLAIN', {}, { ...LOGIN, requireTls: true }, '530 5.7.0'],
    ['a channel-bound mechanism without a channel', 'AUTH SCRAM-SHA-256-PLUS', {}, LOGIN, '538 5.7.11'],
    ['a channel-bound mechanism in TLS that can not be bound to', 'AUTH SCRAM-SHA-256-PLUS', { secure: true, channelBinding: false }, LOGIN, '504 5.5.4'],
    ['a channel-bound mechanism in TLS', 'AUTH SCRAM-SHA-256-PLUS', { secure: true }, LOGIN, 'ok'],
    ['a mechanism that is not offered', 'AUTH CRAM-MD5', { secure: true }, LOGIN, '504 5.5.4'],
    ['no mechanisms at all', 'AUTH PLAIN', { secure: true }, {}, '502 5.5.1'],
    ['a second AUTH', 'AUTH PLAIN', { secure: true, identity: 'jane' }, LOGIN, '503 5.5.1'],
    ['inside a transaction', 'AUTH PLAIN', { secure: true, state: 'mail' }, LOGIN, '503 5.5.1'],
    ['before EHLO', 'AUTH PLAIN', { secure: true, state: 'connected' }, LOGIN, '503 5.5.1'],
    ['after HELO', 'AUTH PLAIN', { secure: true, extended: false }, LOGIN, '503 5.5.1'],
  ] as const)('rfc4954 4: %s', (_name, line, fields, options, expected) => {
    expect(check(line, fields, options as Partial<ServerOptionsInput>)).toBe(expected);
  });
});

describe('rfc5321 4.1.4: what may come in every state', () => {
  const STATES: readonly ServerState[] = ['connected', 'ready', 'mail', 'rcpt', 'chunks'];

  test.each(['EHLO x', 'HELO x', 'RSET', 'NOOP', 'HELP', 'QUIT', 'VRFY x', 'EXPN x'])('%s', (line) => {
    for (const state of STATES) expect(check(line, { state }, {}, ASCII_ONLY)).toBe('ok');
  });

  test('rfc3207 4: in clear text where TLS is required, only EHLO, NOOP, STARTTLS and QUIT', () => {
    const allowed = commandSpecs.filter((spec) => spec.beforeTls).map((spec) => spec.verb);
    expect([...allowed].sort()).toEqual(['EHLO', 'NOOP', 'QUIT', 'STARTTLS']);
    for (const line of ['HELO x', 'RSET', 'HELP', 'VRFY x', 'EXPN x', 'DATA', 'RCPT TO:<a@b>', 'BDAT 1']) expect(check(line, {}, { requireTls: true })).toBe('530 5.7.0');
  });

  test('rfc6531 3.7.4.2: VRFY with SMTPUTF8 where it is off', () => {
    expect(check('VRFY x SMTPUTF8')).toBe('ok');
    expect(check('VRFY x SMTPUTF8', {}, { disabled: new Set(['SMTPUTF8']) })).toBe('555 5.5.4');
  });

  test('EHLO, HELO and RSET lead out of every transaction; what stays, stays', () => {
    for (const { verb, moves } of commandSpecs) {
      for (const state of STATES) {
        const to = moves[state]?.accepted;
        if (verb === 'EHLO' || verb === 'HELO') expect(to).toBe('ready');
        if (verb === 'RSET') expect(to).toBe(state === 'connected' ? 'connected' : 'ready');
        if (['NOOP', 'HELP', 'VRFY', 'EXPN', 'QUIT'].includes(verb)) expect(to).toBe(state);
      }
    }
  });
});

describe('the replies of the tables', () => {
  test('every command has one, and a 2yz or 354', () => {
    for (const spec of commandSpecs) {
      const { code } = spec.accepted({ verb: spec.verb, chunkOctets: 1, domain: 'x', argument: '' } as never, session());
      expect(code, spec.verb).toBeLessThan(400);
    }
  });

  test('rfc2920 3.1: only these may stand inside a group', () => {
    expect(commandSpecs.filter((spec) => !spec.endsGroup).map((spec) => spec.verb).sort()).toEqual(['BDAT', 'MAIL', 'RCPT', 'RSET']);
  });

  test('only AUTH is secret, and each command that has a body says so', () => {
    expect(commandSpecs.filter((spec) => spec.secret).map((spec) => spec.verb)).toEqual(['AUTH']);
    for (const spec of commandSpecs) expect(spec.body !== undefined).toBe(spec.effect === 'body');
  });
});
