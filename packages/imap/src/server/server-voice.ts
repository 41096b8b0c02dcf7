/**
 * What a driver says while it answers, and between: untagged data, literals in pieces, and what happens in the mailbox. The answers themselves are in
 * `server.ts`, which is made on top of this.
 *
 * Read next: `server-writer.ts` (how it is put into words), `server.ts`.
 *
 * @rfc 9051 7
 */
import type { FetchData } from '../fetch/fetch-data.ts';
import type { Data, ResponseCode, Status } from '../response.ts';
import type { PendingLiteral } from '../value-writer.ts';
import type { Notifying, Session } from './server-session.ts';
import type { ServerWriter } from './server-writer.ts';
import type { StoreChange } from './view-change.ts';

export class ServerVoice {
  readonly #session: Session;
  readonly #writer: ServerWriter;

  constructor(session: Session, writer: ServerWriter) {
    this.#session = session;
    this.#writer = writer;
  }

  /** Octets of output that wait for `takeOutput`. */
  get outputLength(): number {
    return this.#writer.output.length;
  }

  /**
   * Says untagged data, at once in the order of the calls; gives how many octets of output wait now. Literals in it may be pending
   * (`PendingLiteral`): their octets follow by `literal`, and nothing said later leaves before.
   * Throws a `TypeError` for what can't be written.
   */
  respond(data: Data): number {
    this.#check();
    this.#writer.data(data);
    return this.outputLength;
  }

  /** Says what was asked of one message, by its UID: the number, the UID and the form are those that the client expects. @rfc 9586 3.3 */
  respondFetch(uid: number, data: FetchData): number {
    this.#check();
    this.#writer.fetch(uid, data, this.#session.askedByUid);
    return this.outputLength;
  }

  /** Says `* OK`, `* NO` or `* BAD`: a warning, a code of SELECT; alone with its text where the code belongs to a capability that is off. */
  respondStatus(status: Status, code: ResponseCode | undefined, text: string): void {
    this.#check();
    this.#writer.status(status, code, text);
  }

  /** The literal whose octets are wanted next, and how many of them; `undefined` where none is. */
  get wantedLiteral(): { readonly literal: PendingLiteral; readonly octetCount: number } | undefined {
    const { wanted, wantedOctets } = this.#writer.output;
    return wanted === undefined ? undefined : { literal: wanted, octetCount: wantedOctets };
  }

  /** More octets of the literal that is wanted; gives how many octets of output wait now. The array must not change until it was written. */
  literal(octets: Uint8Array): number {
    this.#writer.output.literal(octets);
    return this.outputLength;
  }

  /** Tells what happened in the selected mailbox. `silent`: this session did it and wants no answer, or had it in its own responses. */
  notice(change: StoreChange, silent: boolean = false): void {
    this.#session.mailbox?.view.notice(change, silent);
  }

  /** NOTIFY allows news of the selected mailbox at any time, or no longer does. `flags`: those of flags too; else they wait for a command. @rfc 5465 5.1 */
  notify(when: Notifying, flags: boolean = true): void {
    this.#session.notifying = when;
    this.#session.notifyingFlags = flags;
  }

  #check(): void {
    if (!this.#session.greeted || this.#session.state === 'logout') throw new TypeError('nothing can be said now');
  }
}
