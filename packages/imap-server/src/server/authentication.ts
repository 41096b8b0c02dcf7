/**
 * One SASL exchange: the mechanism's machine on one side, the `authenticate` handler on the other, the IMAP machine in between. LOGIN is the
 * mechanism PLAIN with a shorter way.
 *
 * A mechanism that shows the password or token is judged by the handler's answer. One that does not is judged by `verify` alone: the handler's yes
 * then says that the proof may count.
 *
 * @rfc 9051 6.2.2
 * @rfc 5802 6
 */
import { createServerMechanism, formatCramChallenge } from '@mailwright/sasl';
import type { AuthAttempt, MechanismName, SaslIdentity, Secret, ServerMechanism, ServerStep } from '@mailwright/sasl';
import { encodeUtf8 } from '@mailwright/wire';
import { channelBindings } from './channel-binding.ts';
import type { ServerCore } from './core.ts';
import type { AuthenticationRequest, ImapSession } from './options.ts';
import { deriveKey, nodePrimitives } from './sasl-primitives.ts';

const NONCE_OCTETS = 18;
/** Mechanisms that never show the secret. */
const JUDGED_BY_SECRET: ReadonlySet<MechanismName> = new Set(['CRAM-MD5', 'SCRAM-SHA-1', 'SCRAM-SHA-1-PLUS', 'SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS']);

/** What an exchange says to the IMAP session. */
export type AuthenticationStep =
  | { readonly type: 'challenge'; readonly octets: Uint8Array }
  | { readonly type: 'accepted'; readonly user: string }
  | { readonly type: 'refused' };

const REFUSED: AuthenticationStep = { type: 'refused' };

/** Who waits for the next step. */
interface Waiting {
  resolve(step: AuthenticationStep): void;
  reject(error: unknown): void;
}

/** Runs one exchange. */
export class Authentication {
  readonly #mechanism: ServerMechanism;
  readonly #core: ServerCore;
  readonly #session: ImapSession;
  #waiting: Waiting | undefined = undefined;
  /** How it ended before the client's next message came; given in place of whatever that message would lead to. */
  #ended: (() => Promise<AuthenticationStep>) | undefined = undefined;
  /** What `verify` gave; `undefined` while the handler has not called it. */
  #proof: Promise<boolean> | undefined = undefined;
  #settleProof: ((proven: boolean) => void) | undefined = undefined;
  /** Who the mechanism says the client is. */
  #identity: SaslIdentity | undefined = undefined;
  /** Whom the handler lets in; `undefined` for nobody, or while it has not answered. */
  #user: string | undefined = undefined;
  #cancelled = false;

  constructor(mechanism: MechanismName, core: ServerCore, session: ImapSession) {
    const { tls } = session;
    this.#core = core;
    this.#session = session;
    this.#mechanism = createServerMechanism(mechanism, {
      primitives: nodePrimitives,
      nonce: core.random.octets(NONCE_OCTETS),
      cramChallenge: formatCramChallenge(core.random.octets(NONCE_OCTETS), core.clock.wallTime(), 'imap.invalid'),
      // Only where a `-PLUS` mechanism is announced: else a client that could bind would be taken for one that was cheated of it.
      channelBindings: core.machineOptions.mechanisms.some((name) => name.endsWith('-PLUS')) ? channelBindings(tls) : [],
      externalIdentity: tls?.authorized === true && tls.peerCertificate?.subject !== '' ? tls.peerCertificate?.subject : undefined,
      allowForeignAuthorization: true,
      saltKey: core.saltKey,
    });
  }

  /** Rejects with what the handler threw. */
  start(initialResponse: Uint8Array | undefined): Promise<AuthenticationStep> {
    return this.#await(() => this.#mechanism.start(initialResponse));
  }

  /** Rejects with what the handler threw. */
  respond(octets: Uint8Array): Promise<AuthenticationStep> {
    return this.#await(() => this.#mechanism.response(octets));
  }

  /** The client gave up, or is gone: nobody waits any more, and the handler's `verify` says no. */
  cancel(): void {
    this.#cancelled = true;
    this.#waiting = undefined;
    this.#settleProof?.(false);
  }

  #await(act: () => ServerStep): Promise<AuthenticationStep> {
    if (this.#ended !== undefined) return this.#ended();
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#take(act());
    });
  }

  #say(step: AuthenticationStep): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#ended = () => Promise.resolve(step);
    else waiting.resolve(step);
  }

  #fail(error: unknown): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#ended = () => Promise.reject(error);
    else waiting.reject(error);
  }

  #take(step: ServerStep): void {
    switch (step.type) {
      case 'challenge':
        return this.#say(step);
      case 'derive-key':
        deriveKey(step).then((key) => this.#take(this.#mechanism.derived(key))).catch((error: unknown) => this.#fail(error));
        return;
      case 'verify':
        void this.#ask(step.attempt);
        return;
      case 'accepted':
        this.#identity = step.identity;
        return this.#conclude(true);
      case 'rejected':
        return this.#conclude(false);
    }
  }

  /** The mechanism has its verdict. The handler that waits for it decides; one that has answered, or was not asked, has decided. */
  #conclude(proven: boolean): void {
    if (this.#settleProof !== undefined) return this.#settleProof(proven);
    this.#sayJudgement(proven);
  }

  async #ask(attempt: AuthAttempt): Promise<void> {
    const { mechanism, username, authorizationId, password, token } = attempt;
    try {
      const request: AuthenticationRequest = { mechanism, username, authorizationId, password, token, verify: (secret) => this.#verify(secret) };
      const answer = await this.#core.authenticate(request, this.#session);
      const proven = await this.#proof; // a handler need not wait for it
      this.#user = judge(answer, attempt);
      if (proven !== undefined) this.#sayJudgement(proven);
      else if (JUDGED_BY_SECRET.has(mechanism)) this.#sayJudgement(false);
      else this.#take(this.#mechanism.decide(this.#user !== undefined, this.#user));
    } catch (error) {
      this.#fail(error);
    }
  }

  #verify(secret: Secret | undefined): Promise<boolean> {
    if (this.#proof !== undefined) return Promise.reject(new TypeError('verify was called already'));
    if (this.#cancelled) return Promise.resolve(false);
    this.#proof = new Promise((resolve) => {
      this.#settleProof = resolve;
      this.#take(this.#mechanism.verify(secret));
    });
    this.#proof.catch(() => undefined); // whoever waits for it is told; a handler that does not is no reason to end the process
    return this.#proof;
  }

  /** In, if both the mechanism and the handler say so. */
  #sayJudgement(proven: boolean): void {
    this.#say(proven && this.#user !== undefined && this.#identity !== undefined ? { type: 'accepted', user: this.#user } : REFUSED);
  }
}

/** LOGIN. Rejects with what the handler threw. @rfc 9051 6.2.3 */
export function checkLogin(user: string, password: string, core: ServerCore, session: ImapSession): Promise<AuthenticationStep> {
  return new Authentication('PLAIN', core, session).start(encodeUtf8(`\0${user}\0${password}`));
}

/** Acting for somebody else, or without a name, takes more than a yes: then the handler names the user. Throws a `TypeError` for what is no answer. */
function judge(answer: unknown, { username, authorizationId }: AuthAttempt): string | undefined {
  const foreign = username === '' || (authorizationId !== undefined && authorizationId !== username);
  if (answer === false || answer === undefined) return undefined;
  if (answer === true) return foreign ? undefined : username;
  if (typeof answer === 'string' && answer !== '') return answer;
  throw new TypeError('authenticate answers with true, false or the name of a user');
}
