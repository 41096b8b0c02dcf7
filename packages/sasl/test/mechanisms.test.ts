import { describe, expect, test } from 'vitest';
import type { Credentials, MechanismName } from '@mailwright/sasl';
import { MECHANISM_INFOS, createClientMechanism, createServerMechanism, mechanismInfo, scramKeyRequest, scramKeys } from '@mailwright/sasl';
import type { Judge } from './couple.ts';
import { CLIENT_NONCE, computeKey, couple, octets, primitives, serverOptions, settleServer, text, truncations } from './couple.ts';

const PASSWORD: Credentials = { username: 'tim', password: 'tanstaaftanstaaf' };
const TOKEN: Credentials = { username: 'tim', token: 'vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==' };
const EXTERNAL: Credentials = { external: true };
const binding = { type: 'tls-exporter', data: octets('0123456789abcdef0123456789abcdef') };

const keys = (algorithm: 'sha1' | 'sha256') => {
  const request = scramKeyRequest({ password: 'tanstaaftanstaaf', salt: octets('sixteen octets!!'), iterations: 4096, algorithm });
  return { scram: scramKeys(request, computeKey(request), primitives) };
};
const byPassword: Judge = ({ username }) => ({ secret: username === 'tim' ? { password: 'tanstaaftanstaaf' } : undefined });
const byToken: Judge = ({ token }) => ({ accepted: token === TOKEN.token });
const byName: Judge = ({ username }) => ({ accepted: username === 'tim' });

const byKeys = (algorithm: 'sha1' | 'sha256'): Judge => ({ username }) => ({ secret: username === 'tim' ? keys(algorithm) : undefined });

const CASES: readonly (readonly [MechanismName, Credentials, Judge])[] = [
  ['PLAIN', PASSWORD, byPassword],
  ['LOGIN', PASSWORD, byPassword],
  ['CRAM-MD5', PASSWORD, byPassword],
  ['SCRAM-SHA-1', PASSWORD, byPassword],
  ['SCRAM-SHA-1-PLUS', PASSWORD, byPassword],
  ['SCRAM-SHA-256', PASSWORD, byPassword],
  ['SCRAM-SHA-256-PLUS', PASSWORD, byPassword],
  ['OAUTHBEARER', TOKEN, byToken],
  ['XOAUTH2', TOKEN, byToken],
  ['EXTERNAL', EXTERNAL, byName],
];

const clientOf = (name: MechanismName, credentials: Credentials) =>
  createClientMechanism(name, credentials, { primitives, nonce: CLIENT_NONCE, ...(name.endsWith('-PLUS') ? { channelBinding: binding } : {}) });
const serverOf = (name: MechanismName, more: object = {}) =>
  createServerMechanism(name, { ...serverOptions, ...(name.endsWith('-PLUS') ? { channelBindings: [binding] } : {}), ...more });

