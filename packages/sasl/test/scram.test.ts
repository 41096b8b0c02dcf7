import { describe, expect, test } from 'vitest';
import type { ClientMechanismOptions, ClientStep, PasswordCredentials, ServerMechanismOptions, ServerStep } from '@mailwright/sasl';
import { createClientMechanism, createServerMechanism } from '@mailwright/sasl';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { decodeSaslName, encodeSaslName, parseClientFinal, parseClientFirst, parseServerFinal, parseServerFirst } from '../src/scram-message.ts';
import { CLIENT_NONCE, SALT_KEY, computeKey, couple, octets, primitives, serverOptions, settleServer, text } from './couple.ts';

const NONCE = 'rOprNGfwEbeRWgbNEkqO';
const exporter = { type: 'tls-exporter', data: octets('the keying material of this link') };
const endPoint = { type: 'tls-server-end-point', data: octets('the hash of the certificate') };
const otherLink = { type: 'tls-exporter', data: octets('the keying material of another  ') };

const clientOf = (name: 'SCRAM-SHA-256' | 'SCRAM-SHA-256-PLUS', more: Partial<ClientMechanismOptions> = {}, credentials: Partial<PasswordCredentials> = {}) =>
  createClientMechanism(name, { username: 'user', password: 'pencil', ...credentials }, { primitives, nonce: CLIENT_NONCE, ...more });
const serverOf = (name: 'SCRAM-SHA-256' | 'SCRAM-SHA-256-PLUS', more: Partial<ServerMechanismOptions> = {}) =>
  createServerMechanism(name, { ...serverOptions, ...more });
const knows = () => ({ secret: { password: 'pencil' } });

/** What a client says to a first challenge. */
function afterFirst(challenge: string, more: Partial<ClientMechanismOptions> = {}): ClientStep {
  const client = clientOf('SCRAM-SHA-256', more);
  client.start();
  return client.challenge(octets(challenge));
}

describe('client: the first challenge', () => {
  test.each([
    ['nonce of somebody else', 'r=somethingelse,s=QUFBQQ==,i=4096', 'SASL_NONCE_MISMATCH'],
    ['our nonce sent back', `r=${NONCE},s=QUFBQQ==,i=4096`, 'SASL_NONCE_MISMATCH'],
    ['our nonce shortened', `r=${NONCE.slice(0, -1)},s=QUFBQQ==,i=4096`, 'SASL_NONCE_MISMATCH'],
    ['4095 iterations', `r=${NONCE}x,s=QUFBQQ==,i=4095`, 'SASL_ITERATIONS_OUT_OF_BOUNDS'],
    ['1 iteration', `r=${NONCE}x,s=QUFBQQ==,i=1`, 'SASL_ITERATIONS_OUT_OF_BOUNDS'],
    ['600,001 iterations', `r=${NONCE}x,s=QUFBQQ==,i=600001`, 'SASL_ITERATIONS_OUT_OF_BOUNDS'],
    ['9,999,999,999 iterations', `r=${NONCE}x,s=QUFBQQ==,i=9999999999`, 'SASL_ITERATIONS_OUT_OF_BOUNDS'],
    ['iterations of 11 digits', `r=${NONCE}x,s=QUFBQQ==,i=10000000000`, 'SASL_MALFORMED_CHALLENGE'],
    ['0 iterations', `r=${NONCE}x,s=QUFBQQ==,i=0`, 'SASL_MALFORMED_CHALLENGE'],
    ['iterations with a sign', `r=${NONCE}x,s=QUFBQQ==,i=+4096`, 'SASL_MALFORMED_CHALLENGE'],
    ['a leading zero', `r=${NONCE}x,s=QUFBQQ==,i=04096`, 'SASL_MALFORMED_CHALLENGE'],
    ['an extension that must be understood', `m=new,r=${NONCE}x,s=QUFBQQ==,i=4096`, 'SASL_EXTENSION_REFUSED'],
    ['the same in a wrong place', `r=${NONCE}x,s=QUFBQQ==,i=4096,m=new`, 'SASL_MALFORMED_CHALLENGE'],
    ['a salt that is not base64', `r=${NONCE}x,s=Q!FBQQ==,i=4096`, 'SASL_MALFORMED_CHALLENGE'],
    ['a salt without padding', `r=${NONCE}x,s=QUFBQQ,i=4096`, 'SASL_MALFORMED_CHALLENGE'],
    ['no salt', `r=${NONCE}x,s=,i=4096`, 'SASL_MALFORMED_CHALLENGE'],
    ['another order', `s=QUFBQQ==,r=${NONCE}x,i=4096`, 'SASL_MALFORMED_CHALLENGE'],
    ['an extension without a value', `r=${NONCE}x,s=QUFBQQ==,i=4096,x=`, 'SASL_MALFORMED_CHALLENGE'],
    ['a nonce with a space', `r=${NONCE} x,s=QUFBQQ==,i=4096`, 'SASL_MALFORMED_CHALLENGE'],
    ['an error at once', 'e=other-error', 'SASL_MALFORMED_CHALLENGE'],
    ['nothing', '', 'SASL_MALFORMED_CHALLENGE'],
  ])('%s', (_, challenge, code) => {
    expect(afterFirst(challenge)).toMatchObject({ type: 'failed', code });
  });

  test.each([
    ['4,096 iterations', 'i=4096', {}],
    ['600,000 iterations', 'i=600000', {}],
    ['an optional extension', 'i=4096,x=whatever', {}],
    ['fewer where the caller allows it', 'i=100', { leastIterations: 100 }],
    ['more where the caller allows it', 'i=5000000', { mostIterations: 5_000_000 }],
  ])('%s -> goes on', (_, rest, more) => {
    expect(afterFirst(`r=${NONCE}x,s=QUFBQQ==,${rest}`, more).type).toBe('derive-key');
  });
});

