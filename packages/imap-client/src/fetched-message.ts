/**
 * A message as FETCH tells it. Fields are those of the response, undefined where they were not asked for or not told. A large body
 * goes by while the message is in hand: what stands behind it in the response is known when it has gone by (`whole`).
 *
 * @rfc 9051 7.5.2
 */
import type { BodyStructure, Envelope, FetchData, FetchedOctets, InternalDate } from '@mailwright/imap';
import { BodyStream } from './body-stream.ts';
import { ImapError, localFailure } from './errors.ts';
import { binaryKey, bodyKey } from './fetch-want.ts';
import { type BodyFinder, type BodySource, MessageBody } from './message-body.ts';

/** A body that goes by, and where it stands. */
interface StreamedBody {
  readonly key: string;
  readonly stream: BodyStream;
}

export class FetchedMessage implements BodyFinder {
  readonly uid: number;
  /** The message's number when it was told; 0 where there are none (UIDONLY). It may be another by now. */
  readonly sequenceNumber: number;
  #data: FetchData;
  #whole: boolean;
  #error: ImapError | undefined = undefined;
  #streams: StreamedBody[] | undefined = undefined;
  #waiting: (() => void)[] | undefined = undefined;
  readonly #onAwait: (change: 1 | -1) => void;

  /** `onAwait` hears when readers wait for a body that has not begun, and when they no longer do. */
  constructor(uid: number, sequenceNumber: number, data: FetchData, whole: boolean, onAwait: (change: 1 | -1) => void = ignore) {
    this.uid = uid;
    this.sequenceNumber = sequenceNumber;
    this.#data = data;
    this.#whole = whole;
    this.#onAwait = onAwait;
  }

  /** Everything that was told, as the protocol has it. */
  get data(): FetchData {
    return this.#data;
  }

  /** Whether all of it came. False while a large body goes by. */
  get whole(): boolean {
    return this.#whole;
  }

  get flags(): readonly string[] | undefined {
    return this.#data.flags;
  }

  get envelope(): Envelope | undefined {
    return this.#data.envelope;
  }

  get internalDate(): InternalDate | undefined {
    return this.#data.internalDate;
  }

  /** Octets of the message. */
  get size(): number | undefined {
    return this.#data.rfc822Size;
  }

  get bodyStructure(): BodyStructure | undefined {
    return this.#data.bodyStructure;
  }

  get modseq(): bigint | undefined {
    return this.#data.modseq;
  }

  /** Whether it has this flag, in any case of letters. */
  hasFlag(flag: string): boolean {
    const wanted = flag.toLowerCase();
    return this.#data.flags?.some((own) => own.toLowerCase() === wanted) ?? false;
  }

  /** A body that was asked for, by its section as in `want.bodies`; `''` is the message. Throws a `TypeError` for what is no section. */
  body(section: string = ''): MessageBody {
    return new MessageBody(this, bodyKey(section));
  }

  /** A part whose transfer coding the server took off, as in `want.binary`. */
  binary(part: string): MessageBody {
    return new MessageBody(this, binaryKey(part === '' ? [] : part.split('.').map(Number)));
  }

  // For the bodies

  peek(key: string): BodySource {
    const streamed = this.#streams?.find((body) => body.key === key)?.stream;
    if (streamed !== undefined) return streamed;
    const octets = findOctets(this.#data, key);
    return octets instanceof Uint8Array ? octets : undefined;
  }

  async find(key: string): Promise<Exclude<BodySource, undefined>> {
    for (;;) {
      const source = this.peek(key);
      if (source !== undefined) return source;
      if (this.#whole) throw new ImapError(localFailure('IMAP_NO_SUCH_BODY', `the server sent no ${key} of UID ${this.uid}; was it asked for?`), { phase: 'command', usable: true });
      if (this.#error !== undefined) throw this.#error;
      await new Promise<void>((resolve) => {
        if (this.#waiting !== undefined) return void this.#waiting.push(resolve);
        this.#waiting = [resolve];
        this.#onAwait(1);
      });
    }
  }

  originOf(key: string): number | undefined {
    return this.#data.sections.find(({ section }) => bodyKey(section) === key)?.origin;
  }

  // For the feed

  /** A large body begins. */
  begin(key: string, stream: BodyStream): void {
    (this.#streams ??= []).push({ key, stream });
    this.#wake();
  }

  /** The rest of the response came. */
  finish(data: FetchData): void {
    this.#data = data;
    this.#whole = true;
    this.#wake();
  }

  /** The rest will never come. */
  fail(error: ImapError): void {
    if (this.#whole) return;
    this.#error = error;
    this.#wake();
  }

  /** Large bodies are among it. */
  get streamed(): boolean {
    return this.#streams !== undefined;
  }

  /** The loop has gone on: what still goes by is dropped. */
  release(stale: ImapError): void {
    for (const { stream } of this.#streams ?? []) stream.release(stale);
    this.fail(stale);
  }

  #wake(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#waiting = undefined;
    this.#onAwait(-1);
    for (const resolve of waiting) resolve();
  }
}

function findOctets(data: FetchData, key: string): FetchedOctets | undefined {
  for (const section of data.sections) if (bodyKey(section.section) === key) return section.octets;
  for (const part of data.binary ?? []) if (binaryKey(part.part) === key) return part.octets;
  return undefined;
}

function ignore(): void {}