describe('client against server', () => {
  test('every mechanism of the list has a case here', () => {
    expect(CASES.map(([name]) => name).sort()).toEqual(MECHANISM_INFOS.map(({ name }) => name).sort());
  });

  test.each(CASES)('%s: right credentials -> both sides done', (name, credentials, judge) => {
    const result = couple(clientOf(name, credentials), serverOf(name), judge);
    expect(result.client).toEqual({ type: 'done' });
    const identity = { authenticationId: 'tim', authorizationId: 'tim' };
    expect(result.server).toEqual({ type: 'accepted', identity });
    expect(result.attempts).toHaveLength(1);
    expect(result.attempts[0]!.mechanism).toBe(name);
  });

  test.each(CASES.filter(([name]) => mechanismInfo(name)!.clientFirst))('%s: no initial response -> empty challenge, then the same', (name, credentials, judge) => {
    const result = couple(clientOf(name, credentials), serverOf(name), judge, false);
    expect(result.transcript[0]).toBe('S: ');
    expect(result.client).toEqual({ type: 'done' });
    expect(result.server.type).toBe('accepted');
  });

  test.each([
    ['PLAIN', 'sha256'], ['PLAIN', 'sha1'], ['LOGIN', 'sha256'], ['LOGIN', 'sha1'],
    ['SCRAM-SHA-256', 'sha256'], ['SCRAM-SHA-256-PLUS', 'sha256'], ['SCRAM-SHA-1', 'sha1'], ['SCRAM-SHA-1-PLUS', 'sha1'],
  ] as const)('%s: a server that keeps only %s keys -> accepted', (name, algorithm) => {
    const result = couple(clientOf(name, PASSWORD), serverOf(name, { unknownUsers: 'scram' }), byKeys(algorithm));
    expect(result.client).toEqual({ type: 'done' });
    expect(result.server.type).toBe('accepted');
  });

  const wrongPassword: Credentials = { username: 'tim', password: 'tanstaafl' };
  const nobody: Credentials = { username: 'nobody', password: 'tanstaaftanstaaf' };
  test.each(
    (['PLAIN', 'LOGIN', 'CRAM-MD5', 'SCRAM-SHA-1', 'SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS'] as const).flatMap((name) =>
      ([wrongPassword, nobody] as const).flatMap((credentials) =>
        (name === 'CRAM-MD5' ? (['password'] as const) : (['password', 'scram'] as const)).map((kind) => [name, credentials, kind] as const),
      ),
    ),
  )('%s: %o against a %s -> refused with the same words', (name, credentials, kind) => {
    const judge = kind === 'password' ? byPassword : byKeys(name === 'SCRAM-SHA-1' ? 'sha1' : 'sha256');
    const result = couple(clientOf(name, credentials), serverOf(name, { unknownUsers: kind }), judge);
    expect(result.server).toEqual({ type: 'rejected', code: 'SASL_CREDENTIALS_REFUSED', message: 'the credentials were not accepted' });
    expect(result.client.type).not.toBe('done');
  });

  test.each(['PLAIN', 'LOGIN'] as const)('%s: the driver decides, and names who it is', (name) => {
    const yes = couple(clientOf(name, PASSWORD), serverOf(name), () => ({ accepted: true, as: 'tim@example.com' }));
    expect(yes.server).toEqual({ type: 'accepted', identity: { authenticationId: 'tim@example.com', authorizationId: 'tim@example.com' } });
    const no = couple(clientOf(name, PASSWORD), serverOf(name), ({ password }) => ({ accepted: password !== 'tanstaaftanstaaf' }));
    expect(no.server).toMatchObject({ type: 'rejected', code: 'SASL_CREDENTIALS_REFUSED' });
  });

  test.each([
    ['CRAM-MD5', { password: 'x' }, { scram: keys('sha256').scram }],
    ['SCRAM-SHA-256', { password: 'x' }, { scram: keys('sha1').scram }],
    ['SCRAM-SHA-1', { password: 'x' }, { scram: keys('sha256').scram }],
    ['PLAIN', { password: 'x' }, { scram: { ...keys('sha256').scram, serverKey: octets('short') } }],
    ['SCRAM-SHA-256', { password: 'x' }, { scram: { ...keys('sha256').scram, iterations: 0 } }],
  ] as const)('%s: a stored secret that does not fit -> SASL_SECRET_UNUSABLE', (name, _, secret) => {
    const result = couple(clientOf(name, PASSWORD), serverOf(name), () => ({ secret }));
    expect(result.server).toMatchObject({ type: 'rejected', code: 'SASL_SECRET_UNUSABLE' });
  });
});

describe('every truncation of every message', () => {
  test.each(CASES)('%s: the client never throws and never says done', (name, credentials, judge) => {
    const { transcript } = couple(clientOf(name, credentials), serverOf(name), judge);
    const challenges = transcript.filter((line) => line.startsWith('S: ')).map((line) => octets(line.slice(3)));
    challenges.forEach((whole, index) => {
      for (const cut of truncations(whole)) {
        const client = clientOf(name, credentials);
        let step = client.start();
        for (const before of challenges.slice(0, index)) {
          step = client.challenge(before);
          if (step.type === 'derive-key') step = client.derived(computeKey(step));
        }
        step = client.challenge(cut);
        if (step.type === 'derive-key') step = client.derived(computeKey(step));
        expect(['respond', 'failed']).toContain(step.type);
        if (name.startsWith('SCRAM') && index === challenges.length - 1) expect(step.type).toBe('failed');
      }
    });
  });

  test.each(CASES)('%s: the server never throws and never accepts', (name, credentials, judge) => {
    const { transcript } = couple(clientOf(name, credentials), serverOf(name), judge);
    const responses = transcript.filter((line) => line.startsWith('C: ')).map((line) => octets(line.slice(3)));
    const first = mechanismInfo(name)!.clientFirst;
    responses.forEach((whole, index) => {
      for (const cut of truncations(whole)) {
        const server = serverOf(name);
        const sent = [...responses.slice(0, index), cut];
        let step = settleServer(server, server.start(first ? sent.shift() : undefined), judge);
        for (const response of sent) step = settleServer(server, step.type === 'challenge' ? server.response(response) : step, judge);
        if (name === 'LOGIN' && index === 0 && step.type === 'challenge') continue;
        expect(step.type === 'rejected' || step.type === 'challenge').toBe(true);
      }
    });
  });

  test.each(CASES)('%s: octets that are not UTF-8 -> rejected', (name, _, judge) => {
    const server = serverOf(name);
    const garbage = new Uint8Array([0xc3, 0x28, 0xff, 0x00, 0x01]);
    const begun = mechanismInfo(name)!.clientFirst ? server.start(garbage) : (server.start(undefined), server.response(garbage));
    expect(settleServer(server, begun, judge)).toMatchObject({ type: 'rejected', code: 'SASL_MALFORMED_RESPONSE' });
  });
});

