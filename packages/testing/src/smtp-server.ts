/**
 * A real SMTP server in the process of the test: real sockets, real TLS, and every message to look at.
 *
 * Read next: `smtp-server-options.ts`, `message-log.ts` (waiting), `received-message.ts`.
 */
import { createServerTls, type Endpoint, listen, type ServerTls, systemClock, type Transport, type TransportSink } from '@mailwright/net';
import { type ExplainedLine, explainSession, type Transcript } from '@mailwright/smtp';
import { createSmtpServer, type SmtpServer } from '@mailwright/smtp-server';
import type { Clock } from '@mailwright/wire';
import { chooseCertificate } from './certificates/choose-certificate.ts';
import type { IssuedCertificate } from './certificates/test-authority.ts';
import { deliverTo } from './face/delivery.ts';
import { formatDialogue } from './dialogue-text.ts';
import type { Fault } from './faults/fault.ts';
import { faultScript } from './faults/fault-script.ts';
import { FaultRun } from './faults/fault-run.ts';
import { FaultTransport } from './faults/fault-transport.ts';
import type { MessageMatch } from './message-match.ts';
import { MessageLog, type WaitForOptions, type WaitOptions } from './message-log.ts';
import { type ReceivedMessage, receiveMessage } from './received-message.ts';
import { RecordingTransport } from './recording-transport.ts';
import { SessionLog, type SessionTranscript } from './session-log.ts';
import type { TestServerOptions } from './smtp-server-options.ts';
import { type Deliver, testHandlers } from './test-handlers.ts';
import { transactionEntries } from './transaction-entries.ts';

const DEFAULT_CLOSE_MS = 250;
const LAST_LINES = 12;

export interface TestSmtpServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** `smtp://localhost:40123`, or `smtps:` with implicit TLS. */
  readonly url: string;
  /** The authority that a client must trust, in PEM. */
  readonly ca: string;
  readonly certificate: IssuedCertificate;
  /** The server underneath. */
  readonly server: SmtpServer;
  /**
   * What was received, in order. A message is here before the reply to it leaves: whoever has seen the 250 finds it. A
   * message that was refused never gets here.
   */
  readonly messages: readonly ReceivedMessage[];
  /**
   * The first message that fits: one that is here already, or the next that comes. The same message is not given to a second
   * wait, unless that asks for it with `again`.
   *
   * Errors: rejects with a `TestTimeoutError` that lists what did arrive, with `TEST_ABORTED`, or with `TEST_SERVER_CLOSED`.
   */
  waitFor(match: MessageMatch, options?: WaitForOptions): Promise<ReceivedMessage>;
  /** All messages, as soon as there are so many. Errors: as `waitFor`. */
  waitForCount(count: number, options?: WaitOptions): Promise<readonly ReceivedMessage[]>;
  /** Forgets the messages, and the transcripts of sessions that are over. */
  clear(): void;
  /** What was said in each session, in the order in which they began. */
  readonly transcripts: readonly SessionTranscript[];
  /** What was said in a session; default: the last one. */
  transcript(sessionId?: number): Transcript;
  /** The dialogue of a session line by line with its meaning; default: the last one. */
  explain(sessionId?: number): readonly ExplainedLine[];
  /** The faults of the script that never happened: a test that meant to see them asserts that there are none. */
  readonly unusedFaults: readonly Fault[];
  /** Serves a connection that came some other way: the in-memory pair, a socket of one's own. */
  serve(transport: Transport): void;
  /**
   * Takes no more connections, says 421 to those that are idle, and drops what is open after `timeoutMs` (250) of real time.
   * Waits that are under way end with `TEST_SERVER_CLOSED`. Idempotent.
   */
  close(options?: { readonly timeoutMs?: number | undefined }): Promise<void>;
}

/**
 * Starts a server on a free port of this machine, with a certificate that only `ca` vouches for; STARTTLS is offered, nobody
 * has to log in, and every recipient is taken.
 *
 * Errors: rejects with a `NetError` `NET_LISTEN_FAILED` when the port can't be had; throws what `createSmtpServer` throws for
 * options that make no sense.
 */
export async function startSmtpServer(options: TestServerOptions = {}): Promise<TestSmtpServer> {
  const server = new RunningServer(options);
  await server.start();
  return server;
}

class RunningServer implements TestSmtpServer {
  readonly certificate: IssuedCertificate;
  readonly server: SmtpServer;
  readonly host: string;
  readonly #options: TestServerOptions;
  readonly #mode: 'starttls' | 'implicit' | 'none';
  readonly #tls: ServerTls;
  readonly #clock: Clock;
  readonly #sessions = new SessionLog();
  readonly #log = new MessageLog(() => this.#lastLines());
  readonly #connections = new Set<OpenConnection>();
  readonly #faults: FaultRun | undefined;
  /** By the number that the server below gives a session. */
  readonly #served = new Map<number, OpenConnection>();
  #listener: { readonly address: Endpoint; close(): Promise<void> } | undefined = undefined;
  #connectionCount = 0;
  #servedCount = 0;
  #messageCount = 0;
  #closing: Promise<void> | undefined = undefined;

