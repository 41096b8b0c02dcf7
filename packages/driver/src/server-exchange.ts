/**
 * A login by SASL, the server's side: the mechanism's machine on one side, whoever judges logins on the other, the protocol in between. The judge is
 * asked once, when the client's name is known; what it needs of the client is asked for then.
 *
 * A mechanism that shows the password or token is judged by the judge's answer. One that does not is judged by `verify` alone: the
 * judge's yes then says that the proof may count.
 *
 * @rfc 4422 3
 * @rfc 5802 6
 */
import { createServerMechanism, formatCramChallenge, mechanismInfo } from '@mailwright/sasl';
import type { AuthAttempt, MechanismName, SaslIdentity, Secret, ServerErrorCode, ServerMechanism, ServerStep } from '@mailwright/sasl';
import type { TlsFacts } from '@mailwright/net';
import type { Clock, Random } from '@mailwright/wire';
import { channelBinding } from './channel-binding.ts';
import { deriveKey, nodePrimitives } from './sasl-primitives.ts';

const NONCE_OCTETS = 18;

/** A client that wants to log in. */
export interface LoginRequest {
  readonly mechanism: MechanismName;
  readonly username: string;
  /** Whom the client asks to act as, when that is said. */
  readonly authorizationId: string | undefined;
  /** PLAIN and LOGIN. */
  readonly password: string | undefined;
  /** OAUTHBEARER and XOAUTH2. */
  readonly token: string | undefined;
  /**
   * Whether the client proves to know `secret`; `undefined` for an unknown user costs the same time and says no. Works for every password
   * mechanism, also for those that never show the password (CRAM-MD5, SCRAM). Rejects with a `TypeError` where there is no password to prove
   * (tokens, EXTERNAL), and when it was called before.
   */
  verify(secret: Secret | undefined): Promise<boolean>;
}

/** What the judge's answer comes to. A judgement may carry more than that. */
export interface Judgement {
  readonly accepts: boolean;
  /** Who the judge says the client is; `undefined`: who the client says it is. */
  readonly identity: SaslIdentity | undefined;
}

/** Decides on a login. */
export type Judge<J extends Judgement> = (request: LoginRequest) => Promise<J>;

/** What an exchange says to the session. */
export type LoginStep<J extends Judgement> =
  | { readonly type: 'challenge'; readonly octets: Uint8Array }
  | { readonly type: 'accepted'; readonly identity: SaslIdentity; readonly judgement: J }
  /** `judgement` is there where the judge was asked; `code` where it was not, and the mechanism refused by itself. */
  | { readonly type: 'refused'; readonly judgement: J | undefined; readonly code: ServerErrorCode | undefined };

/** What the exchanges of a connection are made with. */
export interface LoginSetting {
  /** What the server announces. */
  readonly mechanisms: readonly string[];
  /** The server's name, or one that nobody has, for the challenge of CRAM-MD5. */
  readonly hostname: string;
  readonly tls: TlsFacts | undefined;
  readonly random: Random;
  readonly clock: Clock;
  /** Key of the salts for SCRAM. */
  readonly saltKey: Uint8Array;
}

/** Who waits for the next step. */
interface Waiting<J extends Judgement> {
  resolve(step: LoginStep<J>): void;
  reject(error: unknown): void;
}

/** Runs one exchange. */
export class ServerExchange<J extends Judgement> {
  readonly #mechanism: ServerMechanism;
  readonly #judge: Judge<J>;
  #waiting: Waiting<J> | undefined = undefined;
  /** How it ended before the client's next message came; given in place of whatever that message would lead to. */
  #ended: (() => Promise<LoginStep<J>>) | undefined = undefined;
  /** What `verify` gave; `undefined` while the judge has not called it. */
  #proof: Promise<boolean> | undefined = undefined;
  #settleProof: ((proven: boolean) => void) | undefined = undefined;
  /** Who the mechanism says the client is. */
  #identity: SaslIdentity | undefined = undefined;
  /** The judge's answer, while the mechanism ends the exchange with it. */
  #judgement: J | undefined = undefined;
  #cancelled = false;