describe('bounds', () => {
  test.each(CASES)('%s: a server that challenges without end -> SASL_TOO_MANY_CHALLENGES, and it stays so', (name, credentials, judge) => {
    const client = clientOf(name, credentials);
    const { server } = couple(client, serverOf(name), judge);
    expect(server.type).toBe('accepted');
    let step = client.challenge(octets('more'));
    for (let round = 0; round < 3 && step.type === 'respond'; round++) step = client.challenge(octets('more'));
    expect(step).toMatchObject({ type: 'failed', code: 'SASL_TOO_MANY_CHALLENGES' });
    expect(client.challenge(octets('more'))).toBe(step);
    expect(client.accepted()).toBe(step);
  });

  test.each(CASES)('%s: a client that goes on after the end -> SASL_TOO_MANY_RESPONSES', (name, credentials, judge) => {
    const server = serverOf(name);
    expect(couple(clientOf(name, credentials), server, judge).server.type).toBe('accepted');
    const step = server.response(octets('more'));
    expect(step).toMatchObject({ type: 'rejected', code: 'SASL_TOO_MANY_RESPONSES' });
    expect(server.response(octets('more'))).toBe(step);
  });

  test.each(CASES)('%s: messages above the limit -> SASL_MESSAGE_TOO_LONG on both sides', (name, credentials) => {
    const long = new Uint8Array(101).fill(0x61);
    const client = createClientMechanism(name, credentials, { primitives, nonce: CLIENT_NONCE, channelBinding: binding, messageOctets: 100 });
    client.start();
    const hasMore = name !== 'PLAIN' && name !== 'EXTERNAL';
    expect(client.challenge(long)).toMatchObject({ type: 'failed', code: hasMore ? 'SASL_MESSAGE_TOO_LONG' : 'SASL_TOO_MANY_CHALLENGES' });
    expect(serverOf(name, { messageOctets: 100 }).start(long)).toMatchObject({ type: 'rejected', code: 'SASL_MESSAGE_TOO_LONG' });
    const server = serverOf(name, { messageOctets: 100 });
    expect(server.start(undefined).type).toBe('challenge');
    expect(server.response(long)).toMatchObject({ type: 'rejected', code: 'SASL_MESSAGE_TOO_LONG' });
  });

  test('the default limit lets a token of 60,000 octets through and stops one of 70,000', () => {
    const token = (count: number) => couple(clientOf('OAUTHBEARER', { username: 'tim', token: 'x'.repeat(count) }), serverOf('OAUTHBEARER'), () => ({ accepted: true }));
    expect(token(60_000).server.type).toBe('accepted');
    expect(token(70_000).server).toMatchObject({ type: 'rejected', code: 'SASL_MESSAGE_TOO_LONG' });
  });
});

describe('success that comes too early', () => {
  test.each(CASES.filter(([name]) => name.startsWith('SCRAM') || name === 'LOGIN' || name === 'CRAM-MD5'))('%s: at once -> SASL_SERVER_NOT_VERIFIED', (name, credentials) => {
    const client = clientOf(name, credentials);
    client.start();
    expect(client.accepted()).toMatchObject({ type: 'failed', code: 'SASL_SERVER_NOT_VERIFIED' });
  });

  test.each(['OAUTHBEARER', 'XOAUTH2'] as const)('%s: after an error -> SASL_SERVER_ERROR', (name) => {
    const client = clientOf(name, TOKEN);
    client.start();
    expect(client.challenge(octets('{"status":"401"}')).type).toBe('respond');
    expect(client.accepted()).toMatchObject({ type: 'failed', code: 'SASL_SERVER_ERROR' });
    expect(client.serverError).toBe('{"status":"401"}');
  });

  test('additional data with success where the mechanism has none -> SASL_TOO_MANY_CHALLENGES', () => {
    const client = clientOf('PLAIN', PASSWORD);
    client.start();
    expect(client.accepted(octets('welcome'))).toMatchObject({ type: 'failed', code: 'SASL_TOO_MANY_CHALLENGES' });
  });
});

