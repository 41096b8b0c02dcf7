/**
 * One POP3 session: the machine of `@mailwright/pop3` between a transport and a store. One event is answered at a time; a message is
 * fed no faster than the client takes it; messages are removed after QUIT and at no other time.
 *
 * @rfc 1939 3
 */
import { hasChannelBinding, type Judgement, type LoginStep, type ServerExchange } from '@mailwright/driver';
import type { DeadlineMember, DeadlineSet, NetError, ServerTls, Transport, TransportSink } from '@mailwright/net';
import { err, ServerMachine, type ServerEvent, type ServerOptions } from '@mailwright/pop3';
import type { MechanismName } from '@mailwright/sasl';
import type { Clock } from '@mailwright/wire';
import { checkLogin, createExchange, type LoginSecrets } from './pop3-login.ts';
import { openMaildrop, type OpenMaildrop } from './pop3-maildrop.ts';

const MAX_UNREAD_OCTETS = 65_536;
const WRONG = err('wrong name or password', 'AUTH');
const IN_USE = err('another session has this maildrop open', 'IN-USE');
const TROUBLE = err('the maildrop can not be read now', 'SYS/TEMP');
const GONE = err('the message is gone');

/** What all connections of a server share. */
export interface Pop3Core {
  readonly secrets: LoginSecrets;
  readonly tls: ServerTls;
  readonly clock: Clock;
  readonly deadlines: DeadlineSet<Pop3Connection>;
  /** The connection is gone. */
  closed(connection: Pop3Connection): void;
}

export class Pop3Connection implements TransportSink, DeadlineMember {
  deadlineIndex = -1;
  readonly #core: Pop3Core;
  readonly #transport: Transport;
  readonly #machine: ServerMachine;
  #exchange: ServerExchange<Judgement> | undefined = undefined;
  #maildrop: OpenMaildrop | undefined = undefined;
  /** Something is being answered that takes time. */
  #busy = false;
  #drained: (() => void) | undefined = undefined;
  #gone = false;
  #paused = false;

  constructor(core: Pop3Core, transport: Transport, options: ServerOptions) {
    this.#core = core;
    this.#transport = transport;
    this.#machine = new ServerMachine(options, transport.tls !== undefined, core.clock.now(), hasChannelBinding(transport.tls));
  }

  open(): void {
    this.#core.deadlines.add(this);
    this.#transport.attach(this);
    this.#run();
  }

  shutdown(): void {
    this.#machine.shutdown();
    this.#run();
  }

  get deadline(): number | undefined {
    return this.#machine.deadline;
  }

  onDeadline(now: number): void {
    this.#machine.expire(now);
    this.#run();
  }

  data(octets: Uint8Array): void {
    this.#machine.receive(octets);
    this.#run();
  }

  end(): void {
    this.#machine.end();
    this.#run();
  }

  drained(): void {
    const drained = this.#drained;
    this.#drained = undefined;
    drained?.();
  }

  closed(_error: NetError | undefined): void {
    this.#gone = true;
    this.drained();
    this.#maildrop?.release();
    this.#core.deadlines.remove(this);
    this.#core.closed(this);
  }

  #run(): void {
    while (!this.#busy && !this.#gone) {
      const event = this.#machine.next();
      if (event.type === 'need-data' || event.type === 'need-answer') break;
      if (event.type === 'closed') return this.#close();
      const work = this.#answer(event);
      if (work === undefined) continue;
      this.#busy = true;
      this.#flush();
      void work.then(() => this.#answered(), () => this.#failed());
    }
    this.#flush();
    this.#regulate();
    this.#core.deadlines.reschedule(this);
  }

  /** Stops a client that runs ahead while something is being answered; what it says then is read. */
  #regulate(): void {
    const pause = this.#busy && this.#machine.unreadOctets > MAX_UNREAD_OCTETS;
    if (pause === this.#paused) return;
    this.#paused = pause;
    if (pause) this.#transport.pause();
    else this.#transport.resume();
  }

