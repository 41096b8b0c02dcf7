/**
 * What a development server does with what comes in: the handlers of `mailwright serve`, and what it shows of them.
 *
 * A server that listens on two ports has one catcher: messages and sessions are counted over both.
 */
import { canonicalDomain } from '@mailwright/address';
import { formatEndpoint } from '@mailwright/net';
import { explainSession, reply, type Reply, type TranscriptEntry } from '@mailwright/smtp';
import { SmtpServerError } from '@mailwright/smtp-server';
import type { AuthRequest, IncomingMessage, RcptRequest, SessionEnd, SmtpServerHandlers, SmtpServerOptions, SmtpSession } from '@mailwright/smtp-server';
import type { CommandIo } from '../command-io.ts';
import { formatDialogue, formatEntry } from '../output/dialogue-view.ts';
import { writeRecord } from '../output/json-lines.ts';
import { formatRule, pageWidth } from '../output/layout.ts';
import { formatPlural } from '../output/numbers.ts';
import { paletteFor, type Palette } from '../output/palette.ts';
import { visibleText } from '../output/visible-text.ts';
import { catchMessage, MECHANISM } from './caught-message.ts';
import type { CaughtMailbox } from './caught-mailbox.ts';
import type { MessageStore } from './message-store.ts';
import { formatMessage, messageRecord } from './message-view.ts';

/** Lines of a session that are kept to be explained; a session that says more is shown without its end. */
const MOST_ENTRIES = 5000;
/** How long the client of the last message may take to say QUIT. */
const LINGER_MS = 2000;
const NO_SUCH_USER = reply(550, '5.1.1', 'No such user here');
const ENOUGH = reply(421, '4.3.2', 'Enough messages caught, closing');
const DISK_FULL = reply(452, '4.3.1', 'No room to keep the message');
const NOT_KEPT = reply(451, '4.3.0', 'The message could not be kept');

export interface MailCatcherOptions {
  readonly io: CommandIo;
  readonly store: MessageStore | undefined;
  /** Where it can be read; `undefined` for nowhere. */
  readonly mailbox: CaughtMailbox | undefined;
  readonly users: ReadonlyMap<string, string>;
  /** Addresses, and domains with an `@` before them. */
  readonly rejected: readonly string[];
  /** How many messages are caught at most. */
  readonly max: number;
  readonly dialogue: boolean;
  readonly explain: boolean;
  readonly quiet: boolean;
  readonly json: boolean;
}

interface SessionRecord {
  readonly number: number;
  readonly entries: TranscriptEntry[];
  dropped: number;
}