describe('mistakes of the driver are TypeErrors', () => {
  test.each(CASES)('%s: calls out of order', (name, credentials) => {
    const client = clientOf(name, credentials);
    expect(() => client.challenge(octets(''))).toThrow(TypeError);
    expect(() => client.accepted()).toThrow(TypeError);
    expect(() => client.derived(octets(''))).toThrow(TypeError);
    client.start();
    expect(() => client.start()).toThrow(TypeError);
    const server = serverOf(name);
    expect(() => server.response(octets(''))).toThrow(TypeError);
    expect(() => server.verify(undefined)).toThrow(TypeError);
    expect(() => server.decide(true)).toThrow(TypeError);
    expect(() => server.derived(octets(''))).toThrow(TypeError);
    server.start(undefined);
    expect(() => server.start(undefined)).toThrow(TypeError);
  });

  test.each(CASES)('%s: the wrong way to judge', (name, credentials) => {
    const wrongWay: Judge = name.startsWith('SCRAM') || name === 'CRAM-MD5' ? () => ({ accepted: true }) : () => ({ secret: undefined });
    if (name === 'PLAIN' || name === 'LOGIN') expect(couple(clientOf(name, credentials), serverOf(name), wrongWay).server.type).toBe('rejected');
    else expect(() => couple(clientOf(name, credentials), serverOf(name), wrongWay)).toThrow(TypeError);
  });

  test('a key of the wrong length -> RangeError', () => {
    const client = clientOf('SCRAM-SHA-256', PASSWORD);
    const first = client.start();
    expect(first.type).toBe('respond');
    expect(client.challenge(octets('r=rOprNGfwEbeRWgbNEkqOx,s=QUFBQQ==,i=4096')).type).toBe('derive-key');
    expect(() => client.derived(octets('short'))).toThrow(RangeError);
    expect(() => client.challenge(octets(''))).toThrow(TypeError);
  });

  test.each([
    ['an unknown mechanism', () => createClientMechanism('DIGEST-MD5' as MechanismName, PASSWORD, { primitives })],
    ['a token for PLAIN', () => createClientMechanism('PLAIN', TOKEN, { primitives })],
    ['a password for XOAUTH2', () => createClientMechanism('XOAUTH2', PASSWORD, { primitives })],
    ['a password for EXTERNAL', () => createClientMechanism('EXTERNAL', PASSWORD, { primitives })],
    ['SCRAM without a nonce', () => createClientMechanism('SCRAM-SHA-256', PASSWORD, { primitives })],
    ['-PLUS without a binding', () => createClientMechanism('SCRAM-SHA-256-PLUS', PASSWORD, { primitives, nonce: CLIENT_NONCE })],
    ['a binding without data', () => createClientMechanism('SCRAM-SHA-256-PLUS', PASSWORD, { primitives, nonce: CLIENT_NONCE, channelBinding: { type: 'tls-exporter', data: octets('') } })],
    ['a binding with a comma', () => createClientMechanism('SCRAM-SHA-256-PLUS', PASSWORD, { primitives, nonce: CLIENT_NONCE, channelBinding: { type: 'tls,a=', data: octets('x') } })],
    ['LOGIN for somebody else', () => createClientMechanism('LOGIN', { ...PASSWORD, authorizationId: 'boss' }, { primitives })],
    ['CRAM-MD5 for somebody else', () => createClientMechanism('CRAM-MD5', { ...PASSWORD, authorizationId: 'boss' }, { primitives })],
    ['server: SCRAM without a nonce', () => createServerMechanism('SCRAM-SHA-256', { primitives, saltKey: serverOptions.saltKey })],
    ['server: SCRAM without a salt key', () => createServerMechanism('SCRAM-SHA-256', { primitives, nonce: CLIENT_NONCE })],
    ['server: PLAIN with unknownUsers scram, without a salt key', () => createServerMechanism('PLAIN', { primitives, unknownUsers: 'scram' })],
    ['server: -PLUS without bindings', () => createServerMechanism('SCRAM-SHA-256-PLUS', { ...serverOptions })],
    ['server: CRAM-MD5 without a challenge', () => createServerMechanism('CRAM-MD5', { primitives })],
    ['server: CRAM-MD5 with a challenge of another form', () => createServerMechanism('CRAM-MD5', { primitives, cramChallenge: octets('<no-at-sign>') })],
  ] as const)('%s', (_, make) => {
    expect(make).toThrow(TypeError);
  });

  test.each([
    ['a short client nonce', () => createClientMechanism('SCRAM-SHA-256', PASSWORD, { primitives, nonce: octets('short') })],
    ['bounds the wrong way round', () => createClientMechanism('SCRAM-SHA-256', PASSWORD, { primitives, nonce: CLIENT_NONCE, leastIterations: 5000, mostIterations: 4999 })],
    ['port 0', () => createClientMechanism('OAUTHBEARER', { ...TOKEN, port: 0 } as Credentials, { primitives })],
    ['a short salt key', () => createServerMechanism('SCRAM-SHA-256', { ...serverOptions, saltKey: octets('short') })],
    ['too few iterations', () => createServerMechanism('SCRAM-SHA-256', { ...serverOptions, iterations: 1000 })],
  ] as const)('%s -> RangeError', (_, make) => {
    expect(make).toThrow(RangeError);
  });
});

