/**
 * A maildrop as a session sees it: what was there at the login, in a fixed order, and which of it is marked as deleted. Nothing is removed here.
 *
 * @rfc 1939 3
 */
import { encodeScanListing, encodeUidListing } from '../listings.ts';

/** One message of a maildrop. */
export interface MaildropMessage {
  /** Its size as it will be sent, lines ended by CRLF, stuffed dots not counted. @rfc 1939 11 */
  readonly octets: number;
  /** 1 to 70 characters from 0x21 to 0x7e, the same in every session. @rfc 1939 7 */
  readonly uid: string;
  /** It can only be sent as it is in UTF8 mode; a driver that can turn such messages into older ones says false. @rfc 6856 2.1 */
  readonly utf8: boolean;
}

const KEPT = 0;
const DELETED = 1;

/** What is open in a session; empty before the login. */
export class Maildrop {
  /** Messages that are not marked. */
  messageCount: number;
  /** Octets of them. */
  octets = 0;
  readonly #messages: readonly MaildropMessage[];
  readonly #marks: Uint8Array;

  /** Throws a `TypeError` or a `RangeError` for a message that can't be listed. */
  constructor(messages: readonly MaildropMessage[]) {
    this.#messages = messages;
    this.#marks = new Uint8Array(messages.length);
    this.messageCount = messages.length;
    for (const [index, message] of messages.entries()) {
      encodeUidListing({ number: index + 1, uid: message.uid });
      encodeScanListing({ number: index + 1, octets: message.octets });
      this.octets += message.octets;
    }
  }

  /** The message of a number; `undefined` where there is none, or where it is marked. */
  message(number: number): MaildropMessage | undefined {
    return this.#marks[number - 1] === KEPT ? this.#messages[number - 1] : undefined;
  }

  /** Marks a message; false where there is none, or where it is marked already. */
  delete(number: number): boolean {
    const message = this.message(number);
    if (message === undefined) return false;
    this.#marks[number - 1] = DELETED;
    this.messageCount--;
    this.octets -= message.octets;
    return true;
  }

  /** Takes all marks away. */
  reset(): void {
    this.#marks.fill(KEPT);
    this.messageCount = this.#messages.length;
    this.octets = this.#messages.reduce((sum, { octets }) => sum + octets, 0);
  }

  /** The numbers that are marked, in order. */
  deleted(): readonly number[] {
    const numbers: number[] = [];
    for (const [index, mark] of this.#marks.entries()) if (mark === DELETED) numbers.push(index + 1);
    return numbers;
  }

  *scanLines(): Generator<string> {
    for (const [index, { octets }] of this.#messages.entries()) if (this.#marks[index] === KEPT) yield `${index + 1} ${octets}`;
  }

  *uidLines(): Generator<string> {
    for (const [index, { uid }] of this.#messages.entries()) if (this.#marks[index] === KEPT) yield `${index + 1} ${uid}`;
  }
}
