/** PLAIN, LOGIN, CRAM-MD5, OAUTHBEARER, XOAUTH2, EXTERNAL: what a peer can do wrong. SCRAM has a file of its own. */
import { describe, expect, test } from 'vitest';
import type { ServerMechanismOptions } from '@mailwright/sasl';
import { createClientMechanism, createServerMechanism } from '@mailwright/sasl';
import { CRAM_CHALLENGE, octets, primitives, serverOptions, settleServer, text } from './couple.ts';

const MALFORMED = { type: 'rejected', code: 'SASL_MALFORMED_RESPONSE' };
const serverOf = (name: 'PLAIN' | 'LOGIN' | 'CRAM-MD5' | 'OAUTHBEARER' | 'XOAUTH2' | 'EXTERNAL', more: Partial<ServerMechanismOptions> = {}) =>
  createServerMechanism(name, { ...serverOptions, ...more });

describe('PLAIN server', () => {
  test.each([
    ['an empty message', ''],
    ['one part', 'tim'],
    ['two parts', 'tim\0secret'],
    ['four parts', '\0tim\0secret\0'],
    ['an empty name', '\0\0secret'],
    ['an empty password', '\0tim\0'],
    ['a name that SASLprep makes empty', '\0\u00ad\0secret'],
    ['a CR in the name', '\0t\rm\0secret'],
    ['an LF in the password', '\0tim\0sec\nret'],
    ['an LF in the authorization identity', 'bo\nss\0tim\0secret'],
  ])('%s', (_, message) => {
    expect(serverOf('PLAIN').start(octets(message))).toMatchObject(MALFORMED);
  });

  test('acting as somebody else -> SASL_AUTHORIZATION_REFUSED, nobody is looked up', () => {
    expect(serverOf('PLAIN').start(octets('boss\0tim\0secret'))).toMatchObject({ type: 'rejected', code: 'SASL_AUTHORIZATION_REFUSED' });
  });

  test('acting as oneself by name -> as without', () => {
    const server = serverOf('PLAIN');
    expect(server.start(octets('tim\0tim\0secret')).type).toBe('verify');
    expect(server.decide(true)).toEqual({ type: 'accepted', identity: { authenticationId: 'tim', authorizationId: 'tim' } });
  });

  test('names are prepared before they are compared and looked up', () => {
    const step = serverOf('PLAIN').start(octets('IX\0\u2168\0secret'));
    expect(step).toMatchObject({ type: 'verify', attempt: { username: 'IX', authorizationId: 'IX' } });
  });

  test('a password that begins with a byte order mark keeps it', () => {
    const server = serverOf('PLAIN');
    const step = server.start(octets('\0tim\0\ufeffsecret'));
    expect(step.type === 'verify' && step.attempt.password).toBe('\ufeffsecret');
  });
});

describe('LOGIN', () => {
  test('the server takes an initial response as the name', () => {
    const server = serverOf('LOGIN');
    const prompt = server.start(octets('tim'));
    expect(prompt.type === 'challenge' && text(prompt.octets)).toBe('Password:');
    expect(settleServer(server, server.response(octets('secret')), () => ({ secret: { password: 'secret' } })).type).toBe('accepted');
  });

  test('the prompts are the ones that clients look for', () => {
    const server = serverOf('LOGIN');
    const first = server.start(undefined);
    const second = server.response(octets('tim'));
    expect([first, second].map((step) => step.type === 'challenge' && text(step.octets))).toEqual(['Username:', 'Password:']);
  });

  test.each([['empty', ''], ['with NUL', 't\0m'], ['with CR', 't\rm']])('a name that is %s', (_, name) => {
    expect(serverOf('LOGIN').start(octets(name))).toMatchObject(MALFORMED);
  });

  test.each([['empty', ''], ['with NUL', 's\0t'], ['with LF', 's\nt']])('a password that is %s', (_, password) => {
    const server = serverOf('LOGIN');
    server.start(octets('tim'));
    expect(server.response(octets(password))).toMatchObject(MALFORMED);
  });

  test.each(['User Name\0', 'VXNlcm5hbWU6', '', 'Benutzer?'])('the client answers the prompt %j by its place', (prompt) => {
    const client = createClientMechanism('LOGIN', { username: 'tim', password: 'secret' }, { primitives });
    expect(client.start()).toEqual({ type: 'await-challenge' });
    const name = client.challenge(octets(prompt));
    const password = client.challenge(octets(prompt));
    expect([name, password].map((step) => step.type === 'respond' && text(step.octets))).toEqual(['tim', 'secret']);
    expect(client.accepted()).toEqual({ type: 'done' });
  });
});

