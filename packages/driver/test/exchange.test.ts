import { describe, expect, test } from 'vitest';
import {
  type Challenge, chooseLogin, ClientExchange, converse, type Dialogue, isForeign, judgeByName, type Judgement, type LoginRequest, type LoginSetting, type LoginStep, type LoginTerms, nodePrimitives, ServerExchange,
} from '@mailwright/driver';
import { systemClock, type TlsFacts } from '@mailwright/net';
import type { MechanismName } from '@mailwright/sasl';
import { encodeUtf8 } from '@mailwright/wire';
import { SeededRandom } from '../../testing/src/seeded-random.ts';

const CREDENTIALS = { username: 'ann', password: 'secret' };
/** Both ends of one TLS connection; another seed is another connection. */
const tls = (seed: number): TlsFacts => ({ protocol: 'TLSv1.3', authorized: false, exportKeyingMaterial: (octets: number) => new Uint8Array(octets).fill(seed) }) as unknown as TlsFacts;
const terms = (more: Partial<LoginTerms> = {}): LoginTerms => ({ credentials: CREDENTIALS, offered: [], tls: undefined, allowClearText: true, mechanisms: undefined, random: new SeededRandom(1), ...more });
const setting = (more: Partial<LoginSetting> = {}): LoginSetting => ({ mechanisms: [], hostname: 'test.invalid', tls: undefined, random: new SeededRandom(2), clock: systemClock, saltKey: new Uint8Array(32), ...more });
const bySecret = (password: string) => async ({ verify }: LoginRequest): Promise<Judgement> => ({ accepts: await verify({ password }), identity: undefined });

type Verdict = Exclude<LoginStep<Judgement>, { readonly type: 'challenge' }>;

/** A client and a server in one process; what went by is kept. */
function between(server: ServerExchange<Judgement>, commandOctets: number, heard: (string | undefined)[] = []): Dialogue<Verdict, Challenge> {
  const say = (octets: Uint8Array | undefined): void => void heard.push(octets === undefined ? undefined : new TextDecoder().decode(octets));
  const asChallenge = async (step: Promise<LoginStep<Judgement>>): Promise<Verdict | Challenge> => await step;
  return {
    commandOctets,
    begin: (first) => (say(first), asChallenge(server.start(first))),
    respond: async (_challenge, octets) => {
      say(octets);
      if (octets === undefined) return { type: 'refused', judgement: undefined, code: undefined };
      return await asChallenge(server.respond(octets));
    },
    broken: (message, code) => new Error(`${message} [${code}]`),
  };
}

