/**
 * An IMAP server for tests: mailboxes from one object literal, any set of capabilities, the manners of a large provider, faults on purpose, and
 * everything that was said.
 *
 * Read next: `mail-fixture.ts` (what is in the mailboxes), `../personalities/personality.ts`, `../mail-faults/mail-fault-script.ts`, `../face/face.ts`.
 */
import { type ExplainedLine, explainSession, type TranscriptEntry, TranscriptRecorder } from '@mailwright/imap';
import { createImapServer, defaultCapabilities, type ImapServer, type ImapServerOptions, type Mailbox } from '@mailwright/imap-server';
import type { Transport } from '@mailwright/net';
import type { MechanismName } from '@mailwright/sasl';
import { utf8 } from '@mailwright/wire';
import { Face, type FaceProtocol, type TestMailServer } from '../face/face.ts';
import type { FaceOptions } from '../face/face-options.ts';
import { FaultRun } from '../faults/fault-run.ts';
import { ImapDialect } from '../mail-faults/imap-dialect.ts';
import type { MailFault } from '../mail-faults/mail-fault.ts';
import { type MailFaultScriptData, mailFaultScript } from '../mail-faults/mail-fault-script.ts';
import { MailFaultTransport } from '../mail-faults/mail-fault-transport.ts';
import type { WaitOptions } from '../message-log.ts';
import { type Personality, type PersonalityName, personalityOf } from '../personalities/personality.ts';

const PASSWORD_MECHANISMS: readonly MechanismName[] = ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256', 'CRAM-MD5', 'PLAIN', 'LOGIN'];
const TOKEN_MECHANISMS: readonly MechanismName[] = ['OAUTHBEARER', 'XOAUTH2'];

type OwnOptions = 'store' | 'tls' | 'clearTextAuth' | 'clock' | 'hostname' | 'capabilities' | 'mechanisms' | 'greeting' | 'id';

/** Every other option of `createImapServer` is taken too: `limits`, `timeouts`, `authenticate`, ... */
export interface TestImapServerOptions extends FaceOptions, Omit<ImapServerOptions, OwnOptions> {
  /** What is switched on. Default: what the personality has, or all that the server can do. What is left out is not there at all. */
  readonly capabilities?: Iterable<string> | undefined;
  /** What is switched off, of the default. */
  readonly disabled?: Iterable<string> | undefined;
  /** SASL mechanisms to announce. Default: what the personality has; or all that need a password, and with `tokens` OAUTHBEARER and XOAUTH2. */
  readonly mechanisms?: readonly MechanismName[] | undefined;
  /** Words of the greeting. */
  readonly greeting?: string | undefined;
  /** What ID answers. */
  readonly id?: Readonly<Record<string, string>> | undefined;
  /** The manners of a server that people meet: what it announces and how it errs. A name, or one of your own. */
  readonly personality?: PersonalityName | Personality | undefined;
  /** What shall go wrong, and when: see `mailFaults()`. Default: nothing. */
  readonly faults?: MailFaultScriptData | undefined;
}

/** One thing that was said or happened; literals, and what is behind COMPRESS, are counted. */
export type ImapTranscriptEntry = TranscriptEntry;

/** A message in a mailbox, as a test looks at it. */
export interface MailboxMessage {
  readonly uid: number;
  readonly flags: readonly string[];
  readonly octets: Uint8Array;
  /** The octets as text; U+FFFD for what is not UTF-8. */
  readonly raw: string;
}

/** A running IMAP server. */
export interface TestImapServer extends TestMailServer<ImapTranscriptEntry> {
  /** The server underneath. */
  readonly server: ImapServer;
  /** What was said in a session, line by line, with its meaning and the section of the RFC; default: the last one. */
  explain(sessionId?: number): readonly ExplainedLine[];
  /** The faults of the script that never happened. */
  readonly unusedFaults: readonly MailFault[];
  /** What is in a mailbox now. Rejects with a `MailStoreError`, and with a `TypeError` for a user that is not there. */
  mailbox(user: string, name?: string): Promise<readonly MailboxMessage[]>;
  /**
   * What is in a mailbox, as soon as `fits` says so: it is asked now, and after every change. Default: as soon as there is a message.
   * Errors: as `waitForCommand` and `mailbox`.
   */
  waitForMailbox(user: string, name: string, fits?: (messages: readonly MailboxMessage[]) => boolean, options?: WaitOptions): Promise<readonly MailboxMessage[]>;
}

/**
 * Starts a server on a free port of this machine, with a certificate that only `ca` vouches for.
 * Errors: as `startSmtpServer`; a `TypeError` for a fixture beside a store, a personality or a disabled capability that is not known, and what is no fixture.
 *
 * @rfc 9051 3
 */
export async function startImapServer(options: TestImapServerOptions = {}): Promise<TestImapServer> {
  const server = new ImapFace(options);
  await server.start();
  return server;
}

/** What can't be switched off because no server here has it is a word misspelt: the test would pass for the wrong reason. */
function checkDisabled(off: ReadonlySet<string>, on: Iterable<string> | undefined, personality: Personality | undefined): void {
  const known = new Set([...defaultCapabilities(), ...(on ?? []), ...(personality?.capabilities ?? [])].map((name) => name.toUpperCase()));
  for (const name of off) if (!known.has(name)) throw new TypeError(`disabled: ${JSON.stringify(name)} is no capability of this server${name === 'STARTTLS' ? '; tls: \'none\' goes without' : ''}`);
}

