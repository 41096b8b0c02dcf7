/** A client that says what it is told, octet by octet, for tests of what no good client would say. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';

type Wake = () => void;

export class RawClient {
  #socket: Socket;
  #text = '';
  #taken = 0;
  #over = false;
  #waiting: Wake | undefined = undefined;
  /** The error the connection ended with. */
  error: Error | undefined = undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#listen(socket);
  }

  /** Resolves when the connection stands. */
  static connect(port: number, host: string = '127.0.0.1'): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host, allowHalfOpen: true, noDelay: true }); // or the system holds small pieces back for 40 ms of real time
      const client = new RawClient(socket);
      socket.once('connect', () => resolve(client));
      socket.once('error', reject);
    });
  }

  static connectTls(port: number, ca: string): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca });
      const client = new RawClient(socket);
      socket.once('secureConnect', () => resolve(client));
      socket.once('error', reject);
    });
  }

  /** Everything the server has said. */
  get text(): string {
    return this.#text;
  }

  /** Octets said by the server so far. */
  get received(): number {
    return this.#text.length;
  }

  write(text: string): void {
    this.#socket.write(text, 'latin1');
  }

  /** Writes, and waits for so many more replies. Gives each as its lines joined by LF. */
  ask(text: string, count: number = 1): Promise<readonly string[]> {
    this.write(text);
    return this.replies(count);
  }

  /** The next `count` replies; fewer when the connection ended. */
  async replies(count: number): Promise<readonly string[]> {
    const replies: string[] = [];
    while (replies.length < count) {
      const reply = this.#takeReply();
      if (reply !== undefined) replies.push(reply);
      else if (this.#over) break;
      else await this.#change();
    }
    return replies;
  }

  /** Resolves when the server has closed its direction, or the connection is gone. */
  async ended(): Promise<void> {
    while (!this.#over) await this.#change();
  }

  /** Resolves when so many octets have come. */
  async octets(count: number): Promise<string> {
    while (this.#text.length < count && !this.#over) await this.#change();
    return this.#text;
  }

  async startTls(ca: string): Promise<TLSSocket> {
    const raw = this.#socket;
    raw.removeAllListeners('data');
    const secure = connectTls({ socket: raw, servername: 'localhost', ca });
    await new Promise<void>((resolve, reject) => secure.once('secureConnect', resolve).once('error', reject));
    this.#socket = secure;
    this.#listen(secure);
    return secure;
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  #listen(socket: Socket): void {
    socket.on('data', (octets: Buffer) => {
      this.#text += octets.toString('latin1');
      this.#wake();
    });
    const over = (): void => {
      this.#over = true;
      this.#wake();
    };
    socket.on('end', over);
    socket.on('close', over);
    socket.on('error', (error) => {
      this.error = error;
    });
  }

  #takeReply(): string | undefined {
    const match = /^(?:\d{3}-[^\n]*\r\n)*\d{3}(?: [^\n]*)?\r\n/.exec(this.#text.slice(this.#taken));
    if (match === null) return undefined;
    this.#taken += match[0].length;
    return match[0].trimEnd().replaceAll('\r\n', '\n');
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.();
  }
}
