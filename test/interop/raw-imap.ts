/**
 * An IMAP session by hand: the second session of a scenario, which changes things behind the back of the one that is tested, and fills mailboxes. It
 * shares no code with this project's client.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { ScenarioContext } from './scenario.ts';

export interface RawImap {
  /** Sends a command and gives its untagged responses as text (one character an octet); rejects when it is not done with OK. */
  ask(command: string): Promise<string>;
  /** Appends a message; with LITERAL+. */
  append(mailbox: string, octets: Uint8Array, more?: string): Promise<string>;
  close(): void;
}

/** Connects in clear and logs in; closed when the scenario ends. */
export async function openRawImap(context: ScenarioContext, port: number, username: string, password: string): Promise<RawImap> {
  const session = new Session(connect(port, '127.0.0.1'));
  context.defer(() => session.close());
  await session.greeting;
  await session.ask(`LOGIN ${username} ${JSON.stringify(password)}`);
  return session;
}

class Session implements RawImap {
  readonly #socket: Socket;
  readonly greeting: Promise<string>;
  #received = '';
  #tag = 0;
  #awaited: { readonly done: RegExp; readonly resolve: (text: string) => void; readonly reject: (error: Error) => void } | undefined = undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.greeting = this.#wait(/^\* OK.*\r\n$/m);
    socket.on('data', (octets) => {
      this.#received += octets.toString('latin1');
      this.#look();
    });
    const end = (error?: Error): void => this.#awaited?.reject(error ?? new Error(`the server closed the connection: ${this.#received}`));
    socket.on('error', end).on('close', () => end());
  }

  async ask(command: string): Promise<string> {
    return await this.#send(command, Buffer.alloc(0));
  }

  async append(mailbox: string, octets: Uint8Array, more: string = ''): Promise<string> {
    return await this.#send(`APPEND ${mailbox} ${more}{${octets.length}+}`, Buffer.concat([octets, Buffer.from('\r\n')]));
  }

  close(): void {
    this.#socket.destroy();
  }

  async #send(command: string, rest: Uint8Array): Promise<string> {
    const tag = `raw${++this.#tag}`;
    this.#socket.write(Buffer.concat([Buffer.from(`${tag} ${command}\r\n`, 'latin1'), rest]));
    const answer = await this.#wait(new RegExp(`^${tag} .*\\r\\n`, 'm'));
    const last = answer.slice(answer.lastIndexOf(`${tag} `));
    if (!last.startsWith(`${tag} OK`)) throw new Error(`${command}: ${last}`);
    return answer;
  }

  #wait(done: RegExp): Promise<string> {
    this.#received = '';
    return new Promise((resolve, reject) => {
      this.#awaited = { done, resolve, reject };
    });
  }

  #look(): void {
    const { done, resolve } = this.#awaited ?? {};
    if (done === undefined || !done.test(this.#received)) return;
    this.#awaited = undefined;
    resolve!(this.#received);
  }
}