  constructor(mechanism: MechanismName, setting: LoginSetting, judge: Judge<J>) {
    const { tls, random } = setting;
    // Only where a `-PLUS` mechanism is announced: else a client that could bind would be taken for one that was cheated of it.
    const binding = setting.mechanisms.some((name) => name.endsWith('-PLUS')) ? channelBinding(tls) : undefined;
    this.#judge = judge;
    this.#mechanism = createServerMechanism(mechanism, {
      primitives: nodePrimitives,
      nonce: random.octets(NONCE_OCTETS),
      cramChallenge: formatCramChallenge(random.octets(NONCE_OCTETS), setting.clock.wallTime(), setting.hostname),
      channelBindings: binding === undefined ? [] : [binding],
      externalIdentity: tls?.authorized === true && tls.peerCertificate?.subject !== '' ? tls.peerCertificate?.subject : undefined,
      allowForeignAuthorization: true,
      saltKey: setting.saltKey,
    });
  }

  /** Rejects with what the judge threw. */
  start(initialResponse: Uint8Array | undefined): Promise<LoginStep<J>> {
    return this.#await(() => this.#mechanism.start(initialResponse));
  }

  /** Rejects with what the judge threw. */
  respond(octets: Uint8Array): Promise<LoginStep<J>> {
    return this.#await(() => this.#mechanism.response(octets));
  }

  /** The client gave up, or is gone: nobody waits any more, and the judge's `verify` says no. */
  cancel(): void {
    this.#cancelled = true;
    this.#waiting = undefined;
    this.#settleProof?.(false);
  }

  #await(act: () => ServerStep): Promise<LoginStep<J>> {
    if (this.#ended !== undefined) return this.#ended();
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#take(act());
    });
  }

  #say(step: LoginStep<J>): void {
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

  /** The mechanism has its verdict. The judge that waits for it decides; one that has answered, or was not asked, has decided. */
  #conclude(code: ServerErrorCode | undefined): void {
    if (this.#settleProof !== undefined) return this.#settleProof(code === undefined);
    this.#sayJudgement(code === undefined, code);
  }

  async #ask(attempt: AuthAttempt): Promise<void> {
    const { mechanism, username, authorizationId, password, token } = attempt;
    try {
      const judgement = await this.#judge({ mechanism, username, authorizationId, password, token, verify: (secret) => this.#verify(secret) });
      const proven = await this.#proof; // a judge need not wait for it
      this.#judgement = judgement;
      if (proven !== undefined) this.#sayJudgement(proven);
      else if (neverShows(mechanism)) this.#sayJudgement(false);
      else this.#take(this.#mechanism.decide(judgement.accepts, judgement.identity?.authenticationId));
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
    this.#proof.catch(() => undefined); // whoever waits for it is told; a judge that does not is no reason to end the process
    return this.#proof;
  }

  /** In, if both the mechanism and the judge say so. */
  #sayJudgement(proven: boolean, code?: ServerErrorCode): void {
    const judgement = this.#judgement;
    const identity = judgement?.identity ?? this.#identity;
    if (proven && judgement?.accepts === true && identity !== undefined) this.#say({ type: 'accepted', identity, judgement });
    else this.#say({ type: 'refused', judgement, code });
  }
}

/** Whether a mechanism proves the password without showing it. */
function neverShows(mechanism: MechanismName): boolean {
  const info = mechanismInfo(mechanism);
  return info?.uses === 'password' && !info.clearText;
}

/**
 * Whether a client asks for more than to be itself: to act for somebody else, or without a name, as a token may. Then a mere yes lets nobody in,
 * and the judge has to name the user.
 */
export function isForeign({ username, authorizationId }: Pick<LoginRequest, 'username' | 'authorizationId'>): boolean {
  return username === '' || (authorizationId !== undefined && authorizationId !== username);
}

/**
 * Judges by an answer that is yes, no or the name of a user.
 *
 * Errors: throws a `TypeError` for what is no answer.
 */
export function judgeByName(answer: unknown, request: Pick<LoginRequest, 'username' | 'authorizationId'>): Judgement {
  if (answer === true) return isForeign(request) ? NOBODY : asUser(request.username);
  if (answer === false || answer === undefined) return NOBODY;
  if (typeof answer === 'string' && answer !== '') return asUser(answer);
  throw new TypeError('authenticate answers with true, false or the name of a user');
}

const NOBODY: Judgement = { accepts: false, identity: undefined };

function asUser(name: string): Judgement {
  return { accepts: true, identity: { authenticationId: name, authorizationId: name } };
}
