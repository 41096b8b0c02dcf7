/** A client that knows lines and literals, over the in-memory pair: what it is told, it gives as text. */
import { memoryPair, type Transport } from '@mailwright/net';
import { createImapServer, type ImapServer, type ImapServerOptions, MemoryStore, type MemoryStoreOptions, type UserFixture } from '../../src/index.ts';

export const CLOCK_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

/** A store whose time stands still. */
export function makeStore(mailboxes: NonNullable<UserFixture['mailboxes']> = {}, options: MemoryStoreOptions = {}): MemoryStore {
  return new MemoryStore({ users: { ann: { password: 'secret', mailboxes }, bob: { password: 'other' } }, clock: { wallTime: () => CLOCK_MS }, ...options });
}

export function makeServer(options: Partial<ImapServerOptions> & Pick<ImapServerOptions, 'store'>): ImapServer {
  return createImapServer({ clearTextAuth: 'allow', capabilityCodes: false, ...options });
}

export class LineClient {
  readonly transport: Transport;
  isClosed = false;
  #text = '';
  #wake: (() => void)[] = [];
  #tags = 0;

  constructor(transport: Transport) {
    this.transport = transport;
    transport.attach({
      data: (octets) => {
        this.#text += Buffer.from(octets).toString('latin1');
        this.#wakeAll();
      },
      end: () => transport.close(),
      drained: () => undefined,
      closed: () => {
        this.isClosed = true;
        this.#wakeAll();
      },
    });
  }

  send(text: string): void {
    this.transport.write(Buffer.from(text, 'latin1'));
  }

  /** The next line with its literals, without its CRLF; `undefined` at the end. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#end();
      if (end !== undefined) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        return line;
      }
      if (this.isClosed) return undefined;
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  /** Sends a command; gives the answer, the tag put as `.`. */
  async say(command: string): Promise<string[]> {
    const tag = `t${++this.#tags}`;
    this.send(`${tag} ${command}\r\n`);
    const lines: string[] = [];
    for (;;) {
      const line = await this.line();
      if (line === undefined) return [...lines, 'closed'];
      if (line.startsWith(`${tag} `)) return [...lines, `.${line.slice(tag.length)}`];
      lines.push(line);
    }
  }

  /** The last tag that was used. */
  get tag(): string {
    return `t${this.#tags}`;
  }

  /** As many lines as are wanted, unasked. */
  async lines(count: number): Promise<(string | undefined)[]> {
    const lines: (string | undefined)[] = [];
    for (let index = 0; index < count; index++) lines.push(await this.line());
    return lines;
  }

  #wakeAll(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const each of wake) each();
  }

  #end(): number | undefined {
    for (let from = 0; ; ) {
      const end = this.#text.indexOf('\r\n', from);
      if (end === -1) return undefined;
      const literal = /\{(\d+)\}$/.exec(this.#text.slice(from, end));
      if (literal === null) return end;
      from = end + 2 + Number(literal[1]);
    }
  }
}

/** A connection behind its greeting. */
export async function connect(server: ImapServer): Promise<LineClient> {
  const [near, far] = memoryPair({ maxChunkOctets: 65_536 }); // as a socket gives them
  server.serve(far);
  const client = new LineClient(near);
  await client.line();
  return client;
}

/** A client that has logged in, and said all this. */
export async function login(server: ImapServer, ...commands: string[]): Promise<LineClient> {
  const client = await connect(server);
  await client.say('LOGIN ann secret');
  for (const command of commands) await client.say(command);
  return client;
}

/** A message in the form of a literal that does not wait. */
export function literal(text: string): string {
  return `{${text.length}+}\r\n${text}`;
}
