/**
 * Follows a session that others hold, line by line in both directions: which reply answers which command, when the text of a
 * message begins and ends, when a line is part of a login. It judges nothing and answers nothing; transcripts and `explain`
 * stand on it.
 *
 * @rfc 5321 3
 */
import { type CommandLine, parseCommand } from './command-parse.ts';
import type { AnyCommandSpec, ServerState } from './extension.ts';
import { ReplyParser } from './reply-parse.ts';
import type { Reply } from './reply.ts';
import { nextState } from './server-state.ts';

/** A line of the client as it is to be understood. Commands are numbered from 1. */
export type ClientLine =
  | { readonly kind: 'command'; readonly command: CommandLine; readonly number: number }
  /** A line of a login, or `*`. */
  | { readonly kind: 'auth' }
  /** A line of the message; `last` for the dot that ends it. */
  | { readonly kind: 'text'; readonly last: boolean };

/** A line of the server as it is to be understood. */
export interface ServerLine {
  /** The verb it answers, `greeting`, `message` for the verdict on a message; `undefined` where nothing was asked. */
  readonly answers: string | undefined;
  /** The number of the command it answers, 0 for the greeting; `undefined` where nothing was asked. */
  readonly number: number | undefined;
  /** True for the first line of its reply. */
  readonly first: boolean;
  /** The whole reply, on its last line. */
  readonly reply: Reply | undefined;
}

/** Where the session stands, as far as its replies tell. `greeting`: nothing said yet. `closed`: after QUIT or 421. */
export type DialogueState = ServerState | 'greeting' | 'closed';

interface Pending {
  readonly number: number;
  answers: string;
  readonly spec: AnyCommandSpec | undefined;
  /** True for BDAT LAST, whose reply is the verdict on the message. */
  readonly last: boolean;
}

/** Follows one session: give it every line of both sides, in the order in which they went by. */
export class Dialogue {
  readonly #pending: Pending[] = [];
  readonly #replies = new ReplyParser({ replyLines: Infinity, replyOctets: Infinity });
  #mode: 'commands' | 'auth' | 'text' = 'commands';
  #inReply = false;
  #commands = 0;
  /** Octets that follow the last command line and are no line (BDAT); the caller takes them away. */
  chunkOctets = 0;
  state: DialogueState = 'greeting';

  /** `greeted`: the first lines were missed, and the next reply answers a command. */
  constructor(greeted: boolean = false) {
    if (greeted) this.state = 'connected';
    else this.#pending.push({ number: 0, answers: 'greeting', spec: undefined, last: false });
  }

  /** True while the client sends the text of a message. */
  get inText(): boolean {
    return this.#mode === 'text';
  }

  /** How many commands wait for their reply. */
  get unanswered(): number {
    return this.#pending.length;
  }

  /** Takes a line of the client, without CRLF. */
  client(line: string): ClientLine {
    if (this.#mode === 'text') {
      const last = line === '.';
      if (last) this.#mode = 'commands';
      return { kind: 'text', last };
    }
    if (this.#pending.some(({ answers }) => answers === 'AUTH')) {
      this.#mode = 'commands';
      return { kind: 'auth' };
    }
    const command = parseCommand(line);
    const verb = command.ok ? command.value.verb : command.verb;
    const chunk = command.ok && command.value.verb === 'BDAT' ? command.value : undefined;
    this.chunkOctets = chunk?.chunkOctets ?? 0;
    const number = ++this.#commands;
    this.#pending.push({ number, answers: chunk?.last === true ? 'message' : verb, spec: command.spec, last: chunk?.last === true });
    return { kind: 'command', command, number };
  }

  /** The text of a message went by as a whole, its dot included. */
  skipText(): void {
    if (this.#mode === 'text') this.#mode = 'commands';
  }

  /** Takes a line of the server, without CRLF. */
  server(line: string): ServerLine {
    const first = !this.#inReply;
    const head = this.#pending[0];
    const result = this.#replies.push(line);
    if (typeof result !== 'object') {
      this.#inReply = result === undefined;
      return { answers: head?.answers, number: head?.number, first, reply: undefined };
    }
    this.#inReply = false;
    const answers = head?.answers;
    this.#answer(result, head);
    return { answers, number: head?.number, first, reply: result };
  }

  #answer(reply: Reply, head: Pending | undefined): void {
    if (reply.code === 334 && head?.answers === 'AUTH') {
      this.#mode = 'auth';
      return;
    }
    if (reply.code === 354 && head?.answers === 'DATA') {
      this.#mode = 'text';
      head.answers = 'message';
      return;
    }
    this.#pending.shift();
    if (reply.code === 421 || (reply.code === 221 && head?.answers === 'QUIT')) this.state = 'closed';
    else if (head !== undefined) this.#move(head, reply.code < 300);
  }

  #move(head: Pending, accepted: boolean): void {
    if (this.state === 'greeting') this.state = 'connected';
    else if (head.last) this.state = 'ready';
    else if (head.spec !== undefined && this.state !== 'closed') this.state = nextState(head.spec, this.state, accepted);
  }
}
