import { describe, expect, test } from 'vitest';
import { ehloReply, encodeReply, extensions, NO_CAPABILITIES, parseCapabilities, reply } from '@mailwright/smtp';
import { session } from './session.ts';

const lines = (fields: Parameters<typeof session>[0], options: Parameters<typeof session>[1] = {}): readonly string[] => ehloReply(session(fields, options)).lines;

describe('ehloReply', () => {
  test('rfc5321 4.1.1.1: what a server with defaults announces', () => {
    expect(lines({})).toEqual(['mx.example', 'BINARYMIME', 'CHUNKING', 'DSN', '8BITMIME', 'ENHANCEDSTATUSCODES', 'PIPELINING', 'SIZE 26214400', 'SMTPUTF8']);
  });

  test('rfc2034 4: no enhanced status code', () => {
    expect(encodeReply(ehloReply(session()), { enhanced: true })).toMatch(/^250-mx\.example\r\n250-/);
  });

  test.each([
    ['rfc3207 4: STARTTLS in clear text', {}, { startTls: true }, 'STARTTLS', true],
    ['rfc3207 4.2: STARTTLS inside TLS', { secure: true }, { startTls: true }, 'STARTTLS', false],
    ['rfc4954 4: mechanisms inside TLS', { secure: true }, { mechanisms: ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS'] }, 'AUTH PLAIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS', true],
    ['rfc9266 4.2: no -PLUS where there is nothing to bind to', { secure: true, channelBinding: false }, { mechanisms: ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS'] }, 'AUTH PLAIN SCRAM-SHA-256', true],
    ['rfc4954 4: in clear text only those that show nothing', {}, { mechanisms: ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS'] }, 'AUTH SCRAM-SHA-256', true],
    ['rfc4954 4: none left in clear text', {}, { mechanisms: ['PLAIN', 'LOGIN'] }, 'AUTH', false],
    ['clear text allowed by name', {}, { mechanisms: ['PLAIN', 'LOGIN'], clearTextAuth: 'allow' }, 'AUTH PLAIN LOGIN', true],
    ['nobody logs in twice', { secure: true, identity: 'jane' }, { mechanisms: ['PLAIN'] }, 'AUTH', false],
    ['rfc1870 4: no fixed limit', {}, { limits: { messageOctets: Infinity } }, 'SIZE 0', true],
    ['an extension that is off', {}, { disabled: new Set(['DSN']) }, 'DSN', false],
    ['rfc3030 3: no BINARYMIME without CHUNKING', {}, { disabled: new Set(['CHUNKING']) }, 'BINARYMIME', false],
  ] as const)('%s', (_name, fields, options, line, announced) => {
    const said = lines(fields, options as Parameters<typeof session>[1]);
    if (announced) expect(said).toContain(line);
    else expect(said.filter((one) => one.split(' ')[0] === line)).toEqual([]);
  });
});

describe('parseCapabilities', () => {
  const parse = (...text: string[]): ReturnType<typeof parseCapabilities> => parseCapabilities(reply(250, undefined, 'mx.example greets you', ...text));

  test('nothing announced', () => {
    expect(parse()).toEqual({ ...NO_CAPABILITIES, domain: 'mx.example' });
    expect(NO_CAPABILITIES).toEqual({
      domain: '', others: [], auth: [], binaryMime: false, chunking: false, dsn: false, eightBitMime: false, enhancedStatusCodes: false, pipelining: false, size: undefined,
      smtpUtf8: false, startTls: false,
    });
  });

  test.each([
    ['PIPELINING', { pipelining: true }], ['pipelining', { pipelining: true }], ['8BITMIME', { eightBitMime: true }], ['CHUNKING', { chunking: true }], ['BINARYMIME', { binaryMime: true }],
    ['SMTPUTF8', { smtpUtf8: true }], ['DSN', { dsn: true }], ['ENHANCEDSTATUSCODES', { enhancedStatusCodes: true }], ['STARTTLS', { startTls: true }],
    ['SIZE', { size: 0 }], ['SIZE 0', { size: 0 }], ['SIZE 1000', { size: 1000 }], ['SIZE=1000', { size: 1000 }], ['SIZE many', { size: 0 }],
    ['AUTH PLAIN login', { auth: ['PLAIN', 'LOGIN'] }], ['AUTH', { auth: [] }], ['AUTH=LOGIN', { auth: ['LOGIN'] }], ['AUTH  PLAIN   LOGIN ', { auth: ['PLAIN', 'LOGIN'] }],
    ['DSN with words behind', { dsn: true }],
    ['LIMITS RCPTMAX=5', { others: [{ keyword: 'LIMITS', parameters: 'RCPTMAX=5' }] }],
    ['x-what', { others: [{ keyword: 'X-WHAT', parameters: '' }] }],
    ['X=1 2', { others: [{ keyword: 'X', parameters: '=1 2' }] }],
    ['', {}], [' DSN', {}], ['-X', {}], ['*', {}],
  ])('%j', (line, expected) => {
    expect(parse(line)).toEqual({ ...NO_CAPABILITIES, domain: 'mx.example', ...expected });
  });

  test('AUTH=LOGIN beside AUTH: the mechanisms of both, each once', () => {
    expect(parse('AUTH PLAIN LOGIN', 'AUTH=LOGIN NTLM').auth).toEqual(['PLAIN', 'LOGIN', 'NTLM']);
  });

  test('keywords that the caller takes for not announced', () => {
    const capabilities = parseCapabilities(reply(250, undefined, 'mx', 'PIPELINING', 'X-Y', 'DSN'), new Set(['PIPELINING', 'X-Y']));
    expect(capabilities).toMatchObject({ pipelining: false, dsn: true, others: [] });
  });

  test('what our own server announces is understood', () => {
    const capabilities = parseCapabilities(ehloReply(session({}, { startTls: true, mechanisms: ['SCRAM-SHA-256'] })));
    expect(capabilities).toEqual({
      domain: 'mx.example', others: [], auth: ['SCRAM-SHA-256'], binaryMime: true, chunking: true, dsn: true, eightBitMime: true, enhancedStatusCodes: true, pipelining: true, size: 26_214_400,
      smtpUtf8: true, startTls: true,
    });
  });

  test('every registered extension is a field of its own', () => {
    expect(new Set(extensions.map(({ capability }) => capability.name)).size).toBe(extensions.length);
    expect(new Set(extensions.map(({ keyword }) => keyword)).size).toBe(extensions.length);
  });
});
