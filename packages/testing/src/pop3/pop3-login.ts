/**
 * Who may open a maildrop: USER and PASS, APOP, and every SASL mechanism, against the secrets of the store and the tokens of the test.
 *
 * @rfc 1939 7
 * @rfc 5034 4
 */
import { createHash } from 'node:crypto';
import { judgeByName, type Judgement, type LoginRequest, ServerExchange } from '@mailwright/driver';
import type { MailStore } from '@mailwright/imap-server';
import { systemRandom, type TlsFacts } from '@mailwright/net';
import { apopDigestInput, type LoginAttempt } from '@mailwright/pop3';
import type { MechanismName } from '@mailwright/sasl';
import type { Clock } from '@mailwright/wire';

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

/** Makes the SASL exchange of a session. */
export function createExchange(mechanism: MechanismName, secrets: LoginSecrets, tls: TlsFacts | undefined, mechanisms: readonly string[], clock: Clock): ServerExchange<Judgement> {
  const setting = { mechanisms, hostname: 'pop3.invalid', tls, random: systemRandom, clock, saltKey: secrets.saltKey };
  return new ServerExchange(mechanism, setting, async (request) => judgeByName(await judge(request, secrets), request));
}

async function judge({ mechanism, username, password, token, verify }: LoginRequest, { store, tokens, authenticate }: LoginSecrets): Promise<boolean | string | undefined> {
  if (mechanism === 'EXTERNAL') return (await store.account(username)) !== undefined;
  if (token !== undefined) return Object.keys(tokens).find((name) => tokens[name] === token && (username === '' || username === name));
  if (authenticate !== undefined && password !== undefined) return authenticate(username, password);
  return await verify(await store.secrets?.secret(username));
}
