/**
 * All messages of a maildrop, one after the other. Where the server takes commands in groups, the messages behind the one that is being read are asked for
 * already, as long as LIST says that they are small together: so a round trip is not paid for each, and little is lost when the loop is left.
 *
 * @rfc 2449 6.6
 */
import type { ScanListing } from '@mailwright/pop3';
import type { Clock } from '@mailwright/wire';
import type { Pop3Client } from './client.ts';
import { Pop3Message } from './message.ts';
import type { CallOptions } from './operation.ts';
import type { Session } from './session.ts';

export interface RetrieveAllOptions extends CallOptions {
  readonly aheadOctets: number;
  readonly window: number;
  readonly clock: Clock;
}

/** The generator behind `Pop3Client.retrieveAll`. */
export async function* retrieveAll(client: Pop3Client, session: Session, options: RetrieveAllOptions): AsyncGenerator<Pop3Message, undefined> {
  const until = options.deadlineMs === undefined ? undefined : options.clock.now() + options.deadlineMs;
  const [sizes, uids] = await Promise.all([client.list(options), client.capabilities.uidl ? client.uidl(options) : []]);
  const names = new Map(uids.map(({ number, uid }) => [number, uid]));
  const queue = new AskedAhead(session, sizes, names, options, until);
  try {
    for (let message = queue.next(); message !== undefined; message = queue.next()) {
      yield message;
      message.leave();
    }
  } finally {
    queue.leave();
  }
}

/** The messages in their order, some of them asked for. */
class AskedAhead {
  readonly #session: Session;
  readonly #sizes: readonly ScanListing[];
  readonly #names: ReadonlyMap<number, string>;
  readonly #options: RetrieveAllOptions;
  readonly #asked: Pop3Message[] = [];
  #next = 0;
  #octets = 0;
  #current: Pop3Message | undefined = undefined;
  readonly #until: number | undefined;

  constructor(session: Session, sizes: readonly ScanListing[], names: ReadonlyMap<number, string>, options: RetrieveAllOptions, until: number | undefined) {
    this.#session = session;
    this.#sizes = sizes;
    this.#names = names;
    this.#options = options;
    this.#until = until;
  }

  /** The next message. Where commands go in groups it is asked for now if it was not before, and with it those that may be asked for ahead. */
  next(): Pop3Message | undefined {
    const { aheadOctets, window } = this.#options;
    let current = this.#asked.shift();
    if (current !== undefined) this.#octets -= current.octets!;
    else current = this.#ask();
    this.#current = current;
    // Only when half of them are used up: then what is asked leaves in one write.
    const groups = this.#session.capabilities.pipelining && this.#octets <= aheadOctets / 2 && this.#asked.length <= window / 2;
    while (groups && this.#asked.length + 1 < window && this.#octets + (this.#sizes[this.#next]?.octets ?? Infinity) <= aheadOctets) {
      const message = this.#ask()!;
      this.#octets += message.octets!;
      this.#asked.push(message);
    }
    return current;
  }

  /** The loop is over, at its end or before. */
  leave(): void {
    this.#current?.leave();
    for (const message of this.#asked) message.leave();
  }

  #ask(): Pop3Message | undefined {
    const listing = this.#sizes[this.#next++];
    if (listing === undefined) return undefined;
    const { number, octets } = listing;
    const message = new Pop3Message(this.#session, { number, uid: this.#names.get(number), octets }, () => this.#session.openText({ verb: 'RETR', number }, this.#call()));
    if (this.#session.capabilities.pipelining) message.ask();
    return message;
  }

  /** What is left of the time for all. */
  #call(): CallOptions {
    const { signal, clock } = this.#options;
    return { signal, deadlineMs: this.#until === undefined ? undefined : Math.max(0, this.#until - clock.now()) };
  }
}
