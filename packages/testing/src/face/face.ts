/**
 * A server for reading mail in the process of the test, without its protocol: it listens, secures, writes down what is said, waits for
 * things to be said, and closes.
 *
 * Read next: `../pop3/pop3-server.ts`, `../imap/imap-server.ts`, which bring the protocols.
 */
import type { MailStore } from '@mailwright/imap-server';
import { createServerTls, type Endpoint, listen, type ServerTls, systemClock, type Transport, type TransportSink } from '@mailwright/net';
import type { Clock } from '@mailwright/wire';
import { chooseCertificate } from '../certificates/choose-certificate.ts';
import type { IssuedCertificate } from '../certificates/test-authority.ts';
import type { WaitOptions } from '../message-log.ts';
import { RecordingTransport } from '../recording-transport.ts';
import { Waits } from '../waits.ts';
import type { FaceOptions } from './face-options.ts';
import { fixturePassword, memoryStoreOf } from './mail-fixture.ts';
import { type FaceTranscript, type MakeRecorder, WireLog } from './wire-log.ts';

const DEFAULT_CLOSE_MS = 250;
const LAST_LINES = 12;

/** What is common to the servers for reading mail. */
export interface TestMailServer<Entry> extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Where it listens. */
  readonly address: Endpoint;
  /** `imap://localhost:40123`; `imaps:` with implicit TLS. */
  readonly url: string;
  /** The authority that a client must trust, in PEM. */
  readonly ca: string;
  readonly certificate: IssuedCertificate;
  /** What is read from; changes made in it are seen by clients. */
  readonly store: MailStore;
  /** `url` with the name of a user and the password of the fixture (also of a store that `memoryStoreOf` made), percent-encoded. Without one that is known, the name alone. */
  urlFor(user: string): string;
  /** What was said in each session, in the order in which they began, secrets left out. */
  readonly transcripts: readonly FaceTranscript<Entry>[];
  /** What was said in a session; default: the last one. */
  transcript(sessionId?: number): readonly Entry[];
  /**
   * The first line of a client that fits: a part of it in any letter case, or a regular expression; one that was said already, or the next. The same line
   * is not given to a second wait.
   *
   * Errors: rejects with a `TestTimeoutError` that shows what was said, with `TEST_ABORTED`, or with `TEST_SERVER_CLOSED`.
   */
  waitForCommand(match: string | RegExp, options?: WaitOptions): Promise<string>;
  /** Forgets the transcripts of sessions that are over. */
  clear(): void;
  /** Serves a connection that came some other way: the in-memory pair, a socket of one's own. */
  serve(transport: Transport): void;
  /** Takes no more connections, lets what is under way end for `timeoutMs` (250) of real time, and drops the rest. Idempotent. */
  close(options?: { readonly timeoutMs?: number | undefined }): Promise<void>;
}

/** An entry of a transcript, as far as it is looked at here. */
export interface WireEntry {
  readonly direction: 'client' | 'server' | 'event';
  readonly text: string | undefined;
  readonly octets: number;
}

/** What a protocol brings. */
export interface FaceProtocol<Entry> {
  readonly schemes: { readonly clear: string; readonly implicit: string };
  readonly ports: { readonly clear: number; readonly implicit: number };
  readonly recorder: MakeRecorder<Entry>;
  /** A connection is ready: what is behind the recording, and its number from 1. */
  serve(transport: Transport, number: number, note: (text: string) => void): void;
  /** Ends what is under way; resolves when no session is left. */
  shutdown(): Promise<void>;
}

const LONG_MS = 2 ** 30;
const NOBODY: TransportSink = { data: () => undefined, end: () => undefined, drained: () => undefined, closed: () => undefined };

