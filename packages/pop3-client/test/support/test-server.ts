/** A driver of the server machine for tests: a maildrop in memory, on any transport. */
import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import type { TlsServerOptions, Transport, TransportSink } from '@mailwright/net';
import { err, type LoginAttempt, type MaildropMessage, ServerMachine, type ServerEvent, type ServerOptionsInput, resolveServerOptions } from '@mailwright/pop3';
import { createServerMechanism, type MechanismName, type SaslPrimitives, type ServerMechanism, type ServerStep } from '@mailwright/sasl';
import { encodeUtf8 } from '@mailwright/wire';

export interface TestServerOptions {
  readonly machine?: ServerOptionsInput;
  readonly users?: Readonly<Record<string, string>>;
  readonly messages?: readonly (Uint8Array | string)[];
  readonly tls?: TlsServerOptions;
  readonly implicitTls?: boolean;
  /** Octets of a message that are written in one go. Default: all. */
  readonly pieceOctets?: number;
  /** Answers in place of this driver; true when it did. */
  readonly answer?: (machine: ServerMachine, event: ServerEvent) => boolean;
}

const primitives: SaslPrimitives = {
  hash: (algorithm, octets) => createHash(algorithm).update(octets).digest(),
  hmac: (algorithm, key, octets) => createHmac(algorithm, key).update(octets).digest(),
  equal: timingSafeEqual,
};

/** Serves one maildrop to everybody; what is removed is gone for the next session. */
export class TestMaildrop {
  readonly options: TestServerOptions;
  messages: readonly { readonly octets: Uint8Array; readonly uid: string }[];
  readonly sessions: TestSession[] = [];

  constructor(options: TestServerOptions = {}) {
    this.options = options;
    this.messages = (options.messages ?? []).map((message, index) => ({ octets: typeof message === 'string' ? encodeUtf8(message) : message, uid: `uid-${index + 1}` }));
  }

  async serve(transport: Transport): Promise<TestSession> {
    if (this.options.implicitTls === true) await transport.startTls(this.options.tls!);
    const session = new TestSession(this, transport);
    this.sessions.push(session);
    return session;
  }
}

export class TestSession implements TransportSink {
  readonly machine: ServerMachine;
  /** The command lines that came. */
  readonly verbs: string[] = [];
  readonly violations: string[] = [];
  /** The most octets that the client had not taken. */
  mostBuffered = 0;
  readonly #maildrop: TestMaildrop;
  readonly #transport: Transport;
  #mechanism: ServerMechanism | undefined;
  /** The message under way, and how far it is. */
  #sending: { readonly octets: Uint8Array; at: number } | undefined;
  #blocked = false;

  constructor(maildrop: TestMaildrop, transport: Transport) {
    this.#maildrop = maildrop;
    this.#transport = transport;
    this.machine = new ServerMachine(resolveServerOptions({ stls: maildrop.options.tls !== undefined, ...maildrop.options.machine }), transport.tls !== undefined, 0);
    transport.attach(this);
    this.run();
  }

  data(octets: Uint8Array): void {
    this.machine.receive(octets);
    this.run();
  }

  end(): void {
    this.machine.end();
    this.run();
  }

  drained(): void {
    this.#blocked = false;
    this.run();
  }

  closed(): void {}

