/**
 * The limits of the `imap` entries: a socket of `node:net` that sends the same command and counts the octets of the answer. It looks at the end of each
 * chunk for the tagged line and at nothing else. The loads on servers are made of the same socket.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { makeMessage } from './append-message.ts';
import { APPENDED, APPEND_MESSAGES, APPEND_OCTETS, LARGE, LARGE_MEGABYTES, LARGE_OCTETS, MANY, MANY_MESSAGES, PASSWORD, SlowReader, USERNAME } from './imap-inputs.ts';
import type { BatchedWork, WorkInput } from './work.ts';

const TAIL_OCTETS = 4096;
const LF = 10;

/** One session; commands one after the other. */
class BareSession {
  readonly #socket: Socket;
  #tag = 0;
  /** Ends of the chunks so far, as much as a tagged line may have. */
  #tail = '';
  #octets = 0;
  #expected = '* ';
  #answered: (octets: number) => void = () => undefined;
  #failed: (error: Error) => void = () => undefined;
  reader: SlowReader | undefined = undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => this.#failed(error));
    socket.on('close', () => this.#failed(new Error('the server closed the connection')));
  }

  /** Connects and logs in. */
  static async open(port: number, mailbox: string | undefined): Promise<BareSession> {
    const session = new BareSession(connect(port, '127.0.0.1'));
    await session.#wait();
    await session.ask(`LOGIN ${USERNAME} ${PASSWORD}`);
    if (mailbox !== undefined) await session.ask(`SELECT ${mailbox}`);
    return session;
  }

  /** Sends a command; gives the octets of its untagged responses. */
  ask(command: string): Promise<number> {
    this.#expected = `t${++this.#tag} `;
    this.#socket.write(`${this.#expected}${command}\r\n`);
    return this.#wait();
  }

  /** Sends octets that hold many commands; the last one's tag is `tag`. */
  send(octets: Uint8Array, tag: string): Promise<number> {
    this.#expected = `${tag} `;
    this.#socket.write(octets);
    return this.#wait();
  }

  #wait(): Promise<number> {
    this.#octets = 0;
    this.#tail = '';
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
    });
  }

  #receive(chunk: Buffer): void {
    this.#octets += chunk.length;
    this.#rest(chunk.length);
    const from = Math.max(0, chunk.length - TAIL_OCTETS);
    this.#tail = (from > 0 ? '' : this.#tail.slice(-TAIL_OCTETS)) + chunk.toString('latin1', from);
    if (chunk[chunk.length - 1] !== LF) return;
    const last = this.#tail.lastIndexOf('\n', this.#tail.length - 2) + 1;
    if (!this.#tail.startsWith(this.#expected, last)) return;
    if (this.#expected !== '* ' && !this.#tail.startsWith('OK', last + this.#expected.length)) return this.#failed(new Error(this.#tail.slice(last)));
    this.#answered(this.#octets - (this.#tail.length - last)); // without the tagged line, which says how long it took
  }

  #rest(octets: number): void {
    const rest = this.reader?.take(octets);
    if (rest === undefined) return;
    this.#socket.pause();
    void rest.then(() => this.#socket.resume());
  }
}

const fetching = (mailbox: string, command: string, batch: number) =>
  async ({ port }: WorkInput): Promise<BatchedWork> => {
    const session = await BareSession.open(port, mailbox);
    return { batch, work: () => session.ask(command) };
  };

export const bareFetchEnvelopes: (input: WorkInput) => Promise<BatchedWork> = fetching(MANY, 'UID FETCH 1:* (UID FLAGS ENVELOPE)', MANY_MESSAGES);
export const bareFetchBodies: (input: WorkInput) => Promise<BatchedWork> = fetching(MANY, 'UID FETCH 1:* (UID BODY.PEEK[])', MANY_MESSAGES);

export async function bareFetchLarge({ port }: WorkInput): Promise<BatchedWork> {
  const session = await BareSession.open(port, LARGE);
  return {
    batch: LARGE_MEGABYTES,
    work: async () => {
      session.reader = new SlowReader();
      const octets = await session.ask('UID FETCH 1:* (UID BODY.PEEK[])');
      session.reader = undefined;
      if (octets < LARGE_OCTETS) throw new Error(`only ${octets} octets came`);
      return octets;
    },
  };
}

/** 1,000 APPENDs with non-synchronizing literals in one write, into a mailbox that is made anew for each thousand. */
export async function bareAppend({ port }: WorkInput): Promise<BatchedWork> {
  const session = await BareSession.open(port, undefined);
  const message = makeMessage(APPEND_OCTETS);
  const commands = Array.from({ length: APPEND_MESSAGES }, (_, index) => `a${index} APPEND ${APPENDED} (\\Seen) {${message.length}+}\r\n${message}\r\n`).join('');
  const octets = Buffer.from(commands, 'latin1');
  await session.ask(`CREATE ${APPENDED}`);
  return {
    batch: APPEND_MESSAGES,
    work: async () => {
      await session.send(octets, `a${APPEND_MESSAGES - 1}`);
      await session.ask(`DELETE ${APPENDED}`);
      await session.ask(`CREATE ${APPENDED}`);
      return APPEND_MESSAGES;
    },
  };
}