export class MailCatcher {
  readonly #options: MailCatcherOptions;
  readonly #palette: Palette;
  readonly #rejected: ReadonlySet<string>;
  readonly #sessions = new Map<SmtpSession, SessionRecord>();
  readonly counts = { messages: 0, octets: 0, sessions: 0, refusedRecipients: 0 };
  readonly #underWay = new Set<Promise<unknown>>();
  /** Messages on their way or caught. */
  #begun = 0;
  #last: SmtpSession | undefined = undefined;
  #finish!: () => void;
  /** Resolves when `max` messages are caught and the client of the last one has gone. */
  readonly finished: Promise<void> = new Promise((resolve) => (this.#finish = resolve));

  constructor(options: MailCatcherOptions) {
    this.#options = options;
    this.#palette = paletteFor(options.io.stdout, options.io.env);
    this.#rejected = new Set(options.rejected.map(canonicalAddress));
  }

  /** The handlers for `createSmtpServer`. */
  get handlers(): SmtpServerHandlers & Pick<SmtpServerOptions, 'trace'> {
    const { users, dialogue, explain } = this.#options;
    return {
      connection: (session) => this.#open(session),
      auth: users.size === 0 ? undefined : (request, session) => this.#authenticate(request, session),
      mail: () => (this.#begun >= this.#options.max ? ENOUGH : undefined),
      rcpt: (request) => this.#rcpt(request),
      data: (message, session) => this.#track(this.#data(message, session)),
      close: (session, end) => this.#close(session, end),
      error: (error, session) => this.#error(error, session),
      trace: dialogue || explain ? (entry, session) => this.#trace(entry, session) : undefined,
    };
  }

  /** Resolves when nothing is being written any more: messages that were cut are removed from the disk by then. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    const forget = (): void => void this.#underWay.delete(work);
    work.then(forget, forget);
    return work;
  }

  #open(session: SmtpSession): undefined {
    this.#record(session);
  }

  #record(session: SmtpSession): SessionRecord {
    let record = this.#sessions.get(session);
    if (record === undefined) {
      record = { number: ++this.counts.sessions, entries: [], dropped: 0 };
      this.#sessions.set(session, record);
    }
    return record;
  }

  async #authenticate(request: AuthRequest, session: SmtpSession): Promise<boolean> {
    const password = this.#options.users.get(request.username);
    session.store.set(MECHANISM, request.mechanism);
    return request.verify(password === undefined ? undefined : { password });
  }

  #rcpt({ forwardPath: { address, domain } }: RcptRequest): Reply | undefined {
    if (!this.#rejected.has(canonicalAddress(address)) && !this.#rejected.has(canonicalAddress(`@${domain}`))) return undefined;
    this.counts.refusedRecipients++;
    return NO_SUCH_USER;
  }

  async #data(message: IncomingMessage, session: SmtpSession): Promise<Reply | undefined> {
    if (this.#begun >= this.#options.max) return ENOUGH;
    const { io, store, mailbox, json, quiet } = this.#options;
    this.#begun++;
    try {
      const caught = await catchMessage(message, { session, sessionNumber: this.#record(session).number, receivedAt: io.clock.wallTime() }, { file: store, mailbox });
      const number = ++this.counts.messages;
      this.counts.octets += caught.octets;
      if (json) writeRecord(io.stdout, messageRecord(caught, number));
      else if (!quiet) this.#print(formatMessage(caught, number, pageWidth(io.stdout), this.#palette));
      if (this.counts.messages >= this.#options.max) this.#caughtLast(session);
      return undefined;
    } catch (error) {
      this.#begun--;
      if (error instanceof SmtpServerError) throw error; // the message did not become complete, or the server refused it
      this.#error(error, session);
      return (error as NodeJS.ErrnoException).code === 'ENOSPC' ? DISK_FULL : NOT_KEPT;
    }
  }

  #caughtLast(session: SmtpSession): void {
    this.#last = session;
    this.#options.io.clock.setTimer(this.#finish, LINGER_MS);
  }

  #close(session: SmtpSession, end: SessionEnd): void {
    const record = this.#record(session);
    const { io, explain, dialogue, json } = this.#options;
    this.#sessions.delete(session);
    if (json) writeRecord(io.stdout, { type: 'session-end', session: record.number, client: formatEndpoint(session.peer), end });
    else if (explain) this.#explain(record, session, end);
    else if (dialogue) io.stdout.write(this.#palette.dim(`${record.number}  *  session over (${ENDS[end]})\n`));
    if (session === this.#last) this.#finish();
  }

  #explain(record: SessionRecord, session: SmtpSession, end: SessionEnd): void {
    const width = pageWidth(this.#options.io.stdout);
    const more = record.dropped === 0 ? [] : [this.#palette.dim(`... ${formatPlural(record.dropped, 'more line')}`)];
    this.#print([
      '',
      formatRule(`session ${record.number}`, `${formatEndpoint(session.peer)}, ${ENDS[end]}`, width, this.#palette),
      ...formatDialogue(explainSession(record.entries), width, this.#palette),
      ...more,
    ]);
  }

  #trace(entry: TranscriptEntry, session: SmtpSession): void {
    const record = this.#record(session);
    const { io, json, dialogue, explain } = this.#options;
    if (json) return writeRecord(io.stdout, { type: 'line', session: record.number, ...entry });
    if (dialogue) io.stdout.write(`${this.#palette.dim(String(record.number))}  ${formatEntry(entry, this.#palette)}\n`);
    if (!explain) return;
    if (record.entries.length < MOST_ENTRIES) record.entries.push(entry);
    else record.dropped++;
  }

  #error(error: unknown, session: SmtpSession): void {
    if (error instanceof SmtpServerError && error.code === 'SMTP_BODY_INCOMPLETE') return;
    const { io, json } = this.#options;
    const message = error instanceof Error ? error.message : String(error);
    const code: unknown = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
    const { number } = this.#record(session);
    if (json) writeRecord(io.stdout, { type: 'session-error', session: number, code: typeof code === 'string' ? code : undefined, message });
    else io.stderr.write(`${paletteFor(io.stderr, io.env).red(`session ${number} (${formatEndpoint(session.peer)}): ${visibleText(message)}`)}\n`);
  }

  #print(lines: readonly string[]): void {
    this.#options.io.stdout.write(`${lines.join('\n')}\n`);
  }
}

const ENDS: Readonly<Record<SessionEnd, string>> = {
  quit: 'the client said QUIT',
  eof: 'the client closed without QUIT',
  timeout: 'the client was silent for too long',
  shutdown: 'the server is closing',
  refused: 'the server refused it',
  violation: 'the client broke the protocol',
  lost: 'the connection was lost',
};

/** Local parts are compared without regard to case here: who refuses `Bob@` means `bob@` too. */
function canonicalAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at).toLowerCase()}@${canonicalDomain(address.slice(at + 1))}`;
}
