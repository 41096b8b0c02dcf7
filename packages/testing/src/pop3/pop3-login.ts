/**
 * Who may open a maildrop: USER and PASS, APOP, and every SASL mechanism, against the secrets of the store and the tokens of the test.
 *
 * @rfc 1939 7
 * @rfc 5034 4
 */
import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { MailStore } from '@mailwright/imap-server';
import { systemRandom, type TlsFacts } from '@mailwright/net';
import { apopDigestInput, type LoginAttempt } from '@mailwright/pop3';
import {
  type AuthAttempt, type ChannelBinding, createServerMechanism, formatCramChallenge, type MechanismName, mechanismInfo, type SaslPrimitives, type Secret, type ServerMechanism, type ServerStep,
  TLS_EXPORTER_LABEL, TLS_EXPORTER_OCTETS,
} from '@mailwright/sasl';

const NONCE_OCTETS = 18;
const NO_CONTEXT = new Uint8Array(0);
const pbkdf2Async = promisify(pbkdf2);

const primitives: SaslPrimitives = {
  hash: (algorithm, octets) => createHash(algorithm).update(octets).digest(),
  hmac: (algorithm, key, octets) => createHmac(algorithm, key).update(octets).digest(),
  equal: (a, b) => a.length === b.length && timingSafeEqual(a, b),
};

/** The user that a name and a password let in; `undefined` for nobody. */
export type PasswordJudge = (username: string, password: string) => string | undefined;

/** What logins are held against. */
export interface LoginSecrets {
  readonly store: MailStore;
  readonly tokens: Readonly<Record<string, string>>;
  readonly saltKey: Uint8Array;
  /** Judges names and passwords that were shown, in place of the store. */
  readonly authenticate: PasswordJudge | undefined;
}

/** What an exchange leads to. */
export type LoginStep = { readonly type: 'challenge'; readonly octets: Uint8Array } | { readonly type: 'accepted'; readonly user: string } | { readonly type: 'refused' };

const REFUSED: LoginStep = { type: 'refused' };

/** The name of the user, or `undefined`. Rejects with what the store throws. */
export async function checkLogin(attempt: LoginAttempt, timestamp: string | undefined, { store, authenticate }: LoginSecrets): Promise<string | undefined> {
  if (authenticate !== undefined && attempt.method === 'USER') return authenticate(attempt.name, attempt.password);
  const secret = await store.secrets?.secret(attempt.name);
  const password = secret !== undefined && 'password' in secret ? secret.password : undefined;
  if (password === undefined) return undefined;
  if (attempt.method === 'USER') return attempt.password === password ? attempt.name : undefined;
  if (timestamp === undefined) return undefined;
  return attempt.digest === createHash('md5').update(apopDigestInput(timestamp, password)).digest('hex') ? attempt.name : undefined;
}

/** One SASL exchange. `bind`: `-PLUS` mechanisms are on offer. */
export class SaslExchange {
  readonly #mechanism: ServerMechanism;
  readonly #secrets: LoginSecrets;
  /** Who is let in, where that is not who the mechanism says. */
  #user: string | undefined = undefined;

  constructor(mechanism: MechanismName, secrets: LoginSecrets, tls: TlsFacts | undefined, bind: boolean, wallTimeMs: number) {
    this.#secrets = secrets;
    this.#mechanism = createServerMechanism(mechanism, {
      primitives,
      nonce: systemRandom.octets(NONCE_OCTETS),
      cramChallenge: formatCramChallenge(systemRandom.octets(NONCE_OCTETS), wallTimeMs, 'pop3.invalid'),
      channelBindings: bind ? channelBindings(tls) : [],
      externalIdentity: tls?.authorized === true && tls.peerCertificate?.subject !== '' ? tls.peerCertificate?.subject : undefined,
      saltKey: secrets.saltKey,
    });
  }

  start(initialResponse: Uint8Array | undefined): Promise<LoginStep> {
    return this.#run(this.#mechanism.start(initialResponse));
  }

  respond(octets: Uint8Array): Promise<LoginStep> {
    return this.#run(this.#mechanism.response(octets));
  }

  async #run(first: ServerStep): Promise<LoginStep> {
    for (let step = first; ; ) {
      if (step.type === 'challenge') return step;
      if (step.type === 'accepted') return { type: 'accepted', user: this.#user ?? step.identity.authorizationId };
      if (step.type === 'rejected') return REFUSED;
      if (step.type === 'verify') step = await this.#judge(step.attempt);
      else step = this.#mechanism.derived(await pbkdf2Async(step.password, step.salt, step.iterations, step.keyOctets, step.algorithm));
    }
  }

  async #judge({ mechanism, username, password, token }: AuthAttempt): Promise<ServerStep> {
    const { store, tokens, authenticate } = this.#secrets;
    if (authenticate !== undefined && password !== undefined) {
      this.#user = authenticate(username, password);
      return this.#mechanism.decide(this.#user !== undefined);
    }
    if (mechanismInfo(mechanism)?.uses === 'password') return this.#mechanism.verify(await this.#secret(username));
    if (token === undefined) return this.#mechanism.decide((await store.account(username)) !== undefined);
    const owner = Object.keys(tokens).find((name) => tokens[name] === token && (username === '' || username === name));
    return this.#mechanism.decide(owner !== undefined, owner);
  }

  #secret(username: string): Promise<Secret | undefined> {
    return this.#secrets.store.secrets?.secret(username) ?? Promise.resolve(undefined);
  }
}

function channelBindings(tls: TlsFacts | undefined): readonly ChannelBinding[] {
  if (tls?.protocol !== 'TLSv1.3') return []; // RFC 9266 4.2
  return [{ type: 'tls-exporter', data: tls.exportKeyingMaterial(TLS_EXPORTER_OCTETS, TLS_EXPORTER_LABEL, NO_CONTEXT) }];
}
