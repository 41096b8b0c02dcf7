import { describe, expect, test } from 'vitest';
import { createClientMechanism, createServerMechanism, formatCramChallenge } from '@mailwright/sasl';
import { scramServer } from '../src/scram-server.ts';
import { CRAM_CHALLENGE, computeKey, octets, primitives, serverOptions, settleServer, text } from './couple.ts';

const EXAMPLES = [
  {
    name: 'rfc7677 3', mechanism: 'SCRAM-SHA-256', algorithm: 'sha256', nonce: 'rOprNGfwEbeRWgbNEkqO', serverNonce: '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
    salt: 'W22ZaJ0SNY7soEsUEjb6gQ==', proof: 'dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=', verifier: '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  },
  {
    name: 'rfc5802 5', mechanism: 'SCRAM-SHA-1', algorithm: 'sha1', nonce: 'fyko+d2lbbFgONRv9qkxdawL', serverNonce: '3rfcNHYJY1ZVvWVs7j',
    salt: 'QSXCR+Q6sek8bf92', proof: 'v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=', verifier: 'rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  },
] as const;

describe.each(EXAMPLES)('$name', ({ mechanism, algorithm, nonce, serverNonce, salt, proof, verifier }) => {
  const serverFirst = `r=${nonce}${serverNonce},s=${salt},i=4096`;
  const clientFinal = `c=biws,r=${nonce}${serverNonce},p=${proof}`;

  test('the client says what the example says', () => {
    const client = createClientMechanism(mechanism, { username: 'user', password: 'pencil' }, { primitives, nonce: Buffer.from(nonce, 'base64') });
    const first = client.start();
    expect(first.type === 'respond' && text(first.octets)).toBe(`n,,n=user,r=${nonce}`);
    const derive = client.challenge(octets(serverFirst));
    if (derive.type !== 'derive-key') throw new Error(derive.type);
    expect(derive).toMatchObject({ algorithm, iterations: 4096 });
    const final = client.derived(computeKey(derive));
    expect(final.type === 'respond' && text(final.octets)).toBe(clientFinal);
    const last = client.challenge(octets(`v=${verifier}`));
    expect(last.type === 'respond' && last.octets.length).toBe(0);
    expect(client.accepted()).toEqual({ type: 'done' });
  });

  test('the verifier may come with the success', () => {
    const client = createClientMechanism(mechanism, { username: 'user', password: 'pencil' }, { primitives, nonce: Buffer.from(nonce, 'base64') });
    client.start();
    const derive = client.challenge(octets(serverFirst));
    if (derive.type === 'derive-key') client.derived(computeKey(derive));
    expect(client.accepted(octets(`v=${verifier}`))).toEqual({ type: 'done' });
  });

  test('the server says what the example says', () => {
    const exchange = scramServer({ name: mechanism, algorithm, plus: false }, serverOptions, serverNonce, octets(`n,,n=user,r=${nonce}`));
    const attempt = exchange.next().value;
    expect(attempt).toMatchObject({ type: 'verify', attempt: { username: 'user', authorizationId: undefined } });
    const salted = computeKey({ type: 'derive-key', algorithm, password: octets('pencil'), salt: Buffer.from(salt, 'base64'), iterations: 4096, keyOctets: algorithm === 'sha1' ? 20 : 32 });
    const scram = {
      salt: Buffer.from(salt, 'base64'), iterations: 4096,
      storedKey: primitives.hash(algorithm, primitives.hmac(algorithm, salted, octets('Client Key'))),
      serverKey: primitives.hmac(algorithm, salted, octets('Server Key')),
    };
    const challenge = exchange.next({ type: 'secret', secret: { scram } }).value;
    expect(challenge.type === 'challenge' && text(challenge.octets)).toBe(serverFirst);
    const final = exchange.next({ type: 'response', octets: octets(clientFinal) }).value;
    expect(final.type === 'challenge' && text(final.octets)).toBe(`v=${verifier}`);
    expect(exchange.next({ type: 'response', octets: octets('') })).toMatchObject({ done: true, value: { type: 'accepted' } });
  });
});

describe('rfc2195 2', () => {
  const response = 'tim b913a602c7eda7a495b4e6e7334d3890';

  test('the client says what the example says', () => {
    const client = createClientMechanism('CRAM-MD5', { username: 'tim', password: 'tanstaaftanstaaf' }, { primitives });
    expect(client.start()).toEqual({ type: 'await-challenge' });
    const step = client.challenge(CRAM_CHALLENGE);
    expect(step.type === 'respond' && text(step.octets)).toBe(response);
    expect(client.accepted()).toEqual({ type: 'done' });
  });

  test('the server accepts what the example says', () => {
    const server = createServerMechanism('CRAM-MD5', serverOptions);
    const challenge = server.start(undefined);
    expect(challenge.type === 'challenge' && text(challenge.octets)).toBe(text(CRAM_CHALLENGE));
    expect(settleServer(server, server.response(octets(response)), () => ({ secret: { password: 'tanstaaftanstaaf' } })).type).toBe('accepted');
  });

  test('a challenge has the form of a message identifier', () => {
    expect(text(formatCramChallenge(new Uint8Array(8).fill(0x0a), 697170952123, 'postoffice.reston.mci.net'))).toBe('<0a0a0a0a0a0a0a0a.697170952@postoffice.reston.mci.net>');
    expect(() => formatCramChallenge(new Uint8Array(7), 0, 'x')).toThrow(RangeError);
    expect(() => formatCramChallenge(new Uint8Array(8), 0, 'x>\r\n')).toThrow(TypeError);
  });
});

describe('rfc4616 4', () => {
  test.each([
    ['without an authorization identity', { username: 'tim', password: 'tanstaaftanstaaf' }, '\0tim\0tanstaaftanstaaf'],
    ['with one', { username: 'Kurt', password: 'xipj3plmq', authorizationId: 'Ursel' }, 'Ursel\0Kurt\0xipj3plmq'],
  ])('the client %s', (_, credentials, message) => {
    const step = createClientMechanism('PLAIN', credentials, { primitives }).start();
    expect(step.type === 'respond' && text(step.octets)).toBe(message);
  });

  test('the server, where acting as somebody else is allowed', () => {
    const server = createServerMechanism('PLAIN', { primitives, allowForeignAuthorization: true });
    const step = server.start(octets('Ursel\0Kurt\0xipj3plmq'));
    expect(step.type === 'verify' && step.attempt).toMatchObject({ username: 'Kurt', authorizationId: 'Ursel', password: 'xipj3plmq' });
    expect(server.verify({ password: 'xipj3plmq' })).toEqual({ type: 'accepted', identity: { authenticationId: 'Kurt', authorizationId: 'Ursel' } });
  });
});

describe('rfc7628 4', () => {
  const token = 'vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==';
  const message = 'bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB';

  test('rfc7628 4.1: the client says what the example says', () => {
    const client = createClientMechanism('OAUTHBEARER', { username: 'user@example.com', token, host: 'server.example.com', port: 143 }, { primitives });
    const step = client.start();
    expect(step.type === 'respond' && Buffer.from(step.octets).toString('base64')).toBe(message);
    expect(client.accepted()).toEqual({ type: 'done' });
  });

  test('rfc7628 4.1: the server reads the example', () => {
    const server = createServerMechanism('OAUTHBEARER', serverOptions);
    const step = server.start(Buffer.from(message, 'base64'));
    expect(step.type === 'verify' && [step.attempt.username, step.attempt.authorizationId, step.attempt.token]).toEqual(['user@example.com', 'user@example.com', token]);
    expect(server.decide(true)).toEqual({ type: 'accepted', identity: { authenticationId: 'user@example.com', authorizationId: 'user@example.com' } });
  });

  test('rfc7628 4.3: a refused token -> the error, the dummy %x01, only then the failure', () => {
    const oauthError = { scope: 'example_scope', openidConfiguration: 'https://example.com/.well-known/openid-configuration' };
    const server = createServerMechanism('OAUTHBEARER', { ...serverOptions, oauthError });
    const client = createClientMechanism('OAUTHBEARER', { username: 'user@example.com', token }, { primitives });
    const first = client.start();
    const error = settleServer(server, server.start(first.type === 'respond' ? first.octets : undefined), () => ({ accepted: false }));
    if (error.type !== 'challenge') throw new Error(error.type);
    expect(Buffer.from(error.octets).toString('base64')).toBe(
      'eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIiwic2NvcGUiOiJleGFtcGxlX3Njb3BlIiwib3BlbmlkLWNvbmZpZ3VyYXRpb24iOiJodHRwczovL2V4YW1wbGUuY29tLy53ZWxsLWtub3duL29wZW5pZC1jb25maWd1cmF0aW9uIn0=',
    );
    const dummy = client.challenge(error.octets);
    expect(dummy.type === 'respond' && Buffer.from(dummy.octets).toString('base64')).toBe('AQ==');
    expect(JSON.parse(client.serverError!)).toMatchObject({ status: 'invalid_token', scope: 'example_scope' });
    expect(server.response(dummy.type === 'respond' ? dummy.octets : octets(''))).toMatchObject({ type: 'rejected', code: 'SASL_CREDENTIALS_REFUSED' });
  });
});

describe('rfc7628 4.3', () => {
  test('a message with an empty auth only asks where to get a token -> the error at once, nobody is looked up', () => {
    const server = createServerMechanism('OAUTHBEARER', { ...serverOptions, oauthError: { scope: 'example_scope' } });
    const step = server.start(Buffer.from('bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9AQE=', 'base64'));
    expect(step.type === 'challenge' && text(step.octets)).toBe('{"status":"invalid_token","scope":"example_scope"}');
    expect(server.response(octets('\x01'))).toMatchObject({ type: 'rejected', code: 'SASL_CREDENTIALS_REFUSED' });
  });
});

describe('google xoauth2', () => {
  const message = 'dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==';
  const token = 'ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg';

  test('the message of the text, and an empty answer to the error', () => {
    const client = createClientMechanism('XOAUTH2', { username: 'someuser@example.com', token }, { primitives });
    const first = client.start();
    expect(first.type === 'respond' && Buffer.from(first.octets).toString('base64')).toBe(message);
    const server = createServerMechanism('XOAUTH2', { ...serverOptions, oauthError: { scope: 'https://mail.google.com/' } });
    const error = settleServer(server, server.start(Buffer.from(message, 'base64')), () => ({ accepted: false }));
    expect(error.type === 'challenge' && JSON.parse(text(error.octets))).toEqual({ status: '401', schemes: 'Bearer', scope: 'https://mail.google.com/' });
    const dummy = client.challenge(error.type === 'challenge' ? error.octets : octets(''));
    expect(dummy.type === 'respond' && dummy.octets.length).toBe(0);
    expect(server.response(octets(''))).toMatchObject({ type: 'rejected', code: 'SASL_CREDENTIALS_REFUSED' });
  });
});
