/** A client for probes: says any octets, gathers the replies, gives up in time. */
import type { Pem, Transport, TransportSink } from '@mailwright/net';
import { parseReply, type Reply, type Transcript, TranscriptRecorder } from '@mailwright/smtp';
import { type Clock, encodeLatin1, utf8 } from '@mailwright/wire';
import { ReplyFraming } from '../faults/reply-framing.ts';

/** Octets of replies that one probe takes from a server. */
const MAX_RECEIVED_OCTETS = 1_048_576;

export class AuditClient implements TransportSink {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #recorder = new TranscriptRecorder();
  readonly #framing = new ReplyFraming();
  readonly #replies: Reply[] = [];
  #receivedOctets = 0;
  #over = false;
  #wake: (() => void) | undefined = undefined;

  constructor(transport: Transport, clock: Clock, timeoutMs: number) {
    this.#transport = transport;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    transport.attach(this);
  }

  get transcript(): Transcript {
    return [...this.#recorder.entries];
  }

  /** Whether the server has closed its direction, or the connection is gone. */
  get over(): boolean {
    return this.#over;
  }

  /** Says octets, each character one. */
  say(text: string): void {
    const octets = encodeLatin1(text);
    this.#recorder.client(octets, this.#clock.now());
    this.#transport.write(octets);
  }

  /** Says octets and waits for `count` (1) replies. */
  ask(text: string, count: number = 1): Promise<readonly Reply[]> {
    this.say(text);
    return this.replies(count);
  }

  /** The next `count` replies; fewer when the server closes, or says nothing in time. */
  async replies(count: number): Promise<readonly Reply[]> {
    let late = false;
    const timer = this.#clock.setTimer(() => {
      late = true;
      this.#wake?.();
    }, this.#timeoutMs);
    while (this.#replies.length < count && !this.#over && !late) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    timer.cancel();
    return this.#replies.splice(0, count);
  }

  /** The next reply, then QUIT, and all that is said until the server closes. Waits no longer than it must. */
  async untilQuit(): Promise<readonly Reply[]> {
    const first = await this.replies(1);
    if (!this.#over) this.say('QUIT\r\n');
    return [...first, ...(await this.replies(Infinity))];
  }

  async startTls(ca: Pem | undefined): Promise<boolean> {
    try {
      await this.#transport.startTls({ policy: { mode: 'required' }, ca, timeoutMs: this.#timeoutMs, clock: this.#clock });
      return true;
    } catch {
      return false;
    }
  }

  close(): void {
    this.#transport.destroy();
  }

  data(octets: Uint8Array): void {
    this.#receivedOctets += octets.length;
    if (this.#receivedOctets > MAX_RECEIVED_OCTETS) return this.#transport.destroy();
    this.#recorder.server(octets, this.#clock.now());
    this.#framing.push(octets);
    for (let octetsOfReply = this.#framing.next(); octetsOfReply !== undefined; octetsOfReply = this.#framing.next()) {
      const text = utf8(octetsOfReply);
      const parsed = parseReply(text);
      this.#replies.push(parsed.ok ? parsed.value : { code: 0, enhanced: undefined, lines: [text.trimEnd()] });
    }
    this.#wake?.();
  }

  end(): void {
    this.#ended();
  }

  drained(): void {}

  closed(): void {
    this.#ended();
  }

  #ended(): void {
    this.#over = true;
    this.#wake?.();
  }
}
