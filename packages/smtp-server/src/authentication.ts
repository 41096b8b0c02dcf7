/**
 * One SASL exchange: the mechanism's machine on one side, the application's `auth` handler on the other, the SMTP machine
 * in between. The handler is asked once, when the client's name is known; what it needs of the client is asked for then.
 *
 * @rfc 4954 4
 */
import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { TLS_EXPORTER_LABEL, TLS_EXPORTER_OCTETS, createServerMechanism, formatCramChallenge } from '@mailwright/sasl';
import type { AuthAttempt, ChannelBinding, DeriveKeyStep, MechanismName, SaslIdentity, SaslPrimitives, Secret, ServerMechanism, ServerStep } from '@mailwright/sasl';
import type { TlsFacts } from '@mailwright/net';
import type { Random } from '@mailwright/wire';
import type { AuthAnswer, AuthRequest } from './handlers.ts';

const NONCE_OCTETS = 18;

/** The cryptography of SASL over `node:crypto`. */
export const nodePrimitives: SaslPrimitives = {
  hash: (algorithm, octets) => createHash(algorithm).update(octets).digest(),
  hmac: (algorithm, key, octets) => createHmac(algorithm, key).update(octets).digest(),
  equal: (a, b) => a.length === b.length && timingSafeEqual(a, b),
};

const pbkdf2Async = promisify(pbkdf2);

/** PBKDF2 in the thread pool. */
export function deriveKey(step: DeriveKeyStep): Promise<Uint8Array> {
  return pbkdf2Async(step.password, step.salt, step.iterations, step.keyOctets, step.algorithm);
}

/** What an exchange says to the SMTP session. */
export type AuthStep =
  | { readonly type: 'challenge'; readonly octets: Uint8Array }
  | { readonly type: 'answer'; readonly answer: AuthAnswer; readonly identity: SaslIdentity | undefined };

export interface AuthenticationOptions {
  readonly mechanism: MechanismName;
  readonly random: Random;
  readonly saltKey: Uint8Array;
  readonly hostname: string;
  readonly wallTime: number;
  readonly tls: TlsFacts | undefined;
}

/** Runs one exchange. */
export class Authentication {
  readonly #mechanism: ServerMechanism;
  readonly #handler: (request: AuthRequest) => AuthAnswer | Promise<AuthAnswer>;
  /** Settles what the handler's `verify` waits for. */
  #verified: ((known: boolean) => void) | undefined = undefined;
  /** What the client is told next; pulled by `start` and `respond`. */
  #next: ((step: AuthStep) => void) | undefined = undefined;
  #fail: ((error: unknown) => void) | undefined = undefined;
  #identity: SaslIdentity | undefined = undefined;
  /** The handler has asked for `verify`. */
  #asked = false;
  /** The handler's answer, while the mechanism ends the exchange with it. */
  #given: AuthAnswer | undefined = undefined;

  constructor(options: AuthenticationOptions, handler: (request: AuthRequest) => AuthAnswer | Promise<AuthAnswer>) {
    this.#handler = handler;
    this.#mechanism = createServerMechanism(options.mechanism, {
      primitives: nodePrimitives,
      nonce: options.random.octets(NONCE_OCTETS),
      cramChallenge: formatCramChallenge(options.random.octets(NONCE_OCTETS), options.wallTime, options.hostname),
      channelBindings: channelBindings(options.tls),
      externalIdentity: options.tls?.authorized === true ? options.tls.peerCertificate?.subject : undefined,
      allowForeignAuthorization: true,
      saltKey: options.saltKey,
    });
  }

  start(initialResponse: Uint8Array | undefined): Promise<AuthStep> {
    return this.#pull(() => this.#mechanism.start(initialResponse));
  }

  respond(octets: Uint8Array): Promise<AuthStep> {
    return this.#pull(() => this.#mechanism.response(octets));
  }

  /** The client gave up: the handler's `verify` says no. */
  cancel(): void {
    this.#next = undefined;
    this.#verified?.(false);
  }

  #pull(act: () => ServerStep): Promise<AuthStep> {
    return new Promise((resolve, reject) => {
      this.#next = resolve;
      this.#fail = reject;
      this.#take(act());
    });
  }

  #say(step: AuthStep): void {
    this.#next?.(step);
    this.#next = undefined;
  }

  #take(step: ServerStep): void {
    switch (step.type) {
      case 'challenge':
        return this.#say(step);
      case 'derive-key':
        deriveKey(step).then((key) => this.#take(this.#mechanism.derived(key)), this.#fail);
        return;
      case 'verify':
        return this.#ask(step.attempt);
      case 'accepted':
        this.#identity = step.identity;
        return this.#conclude(true);
      case 'rejected':
        return this.#conclude(false);
    }
  }

  /** The mechanism has its verdict: the handler that waits for it decides; without one, it stands. */
  #conclude(known: boolean): void {
    const verified = this.#verified;
    this.#verified = undefined;
    if (verified !== undefined) return verified(known);
    this.#say({ type: 'answer', answer: known ? (this.#given ?? true) : refusal(this.#given), identity: this.#identity });
  }

  #ask(attempt: AuthAttempt): void {
    const { mechanism, username, authorizationId, password, token } = attempt;
    const request: AuthRequest = { mechanism, username, authorizationId, password, token, verify: (secret) => this.#verify(secret) };
    Promise.resolve()
      .then(() => this.#handler(request))
      .then((answer) => this.#answer(answer, attempt), (error: unknown) => this.#fail?.(error));
  }

  #verify(secret: Secret | undefined): Promise<boolean> {
    if (this.#asked) throw new TypeError('verify was called already');
    this.#asked = true;
    return new Promise((resolve) => {
      this.#verified = resolve;
      this.#take(this.#mechanism.verify(secret));
    });
  }

  /** The handler's word. Acting for somebody else takes more than a yes: then the handler names the identity. */
  #answer(answer: AuthAnswer, attempt: AuthAttempt): void {
    const foreign = attempt.authorizationId !== undefined && attempt.authorizationId !== attempt.username;
    const named = typeof answer === 'object' && !('code' in answer) ? answer : undefined;
    const accepts = named !== undefined || (answer === true && !foreign);
    if (this.#asked) {
      const letIn = accepts && this.#identity !== undefined;
      return this.#say({ type: 'answer', answer: letIn ? answer : refusal(answer), identity: named ?? this.#identity });
    }
    if (JUDGED_BY_SECRET.has(attempt.mechanism)) return this.#say({ type: 'answer', answer: refusal(answer), identity: undefined });
    this.#given = answer;
    this.#take(this.#mechanism.decide(accepts, named?.authenticationId));
  }
}

/** Mechanisms that never show the secret: only `verify` can judge them, a mere yes of the handler does not count. */
const JUDGED_BY_SECRET: ReadonlySet<MechanismName> = new Set(['CRAM-MD5', 'SCRAM-SHA-1', 'SCRAM-SHA-1-PLUS', 'SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS']);

/** No, in the handler's own words where it gave some. */
function refusal(answer: AuthAnswer | undefined): AuthAnswer {
  return typeof answer === 'object' && 'code' in answer && answer.code >= 400 ? answer : false;
}

function channelBindings(tls: TlsFacts | undefined): readonly ChannelBinding[] {
  if (tls?.protocol !== 'TLSv1.3') return [];
  return [{ type: 'tls-exporter', data: tls.exportKeyingMaterial(TLS_EXPORTER_OCTETS, TLS_EXPORTER_LABEL, new Uint8Array(0)) }];
}
