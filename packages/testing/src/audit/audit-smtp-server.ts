/**
 * Holds a server against the known ways to make one misread a session: what ends a message, what lives on inside TLS, what a
 * refused chunk becomes, which line ends are taken.
 *
 * Every probe has a connection of its own; some deliver a short message with the subject `audit`. Audit your own servers only.
 *
 * Read next: `probes-end-of-data.ts`, `probes-starttls.ts`, `probes-chunking.ts`, `probes-commands.ts`.
 */
import { parseMailbox } from '@mailwright/address';
import { dial, type DialOptions, type Pem, systemClock, type Transport } from '@mailwright/net';
import type { Transcript } from '@mailwright/smtp';
import type { Clock } from '@mailwright/wire';
import { AuditClient } from './audit-client.ts';
import { type AuditFinding, fail, type Probe, type ProbeWorld, type Verdict } from './probe.ts';
import { chunkingProbes } from './probes-chunking.ts';
import { commandProbes } from './probes-commands.ts';
import { endOfDataProbes } from './probes-end-of-data.ts';
import { startTlsProbes } from './probes-starttls.ts';

const DEFAULT_TIMEOUT_MS = 10_000;
const PROBES: readonly Probe[] = [...endOfDataProbes, ...startTlsProbes, ...chunkingProbes, ...commandProbes];

export interface AuditOptions {
  readonly host: string;
  readonly port: number;
  /** The reverse-path of messages; '' (default) for `<>`. */
  readonly from?: string | undefined;
  /** A recipient that the server takes. Default `postmaster`, which every server must take (RFC 5321 4.5.1). */
  readonly to?: string | undefined;
  /** The authority to trust at handshakes. Default: whoever answers. */
  readonly ca?: Pem | undefined;
  /** How long the server may take to answer. Default 10000. */
  readonly timeoutMs?: number | undefined;
  /** Only probes whose id begins so. Default: all. */
  readonly only?: string | undefined;
  readonly clock?: Clock | undefined;
  /** Makes the connections. Default: `dial` of `@mailwright/net`. */
  readonly dial?: ((options: DialOptions) => Promise<Transport>) | undefined;
}

/**
 * Probes a server, one thing after the other.
 *
 * Shape: one finding for each probe, in a fixed order; those with the status `fail` are what is wrong.
 * Errors: rejects with what `dial` rejects with when the server can't be reached at all; throws a `TypeError` for an address
 * that is none. A server that misbehaves is a finding.
 */
export async function auditSmtpServer(options: AuditOptions): Promise<AuditFinding[]> {
  const envelope = envelopeOf(options);
  const findings: AuditFinding[] = [];
  for (const probe of PROBES) {
    if (options.only !== undefined && !probe.id.startsWith(options.only)) continue;
    findings.push(await runProbe(probe, options, envelope));
  }
  return findings;
}

async function runProbe(probe: Probe, options: AuditOptions, envelope: string): Promise<AuditFinding> {
  const { id, severity, title, source } = probe;
  const world = new World(options, envelope);
  try {
    const { status, detail } = await world.judge(probe);
    return { id, status, severity, title, detail, source, transcript: world.transcript };
  } finally {
    world.close();
  }
}

/** What one probe does its work with. */
class World implements ProbeWorld {
  readonly envelope: string;
  readonly #options: AuditOptions;
  readonly #clock: Clock;
  readonly #clients: AuditClient[] = [];

  constructor(options: AuditOptions, envelope: string) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.envelope = envelope;
  }

  get transcript(): Transcript {
    return this.#clients.flatMap((client) => client.transcript);
  }

  async judge(probe: Probe): Promise<Verdict> {
    try {
      return await probe.run(this);
    } catch (error) {
      if (error instanceof NotReady) return fail(error.message);
      throw error;
    }
  }

  async connect(hello: boolean): Promise<{ readonly client: AuditClient; readonly keywords: ReadonlyMap<string, string> }> {
    const { host, port, timeoutMs = DEFAULT_TIMEOUT_MS } = this.#options;
    const transport = await (this.#options.dial ?? dial)({ host, port, timeoutMs, clock: this.#clock });
    const client = new AuditClient(transport, this.#clock, timeoutMs);
    this.#clients.push(client);
    const [greeting] = await client.replies(1);
    if (greeting?.code !== 220) throw new NotReady('the server did not greet with 220');
    if (!hello) return { client, keywords: new Map() };
    const [ehlo] = await client.ask('EHLO audit.invalid\r\n');
    if (ehlo?.code !== 250) throw new NotReady('the server did not take EHLO');
    const keywords = ehlo.lines.slice(1).map((line) => [line.split(/[ =]/, 1)[0]!.toUpperCase(), line.slice(line.search(/[ =]|$/) + 1)] as const);
    return { client, keywords: new Map(keywords) };
  }

  startTls(client: AuditClient): Promise<boolean> {
    return client.startTls(this.#options.ca);
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }
}

/** The server could not be asked. */
class NotReady extends Error {}

function envelopeOf({ from = '', to = 'postmaster' }: AuditOptions): string {
  for (const address of [from, to]) {
    if (address !== '' && address !== 'postmaster' && !parseMailbox(address).ok) throw new TypeError(`not an address: ${JSON.stringify(address)}`);
  }
  if (to === '') throw new TypeError('a recipient is needed');
  return `MAIL FROM:<${from}>\r\nRCPT TO:<${to}>\r\n`;
}
