/**
 * A server that says what the test says: one async function per connection, which hears lines and answers in its own words, right
 * or wrong. It runs over an in-memory pair, so a test holds time still.
 */
import { memoryPair, type MemoryPairOptions, type Transport, type TransportSink } from '@mailwright/net';
import type { Dial } from '../../src/options.ts';

/** The server's end of one connection. */
export class Peer implements TransportSink {
  readonly transport: Transport;
  /** Everything that came, message text included. */
  received = '';
  /** Pieces in which it came. */
  readonly chunks: string[] = [];
  /** The client has closed its direction. */
  ended = false;
  gone = false;
  #read = 0;
  #waiting: (() => void)[] = [];

  constructor(transport: Transport) {
    this.transport = transport;
    transport.attach(this);
  }

  data(octets: Uint8Array): void {
    const text = Buffer.from(octets).toString('latin1');
    this.received += text;
    this.chunks.push(text);
    this.#wake();
  }

  end(): void {
    this.ended = true;
    this.#wake();
  }

  drained(): void {}

  closed(): void {
    this.gone = true;
    this.#wake();
  }

  /** Says lines; each gets its CRLF. */
  say(...lines: string[]): void {
    this.write(lines.map((line) => `${line}\r\n`).join(''));
  }

  /** Says octets as they are. */
  write(text: string): void {
    this.transport.write(Buffer.from(text, 'latin1'));
  }

  /** The next line, without CRLF. Throws when it does not begin with `start`, or when nothing more comes. */
  async hear(start = ''): Promise<string> {
    const end = await this.#find('\r\n');
    const line = this.received.slice(this.#read, end);
    this.#read = end + 2;
    if (!line.startsWith(start)) throw new Error(`heard ${JSON.stringify(line)} instead of ${start}`);
    return line;
  }

  /** A message up to its final dot, as it came. */
  async hearMessage(): Promise<string> {
    await this.until(() => this.received.length >= this.#read + 3);
    if (this.received.startsWith('.\r\n', this.#read)) {
      this.#read += 3;
      return '';
    }
    const end = await this.#find('\r\n.\r\n');
    const text = this.received.slice(this.#read, end + 2);
    this.#read = end + 5;
    return text;
  }

  /** Exactly so many octets. */
  async hearOctets(count: number): Promise<string> {
    await this.until(() => this.received.length >= this.#read + count);
    const text = this.received.slice(this.#read, this.#read + count);
    this.#read += count;
    return text;
  }

  /** Nothing more will come. */
  get over(): boolean {
    return this.ended || this.gone;
  }

  /** What came and was not heard yet. */
  get unheard(): string {
    return this.received.slice(this.#read);
  }

  /** Waits until something holds; throws when the connection is gone first. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.over) throw new Error(`the connection is over; unheard: ${JSON.stringify(this.unheard)}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Waits for the end of the connection. */
  async untilGone(): Promise<void> {
    while (!this.gone) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** The start of a session: greeting and EHLO. */
  async greet(...keywords: string[]): Promise<void> {
    this.say('220 server.example ESMTP');
    await this.hear('EHLO ');
    this.ehlo(...keywords);
  }

  /** The reply to EHLO. */
  ehlo(...keywords: string[]): void {
    const lines = ['server.example', ...keywords];
    this.say(...lines.map((line, index) => `250${index === lines.length - 1 ? ' ' : '-'}${line}`));
  }

  /** Takes a message in groups of RFC 2920, whoever it is for. */
  async takeMessage(verdict = '250 2.0.0 queued'): Promise<string> {
    await this.hear('MAIL ');
    this.say('250 2.1.0 ok');
    for (let line = await this.hear(); ; line = await this.hear()) {
      if (line.startsWith('DATA')) break;
      this.say('250 2.1.5 ok');
    }
    this.say('354 go on');
    const message = await this.hearMessage();
    this.say(verdict);
    return message;
  }

  async #find(end: string): Promise<number> {
    await this.until(() => this.received.indexOf(end, this.#read) >= 0);
    return this.received.indexOf(end, this.#read);
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** A dialer to scripts in memory. */
export interface ScriptedDial {
  readonly dial: Dial;
  /** One for each connection. */
  readonly peers: Peer[];
  /** What a script threw, which a test asserts to be nothing. */
  readonly errors: unknown[];
}

/** Dials scripts: the first connection gets the first, and so on; the last one serves all further. */
export function scripted(scripts: ((peer: Peer) => Promise<void>) | readonly ((peer: Peer) => Promise<void>)[], options: MemoryPairOptions = {}): ScriptedDial {
  const list = typeof scripts === 'function' ? [scripts] : scripts;
  const peers: Peer[] = [];
  const errors: unknown[] = [];
  const dial: Dial = async () => {
    const [client, server] = memoryPair(options);
    const script = list[Math.min(peers.length, list.length - 1)]!;
    const peer = new Peer(server);
    peers.push(peer);
    script(peer).catch((error: unknown) => {
      if (!peer.over) errors.push(error);
    });
    return client;
  };
  return { dial, peers, errors };
}

/** A promise for the reason of a rejection. */
export async function failureOf<E = Error>(promise: Promise<unknown>): Promise<E> {
  try {
    await promise;
  } catch (error) {
    return error as E;
  }
  throw new Error('it did not fail');
}

export function octets(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}
