/**
 * One SASL exchange: the mechanism's machine on one side, the application's `auth` handler on the other, the SMTP machine
 * in between. The handler is asked once, when the client's name is known; what it needs of the client is asked for then.
 *
 * A mechanism that shows the password or token is judged by the handler's answer. One that does not is judged by `verify`
 * alone: the handler's yes then says that the proof may count.
 *
 * Read next: `judgement.ts`.
 *
 * @rfc 4954 4
 * @rfc 5802 6
 */
import { createServerMechanism, formatCramChallenge } from '@mailwright/sasl';
import type { AuthAttempt, MechanismName, SaslIdentity, Secret, ServerErrorCode, ServerMechanism, ServerStep } from '@mailwright/sasl';
import { type Reply, reply } from '@mailwright/smtp';
import { channelBindings } from './channel-binding.ts';
import type { ServerCore } from './core.ts';
import type { AuthRequest, SmtpSession } from './handlers.ts';
import { judge, type Judgement } from './judgement.ts';
import { deriveKey, nodePrimitives } from './sasl-primitives.ts';

const NONCE_OCTETS = 18;
const REFUSED = reply(535, '5.7.8', 'Authentication credentials invalid');
const SERVER_SPEAKS_FIRST = reply(501, '5.7.0', 'No initial response in this mechanism');

/** Mechanisms that never show the secret. */
const JUDGED_BY_SECRET: ReadonlySet<MechanismName> = new Set(['CRAM-MD5', 'SCRAM-SHA-1', 'SCRAM-SHA-1-PLUS', 'SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS']);

/** What an exchange says to the SMTP session. */
export type AuthStep =
  | { readonly type: 'challenge'; readonly octets: Uint8Array }
  | { readonly type: 'accepted'; readonly identity: SaslIdentity; readonly answer: Reply | undefined }
  | { readonly type: 'refused'; readonly answer: Reply };

/** Who waits for the next step. */
interface Waiting {
  resolve(step: AuthStep): void;
  reject(error: unknown): void;
}

/** Runs one exchange. */
export class Authentication {
  readonly #mechanism: ServerMechanism;
  readonly #core: ServerCore;
  readonly #session: SmtpSession;
  #waiting: Waiting | undefined = undefined;
  /** How it ended before the client's next message came; given in place of whatever that message would lead to. */
  #ended: (() => Promise<AuthStep>) | undefined = undefined;
  /** What `verify` gave; `undefined` while the handler has not called it. */
  #proof: Promise<boolean> | undefined = undefined;
  #settleProof: ((proven: boolean) => void) | undefined = undefined;
  /** Who the mechanism says the client is. */
  #identity: SaslIdentity | undefined = undefined;
  /** The handler's answer, while the mechanism ends the exchange with it. */
  #judgement: Judgement | undefined = undefined;
  #cancelled = false;

  constructor(mechanism: MechanismName, core: ServerCore, session: SmtpSession) {
    const { tls } = session;
    this.#core = core;
    this.#session = session;
    this.#mechanism = createServerMechanism(mechanism, {
      primitives: nodePrimitives,
      nonce: core.random.octets(NONCE_OCTETS),
      cramChallenge: formatCramChallenge(core.random.octets(NONCE_OCTETS), core.clock.wallTime(), core.machineOptions.hostname),
      // Only where a `-PLUS` mechanism is announced: else a client that could bind would be taken for one that was cheated of it.
      channelBindings: core.machineOptions.mechanisms.some((name) => name.endsWith('-PLUS')) ? channelBindings(tls) : [],
      externalIdentity: tls?.authorized === true && tls.peerCertificate?.subject !== '' ? tls.peerCertificate?.subject : undefined,
      allowForeignAuthorization: true,
      saltKey: core.saltKey,
    });
  }

  /** Rejects with what the handler threw. */
  start(initialResponse: Uint8Array | undefined): Promise<AuthStep> {
    return this.#await(() => this.#mechanism.start(initialResponse));
  }

  /** Rejects with what the handler threw. */
  respond(octets: Uint8Array): Promise<AuthStep> {
    return this.#await(() => this.#mechanism.response(octets));
  }

  /** The client gave up, or is gone: nobody waits any more, and the handler's `verify` says no. */
  cancel(): void {
    this.#cancelled = true;
    this.#waiting = undefined;
    this.#settleProof?.(false);
  }

  #await(act: () => ServerStep): Promise<AuthStep> {
    if (this.#ended !== undefined) return this.#ended();
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#take(act());
    });
  }

  #say(step: AuthStep): void {
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
        return this.#conclude(undefined);
      case 'rejected':
        return this.#conclude(step.code);
    }
  }

  /** The mechanism has its verdict. The handler that waits for it decides; one that has answered, or was not asked, has decided. */
  #conclude(code: ServerErrorCode | undefined): void {
    if (this.#settleProof !== undefined) return this.#settleProof(code === undefined);
    if (code === 'SASL_UNEXPECTED_INITIAL_RESPONSE') return this.#say({ type: 'refused', answer: SERVER_SPEAKS_FIRST });
    this.#sayJudgement(code === undefined);
  }

  async #ask(attempt: AuthAttempt): Promise<void> {
    const { mechanism, username, authorizationId, password, token } = attempt;
    try {
      const request: AuthRequest = { mechanism, username, authorizationId, password, token, verify: (secret) => this.#verify(secret) };
      const answer = await this.#core.handlers.auth!(request, this.#session);
      const proven = await this.#proof; // a handler need not wait for it
      this.#judgement = judge(answer, attempt);
      if (proven !== undefined) this.#sayJudgement(proven);
      else if (JUDGED_BY_SECRET.has(mechanism)) this.#sayJudgement(false);
      else this.#take(this.#mechanism.decide(this.#judgement.accepts, this.#judgement.identity?.authenticationId));
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
    const judgement = this.#judgement;
    const identity = judgement?.identity ?? this.#identity;
    if (proven && judgement?.accepts === true && identity !== undefined) return this.#say({ type: 'accepted', identity, answer: judgement.answer });
    this.#say({ type: 'refused', answer: judgement?.accepts === false ? (judgement.answer ?? REFUSED) : REFUSED });
  }
}
