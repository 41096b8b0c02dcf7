/** A client that says what a test tells it to, right or wrong, and waits for what comes back: no timers, no opinions. */
import type { NetError, TlsClientOptions, TlsFacts, Transport, TransportSink } from '@mailwright/net';
import { encodeLatin1 } from '@mailwright/wire';

export interface RawReply {
  readonly code: number;
  /** All its lines, without codes, joined by LF. */
  readonly text: string;
}

export class RawClient implements TransportSink {
  readonly transport: Transport;
  /** What came and was not taken as a reply yet. */
  text = '';
  /** `data` calls so far. */
  reads = 0;
  /** The server has closed its side. */
  ended = false;
  /** The connection is gone. */
  gone = false;
  #waiting: (() => void)[] = [];

  constructor(transport: Transport) {
    this.transport = transport;
    transport.attach(this);
  }

  data(octets: Uint8Array): void {
    this.reads++;
    this.text += Buffer.from(octets).toString('utf8');
    this.#wake();
  }

  end(): void {
    this.ended = true;
    this.#wake();
  }

  drained(): void {
    this.#wake();
  }

  closed(_error: NetError | undefined): void {
    this.ended = this.gone = true;
    this.#wake();
  }

  /** Writes text, one octet a character up to U+00FF; a line end is the caller's. */
  say(text: string | Uint8Array): void {
    this.transport.write(typeof text === 'string' ? encodeLatin1(text) : text);
  }

  /** Waits until `done`, asked whenever something happens. */
  async until(done: () => boolean): Promise<void> {
    while (!done()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** The next reply. Throws when the server closes instead. */
  async reply(): Promise<RawReply> {
    let match: RegExpExecArray | null = null;
    await this.until(() => (match = REPLY.exec(this.text)) !== null || this.ended);
    if (match === null) throw new Error(`the server closed the connection; unread: ${JSON.stringify(this.text)}`);
    const [whole] = match as RegExpExecArray;
    this.text = this.text.slice(whole.length);
    const lines = whole.split('\r\n').slice(0, -1);
    return { code: Number(whole.slice(0, 3)), text: lines.map((line) => line.slice(4)).join('\n') };
  }

  /** The codes of the next `count` replies. */
  async codes(count: number): Promise<number[]> {
    const codes: number[] = [];
    while (codes.length < count) codes.push((await this.reply()).code);
    return codes;
  }

  /** Says one line and waits for its reply. */
  ask(line: string): Promise<RawReply> {
    this.say(`${line}\r\n`);
    return this.reply();
  }

  /** Greeting and EHLO. */
  async greet(): Promise<RawReply> {
    await this.reply();
    return this.ask('EHLO client.example');
  }

  /** Sends a message in lockstep and gives its verdict; throws at the first refusal before. */
  async send(message = 'Subject: hi\r\n\r\nhello\r\n'): Promise<RawReply> {
    for (const line of ['MAIL FROM:<a@client.example>', 'RCPT TO:<b@server.example>', 'DATA']) {
      const { code, text } = await this.ask(line);
      if (code >= 400) throw new Error(`${line}: ${code} ${text}`);
    }
    this.say(`${message}.\r\n`);
    return this.reply();
  }

  /** The rest of what the server says, up to its FIN. */
  async rest(): Promise<string> {
    await this.until(() => this.ended);
    return this.text;
  }

  startTls(options: TlsClientOptions): Promise<TlsFacts> {
    return this.transport.startTls(options);
  }

  /** Waits until the connection is gone. */
  async close(): Promise<void> {
    this.transport.close();
    await this.until(() => this.gone);
  }

  async destroy(): Promise<void> {
    this.transport.destroy();
    await this.until(() => this.gone);
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}

/** `Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF` */
const REPLY = /^(?:\d{3}-[^\r\n]*\r\n)*\d{3}(?: [^\r\n]*)?\r\n/;
