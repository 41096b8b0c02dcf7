/**
 * mailwright's client machine against its server machine, without sockets: `imap.memory.pair`. Octets of one are given to the other as they are, so that
 * everything is measured that an IMAP session is made of but the transport: writing commands, framing, reading them, the server's checks and its
 * view, writing responses, reading them, the client's model.
 */
import { ClientMachine, emptyFetchData, makeStatusItems, MailboxView, parseCommand, resolveClientOptions, resolveServerOptions, SERVER_LIMITS, ServerMachine } from '@mailwright/imap';
import type { Command } from '@mailwright/imap';
import type { BatchedWork } from './sides/work.ts';

const MESSAGES = 1000;
const COMMANDS = 1000;
/** As many as clients have in flight. */
const GROUP = 10;

/** What a session asks in turn: four of ten ask for a message, one changes its flags. */
const LINES = [
  'NOOP', 'UID FETCH 7 (UID FLAGS)', 'STATUS Sent (MESSAGES UNSEEN)', 'UID FETCH 11:20 (FLAGS)', 'UID STORE 9 +FLAGS (\\Seen)', 'NOOP', 'UID FETCH 500 (FLAGS INTERNALDATE RFC822.SIZE)',
  'STATUS Drafts (MESSAGES UIDNEXT)', 'UID FETCH 999 (FLAGS)', 'NOOP',
];

const encoder = new TextEncoder();

function readCommand(line: string): Command {
  const parsed = parseCommand({ octets: encoder.encode(`t ${line}`), streamed: [], complete: true }, SERVER_LIMITS, false);
  if (!parsed.ok) throw new SyntaxError(line);
  return parsed.command;
}

/** The smallest store there can be. */
class Pair {
  readonly #client: ClientMachine = new ClientMachine(resolveClientOptions(), 0);
  readonly #server: ServerMachine = new ServerMachine(resolveServerOptions({ clearTextAuth: 'allow' }), false, 0);
  readonly #view: MailboxView = new MailboxView(Array.from({ length: MESSAGES }, (_, index) => index + 1));
  completed: number = 0;
  responses: number = 0;

  run(commands: readonly Command[]): void {
    for (const command of commands) this.#client.send(command);
    while (this.#serverSpeaks() || this.#clientSpeaks());
  }

  #serverSpeaks(): boolean {
    this.#pumpServer();
    const output = this.#server.takeOutput(0);
    if (output === undefined) return false;
    for (const part of typeof output === 'string' ? [encoder.encode(output)] : output) this.#client.receive(part, 0);
    this.#pumpClient();
    return true;
  }

  #clientSpeaks(): boolean {
    const parts = this.#client.takeOutput(0);
    for (const part of parts ?? []) this.#server.receive(part, 0);
    return parts !== undefined;
  }

  #pumpClient(): void {
    for (let event = this.#client.next(); event.type !== 'need-data'; event = this.#client.next()) {
      if (event.type === 'completed') this.completed++;
      else if (event.type === 'response' && event.response.type === 'data') this.responses++;
      else if (event.type === 'violation' || event.type === 'dropped' || event.type === 'closed') throw new Error(JSON.stringify(event));
    }
  }

  #pumpServer(): void {
    for (let event = this.#server.next(); event.type !== 'need-data' && event.type !== 'need-drain'; event = this.#server.next()) {
      if (event.type === 'connect') this.#server.accept();
      else if (event.type === 'command') this.#answer(event.tag, event.command);
      else throw new Error(event.type);
    }
  }

  #answer(tag: string, command: Command): void {
    const server = this.#server;
    switch (command.name) {
      case 'LOGIN':
        return server.authenticated(command.user);
      case 'SELECT':
        server.select({ name: command.mailbox, readOnly: false, view: this.#view });
        server.respond({ name: 'FLAGS', flags: ['\\Seen', '\\Deleted'] });
        server.respond({ name: 'EXISTS', count: MESSAGES });
        return server.complete(tag, 'OK', { name: 'READ-WRITE' }, 'Done');
      case 'STATUS':
        server.respond({ name: 'STATUS', mailbox: command.mailbox, items: makeStatusItems({ messages: MESSAGES, unseen: 3, uidNext: MESSAGES + 1 }) });
        return server.complete(tag, 'OK', undefined, 'Done');
      case 'FETCH':
      case 'STORE':
        for (const uid of this.#view.resolve(command.set, true)!.uids) server.respondFetch(uid, { ...emptyFetchData(), flags: ['\\Seen'], rfc822Size: 4096 });
        return server.complete(tag, 'OK', undefined, 'Done');
      default:
        return server.accept();
    }
  }
}

export function memoryPair(): BatchedWork {
  const pair = new Pair();
  pair.run([readCommand('LOGIN ann secret')]);
  pair.run([readCommand('SELECT INBOX')]);
  const group = LINES.map(readCommand);
  return {
    batch: COMMANDS,
    work() {
      pair.completed = 0;
      for (let count = 0; count < COMMANDS; count += GROUP) pair.run(group);
      if (pair.completed !== COMMANDS) throw new Error(`${pair.completed} commands were completed`);
      return pair.completed;
    },
  };
}