describe('credentials are checked where they come in', () => {
  const FORBIDDEN = ['\r', '\n', '\0', '\ud800'];
  const NAMES = MECHANISM_INFOS.filter(({ uses }) => uses === 'password').map(({ name }) => name);

  test.each(NAMES)('%s: CR, LF, NUL or a lone surrogate in name or password -> TypeError without the secret', (name) => {
    for (const character of FORBIDDEN) {
      for (const credentials of [{ username: 'tim', password: `hush${character}hush` }, { username: `t${character}m`, password: 'hush' }]) {
        const make = () => clientOf(name, credentials);
        expect(make).toThrow(TypeError);
        expect(make).not.toThrow(/hush/);
      }
    }
  });

  test.each(NAMES)('%s: an empty name or password -> TypeError', (name) => {
    expect(() => clientOf(name, { username: '', password: 'hush' })).toThrow(TypeError);
    expect(() => clientOf(name, { username: 'tim', password: '' })).toThrow(TypeError);
  });

  test.each(['OAUTHBEARER', 'XOAUTH2'] as const)('%s: controls in name or token, spaces or other scripts in the token -> TypeError', (name) => {
    for (const character of [...FORBIDDEN, '\x01']) {
      expect(() => clientOf(name, { username: `t${character}m`, token: 'hush' })).toThrow(TypeError);
      expect(() => clientOf(name, { username: 'tim', token: `hush${character}` })).toThrow(TypeError);
    }
    for (const token of ['', 'hush hush', 'hüsh']) expect(() => clientOf(name, { username: 'tim', token })).toThrow(TypeError);
  });

  test.each(['PLAIN', 'SCRAM-SHA-256', 'EXTERNAL'] as const)('%s: an authorization identity with CR, LF or NUL -> TypeError', (name) => {
    for (const character of FORBIDDEN) {
      const authorizationId = `b${character}ss`;
      const credentials: Credentials = name === 'EXTERNAL' ? { external: true, authorizationId } : { username: 'tim', password: 'hush', authorizationId };
      expect(() => clientOf(name, credentials)).toThrow(TypeError);
    }
  });

  test('SCRAM: a password that SASLprep forbids -> TypeError', () => {
    expect(() => clientOf('SCRAM-SHA-256', { username: 'tim', password: 'hush\u0007' })).toThrow('password has no SASLprep form');
    expect(() => clientOf('SCRAM-SHA-256', { username: '\u00ad', password: 'hush' })).toThrow('username is empty after SASLprep');
  });
});

describe('secrets are not shown', () => {
  test.each(CASES)('%s: inspection and JSON of machines, steps and attempts', async (name, credentials, judge) => {
    const { inspect } = await import('node:util');
    const secret = 'password' in credentials ? credentials.password : 'token' in credentials ? credentials.token : 'no secret here';
    const show = (value: unknown): string => inspect(value, { depth: 9, showHidden: true }) + JSON.stringify(value) + String(value);
    const client = clientOf(name, credentials);
    const server = serverOf(name);
    const result = couple(client, server, (attempt) => {
      expect(show(attempt)).not.toContain(secret);
      if (mechanismInfo(name)!.clearText) expect(attempt.password ?? attempt.token).toBe(secret);
      return judge(attempt);
    });
    expect(result.server.type).toBe('accepted');
    for (const value of [client, server, clientOf(name, credentials), result.server]) expect(show(value)).not.toContain(secret);
  });

  test('a derive-key step shows all but the password', () => {
    const client = clientOf('SCRAM-SHA-256', { username: 'tim', password: 'hush' });
    client.start();
    const step = client.challenge(octets('r=rOprNGfwEbeRWgbNEkqOx,s=QUFBQQ==,i=4096'));
    expect(step.type === 'derive-key' && text(step.password)).toBe('hush');
    expect(Object.keys(step).sort()).toEqual(['algorithm', 'iterations', 'keyOctets', 'salt', 'type']);
  });
});
