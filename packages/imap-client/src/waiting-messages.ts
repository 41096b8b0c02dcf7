/** Messages that came and that the loop has not taken: in memory while there is room, then in the file. */
import { deserialize, serialize } from 'node:v8';
import type { FetchData } from '@mailwright/imap';
import type { FeedRoom } from './feed-room.ts';
import { FetchedMessage } from './fetched-message.ts';
import type { SpillRecord } from './spill-file.ts';

/** What a message costs in memory beside its bodies: a generous guess. */
const MESSAGE_OCTETS = 1024;

/** A message that waits in the file. */
interface SpilledMessage {
  readonly uid: number;
  readonly sequenceNumber: number;
  readonly record: SpillRecord;
}

const NO_MESSAGE: SpilledMessage = { uid: 0, sequenceNumber: 0, record: { at: 0, octetCount: 0 } };

export class WaitingMessages {
  readonly #room: FeedRoom;
  #queue: (FetchedMessage | SpilledMessage)[] = [];
  #head = 0;

  constructor(room: FeedRoom) {
    this.#room = room;
  }

  get empty(): boolean {
    return this.#head === this.#queue.length;
  }

  /** A message of which all came. What has no room ends the fetch. */
  add(uid: number, sequenceNumber: number, data: FetchData): void {
    if (this.#room.hasRoom) {
      this.#room.hold(weightOf(data));
      this.#queue.push(new FetchedMessage(uid, sequenceNumber, data, true));
      return;
    }
    const record = this.#trySpill(data);
    if (record !== undefined) this.#queue.push({ uid, sequenceNumber, record });
  }

  /** A message whose bodies are in streams. */
  addStreamed(message: FetchedMessage): void {
    this.#room.hold(MESSAGE_OCTETS);
    this.#queue.push(message);
  }

  /** The next message, if there is one now. */
  take(): FetchedMessage | undefined {
    if (this.empty) return undefined;
    const next = this.#queue[this.#head]!;
    this.#queue[this.#head++] = NO_MESSAGE;
    if (this.#head === this.#queue.length) this.clear();
    if (!(next instanceof FetchedMessage)) return new FetchedMessage(next.uid, next.sequenceNumber, deserialize(this.#room.read(next.record)) as FetchData, true);
    this.#room.release(next.whole && !next.streamed ? weightOf(next.data) : MESSAGE_OCTETS);
    return next;
  }

  clear(): void {
    this.#queue = [];
    this.#head = 0;
  }

  #trySpill(data: FetchData): SpillRecord | undefined {
    try {
      return this.#room.spill(serialize(data));
    } catch {
      return undefined; // told as the error of the fetch
    }
  }
}

function weightOf(data: FetchData): number {
  let octets = MESSAGE_OCTETS;
  for (const section of data.sections) if (section.octets instanceof Uint8Array) octets += section.octets.length;
  if (data.binary !== undefined) for (const part of data.binary) if (part.octets instanceof Uint8Array) octets += part.octets.length;
  return octets;
}
