/**
 * The messages of APPEND and REPLACE while they come: each is judged when it is announced, and goes to the store as it arrives. Texts of CATENATE are
 * kept until the command is complete, since what they are parts of is known only then.
 *
 * Read next: `body-pipe.ts`, `../commands/append.ts`.
 *
 * @rfc 9051 6.3.12
 */
import type { AppendMessage, Command } from '@mailwright/imap';
import { concatOctets } from '@mailwright/wire';
import { no, type Outcome, outcomeOf } from '../commands/outcome.ts';
import type { Mailbox, StagedBody } from '../store/mailbox.ts';
import { BodyPipe } from './body-pipe.ts';
import type { CommandSession } from './command-session.ts';

/** A literal that came, in the order of the command. */
export type IncomingLiteral =
  | { readonly type: 'staged'; readonly body: StagedBody }
  | { readonly type: 'kept'; readonly octets: Uint8Array };

/** Judged, and not begun: the octets of a small literal stay in the command and never come here. */
type Current =
  | { readonly type: 'announced'; readonly mailbox: Mailbox; readonly octetCount: number }
  | { readonly type: 'staging'; readonly pipe: BodyPipe; readonly staged: Promise<StagedBody | undefined> }
  | { readonly type: 'keeping'; readonly pieces: Uint8Array[] };

/** What the command says up to the literal. */
interface Announced {
  readonly command: Command;
  readonly octetCount: number;
}

export class LiteralIntake {
  readonly #session: CommandSession;
  readonly #onRoom: () => void;
  #current: Current | undefined = undefined;
  #literals: IncomingLiteral[] = [];
  #keptOctets = 0;
  /** Of messages of this command that are with the store already, and in no mailbox. */
  #stagedOctets = 0;
  /** Why the command will fail when it is complete: its literals are read away. */
  #error: unknown = undefined;

  constructor(session: CommandSession, onRoom: () => void) {
    this.#session = session;
    this.#onRoom = onRoom;
  }

  /** The store is slower than the client: no more pieces now. */
  get full(): boolean {
    return this.#current?.type === 'staging' && this.#current.pipe.full;
  }

  /** Judges a literal; what it gives is the refusal. */
  async announce({ command, octetCount }: Announced): Promise<Outcome | undefined> {
    if (command.name !== 'APPEND' && command.name !== 'REPLACE') return no('No message is taken here', 'CANNOT');
    try {
      return await this.#judge(command.mailbox, octetCount, isPart(command));
    } catch (error) {
      const outcome = outcomeOf(error, true);
      if (outcome === undefined) throw error;
      return outcome;
    }
  }

  data(octets: Uint8Array): void {
    const current = this.#current?.type === 'announced' ? this.#stage(this.#current.mailbox, this.#current.octetCount) : this.#current;
    if (current?.type === 'staging') current.pipe.push(octets);
    else current?.pieces.push(octets.slice());
  }

  /** The literal is whole; resolves when the store has it. */
  async end(): Promise<void> {
    const current = this.#current;
    if (current === undefined || current.type === 'announced') return;
    if (current.type === 'keeping') this.#literals.push({ type: 'kept', octets: concatOctets(current.pieces) });
    else {
      current.pipe.end();
      const body = await current.staged;
      if (body !== undefined) this.#literals.push({ type: 'staged', body });
    }
    this.#current = undefined;
  }

  /** The literals of the command that is complete; they are the caller's now. Throws what went wrong while they came. */
  take(): readonly IncomingLiteral[] {
    const error = this.#error;
    if (error !== undefined) {
      this.drop();
      throw error;
    }
    const literals = this.#literals;
    this.#reset();
    return literals;
  }

  /** The command will never be complete. */
  drop(): void {
    const current = this.#current;
    if (current?.type === 'staging') {
      current.pipe.break(new Error('the command was given up'));
      void current.staged.then((body) => body?.discard()).catch(ignore);
    }
    void discardLiterals(this.#literals);
    this.#reset();
  }

  async #judge(name: string, octetCount: number, part: boolean): Promise<Outcome | undefined> {
    const session = this.#session;
    const { messageOctets, catenateOctets } = session.core.limits;
    if (octetCount > messageOctets) return no(`A message has ${messageOctets} octets at most`, { name: 'TOOBIG' });
    const mailbox = await session.account.open(name);
    await session.requireRights(name, 'i');
    if (part) {
      this.#keptOctets += octetCount;
      if (this.#keptOctets > catenateOctets) return no(`The texts of a message have ${catenateOctets} octets at most`, { name: 'TOOBIG' });
      this.#current = { type: 'keeping', pieces: [] };
      return undefined;
    }
    await session.account.quota?.check(this.#literals.length + 1, this.#stagedOctets + octetCount); // what came of the command is in no mailbox yet
    this.#stagedOctets += octetCount;
    this.#current = { type: 'announced', mailbox, octetCount };
    return undefined;
  }

  #stage(mailbox: Mailbox, octetCount: number): Extract<Current, { readonly type: 'staging' }> {
    const pipe = new BodyPipe(this.#onRoom);
    const staged = mailbox.stage(pipe, octetCount).catch((error: unknown) => {
      this.#error ??= error;
      pipe.leave();
      return undefined;
    });
    const current = { type: 'staging', pipe, staged } as const;
    this.#current = current;
    return current;
  }

  #reset(): void {
    this.#current = undefined;
    this.#literals = [];
    this.#keptOctets = 0;
    this.#stagedOctets = 0;
    this.#error = undefined;
  }
}

/** Lets go of bodies that no message became of. */
export async function discardLiterals(literals: readonly IncomingLiteral[]): Promise<void> {
  for (const literal of literals) if (literal.type === 'staged') await literal.body.discard().catch(ignore);
}

/** Whether the literal that comes is a text of CATENATE. */
function isPart(command: Extract<Command, { readonly name: 'APPEND' | 'REPLACE' }>): boolean {
  const last: AppendMessage | undefined = command.name === 'APPEND' ? command.messages.at(-1) : command.message;
  return last?.parameters.catenate !== undefined;
}

function ignore(): void {}