  run(): void {
    for (;;) {
      const event = this.machine.next();
      if (event.type === 'need-answer' && this.#sending !== undefined && !this.#blocked) this.#sendOn();
      else if (event.type === 'need-data' || event.type === 'need-answer') return void this.#write();
      else if (event.type === 'closed') return this.#close();
      else if (event.type === 'upgrade-tls') return void this.#upgrade();
      else if (this.#maildrop.options.answer?.(this.machine, event) !== true) this.#answer(event);
    }
  }

  #answer(event: ServerEvent): void {
    const { machine } = this;
    if (event.type === 'connect') machine.greet();
    else if (event.type === 'command') this.verbs.push(event.command.verb);
    else if (event.type === 'violation') this.violations.push(event.code);
    else if (event.type === 'login') this.#login(event.attempt);
    else if (event.type === 'auth') this.#step((this.#mechanism = this.#createMechanism(event.mechanism)).start(event.initialResponse));
    else if (event.type === 'response') this.#step(this.#mechanism!.response(event.octets));
    else if (event.type === 'message-wanted') this.#sending = { octets: this.#maildrop.messages[event.number - 1]!.octets, at: 0 };
    else if (event.type === 'update') this.#update(event.deleted);
  }

  #login(attempt: LoginAttempt): void {
    const password = this.#maildrop.options.users?.[attempt.name];
    const digest = (): string => createHash('md5').update(`${this.machine.session.options.timestamp}${password}`).digest('hex');
    const right = password !== undefined && (attempt.method === 'USER' ? attempt.password === password : attempt.digest === digest());
    if (right) this.#open(attempt.name);
    else this.machine.refuse(err('wrong name or password', 'AUTH'));
  }

  #createMechanism(name: string): ServerMechanism {
    const { tls } = this.#transport;
    // Who offers no -PLUS has no binding: else the client's "you offer none" would look like a downgrade (RFC 5802 6).
    const offered = this.machine.session.options.mechanisms.some((mechanism) => mechanism.endsWith('-PLUS'));
    const channelBinding = offered && tls?.protocol === 'TLSv1.3' ? { type: 'tls-exporter', data: tls.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding') } : undefined;
    return createServerMechanism(name as MechanismName, { primitives, nonce: encodeUtf8('server-nonce-of-18'), saltKey: encodeUtf8('salt-key-of-thirty-two-octets-xx'), channelBindings: channelBinding === undefined ? [] : [channelBinding] });
  }

  #step(step: ServerStep): void {
    switch (step.type) {
      case 'challenge':
        return this.machine.challenge(step.octets);
      case 'derive-key':
        return this.#step(this.#mechanism!.derived(pbkdf2Sync(step.password, step.salt, step.iterations, step.keyOctets, step.algorithm)));
      case 'verify': {
        const { username, token } = step.attempt;
        const password = this.#maildrop.options.users?.[username];
        return this.#step(token === undefined ? this.#mechanism!.verify(password === undefined ? undefined : { password }) : this.#mechanism!.decide(token === password));
      }
      case 'accepted':
        return this.#open(step.identity.authorizationId);
      default:
        return this.machine.refuse(err('wrong name or password', 'AUTH'));
    }
  }

  #open(name: string): void {
    const listed = this.#maildrop.messages.map(({ octets, uid }): MaildropMessage => ({ octets: octets.length, uid, utf8: false }));
    this.machine.opened(name, listed);
  }

  #sendOn(): void {
    const sending = this.#sending!;
    const piece = sending.octets.subarray(sending.at, sending.at + (this.#maildrop.options.pieceOctets ?? Infinity));
    sending.at += piece.length;
    if (this.machine.text(piece) && sending.at < sending.octets.length) return this.#write();
    this.machine.endText();
    this.#sending = undefined;
    this.#write();
  }

  #update(deleted: readonly number[]): void {
    this.#maildrop.messages = this.#maildrop.messages.filter((_message, index) => !deleted.includes(index + 1));
    this.machine.updated();
  }

  #write(): void {
    const parts = this.machine.takeOutput(0);
    if (parts !== undefined && !this.#transport.write(parts)) this.#blocked = true;
    this.mostBuffered = Math.max(this.mostBuffered, this.#transport.bufferedOctets);
  }

  async #upgrade(): Promise<void> {
    this.#write();
    try {
      await this.#transport.startTls(this.#maildrop.options.tls!);
    } catch {
      return; // the client's test says what it saw
    }
    this.machine.tlsStarted(0, this.#transport.tls!.protocol === 'TLSv1.3');
    this.run();
  }

  #close(): void {
    this.#write();
    this.#transport.close();
  }
}