class ImapFace extends Face<ImapTranscriptEntry> implements TestImapServer {
  readonly server: ImapServer;
  protected readonly protocol: Omit<FaceProtocol<ImapTranscriptEntry>, 'recorder'>;
  readonly #run: FaultRun<MailFault> | undefined;
  readonly #personality: Personality | undefined;

  constructor(options: TestImapServerOptions) {
    super(options, (tell) => new TranscriptRecorder({}, tell));
    const script = mailFaultScript(options.faults ?? { faults: [] });
    if (script.faults.length > 0) this.#run = new FaultRun(script.faults, this.clock);
    this.#personality = personalityOf(options.personality);
    this.server = createImapServer(this.#serverOptions(options));
    this.protocol = {
      schemes: { clear: 'imap', implicit: 'imaps' },
      ports: { clear: 143, implicit: 993 },
      serve: (transport, number, note) => this.server.serve(this.#faulty(transport, number, note)),
      shutdown: async () => void (await this.server.close({ timeoutMs: Infinity })),
    };
  }

  get unusedFaults(): readonly MailFault[] {
    return this.#run?.unused ?? [];
  }

  explain(sessionId?: number): readonly ExplainedLine[] {
    return explainSession(this.transcript(sessionId));
  }

  async mailbox(user: string, name: string = 'INBOX'): Promise<readonly MailboxMessage[]> {
    return readMessages(await this.#open(user, name));
  }

  async waitForMailbox(user: string, name: string, fits: (messages: readonly MailboxMessage[]) => boolean = ({ length }) => length > 0, options: WaitOptions = {}): Promise<readonly MailboxMessage[]> {
    const mailbox = await this.#open(user, name);
    let messages: readonly MailboxMessage[] = [];
    const look = async (): Promise<void> => {
      messages = await readMessages(mailbox);
      this.waits.changed();
    };
    let looking: Promise<void> = Promise.resolve();
    const unsubscribe = mailbox.subscribe(() => void (looking = looking.then(look)));
    try {
      await (looking = look());
      return await this.waits.for(`nothing that was waited for in ${name} of ${user}`, () => (fits(messages) ? messages : undefined), options);
    } finally {
      unsubscribe();
    }
  }

  async #open(user: string, name: string): Promise<Mailbox> {
    const account = await this.store.account(user);
    if (account === undefined) throw new TypeError(`there is no user ${JSON.stringify(user)}`);
    return account.open(name);
  }

  #faulty(transport: Transport, number: number, note: (text: string) => void): Transport {
    const rewrite = this.#personality?.rewrite;
    if (rewrite === undefined && this.#run === undefined) return transport;
    return new MailFaultTransport(transport, { dialect: new ImapDialect(), rewrite: rewrite?.(), run: this.#run, clock: this.clock, number, note });
  }

  #serverOptions(options: TestImapServerOptions): ImapServerOptions {
    const personality = this.#personality;
    const { tokens, capabilities, disabled = [], mechanisms, greeting, id, personality: _name, faults: _faults, fixture: _fixture, host: _host, port: _port, network: _network, authority: _authority, certificate: _certificate, ...others } = options;
    const off = new Set([...disabled].map((name) => name.toUpperCase()));
    const on = capabilities ?? personality?.capabilities ?? (off.size > 0 ? defaultCapabilities() : undefined);
    checkDisabled(off, on, personality);
    return {
      ...others,
      store: this.store,
      clock: this.clock,
      tls: this.mode === 'none' ? undefined : this.tls,
      clearTextAuth: options.clearTextAuth ?? (this.mode === 'none' ? 'allow' : 'refuse'),
      capabilities: on === undefined ? undefined : [...on].filter((name) => !off.has(name.toUpperCase())),
      mechanisms: mechanisms ?? personality?.mechanisms ?? (tokens === undefined ? PASSWORD_MECHANISMS : [...PASSWORD_MECHANISMS, ...TOKEN_MECHANISMS]),
      greeting: greeting ?? personality?.greeting,
      id: id ?? personality?.id,
      capabilityCodes: options.capabilityCodes ?? personality?.capabilityCodes,
      authenticate: options.authenticate ?? this.#authenticate(tokens),
    };
  }

  /** Passwords of the store, and the tokens of the test. */
  #authenticate(tokens: FaceOptions['tokens']): ImapServerOptions['authenticate'] {
    if (tokens === undefined) return undefined;
    return async ({ mechanism, username, token, verify }) => {
      if (mechanism === 'EXTERNAL') return false;
      if (token === undefined) return verify(await this.store.secrets?.secret(username));
      return Object.keys(tokens).find((name) => tokens[name] === token && (username === '' || username === name)) ?? false;
    };
  }
}

async function readMessages(mailbox: Mailbox): Promise<readonly MailboxMessage[]> {
  const messages: MailboxMessage[] = [];
  for (const { uid, flags } of mailbox.messages()) {
    const content = await mailbox.content(uid);
    if (content === undefined) continue;
    const octets = content.octets ?? (await content.read(0, content.sizeOctets));
    await content.close();
    messages.push({ uid, flags, octets, raw: utf8(octets) });
  }
  return messages;
}