  #answered(): void {
    this.#busy = false;
    this.#run();
  }

  /** The store failed, or the handshake did. */
  #failed(): void {
    this.#busy = false;
    if (this.#gone) return;
    try {
      this.#machine.refuse(TROUBLE);
      this.#run();
    } catch {
      this.#transport.destroy(); // in the middle of a message, or of a handshake: there is nothing to be said
    }
  }

  #answer(event: ServerEvent): Promise<void> | undefined {
    switch (event.type) {
      case 'connect':
        return void this.#machine.greet();
      case 'login':
        return this.#login(event);
      case 'auth':
        return this.#startExchange(event);
      case 'response':
        return this.#step(this.#exchange!.respond(event.octets));
      case 'message-wanted':
        return this.#send(event.number);
      case 'update':
        return this.#update(event.deleted);
      case 'upgrade-tls':
        return this.#upgrade();
      default:
        return undefined;
    }
  }

  async #login({ attempt }: Extract<ServerEvent, { readonly type: 'login' }>): Promise<void> {
    const user = await checkLogin(attempt, this.#machine.session.options.timestamp, this.#core.secrets);
    if (user === undefined) this.#machine.refuse(WRONG);
    else await this.#enter(user);
  }

  #startExchange({ mechanism, initialResponse }: Extract<ServerEvent, { readonly type: 'auth' }>): Promise<void> {
    this.#exchange = createExchange(mechanism as MechanismName, this.#core.secrets, this.#transport.tls, this.#machine.session.options.mechanisms, this.#core.clock);
    return this.#step(this.#exchange.start(initialResponse));
  }

  async #step(pending: Promise<LoginStep<Judgement>>): Promise<void> {
    const step = await pending;
    if (step.type === 'challenge') return this.#machine.challenge(step.octets);
    this.#exchange = undefined;
    if (step.type === 'accepted') return this.#enter(step.identity.authorizationId);
    this.#machine.refuse(WRONG);
  }

  async #enter(user: string): Promise<void> {
    const { store } = this.#core.secrets;
    const account = await store.account(user);
    const maildrop = account === undefined ? undefined : await openMaildrop(store, account);
    if (maildrop === undefined) return this.#machine.refuse(WRONG);
    if (maildrop === 'in-use') return this.#machine.refuse(IN_USE);
    if (this.#gone) return maildrop.release();
    this.#maildrop = maildrop;
    this.#machine.opened(user, maildrop.listed);
  }

  async #send(number: number): Promise<void> {
    const { mailbox, uids } = this.#maildrop!;
    const content = await mailbox.content(uids[number - 1]!);
    if (content === undefined) return this.#machine.refuse(GONE);
    try {
      for await (const piece of content.stream(0, content.sizeOctets)) {
        if (!this.#machine.text(piece)) break; // TOP has what it wants
        await this.#flushed();
        if (this.#gone) return;
      }
      this.#machine.endText();
    } finally {
      await content.close();
    }
  }

  async #update(deleted: readonly number[]): Promise<void> {
    const { mailbox, uids } = this.#maildrop!;
    if (deleted.length > 0) await mailbox.expunge(deleted.map((number) => uids[number - 1]!), { force: true }, this);
    this.#maildrop!.release(); // before the answer: whoever has seen it can log in again
    this.#machine.updated();
  }

  async #upgrade(): Promise<void> {
    this.#flush(); // the +OK is the last thing in clear text
    const facts = await this.#transport.startTls(this.#core.tls);
    this.#machine.tlsStarted(this.#core.clock.now(), hasChannelBinding(facts));
  }

  #flush(): boolean {
    const parts = this.#machine.takeOutput(this.#core.clock.now());
    return parts === undefined || this.#transport.write(parts);
  }

  /** Waits for a client that is slower than the store. */
  async #flushed(): Promise<void> {
    if (this.#flush() || this.#gone) return;
    await new Promise<void>((resolve) => (this.#drained = resolve));
  }

  #close(): void {
    this.#flush();
    this.#maildrop?.release();
    this.#transport.resume(); // or the client's end would not be noticed
    this.#transport.close();
  }
}
