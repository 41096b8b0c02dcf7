/**
 * News that nobody asked for: what happens in the selected mailbox and, where NOTIFY asked for it, in others, told while no command is under way.
 *
 * Read next: `command-session.ts`, `../commands/notifications.ts`.
 *
 * @rfc 2177 3
 * @rfc 5465 5
 */
import type { ServerMachine } from '@mailwright/imap';
import type { CommandSession } from './command-session.ts';
import type { Wire } from './wire.ts';

export class News {
  /** Between IDLE and DONE. */
  idling = false;
  readonly #machine: ServerMachine;
  readonly #session: CommandSession;
  readonly #wire: Wire;

  constructor(machine: ServerMachine, session: CommandSession, wire: Wire) {
    this.#machine = machine;
    this.#session = session;
    this.#wire = wire;
  }

  /** Something has to be looked at before what is new in the mailbox may be told. */
  get mustPrepare(): boolean {
    return this.#mayTell && this.#session.contexts.pending;
  }

  /** Looks at it; `undefined` where there is nothing to look at. */
  prepare(): Promise<void> | undefined {
    return this.#mayTell ? this.#session.prepareNews() : undefined;
  }

  /** Says what is new; `flush` lets it leave, and the machine says the rest of it in that moment. */
  say(flush: () => void): void {
    this.#sayBefore();
    flush();
    if (this.#mayTell) this.#session.notifications.tellArrived();
  }

  /** Whether the machine would tell what is new in the selected mailbox now. */
  get #mayTell(): boolean {
    return this.idling || (this.#machine.idle && this.#session.notifications.selected !== 'never');
  }

  #sayBefore(): void {
    if (!this.#machine.idle || this.#wire.held) return;
    const { notifications } = this.#session;
    notifications.tell();
    if (this.#mayTell) this.#session.beforeNews(this.idling || notifications.selected === 'selected', true);
  }
}
