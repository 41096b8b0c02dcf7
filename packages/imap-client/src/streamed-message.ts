/**
 * The one message of a FETCH whose large bodies go by now. It is told when the first of them begins; where a server says only behind the bodies which message
 * they are of, they wait, and it is told at its end.
 *
 * A response that can't be read ends its message too: the next one's bodies are the next one's.
 *
 * @rfc 9051 7.5.2
 */
import type { FetchData, LiteralPlace } from '@mailwright/imap';
import { BodyStream } from './body-stream.ts';
import type { ImapError } from './errors.ts';
import type { FeedRoom } from './feed-room.ts';
import { binaryKey, bodyKey } from './fetch-want.ts';
import { FetchedMessage } from './fetched-message.ts';
import { mergeFetchData } from './merge-fetch-data.ts';

/** A body that came before it was known which message it is of. */
interface EarlyBody {
  readonly key: string;
  readonly stream: BodyStream;
}

export class StreamedMessage {
  readonly #room: FeedRoom;
  #message: FetchedMessage | undefined = undefined;
  #early: EarlyBody[] = [];
  /** Where the response stands whose bodies go by; 0 where it has no number. */
  #sequenceNumber = 0;
  #stream: BodyStream | undefined = undefined;

  constructor(room: FeedRoom) {
    this.#room = room;
  }

  /** A response is under way. */
  get underWay(): boolean {
    return this.#message !== undefined || this.#early.length > 0;
  }

  /** A body of it begins. Gives the message when it is to be told now. `known`: what was told of it before; `undefined` where its bodies are not wanted. */
  begin(octetCount: number, place: LiteralPlace, known: (uid: number, data: FetchData) => FetchData | undefined): FetchedMessage | undefined {
    const stream = (this.#stream = new BodyStream(octetCount, place.origin, this.#room));
    const { uid, data } = place;
    if (this.#message !== undefined) return this.#add(place, stream);
    this.#sequenceNumber = place.sequenceNumber ?? 0;
    if (uid === undefined || data === undefined || this.#early.length > 0) {
      this.#room.admit(stream);
      this.#early.push({ key: keyOf(place), stream });
      return undefined;
    }
    const before = known(uid, data);
    if (before === undefined) return void (this.#stream = undefined);
    this.#message = new FetchedMessage(uid, this.#sequenceNumber, before, false, (change) => this.#room.wanted(change));
    this.#add(place, stream);
    return this.#message;
  }

  octets(octets: Uint8Array): void {
    this.#stream?.push(octets);
  }

  endBody(): void {
    this.#stream?.end();
    this.#stream = undefined;
  }

  /** Whether a literal, or the end of a response, belongs to another message than the one under way. */
  isOther(sequenceNumber: number, uid: number | undefined): boolean {
    if (sequenceNumber !== this.#sequenceNumber) return true;
    return this.#message !== undefined && uid !== undefined && uid !== this.#message.uid;
  }

  /** The response is at its end; gives the message where it is to be told now. `data`: `undefined` for a response that nobody could read. */
  finish(uid: number | undefined, data: FetchData | undefined): FetchedMessage | undefined {
    const message = this.#message;
    const early = this.#early;
    this.forget();
    if (message !== undefined) return void message.finish(data === undefined ? message.data : mergeFetchData(message.data, data));
    if (uid === undefined || data === undefined) {
      for (const { stream } of early) stream.release();
      return undefined;
    }
    const late = new FetchedMessage(uid, this.#sequenceNumber, data, true);
    for (const { key, stream } of early) late.begin(key, stream);
    return late;
  }

  /** Nothing more comes. What came is still read. */
  fail(error: ImapError): void {
    this.#stream?.fail(error);
    this.#message?.fail(error);
    this.forget();
  }

  /** Nobody reads any more. */
  release(error: ImapError): void {
    this.#message?.release(error);
  }

  forget(): void {
    this.#message = this.#stream = undefined;
    this.#early = [];
  }

  #add(place: LiteralPlace, stream: BodyStream): undefined {
    this.#room.admit(stream);
    this.#message!.begin(keyOf(place), stream);
  }
}

function keyOf({ item, section }: LiteralPlace): string {
  if (section !== undefined) return item.startsWith('BINARY') ? binaryKey(section.part) : bodyKey(section);
  if (item === 'RFC822') return bodyKey('');
  return item === 'RFC822.HEADER' ? bodyKey('HEADER') : item === 'RFC822.TEXT' ? bodyKey('TEXT') : item;
}