describe('client: the last challenge', () => {
  const lastStep = (challenge: string) => {
    const client = clientOf('SCRAM-SHA-256');
    client.start();
    const derive = client.challenge(octets(`r=${NONCE}x,s=QUFBQQ==,i=4096`));
    if (derive.type === 'derive-key') client.derived(computeKey(derive));
    return { client, step: client.challenge(octets(challenge)) };
  };

  test.each([
    ['a signature of the right length', `v=${'A'.repeat(43)}=`, 'SASL_SERVER_SIGNATURE_INVALID'],
    ['a shorter signature', 'v=AAAA', 'SASL_SERVER_SIGNATURE_INVALID'],
    ['an empty signature', 'v=', 'SASL_MALFORMED_CHALLENGE'],
    ['the first message again', `r=${NONCE}x,s=QUFBQQ==,i=4096`, 'SASL_MALFORMED_CHALLENGE'],
    ['nothing', '', 'SASL_MALFORMED_CHALLENGE'],
    ['an error without a name', 'e=', 'SASL_MALFORMED_CHALLENGE'],
    ['an error', 'e=invalid-proof', 'SASL_SERVER_ERROR'],
  ])('%s', (_, challenge, code) => {
    const { client, step } = lastStep(challenge);
    expect(step).toMatchObject({ type: 'failed', code });
    expect(client.accepted()).toBe(step);
  });

  test('the name of the error can be read, without its controls', () => {
    expect(lastStep('e=invalid\u0007proof').client.serverError).toBe('invalid\ufffdproof');
  });

  test('a server that says success instead of proving itself -> SASL_SERVER_NOT_VERIFIED', () => {
    const client = clientOf('SCRAM-SHA-256');
    client.start();
    const derive = client.challenge(octets(`r=${NONCE}x,s=QUFBQQ==,i=4096`));
    if (derive.type === 'derive-key') expect(client.derived(computeKey(derive)).type).toBe('respond');
    expect(client.accepted()).toMatchObject({ type: 'failed', code: 'SASL_SERVER_NOT_VERIFIED' });
  });
});

