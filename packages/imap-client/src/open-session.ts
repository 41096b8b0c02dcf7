/**
 * From nothing to a session that takes commands: dial, greeting, capabilities, TLS as the policy demands, login, ENABLE, ID, COMPRESS.
 *
 * An opportunistic policy falls back to clear text where the server does not offer STARTTLS or refuses it; where the handshake fails the
 * connection is gone, and with it the try. No other policy ever falls back to anything.
 *
 * @rfc 9051 3
 * @rfc 9051 11.1
 */
import { Opening, type OpeningClient, type OpeningFailure, type OpeningPhase } from '@mailwright/driver';
import { resolveClientOptions } from '@mailwright/imap';
import { type DeadlineSet, NetError } from '@mailwright/net';
import { authenticate } from './authenticate.ts';
import { type CommandResult, runCommand } from './command-run.ts';
import { publishSession } from './diagnostics.ts';
import { type Failure, type ImapClientErrorCode, ImapError, type ImapPhase, localFailure, remoteFailure } from './errors.ts';
import type { ResolvedOptions } from './options.ts';
import { type Greeting, Session } from './session.ts';
import type { Stats } from './stats.ts';
import { Trace } from './trace.ts';

/** What the sessions of one client share. */
export interface SessionContext {
  readonly deadlines: DeadlineSet;
  readonly stats: Stats;
  /** Gives up at any moment, beside the signal of the options. */
  readonly signal: AbortSignal | undefined;
}

/** A session and what was learnt while it was opened. */
export interface OpenedSession {
  readonly session: Session;
  readonly greeting: Greeting;
  /** What the server said of itself (ID); `undefined` where it was not asked. */
  readonly serverId: ReadonlyMap<string, string | undefined> | undefined;
}

/**
 * Opens a session.
 *
 * Errors: rejects with an `ImapError` whose `phase` is `dial`, `greeting`, `tls`, `auth` or `setup`, and with a `TypeError` for credentials that
 * can't be written. Nothing stays open then.
 */
export async function openSession(options: ResolvedOptions, context: SessionContext): Promise<OpenedSession> {
  try {
    const opened = await new ImapOpening(options, context).run();
    const { session } = opened;
    const id = ++openedSessions;
    publishSession({ type: 'open', id, peer: session.peer, tls: session.tls });
    void session.gone().then(() => publishSession({ type: 'close', id, peer: session.peer, code: session.failure?.code }));
    return opened;
  } catch (error) {
    if (error instanceof ImapError) publishSession({ type: 'failed', error });
    throw error;
  }
}

/** Sessions that were made ready in this process. */
let openedSessions = 0;

class ImapOpening implements OpeningClient<ImapClientErrorCode> {
  readonly codes = { aborted: 'IMAP_ABORTED', dial: 'IMAP_DIAL_FAILED', tls: 'IMAP_TLS_FAILED', credentials: 'IMAP_AUTH_FAILED' } as const;
  readonly #options: ResolvedOptions;
  readonly #context: SessionContext;
  readonly #opening: Opening<ImapClientErrorCode>;
  #session: Session | undefined;

  constructor(options: ResolvedOptions, context: SessionContext) {
    this.#options = options;
    this.#context = context;
    this.#opening = new Opening(options, context.signal, this);
  }

  run(): Promise<OpenedSession> {
    return this.#opening.run(() => this.#open());
  }

  /** A session that ended in the handshake says itself why. */
  error(failure: OpeningFailure<ImapClientErrorCode>, phase: OpeningPhase): ImapError {
    if (failure.code === 'IMAP_TLS_FAILED' && this.#session?.failure !== undefined) return this.#session.endError('tls', 'STARTTLS');
    return this.#error(failure, phase);
  }

  abort(failure: OpeningFailure<ImapClientErrorCode>): void {
    this.#session?.abort(failure);
  }

  /** A server that said no is told goodbye. */
  async discard(error: unknown): Promise<unknown> {
    const session = this.#session;
    const polite = session?.open === true && error instanceof ImapError && error.status !== undefined;
    if (polite) await runCommand(session, { name: 'LOGOUT' }, { timeoutMs: this.#options.closeTimeoutMs, phase: 'logout' }).catch(() => undefined);
    session?.abort(localFailure('IMAP_CLOSED', 'the connection could not be made ready', error));
    return error;
  }

  async #open(): Promise<OpenedSession> {
    const { machine, clock, closeTimeoutMs, abortGraceMs, trace, implicitTls, tls } = this.#options;
    const transport = await this.#opening.connect(true);
    const session = this.#session = new Session({
      transport, clock, closeTimeoutMs, abortGraceMs, deadlines: this.#context.deadlines, stats: this.#context.stats,
      machine: resolveClientOptions(machine), trace: trace === undefined ? undefined : new Trace(trace), onAlert: this.#options.onAlert,
    });
    const greeting = await session.awaitGreeting();
    const demanded = tls.mode === 'required' || tls.mode === 'verified';
    if (greeting.status === 'PREAUTH' && demanded && !implicitTls) {
      throw this.#error(remoteFailure('IMAP_PREAUTH_REFUSED', 'the server greets with PREAUTH in clear text, where STARTTLS is not possible any more, and the policy demands TLS'), 'greeting');
    }
    await this.#learnCapabilities(session, 'greeting');
    if (greeting.status === 'OK') {
      if (tls.mode !== 'none' && !implicitTls) await this.#upgrade(session, demanded);
      await this.#login(session);
    }
    return { session, greeting, serverId: await this.#prepare(session) };
  }

  async #learnCapabilities(session: Session, phase: ImapPhase): Promise<void> {
    if (session.capabilities.names.length === 0) await runCommand(session, { name: 'CAPABILITY' }, { phase });
  }

