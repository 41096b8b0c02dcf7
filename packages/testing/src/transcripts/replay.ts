/**
 * Recorded sessions played again: the server's part against a client, or the client's part against a server.
 *
 * Secrets and messages are not in a transcript: what stands for them must be given, or any will do. Read next:
 * `transcript-exchanges.ts`, `scripted-server.ts`.
 */
import { type Pem, systemClock, type Transport, type TransportSink } from '@mailwright/net';
import { type Transcript, type TranscriptEntry, TranscriptRecorder } from '@mailwright/smtp';
import { type Clock, encodeUtf8 } from '@mailwright/wire';
import { dialogueLine, formatDialogue } from '../dialogue-text.ts';
import { TestError } from '../errors.ts';
import { ReplyFraming } from '../faults/reply-framing.ts';
import { type ScriptedServerOptions, type ScriptedSmtpServer, scriptedSmtpServer } from './scripted-server.ts';
import { type Exchange, exchangesOf } from './transcript-exchanges.ts';

const DEFAULT_TIMEOUT_MS = 4000;
const LINE_OCTETS = 78;
const HIDDEN = '***';

/**
 * Starts the server of a recorded session. The client may pipeline otherwise than the recorded one; its EHLO name, its secrets
 * and its messages may be others; what else it says must be what was recorded, or `finished()` rejects.
 *
 * Errors: as `scriptedSmtpServer`.
 */
export function replayServer(transcript: Transcript, options: ScriptedServerOptions = {}): Promise<ScriptedSmtpServer> {
  return scriptedSmtpServer(exchangesOf(transcript).flatMap(scriptLines), options);
}

function scriptLines({ said, replies, tls }: Exchange): readonly string[] {
  return [...(said === undefined ? [] : [clientLine(said)]), ...replies.map((reply) => `S: ${reply.text ?? ''}`), ...(tls ? ['# tls'] : [])];
}

function clientLine(entry: TranscriptEntry): string {
  return dialogueLine(entry).replace(/^(C: (?:EHLO|HELO) ).*$/i, '$1*');
}

export interface ReplayClientOptions {
  /** In place of the lines with secrets, in order: whole lines, `AUTH PLAIN AHgAeQ==`. */
  readonly secrets?: readonly string[] | undefined;
  /** In place of the messages and chunks, in order: the octets on the wire, final dot included. Default: as many octets of filling. */
  readonly messages?: readonly Uint8Array[] | undefined;
  /** The authority to trust at a handshake. Default: whoever answers. */
  readonly ca?: Pem | undefined;
  /** Milliseconds for the whole. Default 4000. */
  readonly timeout?: number | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * Says what the client of a recorded session said, each line when the one before was answered, and gives what was said now.
 * Compare the two with `diffTranscripts`.
 *
 * Errors: throws a `TypeError` for a secret that is not given; rejects with a `TestError` `TEST_TIMEOUT` when the server does
 * not answer as often as it did. The connection is closed at the end.
 */
export async function replayClient(transcript: Transcript, transport: Transport, options: ReplayClientOptions = {}): Promise<Transcript> {
  const exchanges = exchangesOf(transcript);
  const lines = outgoing(exchanges, options);
  const { clock = systemClock, timeout = DEFAULT_TIMEOUT_MS, ca } = options;
  const client = new ReplayingClient(transport, clock);
  const timer = clock.setTimer(() => client.giveUp(), timeout);
  try {
    for (const [index, exchange] of exchanges.entries()) {
      const octets = lines[index];
      if (octets !== undefined) client.say(octets);
      await client.replies(countReplies(exchange));
      if (exchange.tls && !client.over) await client.startTls(ca);
    }
    if (client.late) throw new TestError('TEST_TIMEOUT', `the server did not answer as it did within ${timeout} ms\n${formatDialogue(client.transcript, '  ')}`);
    return client.transcript;
  } finally {
    timer.cancel();
    transport.close();
  }
}

function countReplies({ replies }: Exchange): number {
  return replies.filter(({ text }) => text?.charAt(3) !== '-').length;
}

function outgoing(exchanges: readonly Exchange[], { secrets = [], messages = [] }: ReplayClientOptions): readonly (Uint8Array | undefined)[] {
  const [secret, message] = [secrets[Symbol.iterator](), messages[Symbol.iterator]()];
  return exchanges.map(({ said }, index) => {
    if (said === undefined) return undefined;
    if (said.kind === 'data') return message.next().value ?? filling(said.octets, exchanges[index - 1]?.said?.text?.toUpperCase() === 'DATA');
    if (!said.redacted) return encodeUtf8(`${said.text ?? ''}\r\n`);
    const line: string | undefined = secret.next().value;
    if (line === undefined) throw new TypeError(`the transcript has ${JSON.stringify(said.text ?? HIDDEN)}, and no line of options.secrets is left for it`);
    return encodeUtf8(`${line}\r\n`);
  });
}

/** So many octets of a message; behind DATA the last of them are its end. */
function filling(octetCount: number, text: boolean): Uint8Array {
  const end = text ? '\r\n.\r\n' : '';
  if (text && octetCount < end.length) return encodeUtf8('.\r\n');
  let body = '';
  while (body.length < octetCount - end.length) body += `${'x'.repeat(LINE_OCTETS - 2)}\r\n`;
  return encodeUtf8(body.slice(0, octetCount - end.length).replace(/\r$/, 'x') + end);
}

class ReplayingClient implements TransportSink {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #recorder = new TranscriptRecorder();
  readonly #framing = new ReplyFraming();
  #waitingReplies = 0;
  #wake: (() => void) | undefined = undefined;
  over = false;
  late = false;

  constructor(transport: Transport, clock: Clock) {
    this.#transport = transport;
    this.#clock = clock;
    transport.attach(this);
  }

  get transcript(): Transcript {
    return [...this.#recorder.entries];
  }

  say(octets: Uint8Array): void {
    if (this.over) return;
    this.#recorder.client(octets, this.#clock.now());
    this.#transport.write(octets);
  }

  /** Resolves when so many replies have come, or no more will. */
  async replies(count: number): Promise<void> {
    for (let left = count; left > 0; left--) {
      while (this.#waitingReplies === 0 && !this.over) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      this.#waitingReplies--;
      if (this.over && this.#waitingReplies < 0) return;
    }
  }

  async startTls(ca: Pem | undefined): Promise<void> {
    const facts = await this.#transport.startTls({ policy: { mode: 'required' }, ca });
    this.#recorder.event(`${facts.protocol} established, ${facts.cipher}`, this.#clock.now());
  }

  giveUp(): void {
    this.late = true;
    this.#transport.destroy();
    this.#end();
  }

  data(octets: Uint8Array): void {
    this.#recorder.server(octets, this.#clock.now());
    this.#framing.push(octets);
    while (this.#framing.next() !== undefined) this.#waitingReplies++;
    this.#wake?.();
  }

  end(): void {
    this.#end();
  }

  drained(): void {}

  closed(): void {
    this.#end();
  }

  #end(): void {
    this.over = true;
    this.#wake?.();
  }
}
