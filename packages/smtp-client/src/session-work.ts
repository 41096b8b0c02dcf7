/**
 * The messages of a session: taken from its owner when there is room, begun, and given back when they are over. It knows which
 * was begun last, which goes first because the server lost it, and which is fed piece by piece.
 *
 * Read next: `session-owner.ts`, `delivery.ts`, `body-feeder.ts`.
 *
 * @rfc 2920 3.1
 */
import type { ClientMachine } from '@mailwright/smtp';
import { BodyFeeder } from './body-feeder.ts';
import { Attempt, type Delivery } from './delivery.ts';
import type { Destination } from './destination.ts';
import { NO_OWNER, type SessionOwner } from './session-owner.ts';
import type { Session } from './session.ts';

export class SessionWork {
  owner: SessionOwner = NO_OWNER;
  /** Messages begun. */
  begun = 0;
  readonly #session: Session;
  readonly #machine: ClientMachine;
  readonly #destination: Destination;
  #feeder: BodyFeeder | undefined = undefined;
  /** The last one begun. */
  #last: Attempt | undefined = undefined;
  /** A message that this server could not follow behind the one before: it goes first, alone. */
  #again: Delivery | undefined = undefined;

  constructor(session: Session, machine: ClientMachine, destination: Destination) {
    this.#session = session;
    this.#machine = machine;
    this.#destination = destination;
  }

  /** Whether the server may be given one more, behind what is in flight. */
  get hasRoom(): boolean {
    if (!this.#machine.hasRoom) return false;
    if (this.#again !== undefined) return this.#machine.transactionCount === 0;
    return this.#destination.pipelineBehindMessage || this.#machine.transactionCount === 0 || this.#machine.capabilities.chunking;
  }

  /** A message waits for its source, not for the server. */
  get waitsForSource(): boolean {
    return this.#feeder?.waitsForSource === true;
  }

  /** QUIT may stand in the group of the end of the last message: the server may be trusted to wait with it. @rfc 2920 3.1 */
  get endsInGroup(): boolean {
    return this.#last?.stage === 'verdict' && this.#again === undefined && this.#machine.capabilities.pipelining && this.#destination.pipelineBehindMessage;
  }

  isLast(attempt: Attempt): boolean {
    return attempt === this.#last;
  }

  /** Begins what there is room for; says whether it began anything. */
  fill(): boolean {
    let filled = false;
    while (this.#session.hasRoom) {
      const delivery = this.#takeAgain() ?? this.owner.take(this.#session);
      if (delivery === undefined) break;
      const attempt = new Attempt(delivery, this.begun++ > 0);
      delivery.attempts++;
      delivery.attempt = attempt;
      delivery.session = this.#session;
      this.#session.restUntil = undefined;
      this.#last = attempt;
      this.#machine.begin(attempt);
      filled = true;
    }
    return filled;
  }

  /** The machine wants the octets of a message that comes in pieces. */
  feed(attempt: Attempt): void {
    this.#feeder = new BodyFeeder(this.#session, this.#machine, attempt);
  }

  /** The transport has room again. */
  drained(): void {
    this.#feeder?.drained();
  }

  /** A transaction is over: its source is let go. True when its message is to be sent again here, at once. */
  release(attempt: Attempt): boolean {
    if (this.#feeder?.attempt === attempt) {
      this.#feeder.stop();
      this.#feeder = undefined;
    }
    const { delivery } = attempt;
    delivery.attempt = undefined;
    if (attempt.lostBehindMessage && this.#session.open && !delivery.settled) {
      this.#destination.pipelineBehindMessage = false;
      delivery.attempts--;
      this.#again = delivery;
      return true;
    }
    delivery.session = undefined;
    return false;
  }

  /** The session is over. A message that was to be sent again here never was: it counts as one that found the connection gone. */
  end(): void {
    const delivery = this.#takeAgain();
    if (delivery === undefined) return;
    const attempt = new Attempt(delivery, true);
    attempt.cut = 'closed';
    delivery.attempts++;
    delivery.session = undefined;
    this.owner.finished(this.#session, attempt);
  }

  /** The message that was lost behind another. Where it was given up meanwhile the owner is told that it is over. */
  #takeAgain(): Delivery | undefined {
    const delivery = this.#again;
    if (delivery === undefined) return undefined;
    this.#again = undefined;
    if (!delivery.settled) return delivery;
    this.owner.finished(this.#session, new Attempt(delivery, true));
    return undefined;
  }
}