describe('CRAM-MD5', () => {
  test('an initial response -> SASL_UNEXPECTED_INITIAL_RESPONSE', () => {
    expect(serverOf('CRAM-MD5').start(octets(''))).toMatchObject({ type: 'rejected', code: 'SASL_UNEXPECTED_INITIAL_RESPONSE' });
  });

  test.each([
    ['no space', 'timb913a602c7eda7a495b4e6e7334d3890'],
    ['no name', ' b913a602c7eda7a495b4e6e7334d3890'],
    ['a short digest', 'tim b913a602c7eda7a495b4e6e7334d389'],
    ['a long digest', 'tim b913a602c7eda7a495b4e6e7334d38900'],
    ['upper case', 'tim B913A602C7EDA7A495B4E6E7334D3890'],
    ['a name with NUL', 't\0m b913a602c7eda7a495b4e6e7334d3890'],
    ['nothing', ''],
  ])('%s', (_, message) => {
    const server = serverOf('CRAM-MD5');
    server.start(undefined);
    expect(server.response(octets(message))).toMatchObject(MALFORMED);
  });

  test('a name with spaces', () => {
    const client = createClientMechanism('CRAM-MD5', { username: 'tim o reilly', password: 'secret' }, { primitives });
    client.start();
    const step = client.challenge(CRAM_CHALLENGE);
    const server = serverOf('CRAM-MD5');
    server.start(undefined);
    const end = settleServer(server, server.response(step.type === 'respond' ? step.octets : octets('')), () => ({ secret: { password: 'secret' } }));
    expect(end).toMatchObject({ type: 'accepted', identity: { authenticationId: 'tim o reilly' } });
  });

  test('the client refuses to sign nothing', () => {
    const client = createClientMechanism('CRAM-MD5', { username: 'tim', password: 'secret' }, { primitives });
    client.start();
    expect(client.challenge(octets(''))).toMatchObject({ type: 'failed', code: 'SASL_MALFORMED_CHALLENGE' });
  });
});

