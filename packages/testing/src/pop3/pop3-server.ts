/**
 * A POP3 server for tests, over the same store as the IMAP one: the INBOX of a user is the maildrop.
 *
 * Read next: `pop3-connection.ts`, `../face/face.ts` (listening, transcripts, waiting).
 */
import { DeadlineSet, systemRandom, type Transport } from '@mailwright/net';
import { resolveServerOptions, type ServerOptions, type ServerOptionsInput, type TranscriptEntry, TranscriptRecorder } from '@mailwright/pop3';
import type { MechanismName } from '@mailwright/sasl';
import { Face, type FaceProtocol, type TestMailServer } from '../face/face.ts';
import type { FaceOptions } from '../face/face-options.ts';
import { FaultRun } from '../faults/fault-run.ts';
import type { MailFault } from '../mail-faults/mail-fault.ts';
import { type MailFaultScriptData, mailFaultScript } from '../mail-faults/mail-fault-script.ts';
import { MailFaultTransport } from '../mail-faults/mail-fault-transport.ts';
import { Pop3Dialect } from '../mail-faults/pop3-dialect.ts';
import { Pop3Connection, type Pop3Core } from './pop3-connection.ts';
import type { PasswordJudge } from './pop3-login.ts';

const SALT_KEY_OCTETS = 32;
const TIMESTAMP_OCTETS = 8;
const PASSWORD_MECHANISMS: readonly MechanismName[] = ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256', 'SCRAM-SHA-1-PLUS', 'SCRAM-SHA-1', 'CRAM-MD5', 'PLAIN', 'LOGIN'];
const TOKEN_MECHANISMS: readonly MechanismName[] = ['OAUTHBEARER', 'XOAUTH2'];

/** What the machine of a session may be told is taken too: `banner`, `limits`, `expireDays`, ... */
export interface TestPop3ServerOptions extends FaceOptions, Omit<ServerOptionsInput, 'stls' | 'timestamp' | 'mechanisms' | 'disabled'> {
  /** SASL mechanisms to announce. Default: all that need a password; with `tokens` OAUTHBEARER and XOAUTH2 as well. */
  readonly mechanisms?: readonly MechanismName[] | undefined;
  /** CAPA tags that are not announced and whose commands are unknown: `['TOP', 'UIDL']`. Default none. */
  readonly disabled?: Iterable<string> | undefined;
  /**
   * Judges names and passwords in place of the store: the name of the user that is let in, or `undefined`. For USER and PASS, PLAIN and LOGIN; the
   * other mechanisms never show the password. Default: the store's secrets.
   */
  readonly authenticate?: PasswordJudge | undefined;
  /** Whether the greeting offers APOP. Default true. @rfc 1939 7 */
  readonly apop?: boolean | undefined;
  /** What shall go wrong, and when: see `mailFaults()`. Default: nothing. */
  readonly faults?: MailFaultScriptData | undefined;
}

/** A running POP3 server. */
export interface TestPop3Server extends TestMailServer<TranscriptEntry> {
  /** The faults of the script that never happened. */
  readonly unusedFaults: readonly MailFault[];
}

/**
 * Starts a server on a free port of this machine. Errors: as `startSmtpServer`; a `TypeError` for a fixture beside a store.
 *
 * @rfc 1939 3
 */
export async function startPop3Server(options: TestPop3ServerOptions = {}): Promise<TestPop3Server> {
  const server = new Pop3Face(options);
  await server.start();
  return server;
}

class Pop3Face extends Face<TranscriptEntry> implements TestPop3Server {
  readonly #run: FaultRun<MailFault> | undefined;
  protected readonly protocol: Omit<FaceProtocol<TranscriptEntry>, 'recorder'>;
  readonly #connections = new Set<Pop3Connection>();
  #emptied: (() => void) | undefined = undefined;

  constructor(options: TestPop3ServerOptions) {
    super(options, (tell) => new TranscriptRecorder(tell));
    const script = mailFaultScript(options.faults ?? { faults: [] });
    if (script.faults.length > 0) this.#run = new FaultRun(script.faults, this.clock);
    const machine = machineOptions(options, this.mode);
    const core: Pop3Core = {
      secrets: { store: this.store, tokens: options.tokens ?? {}, saltKey: systemRandom.octets(SALT_KEY_OCTETS), authenticate: options.authenticate },
      tls: this.tls,
      clock: this.clock,
      deadlines: new DeadlineSet(this.clock),
      closed: (connection) => {
        this.#connections.delete(connection);
        if (this.#connections.size === 0) this.#emptied?.();
      },
    };
    this.protocol = {
      schemes: { clear: 'pop3', implicit: 'pop3s' },
      ports: { clear: 110, implicit: 995 },
      serve: (transport, number, note) => this.#serve(core, this.#faulty(transport, number, note), withTimestamp(machine, options)),
      shutdown: () => this.#shutdown(),
    };
  }

  get unusedFaults(): readonly MailFault[] {
    return this.#run?.unused ?? [];
  }

  #faulty(transport: Transport, number: number, note: (text: string) => void): Transport {
    if (this.#run === undefined) return transport;
    return new MailFaultTransport(transport, { dialect: new Pop3Dialect(), rewrite: undefined, run: this.#run, clock: this.clock, number, note });
  }

  #serve(core: Pop3Core, transport: Transport, machine: ServerOptions): void {
    const connection = new Pop3Connection(core, transport, machine);
    this.#connections.add(connection);
    connection.open();
  }

  async #shutdown(): Promise<void> {
    for (const connection of [...this.#connections]) connection.shutdown();
    if (this.#connections.size > 0) await new Promise<void>((resolve) => (this.#emptied = resolve));
  }
}

function machineOptions(options: TestPop3ServerOptions, mode: 'starttls' | 'implicit' | 'none'): ServerOptions {
  const { disabled = [], mechanisms = options.tokens === undefined ? PASSWORD_MECHANISMS : [...PASSWORD_MECHANISMS, ...TOKEN_MECHANISMS] } = options;
  return resolveServerOptions({
    banner: options.banner,
    clearTextAuth: options.clearTextAuth ?? (mode === 'none' ? 'allow' : 'refuse'),
    disabled: new Set([...disabled].map((tag) => tag.toUpperCase())),
    mechanisms,
    stls: mode === 'starttls',
    utf8: options.utf8 ?? 'user',
    languages: options.languages,
    expireDays: options.expireDays,
    loginDelaySeconds: options.loginDelaySeconds,
    implementation: options.implementation ?? 'mailwright',
    lineEnds: options.lineEnds,
    limits: options.limits,
    timeouts: options.timeouts,
  });
}

/** Each connection has a timestamp of its own: a digest holds for it alone. */
function withTimestamp(machine: ServerOptions, { apop = true, hostname = 'localhost' }: TestPop3ServerOptions): ServerOptions {
  if (!apop) return machine;
  const unique = Array.from(systemRandom.octets(TIMESTAMP_OCTETS), (octet) => octet.toString(16).padStart(2, '0')).join('');
  return { ...machine, timestamp: `<${unique}@${hostname}>` };
}