  /** @rfc 9051 6.2.1 */
  async #upgrade(session: Session, demanded: boolean): Promise<void> {
    if (!session.has('STARTTLS')) {
      if (!demanded) return;
      throw this.#error(remoteFailure('IMAP_TLS_NOT_OFFERED', 'the server offers no STARTTLS, and the policy demands TLS'), 'tls');
    }
    try {
      await runCommand(session, { name: 'STARTTLS' }, { phase: 'tls' });
    } catch (error) {
      if (!(error instanceof ImapError) || error.status === undefined || error.status === 'BYE') throw error;
      if (!demanded) return;
      throw session.error(remoteFailure('IMAP_TLS_REFUSED', `the server refuses STARTTLS: ${error.text}`), 'tls', 'STARTTLS', { status: error.status, responseCode: error.responseCode, text: error.text ?? '' });
    }
    await this.#opening.secure((options) => session.startTls(options));
    await this.#learnCapabilities(session, 'tls');
  }

  async #login(session: Session): Promise<void> {
    const { allowClearTextAuth: allowClearText, mechanisms, random } = this.#options;
    const credentials = await this.#opening.credentials();
    if (credentials === undefined) return;
    await authenticate(session, { credentials, allowClearText, mechanisms, random });
    await this.#learnCapabilities(session, 'auth');
  }

  /** ENABLE, ID and COMPRESS are asked for together; a server that refuses one of them is used without it. */
  async #prepare(session: Session): Promise<OpenedSession['serverId']> {
    if (!this.#loggedIn(session)) return undefined;
    const { id, compress } = this.#options;
    const wishes = this.#wishes(session);
    const enabling = wishes.length > 0 ? this.#try(session, { name: 'ENABLE', capabilities: wishes }) : undefined;
    const identifying = id !== undefined && session.has('ID') ? this.#try(session, { name: 'ID', fields: id.size === 0 ? undefined : id }) : undefined;
    await enabling;
    const said = (await identifying)?.data.find((data) => data.name === 'ID');
    if (compress && session.has('COMPRESS=DEFLATE')) await this.#try(session, { name: 'COMPRESS', algorithm: 'DEFLATE' });
    return said?.name === 'ID' ? (said.fields ?? new Map()) : undefined;
  }

  /** What changes nothing but what can be asked for. @rfc 5161 3.1 */
  #wishes(session: Session): string[] {
    const { rev2, utf8 } = this.#options;
    if (!session.has('ENABLE') && !session.has('IMAP4REV2')) return [];
    const wishes: string[] = [];
    if (session.has('QRESYNC')) wishes.push('QRESYNC');
    else if (session.has('CONDSTORE')) wishes.push('CONDSTORE');
    if (utf8 && (session.has('UTF8=ACCEPT') || session.has('UTF8=ONLY'))) wishes.push('UTF8=ACCEPT');
    if (rev2 && session.has('IMAP4REV2')) wishes.push('IMAP4rev2');
    return wishes;
  }

  async #try(session: Session, command: Parameters<typeof runCommand>[1]): Promise<CommandResult | undefined> {
    try {
      return await runCommand(session, command, { phase: 'setup' });
    } catch (error) {
      if (error instanceof ImapError && session.open && error.status !== undefined) return undefined;
      throw error;
    }
  }

  #loggedIn(session: Session): boolean {
    return session.state === 'authenticated' || session.state === 'selected';
  }

  #error(failure: Failure, phase: ImapPhase): ImapError {
    if (this.#session !== undefined) return this.#session.error(failure, phase);
    const peer = failure.cause instanceof NetError ? failure.cause.peer : undefined;
    return new ImapError(failure, { phase, usable: false, peer });
  }
}