  constructor(options: TestServerOptions) {
    const { hostname = 'localhost', implicitTls = false, tls = implicitTls ? 'implicit' : 'starttls', auth, mechanisms, network, faults = { faults: [] }, store, ...others } = options;
    this.#options = options;
    this.#mode = tls;
    this.host = options.host ?? (network === undefined ? 'localhost' : hostname);
    this.certificate = chooseCertificate(options, hostname);
    this.#tls = createServerTls(this.certificate);
    this.#clock = options.clock ?? network?.clock ?? systemClock;
    const script = faultScript(faults);
    if (script.faults.length > 0) this.#faults = new FaultRun(script.faults, this.#clock);
    this.server = createSmtpServer({
      ...others,
      hostname,
      clock: this.#clock,
      ...testHandlers(options, this.#deliver, (of, session) => this.#served.get(session.id)?.faulty?.refusal(of)),
      mechanisms: mechanisms ?? (typeof auth === 'object' || (auth === undefined && store?.secrets !== undefined) ? ['SCRAM-SHA-256', 'CRAM-MD5', 'PLAIN', 'LOGIN'] : undefined),
      tls: tls === 'none' ? undefined : this.#tls,
      implicitTls: tls === 'implicit',
      close: (session, end) => {
        this.#served.delete(session.id);
        options.close?.(session, end);
      },
    });
  }

  async start(): Promise<void> {
    const { network } = this.#options;
    const { port = network === undefined ? 0 : this.#mode === 'implicit' ? 465 : 25 } = this.#options;
    const place = network === undefined ? { listen } : network;
    this.#listener = await place.listen({ host: this.host, port }, (transport) => this.serve(transport));
  }

  get port(): number {
    return this.#listener!.address.port;
  }

  get url(): string {
    const host = this.host.includes(':') ? `[${this.host}]` : this.host;
    return `${this.#mode === 'implicit' ? 'smtps' : 'smtp'}://${host}:${this.port}`;
  }

  get ca(): string {
    return this.certificate.ca;
  }

  get messages(): readonly ReceivedMessage[] {
    return this.#log.messages;
  }

  get transcripts(): readonly SessionTranscript[] {
    return this.#sessions.all();
  }

  waitFor(match: MessageMatch, options?: WaitForOptions): Promise<ReceivedMessage> {
    return this.#log.waitFor(match, options);
  }

  waitForCount(count: number, options?: WaitOptions): Promise<readonly ReceivedMessage[]> {
    return this.#log.waitForCount(count, options);
  }

  clear(): void {
    this.#log.clear();
    this.#sessions.clear();
  }

  transcript(sessionId?: number): Transcript {
    return this.#sessions.entries(sessionId);
  }

  explain(sessionId?: number): readonly ExplainedLine[] {
    return explainSession(this.transcript(sessionId));
  }

  serve(transport: Transport): void {
    const number = ++this.#connectionCount;
    const recorder = this.#sessions.open(number, transport.peer);
    const recording = new RecordingTransport(transport, recorder, this.#clock, () => {
      this.#sessions.close(number);
      this.#connections.delete(connection);
    });
    const note = (text: string): void => recorder.event(text, this.#clock.now());
    const faulty = this.#faults === undefined ? undefined : new FaultTransport(recording, { run: this.#faults, clock: this.#clock, number, note });
    const connection: OpenConnection = { number, recording, faulty };
    this.#connections.add(connection);
    if (this.#mode === 'implicit' && transport.tls === undefined) void this.#secure(connection);
    else this.#hand(connection);
  }

  get unusedFaults(): readonly Fault[] {
    return this.#faults?.unused ?? [];
  }

  close({ timeoutMs = DEFAULT_CLOSE_MS }: { readonly timeoutMs?: number | undefined } = {}): Promise<void> {
    return (this.#closing ??= this.#close(timeoutMs));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(timeoutMs: number): Promise<void> {
    await this.#listener?.close();
    this.#log.close();
    // On the real clock: a fake one stands still, and the server's own deadline with it.
    const timer = systemClock.setTimer(() => {
      for (const { recording } of this.#connections) recording.destroy();
    }, timeoutMs);
    for (const { recording, faulty } of this.#connections) if (faulty?.stalled === true) recording.destroy();
    await this.server.close({ timeoutMs: Infinity });
    timer.cancel();
    for (const { recording } of this.#connections) recording.destroy(); // handshakes that were under way
  }

  /** TLS from the first octet: the handshake, then the server. One that fails stands in the transcript. */
  async #secure(connection: OpenConnection): Promise<void> {
    try {
      await (connection.faulty ?? connection.recording).startTls(this.#tls);
    } catch {
      connection.recording.attach(NOBODY); // so that its end is noticed
      return;
    }
    this.#hand(connection);
  }

  #hand(connection: OpenConnection): void {
    this.#served.set(++this.#servedCount, connection);
    this.server.serve(connection.faulty ?? connection.recording);
  }

  readonly #deliver: Deliver = async (message, octets, session, transaction) => {
    const sessionId = this.#served.get(session.id)?.number ?? 0;
    const recorder = this.#sessions.recorder(sessionId);
    const transcript = (): Transcript => transactionEntries(recorder?.entries ?? [], transaction);
    const { store } = this.#options;
    const receivedAt = this.#clock.wallTime();
    if (store !== undefined) await deliverTo(store, message.recipients.map(({ forwardPath }) => forwardPath.address), octets, receivedAt);
    this.#log.add(receiveMessage(message, session, { id: ++this.#messageCount, sessionId, octets, receivedAt, transcript }));
  };

  #lastLines(): string {
    return this.#sessions.all().slice(-3).map(({ sessionId, entries }) => formatDialogue(entries.slice(-LAST_LINES), `  session ${sessionId}  `)).join('');
  }
}

const NOBODY: TransportSink = { data: () => undefined, end: () => undefined, drained: () => undefined, closed: () => undefined };

interface OpenConnection {
  /** Counts from 1. */
  readonly number: number;
  readonly recording: RecordingTransport;
  readonly faulty: FaultTransport | undefined;
}