describe('server: the first message', () => {
  test.each([
    ['an extension that must be understood', 'n,,m=new,n=user,r=abc', 'SASL_EXTENSION_REFUSED'],
    ['no GS2 header', 'n=user,r=abc', 'SASL_MALFORMED_RESPONSE'],
    ['an unknown flag', 'x,,n=user,r=abc', 'SASL_MALFORMED_RESPONSE'],
    ['a binding without -PLUS', 'p=tls-exporter,,n=user,r=abc', 'SASL_MALFORMED_RESPONSE'],
    ['a binding without a name', 'p=,,n=user,r=abc', 'SASL_MALFORMED_RESPONSE'],
    ['an authorization identity without a=', 'n,boss,n=user,r=abc', 'SASL_MALFORMED_RESPONSE'],
    ['an empty authorization identity', 'n,a=,n=user,r=abc', 'SASL_MALFORMED_RESPONSE'],
    ['an empty name', 'n,,n=,r=abc', 'SASL_MALFORMED_RESPONSE'],
    ['a name that SASLprep makes empty', 'n,,n=\u00ad,r=abc', 'SASL_MALFORMED_RESPONSE'],
    ['a name with a bare equals sign', 'n,,n=us=er,r=abc', 'SASL_MALFORMED_RESPONSE'],
    ['a name with =2c in lower case', 'n,,n=us=2cer,r=abc', 'SASL_MALFORMED_RESPONSE'],
    ['a name with a control', 'n,,n=us\u0001er,r=abc', 'SASL_MALFORMED_RESPONSE'],
    ['a NUL', 'n,,n=us\0er,r=abc', 'SASL_MALFORMED_RESPONSE'],
    ['no nonce', 'n,,n=user', 'SASL_MALFORMED_RESPONSE'],
    ['an empty nonce', 'n,,n=user,r=', 'SASL_MALFORMED_RESPONSE'],
    ['a trailing comma', 'n,,n=user,r=abc,', 'SASL_MALFORMED_RESPONSE'],
    ['nothing', '', 'SASL_MALFORMED_RESPONSE'],
    ['acting as somebody else', 'n,a=boss,n=user,r=abc', 'SASL_AUTHORIZATION_REFUSED'],
  ])('%s', (_, message, code) => {
    expect(serverOf('SCRAM-SHA-256').start(octets(message))).toMatchObject({ type: 'rejected', code });
  });

  test('an optional extension is skipped and stays in the signed text', () => {
    const step = serverOf('SCRAM-SHA-256').start(octets('n,,n=user,r=abc,x=1'));
    expect(step.type).toBe('verify');
  });

  test('a comma and an equals sign in names arrive as they were', () => {
    const credentials = { username: 'a=b,c', authorizationId: 'x=,=y' };
    const result = couple(clientOf('SCRAM-SHA-256', {}, credentials), serverOf('SCRAM-SHA-256', { allowForeignAuthorization: true }), knows);
    expect(result.transcript[0]).toBe(`C: n,a=x=3D=2C=3Dy,n=a=3Db=2Cc,r=${NONCE}`);
    expect(result.server).toEqual({ type: 'accepted', identity: { authenticationId: 'a=b,c', authorizationId: 'x=,=y' } });
    expect(result.client).toEqual({ type: 'done' });
  });

  test('names and passwords are compared in their SASLprep form', () => {
    const result = couple(clientOf('SCRAM-SHA-256', {}, { username: '\u2168', password: 'pen\u00adc\u00aa' }), serverOf('SCRAM-SHA-256'), ({ username }) => ({
      secret: username === 'IX' ? { password: 'penca' } : undefined,
    }));
    expect(result.server.type).toBe('accepted');
    expect(result.client).toEqual({ type: 'done' });
  });
});