describe('both sides', () => {
  const ALL: readonly MechanismName[] = ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256', 'SCRAM-SHA-1-PLUS', 'SCRAM-SHA-1', 'CRAM-MD5', 'PLAIN', 'LOGIN'];
  test.each(ALL.flatMap((name) => [[name, 0], [name, 510]] as const))('%s, first message in a command of %i octets: the right password is in, the wrong one is not', async (name, commandOctets) => {
    for (const password of ['secret', 'other']) {
      const exchange = new ClientExchange(name, terms({ offered: ALL, tls: tls(1) }));
      const server = new ServerExchange(name, setting({ mechanisms: ALL, tls: tls(1) }), bySecret(password));
      const verdict = await converse(exchange, between(server, commandOctets));
      expect(verdict.type).toBe(password === 'secret' ? 'accepted' : 'refused');
      if (verdict.type === 'accepted') expect([verdict.identity, exchange.accepted()]).toEqual([{ authenticationId: 'ann', authorizationId: 'ann' }, undefined]);
    }
  });

  test('rfc5802 6: a connection that is not the same on both sides is refused', async () => {
    const mechanisms = ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'];
    const server = new ServerExchange('SCRAM-SHA-256-PLUS', setting({ mechanisms, tls: tls(2) }), bySecret('secret'));
    const verdict = await converse(new ClientExchange('SCRAM-SHA-256-PLUS', terms({ offered: mechanisms, tls: tls(1) })), between(server, 510));
    expect(verdict.type).toBe('refused');
  });

  test('rfc5802 6: an offer of -PLUS that somebody took away is found out', async () => {
    const server = new ServerExchange('SCRAM-SHA-256', setting({ mechanisms: ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'], tls: tls(1) }), bySecret('secret'));
    const verdict = await converse(new ClientExchange('SCRAM-SHA-256', terms({ offered: ['SCRAM-SHA-256'], tls: tls(1) })), between(server, 510));
    expect(verdict).toMatchObject({ type: 'refused', code: 'SASL_CHANNEL_BINDING_DOWNGRADE' });
  });

  test('rfc4954 4: a first message that is too long waits for the empty challenge', async () => {
    const { length } = 'AUTH PLAIN AGFubgBzZWNyZXQ=';
    const said: unknown[] = [];
    for (const commandOctets of [length, length - 1]) {
      const heard: (string | undefined)[] = [];
      await converse(new ClientExchange('PLAIN', terms()), between(new ServerExchange('PLAIN', setting(), bySecret('secret')), commandOctets, heard));
      said.push(heard);
    }
    expect(said).toEqual([['\0ann\0secret'], [undefined, '\0ann\0secret']]);
  });
});

describe('a client', () => {
  test('the strongest that is offered, fits and is allowed', () => {
    const offered = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS'];
    expect(chooseLogin(terms({ offered, tls: tls(1) }))).toEqual({ ok: true, name: 'SCRAM-SHA-256-PLUS' });
    expect(chooseLogin(terms({ offered }))).toEqual({ ok: true, name: 'SCRAM-SHA-256' });
    expect(chooseLogin(terms({ offered, mechanisms: ['PLAIN'] }))).toEqual({ ok: true, name: 'PLAIN' });
    expect(chooseLogin(terms({ offered: ['PLAIN'], allowClearText: false }))).toMatchObject({ ok: false, code: 'SASL_CLEAR_TEXT_REFUSED' });
  });

  test.each([
    ['that can not be read', undefined],
    ['that is nonsense', encodeUtf8('r=other')],
  ])('a challenge %s is cancelled, and the login has failed', async (_name, octets) => {
    const answers: (Uint8Array | undefined)[] = [];
    const dialogue: Dialogue<{ readonly type: 'over' }, Challenge> = {
      commandOctets: 510,
      begin: async () => ({ type: 'challenge', octets }),
      respond: async (_challenge, answer) => (answers.push(answer), { type: 'over' }),
      broken: (_message, code) => new Error(code),
    };
    await expect(converse(new ClientExchange('SCRAM-SHA-256', terms()), dialogue)).rejects.toThrow(/^SASL_/);
    expect(answers).toEqual([undefined]);
  });

  test('a server that says yes without having proved itself is not believed', async () => {
    const exchange = new ClientExchange('SCRAM-SHA-256', terms());
    await exchange.start();
    expect(exchange.accepted()).toMatchObject({ type: 'failed', code: 'SASL_SERVER_NOT_VERIFIED' });
  });
});

describe('a server', () => {
  const PLAIN = encodeUtf8('\0ann\0secret');

  test('a yes of the judge is enough where the password was shown', async () => {
    const server = new ServerExchange('PLAIN', setting(), async () => ({ accepts: true, identity: { authenticationId: 'ann@x', authorizationId: 'bob' } }));
    expect(await server.start(PLAIN)).toMatchObject({ type: 'accepted', identity: { authenticationId: 'ann@x', authorizationId: 'bob' } });
  });

  test('a yes of the judge is not enough where it was not', async () => {
    const server = new ServerExchange('CRAM-MD5', setting(), async () => ({ accepts: true, identity: undefined }));
    expect(await server.start(undefined)).toMatchObject({ type: 'challenge' });
    expect(await server.respond(encodeUtf8('ann 00000000000000000000000000000000'))).toMatchObject({ type: 'refused' });
  });

  test('what the judge throws is what the exchange rejects with', async () => {
    const server = new ServerExchange('PLAIN', setting(), () => Promise.reject(new Error('down')));
    await expect(server.start(PLAIN)).rejects.toThrow('down');
  });

  test('a client that gives up: the proof is no, and the second one a mistake', async () => {
    let request: LoginRequest | undefined;
    const server = new ServerExchange('PLAIN', setting(), (asked) => new Promise<Judgement>(() => (request = asked)));
    void server.start(PLAIN);
    server.cancel();
    expect(await request!.verify({ password: 'secret' })).toBe(false);
    const other = new ServerExchange('PLAIN', setting(), async ({ verify }) => {
      void verify({ password: 'secret' });
      return { accepts: await verify({ password: 'secret' }), identity: undefined };
    });
    await expect(other.start(PLAIN)).rejects.toThrow('verify was called already');
  });

  test('rfc4422 3.5: a mechanism in which the server speaks first refuses an initial response', async () => {
    const server = new ServerExchange('CRAM-MD5', setting(), bySecret('secret'));
    expect(await server.start(PLAIN)).toEqual({ type: 'refused', judgement: undefined, code: 'SASL_UNEXPECTED_INITIAL_RESPONSE' });
  });

  test.each([
    [true, 'ann', undefined, 'ann'], [true, 'ann', 'ann', 'ann'], [true, 'ann', 'bob', undefined], [true, '', undefined, undefined],
    ['bob', 'ann', 'bob', 'bob'], ['bob', '', undefined, 'bob'], [false, 'ann', undefined, undefined], [undefined, 'ann', undefined, undefined],
  ])('the answer %j for %j as %j lets in %j', (answer, username, authorizationId, user) => {
    expect(judgeByName(answer, { username, authorizationId })).toEqual(user === undefined ? { accepts: false, identity: undefined } : { accepts: true, identity: { authenticationId: user, authorizationId: user } });
    expect(isForeign({ username, authorizationId })).toBe(username === '' || (authorizationId ?? username) !== username);
  });

  test.each([null, '', 1, {}])('%j is no answer', (answer) => {
    expect(() => judgeByName(answer, { username: 'ann', authorizationId: undefined })).toThrow(TypeError);
  });
});

test('octets of other lengths are not equal, and not an error', () => {
  expect(nodePrimitives.equal(new Uint8Array(1), new Uint8Array(2))).toBe(false);
  expect(nodePrimitives.equal(new Uint8Array(2), new Uint8Array(2))).toBe(true);
});