export abstract class Face<Entry extends WireEntry> implements TestMailServer<Entry> {
  readonly host: string;
  readonly certificate: IssuedCertificate;
  readonly store: MailStore;
  protected readonly clock: Clock;
  protected readonly tls: ServerTls;
  protected readonly mode: 'starttls' | 'implicit' | 'none';
  protected readonly waits: Waits = new Waits(() => this.#story());
  readonly #options: FaceOptions;
  readonly #log: WireLog<Entry>;
  /** Lines of clients, and which of them a wait has got. */
  readonly #commands: { readonly line: string; taken: boolean }[] = [];
  readonly #open = new Set<RecordingTransport>();
  #listener: { readonly address: Endpoint; close(): Promise<void> } | undefined = undefined;
  #connections = 0;
  #closing: Promise<void> | undefined = undefined;

  protected constructor(options: FaceOptions, recorder: MakeRecorder<Entry>) {
    const { hostname = 'localhost', network, tls = 'starttls' } = options;
    if (options.fixture !== undefined && options.store !== undefined) throw new TypeError('give either fixture or store');
    this.#options = options;
    this.mode = tls;
    this.host = options.host ?? (network === undefined ? 'localhost' : hostname);
    this.certificate = chooseCertificate(options, hostname);
    this.tls = createServerTls(this.certificate);
    this.clock = options.clock ?? network?.clock ?? systemClock;
    this.store = options.store ?? memoryStoreOf(options.fixture, this.clock);
    this.#log = new WireLog(recorder, (_session, entry) => this.#heard(entry));
  }

  protected abstract readonly protocol: Omit<FaceProtocol<Entry>, 'recorder'>;

  async start(): Promise<void> {
    const { network } = this.#options;
    const { port = network === undefined ? 0 : this.protocol.ports[this.mode === 'implicit' ? 'implicit' : 'clear'] } = this.#options;
    const place = network === undefined ? { listen } : network;
    this.#listener = await place.listen({ host: this.host, port }, (transport) => this.serve(transport));
  }

  get port(): number {
    return this.#listener!.address.port;
  }

  get address(): Endpoint {
    return this.#listener!.address;
  }

  get url(): string {
    return this.#url('');
  }

  get ca(): string {
    return this.certificate.ca;
  }

  urlFor(user: string): string {
    const password = fixturePassword(this.store, user);
    return this.#url(`${encodeURIComponent(user)}${password === undefined ? '' : `:${encodeURIComponent(password)}`}@`);
  }

  get transcripts(): readonly FaceTranscript<Entry>[] {
    return this.#log.all();
  }

  transcript(sessionId?: number): readonly Entry[] {
    return this.#log.entries(sessionId);
  }

  waitForCommand(match: string | RegExp, options?: WaitOptions): Promise<string> {
    const fits = typeof match === 'string' ? (line: string) => line.toLowerCase().includes(match.toLowerCase()) : (line: string) => line.search(match) >= 0;
    const look = (): string | undefined => {
      const found = this.#commands.find(({ line, taken }) => !taken && fits(line));
      if (found !== undefined) found.taken = true;
      return found?.line;
    };
    return this.waits.for(`no command with ${typeof match === 'string' ? JSON.stringify(match) : String(match)}`, look, options);
  }

  clear(): void {
    this.#log.clear();
    this.#commands.length = 0;
  }

  serve(transport: Transport): void {
    const number = ++this.#connections;
    const recorder = this.#log.open(number, transport.peer);
    const recording = new RecordingTransport(transport, recorder, this.clock, () => {
      this.#log.close(number);
      this.#open.delete(recording);
    });
    this.#open.add(recording);
    const hand = (): void => this.protocol.serve(recording, number, (text) => recorder.event(text, this.clock.now()));
    if (this.mode === 'implicit' && transport.tls === undefined) void this.#secure(recording, hand);
    else hand();
  }

  close({ timeoutMs = DEFAULT_CLOSE_MS }: { readonly timeoutMs?: number | undefined } = {}): Promise<void> {
    return (this.#closing ??= this.#close(timeoutMs));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(timeoutMs: number): Promise<void> {
    await this.#listener?.close();
    this.waits.close();
    // On the real clock: a fake one stands still, and the server's own deadline with it.
    const timer = systemClock.setTimer(() => this.#destroyAll(), timeoutMs);
    // Neither that timer nor a connection that is not read from holds the process: without this it would end with nothing closed.
    const hold = setInterval(() => undefined, LONG_MS);
    await this.protocol.shutdown().finally(() => clearInterval(hold));
    timer.cancel();
    this.#destroyAll(); // handshakes that were under way
    if (this.#options.store === undefined) await this.store.close();
  }

  #destroyAll(): void {
    for (const recording of [...this.#open]) recording.destroy();
  }

  /** TLS from the first octet: the handshake, then the protocol. One that fails stands in the transcript. */
  async #secure(recording: RecordingTransport, hand: () => void): Promise<void> {
    try {
      await recording.startTls(this.tls);
    } catch {
      recording.attach(NOBODY); // so that its end is noticed
      return;
    }
    hand();
  }

  #heard(entry: Entry): void {
    if (entry.direction !== 'client' || entry.text === undefined) return;
    this.#commands.push({ line: entry.text, taken: false });
    this.waits.changed();
  }

  #url(userInfo: string): string {
    const host = this.host.includes(':') ? `[${this.host}]` : this.host;
    return `${this.protocol.schemes[this.mode === 'implicit' ? 'implicit' : 'clear']}://${userInfo}${host}:${this.port}`;
  }

  #story(): string {
    const sessions = this.#log.all().slice(-3);
    if (sessions.length === 0) return 'nobody has connected';
    const marks = { client: 'C:', server: 'S:', event: '#' };
    const lines = sessions.flatMap(({ sessionId, entries }) =>
      entries.slice(-LAST_LINES).map(({ direction, text, octets }) => `  session ${sessionId}  ${marks[direction]} ${text ?? `(${octets} octets)`}`));
    return `the dialogue ended so:\n${lines.join('\n')}`;
  }
}