describe('server: the last message', () => {
  /** Runs an honest client against the server, with its last message changed on the way. */
  function tamper(change: (message: string) => string): ServerStep {
    const client = clientOf('SCRAM-SHA-256');
    const server = serverOf('SCRAM-SHA-256');
    const first = client.start();
    const challenge = settleServer(server, server.start(first.type === 'respond' ? first.octets : undefined), knows);
    const derive = challenge.type === 'challenge' ? client.challenge(challenge.octets) : first;
    const final = derive.type === 'derive-key' ? client.derived(computeKey(derive)) : derive;
    if (final.type !== 'respond') throw new Error(final.type);
    return settleServer(server, server.response(octets(change(text(final.octets)))), knows);
  }

  test.each([
    ['unchanged', (message: string) => message, undefined],
    ['another nonce', (message: string) => message.replace(/r=./, 'r=X'), 'SASL_NONCE_MISMATCH'],
    ['only the client part of the nonce', (message: string) => message.replace(/r=[^,]+/, `r=${NONCE}`), 'SASL_NONCE_MISMATCH'],
    ['another GS2 header', (message: string) => message.replace('c=biws', 'c=eSws'), 'SASL_CHANNEL_BINDING_MISMATCH'],
    ['binding data out of nowhere', (message: string) => message.replace('c=biws', 'c=biwsAAAA'), 'SASL_CHANNEL_BINDING_MISMATCH'],
    ['binding data that is not base64', (message: string) => message.replace('c=biws', 'c=!!!!'), 'SASL_MALFORMED_RESPONSE'],
    ['a proof of zeros', (message: string) => message.replace(/p=.*/, `p=${'A'.repeat(43)}=`), 'SASL_CREDENTIALS_REFUSED'],
    ['a proof of another length', (message: string) => message.replace(/p=.*/, 'p=AAAA'), 'SASL_MALFORMED_RESPONSE'],
    ['no proof', (message: string) => message.replace(/,p=.*/, ''), 'SASL_MALFORMED_RESPONSE'],
    ['an extension that was not signed', (message: string) => message.replace(',p=', ',x=1,p='), 'SASL_CREDENTIALS_REFUSED'],
    ['something behind the proof', (message: string) => `${message},x=1`, 'SASL_MALFORMED_RESPONSE'],
    ['nothing', () => '', 'SASL_MALFORMED_RESPONSE'],
  ])('%s', (_, change, code) => {
    expect(tamper(change)).toMatchObject(code === undefined ? { type: 'challenge' } : { type: 'rejected', code });
  });

  test('the answer to the verifier must be empty', () => {
    const client = clientOf('SCRAM-SHA-256');
    const server = serverOf('SCRAM-SHA-256');
    const result = couple(client, { ...bind(server), response: (message) => server.response(message.length === 0 ? octets('x') : message) }, knows);
    expect(result.server).toMatchObject({ type: 'rejected', code: 'SASL_MALFORMED_RESPONSE' });
  });
});

/** A copy of a server machine whose methods can be replaced. */
function bind(server: ReturnType<typeof serverOf>) {
  const { name, clearText, clientFirst } = server;
  return {
    name, clearText, clientFirst,
    start: server.start.bind(server), response: server.response.bind(server), verify: server.verify.bind(server),
    decide: server.decide.bind(server), derived: server.derived.bind(server),
  };
}

describe('channel binding', () => {
  test.each([exporter, endPoint])('rfc5802 6: $type on both sides -> accepted, flag p', (binding) => {
    const result = couple(clientOf('SCRAM-SHA-256-PLUS', { channelBinding: binding }), serverOf('SCRAM-SHA-256-PLUS', { channelBindings: [exporter, endPoint] }), knows);
    expect(result.transcript[0]).toBe(`C: p=${binding.type},,n=user,r=${NONCE}`);
    expect(result.client).toEqual({ type: 'done' });
    expect(result.server.type).toBe('accepted');
  });

  test('somebody in between: each side bound to its own connection -> SASL_CHANNEL_BINDING_MISMATCH', () => {
    const result = couple(clientOf('SCRAM-SHA-256-PLUS', { channelBinding: otherLink }), serverOf('SCRAM-SHA-256-PLUS', { channelBindings: [exporter] }), knows);
    expect(result.server).toMatchObject({ type: 'rejected', code: 'SASL_CHANNEL_BINDING_MISMATCH' });
  });

  test('a kind of binding that the connection does not have -> SASL_CHANNEL_BINDING_UNSUPPORTED', () => {
    const result = couple(clientOf('SCRAM-SHA-256-PLUS', { channelBinding: endPoint }), serverOf('SCRAM-SHA-256-PLUS', { channelBindings: [exporter] }), knows);
    expect(result.server).toMatchObject({ type: 'rejected', code: 'SASL_CHANNEL_BINDING_UNSUPPORTED' });
  });

  test('rfc5802 6: flag y where -PLUS was offered -> SASL_CHANNEL_BINDING_DOWNGRADE', () => {
    const result = couple(clientOf('SCRAM-SHA-256', { channelBinding: exporter }), serverOf('SCRAM-SHA-256', { channelBindings: [exporter] }), knows);
    expect(result.transcript[0]).toBe(`C: y,,n=user,r=${NONCE}`);
    expect(result.server).toMatchObject({ type: 'rejected', code: 'SASL_CHANNEL_BINDING_DOWNGRADE' });
  });

  test('rfc5802 6: flag y where -PLUS was not offered -> accepted', () => {
    const result = couple(clientOf('SCRAM-SHA-256', { channelBinding: exporter }), serverOf('SCRAM-SHA-256'), knows);
    expect(result.server.type).toBe('accepted');
  });

  test('flag n where -PLUS was offered -> accepted', () => {
    const result = couple(clientOf('SCRAM-SHA-256'), serverOf('SCRAM-SHA-256', { channelBindings: [exporter] }), knows);
    expect(result.server.type).toBe('accepted');
  });

  test.each(['n,,n=user,r=abc', 'y,,n=user,r=abc'])('-PLUS without a binding: %s -> rejected', (message) => {
    expect(serverOf('SCRAM-SHA-256-PLUS', { channelBindings: [exporter] }).start(octets(message))).toMatchObject({ type: 'rejected', code: 'SASL_MALFORMED_RESPONSE' });
  });
});

