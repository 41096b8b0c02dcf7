/**
 * A server that does nothing by itself: it says what it is told to say, line by line, and waits for what it is told to wait
 * for. For servers that break the rules in ways no real one would be made to.
 *
 * Read next: `script-lines.ts` (how a script is written).
 */
import { createServerTls, type Endpoint, listen, type ServerTls, systemClock, type Transport } from '@mailwright/net';
import type { Clock } from '@mailwright/wire';
import { createTestAuthority, type IssuedCertificate, type TestAuthority } from '../certificates/test-authority.ts';
import { formatDialogue } from '../dialogue-text.ts';
import { TestError } from '../errors.ts';
import type { VirtualNetwork } from '../network/virtual-network.ts';
import { RecordingTransport } from '../recording-transport.ts';
import { SessionLog, type SessionTranscript } from '../session-log.ts';
import { parseScript, type ScriptStep } from './script-lines.ts';
import { ScriptedSession } from './scripted-session.ts';

const DEFAULT_TIMEOUT_MS = 4000;

export interface ScriptedServerOptions {
  /** Default `localhost`. */
  readonly host?: string | undefined;
  /** Default 0: a free port; in a virtual network 25. */
  readonly port?: number | undefined;
  readonly network?: VirtualNetwork | undefined;
  readonly authority?: TestAuthority | undefined;
  /** TLS from the first octet. Default false. */
  readonly implicitTls?: boolean | undefined;
  /** The clock of `# wait`. Default the network's, or the system's. */
  readonly clock?: Clock | undefined;
}

export interface ScriptedSmtpServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /** The authority that a client must trust, in PEM. */
  readonly ca: string;
  readonly certificate: IssuedCertificate;
  /** What was said in each session. */
  readonly transcripts: readonly SessionTranscript[];
  /**
   * Resolves when a session came to the end of its script, `count` (1) of them in all.
   *
   * Errors: rejects with a `TestError` `TEST_SCRIPT_MISMATCH` when a client did something else, `TEST_TIMEOUT` after `timeout`
   * (4000) milliseconds of real time, `TEST_SERVER_CLOSED`. The text shows the dialogue.
   */
  finished(options?: { readonly count?: number | undefined; readonly timeout?: number | undefined }): Promise<void>;
  /** Drops what is open. */
  close(): Promise<void>;
}

/**
 * Starts a server that follows `script`: lines, or a text of lines. With a list of scripts the nth connection gets the nth one,
 * and all later ones the last.
 *
 * Errors: throws a `TypeError` for a line that is none; rejects with a `NetError` when the port can't be had.
 */
export async function scriptedSmtpServer(script: string | readonly string[] | readonly (readonly string[])[], options: ScriptedServerOptions = {}): Promise<ScriptedSmtpServer> {
  const server = new Scripted(parseScripts(script), options);
  await server.start();
  return server;
}

function parseScripts(script: string | readonly string[] | readonly (readonly string[])[]): readonly (readonly ScriptStep[])[] {
  const isList = typeof script !== 'string' && script.length > 0 && typeof script[0] !== 'string';
  return isList ? (script as readonly (readonly string[])[]).map(parseScript) : [parseScript(script as string | readonly string[])];
}

class Scripted implements ScriptedSmtpServer {
  readonly certificate: IssuedCertificate;
  readonly host: string;
  readonly tls: ServerTls;
  readonly clock: Clock;
  readonly #scripts: readonly (readonly ScriptStep[])[];
  readonly #options: ScriptedServerOptions;
  readonly #log = new SessionLog();
  readonly #open = new Set<Transport>();
  readonly #sessions: { readonly number: number; readonly session: ScriptedSession }[] = [];
  readonly #looks = new Set<() => void>();
  #listener: { readonly address: Endpoint; close(): Promise<void> } | undefined = undefined;
  #count = 0;
  #closed = false;

  constructor(scripts: readonly (readonly ScriptStep[])[], options: ScriptedServerOptions) {
    this.#scripts = scripts;
    this.#options = options;
    this.host = options.host ?? 'localhost';
    this.clock = options.clock ?? options.network?.clock ?? systemClock;
    this.certificate = (options.authority ?? createTestAuthority()).issue({ names: [...new Set([this.host, 'localhost', '127.0.0.1', '::1'])] });
    this.tls = createServerTls(this.certificate);
  }

  async start(): Promise<void> {
    const { network, port = network === undefined ? 0 : 25 } = this.#options;
    this.#listener = await (network ?? { listen }).listen({ host: this.host, port }, (transport) => void this.#serve(transport));
  }

  get port(): number {
    return this.#listener!.address.port;
  }

  get url(): string {
    return `${this.#options.implicitTls === true ? 'smtps' : 'smtp'}://${this.host}:${this.port}`;
  }

  get ca(): string {
    return this.certificate.ca;
  }

  get transcripts(): readonly SessionTranscript[] {
    return this.#log.all();
  }

  async finished({ count = 1, timeout = DEFAULT_TIMEOUT_MS }: { readonly count?: number | undefined; readonly timeout?: number | undefined } = {}): Promise<void> {
    const outcome = await new Promise<'finished' | 'timeout'>((resolve) => {
      const settle = (how: 'finished' | 'timeout'): void => {
        timer.cancel();
        this.#looks.delete(look);
        resolve(how);
      };
      const look = (): void => {
        if (this.#closed || this.#failed !== undefined || this.#finishedCount >= count) settle('finished');
      };
      const timer = systemClock.setTimer(() => settle('timeout'), timeout);
      this.#looks.add(look);
      look();
    });
    const failed = this.#failed;
    if (failed !== undefined) throw new TestError('TEST_SCRIPT_MISMATCH', `the client left the script ${failed.session.failure ?? ''}\n${this.#dialogue()}`);
    if (this.#finishedCount >= count) return;
    if (outcome === 'timeout') throw new TestError('TEST_TIMEOUT', `fewer than ${count} sessions came to the end of the script within ${timeout} ms\n${this.#dialogue()}`);
    throw new TestError('TEST_SERVER_CLOSED', `the server was closed before the script came to its end\n${this.#dialogue()}`);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#listener?.close();
    this.#look();
    for (const transport of this.#open) transport.destroy();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  settled(): void {
    queueMicrotask(() => this.#look());
  }

  get #failed(): { readonly session: ScriptedSession } | undefined {
    return this.#sessions.find(({ session }) => session.state === 'failed');
  }

  get #finishedCount(): number {
    return this.#sessions.filter(({ session }) => session.state === 'finished').length;
  }

  #look(): void {
    for (const look of [...this.#looks]) look();
  }

  async #serve(transport: Transport): Promise<void> {
    const number = ++this.#count;
    const recorder = this.#log.open(number, transport.peer);
    const recording = new RecordingTransport(transport, recorder, this.clock, () => {
      this.#log.close(number);
      this.#open.delete(recording);
    });
    this.#open.add(recording);
    try {
      if (this.#options.implicitTls === true) await recording.startTls(this.tls);
    } catch {
      this.#open.delete(recording); // the transcript says why
      return;
    }
    this.#sessions.push({ number, session: new ScriptedSession(recording, this.#scripts[Math.min(number, this.#scripts.length) - 1]!, this) });
  }

  #dialogue(): string {
    const all = this.#log.all();
    return all.length === 0 ? 'nobody has connected' : all.map(({ sessionId, entries }) => formatDialogue(entries, `  session ${sessionId}  `)).join('');
  }
}