describe('OAUTHBEARER server', () => {
  test.each([
    ['nothing', ''],
    ['no separators', 'n,,auth=Bearer x'],
    ['one separator at the end', 'n,,\x01auth=Bearer x\x01'],
    ['no auth', 'n,,\x01host=example.com\x01\x01'],
    ['no pairs', 'n,,\x01\x01'],
    ['two auths', 'n,,\x01auth=Bearer x\x01auth=Bearer y\x01\x01'],
    ['another scheme', 'n,,\x01auth=Basic eDp5\x01\x01'],
    ['a scheme without a token', 'n,,\x01auth=Bearer \x01\x01'],
    ['a token with a space', 'n,,\x01auth=Bearer x y\x01\x01'],
    ['a pair without a key', 'n,,\x01=x\x01auth=Bearer x\x01\x01'],
    ['a NUL in a value', 'n,,\x01host=a\0b\x01auth=Bearer x\x01\x01'],
    ['channel binding', 'p=tls-exporter,,\x01auth=Bearer x\x01\x01'],
    ['an empty name', 'n,a=,\x01auth=Bearer x\x01\x01'],
    ['a name with a bare equals sign', 'n,a=x=y,\x01auth=Bearer x\x01\x01'],
    ['something behind the end', 'n,,\x01auth=Bearer x\x01\x01x'],
  ])('%s', (_, message) => {
    expect(serverOf('OAUTHBEARER').start(octets(message))).toMatchObject(MALFORMED);
  });

  test.each([
    ['n,,\x01auth=Bearer x\x01\x01', '', undefined],
    ['y,a=tim,\x01auth=bearer x\x01\x01', 'tim', 'tim'],
    ['n,a=t=2Ci=3Dm,\x01host=h\x01port=25\x01auth=Bearer   x\x01qs=a=b\x01\x01', 't,i=m', 't,i=m'],
  ])('%j is read', (message, username, authorizationId) => {
    const step = serverOf('OAUTHBEARER').start(octets(message));
    expect(step.type === 'verify' && step.attempt).toMatchObject({ username, authorizationId });
    expect(step.type === 'verify' && step.attempt.token).toBe('x');
  });

  test('the driver names whom the token belongs to', () => {
    const server = serverOf('OAUTHBEARER');
    server.start(octets('n,,\x01auth=Bearer x\x01\x01'));
    expect(server.decide(true, 'tim')).toEqual({ type: 'accepted', identity: { authenticationId: 'tim', authorizationId: 'tim' } });
  });

  test('names with commas and equals signs arrive as they were', () => {
    const step = createClientMechanism('OAUTHBEARER', { username: 'a,b=c', token: 'x' }, { primitives }).start();
    expect(step.type === 'respond' && text(step.octets)).toBe('n,a=a=2Cb=3Dc,\x01auth=Bearer x\x01\x01');
  });
});

describe('XOAUTH2 server', () => {
  test.each([
    ['nothing', ''],
    ['no name', 'auth=Bearer x\x01\x01'],
    ['an empty name', 'user=\x01auth=Bearer x\x01\x01'],
    ['no token', 'user=tim\x01auth=Bearer \x01\x01'],
    ['another scheme', 'user=tim\x01auth=Basic x\x01\x01'],
    ['one separator at the end', 'user=tim\x01auth=Bearer x\x01'],
    ['something behind the end', 'user=tim\x01auth=Bearer x\x01\x01x'],
    ['an LF in the name', 'user=t\nm\x01auth=Bearer x\x01\x01'],
  ])('%s', (_, message) => {
    expect(serverOf('XOAUTH2').start(octets(message))).toMatchObject(MALFORMED);
  });
});

describe('EXTERNAL server', () => {
  test('an empty response: act as what the connection proves', () => {
    const server = serverOf('EXTERNAL');
    const step = server.start(octets(''));
    expect(step).toMatchObject({ type: 'verify', attempt: { username: 'tim', authorizationId: undefined, password: undefined, token: undefined } });
    expect(server.decide(true)).toEqual({ type: 'accepted', identity: { authenticationId: 'tim', authorizationId: 'tim' } });
  });

  test.each([
    ['a connection that proves nothing', { externalIdentity: undefined }, '', 'SASL_EXTERNAL_UNAVAILABLE'],
    ['somebody else', {}, 'boss', 'SASL_AUTHORIZATION_REFUSED'],
    ['a NUL', {}, 'ti\0m', 'SASL_MALFORMED_RESPONSE'],
    ['a name that SASLprep makes empty', {}, '\u00ad', 'SASL_MALFORMED_RESPONSE'],
  ])('%s', (_, more, message, code) => {
    expect(serverOf('EXTERNAL', more).start(octets(message))).toMatchObject({ type: 'rejected', code });
  });

  test('somebody else, where that is allowed: the driver judges', () => {
    const server = serverOf('EXTERNAL', { allowForeignAuthorization: true });
    expect(server.start(octets('boss'))).toMatchObject({ type: 'verify', attempt: { username: 'tim', authorizationId: 'boss' } });
    expect(server.decide(false)).toMatchObject({ type: 'rejected', code: 'SASL_CREDENTIALS_REFUSED' });
  });

  test('an external identity with a line end is a mistake of the driver', () => {
    expect(() => serverOf('EXTERNAL', { externalIdentity: 'tim\r\n' })).toThrow(TypeError);
  });
});