describe('rfc5802 9: unknown users', () => {
  const firstChallenge = (username: string, secret: { password: string } | undefined, more: Partial<ServerMechanismOptions> = {}): string => {
    const server = serverOf('SCRAM-SHA-256', more);
    const step = settleServer(server, server.start(octets(`n,,n=${username},r=abc`)), () => ({ secret }));
    return step.type === 'challenge' ? text(step.octets) : step.type;
  };

  test('get the same challenge each time, of the form that known users get', () => {
    expect(firstChallenge('nobody', undefined)).toBe(firstChallenge('nobody', undefined));
    expect(firstChallenge('nobody', undefined)).toBe(firstChallenge('nobody', { password: 'pencil' }));
    expect(firstChallenge('nobody', undefined)).toMatch(/^r=abc[^,]+,s=[A-Za-z0-9+/]{22}==,i=4096$/);
  });

  test('get salts of their own, which depend on the key of the server', () => {
    expect(firstChallenge('nobody', undefined)).not.toBe(firstChallenge('somebody', undefined));
    expect(firstChallenge('nobody', undefined)).not.toBe(firstChallenge('nobody', undefined, { saltKey: octets('the key of another server') }));
    expect(firstChallenge('nobody', undefined, { saltKey: SALT_KEY, iterations: 10_000 })).toMatch(/,i=10000$/);
  });

  test.each([['password', 1], ['scram', 0]] as const)('take the steps of users kept with %s: %i derivation', (unknownUsers, count) => {
    const server = serverOf('SCRAM-SHA-256', { unknownUsers });
    const challenge = settleServer(server, server.start(octets(`n,,n=nobody,r=abc`)), () => ({ secret: undefined }));
    const nonce = challenge.type === 'challenge' ? text(challenge.octets).split(',')[0]! : '';
    let step = server.response(octets(`c=biws,${nonce},p=${'A'.repeat(43)}=`));
    let derivations = 0;
    for (; step.type === 'derive-key'; derivations++) step = server.derived(computeKey(step));
    expect(derivations).toBe(count);
    expect(step).toMatchObject({ type: 'rejected', code: 'SASL_CREDENTIALS_REFUSED' });
  });
});

describe('messages', () => {
  test('saslname: decode is the inverse of encode on generated names', () => {
    const random = new SeededRandom(5802);
    for (let round = 0; round < 500; round++) {
      const name = random.text('ab=,2CD3\u00e4\u{1f600}'.normalize(), random.integer(1, 12));
      expect(decodeSaslName(encodeSaslName(name))).toBe(name);
    }
  });

  test('generated garbage is refused or read, never thrown on', () => {
    const random = new SeededRandom(7677);
    const alphabet = 'npyaresicvm=,,,==ABCabc123+/\0\u00e4';
    for (let round = 0; round < 2000; round++) {
      const message = octets(random.text(alphabet, random.integer(0, 60)));
      for (const parse of [parseClientFirst, parseServerFirst, parseClientFinal, parseServerFinal]) expect(typeof parse(message).ok).toBe('boolean');
    }
  });

  test('64 KB of commas are read in linear time', () => {
    const message = octets(`n,,n=user,r=abc${',x=1'.repeat(16_000)}`);
    expect(parseClientFirst(message).ok).toBe(true);
    expect(parseServerFinal(octets(','.repeat(65_536))).ok).toBe(false);
  });
});
