/**
 * How many replies a server owes, so that one too many or one too early is seen at once. A reply counts only for a command
 * that had been handed to the transport when the octets of the reply arrived: what a server says before it can have read
 * the command answers something else.
 *
 * @rfc 5321 4.3.1
 */

/** Counts; the numbers only grow. */
export class ReplyLedger {
  #written = 0;
  #left = 0;
  #answerable = 0;
  #answered = 0;

  /** A connection starts with one reply owed: the greeting. */
  constructor() {
    this.write();
    this.leave();
  }

  /** A command was written to the output. */
  write(): void {
    this.#written++;
  }

  /** What was written has been handed to the transport. */
  leave(): void {
    this.#left = this.#written;
  }

  /** Octets arrived. */
  arrive(): void {
    this.#answerable = this.#left;
  }

  /** Takes one reply; false when none is due. */
  take(): boolean {
    if (this.#answered >= this.#answerable) return false;
    this.#answered++;
    return true;
  }

  /** Nothing that has left is without its reply. */
  get settled(): boolean {
    return this.#answered === this.#left;
  }
}
