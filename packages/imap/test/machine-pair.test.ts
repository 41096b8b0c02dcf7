/**
 * The client machine against the server machine, without sockets: several sessions on one mailbox, octets in pieces of any size, and in the end
 * every client believes what is true.
 */
import { concatOctets } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { ClientMachine } from '../src/client/client.ts';
import type { ClientEvent } from '../src/client/client-event.ts';
import { resolveClientOptions } from '../src/client/client-options.ts';
import type { Command } from '../src/command.ts';
import { parseCommand } from '../src/command-parse.ts';
import { SERVER_LIMITS } from '../src/limits.ts';
import type { Data } from '../src/response.ts';
import type { MailboxView } from '../src/server/mailbox-view.ts';
import { type ServerCase, ServerSubject, ToyMailbox } from './server-subject.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A command as one would type it. */
function command(line: string): Command {
  const parsed = parseCommand({ octets: utf8(`t ${line}`), streamed: [], complete: true }, SERVER_LIMITS, false);
  if (!parsed.ok) throw new SyntaxError(`${line}: ${parsed.expected}`);
  return parsed.command;
}

class Pair {
  readonly client: ClientMachine = new ClientMachine(resolveClientOptions(), 0);
  readonly server: ServerSubject;
  readonly completed: string[] = [];
  readonly flags: Map<number, string> = new Map();
  /** Flags by UID, as FETCH told them. */
  readonly told: Map<number, string> = new Map();
  readonly bodies: string[] = [];
  #literal: Uint8Array[] = [];
  #now = 0;
  readonly #random: SeededRandom;

  constructor(options: ServerCase, mailbox: ToyMailbox, random: SeededRandom) {
    this.#random = random;
    this.server = new ServerSubject({ capabilityCodes: true, ...options }, mailbox);
    this.settle();
  }

  /** Lets both speak until neither has anything to say. */
  settle(): void {
    for (;;) {
      this.server.listen();
      const said = this.server.output();
      for (const piece of this.#random.split(said)) {
        this.client.receive(piece, this.#now);
        this.#pump();
      }
      this.#pump();
      const parts = this.client.takeOutput(this.#now);
      if (parts === undefined && said.length === 0) return;
      if (parts !== undefined) for (const piece of this.#random.split(concatOctets(parts))) this.server.feed(piece);
    }
  }

  run(line: string): void {
    this.client.send(command(line));
    this.settle();
  }

  #pump(): void {
    for (let event = this.client.next(); event.type !== 'need-data'; event = this.client.next()) {
      this.#handle(event);
      if (event.type === 'closed') return;
    }
  }

  #tell(response: Extract<Data, { readonly name: 'FETCH' | 'UIDFETCH' }>): void {
    const uid = response.name === 'UIDFETCH' ? response.uid : response.data.uid;
    if (uid !== undefined && response.data.flags !== undefined) this.told.set(uid, response.data.flags.join(' '));
  }

  #handle(event: ClientEvent): void {
    switch (event.type) {
      case 'violation':
      case 'dropped':
        throw new Error(`${event.type}: ${JSON.stringify(event)}`);
      case 'completed':
        return void this.completed.push(`${event.command.name} ${event.status}`);
      case 'response':
        if (event.response.type !== 'data' || (event.response.data.name !== 'FETCH' && event.response.data.name !== 'UIDFETCH')) return;
        this.#tell(event.response.data);
        for (const { octets } of event.response.data.data.sections) if (octets instanceof Uint8Array) this.bodies.push(new TextDecoder().decode(octets));
        return;
      case 'mailbox':
        expect(event.change.type).not.toBe('contained');
        if (event.change.type === 'flags-changed' && event.change.uid !== undefined) this.flags.set(event.change.uid, event.change.flags.join(' '));
        return;
      case 'literal-data':
        return void this.#literal.push(event.octets.slice());
      case 'literal-end':
        this.bodies.push(new TextDecoder().decode(concatOctets(this.#literal)));
        this.#literal = [];
        return;
      case 'upgrade-tls':
        this.server.direct('tls');
        return this.client.tlsStarted(this.#now);
      case 'compress':
        this.server.direct('compressed');
        return this.client.compressionStarted(this.#now);
      default:
        return;
    }
  }
}

const BASE = ['IMAP4rev1', 'IMAP4rev2', 'IDLE', 'ENABLE', 'UIDPLUS', 'MULTIAPPEND', 'COMPRESS=DEFLATE', 'UNSELECT'];

describe('a session from its greeting to its end', () => {
  test.each([
    ['LITERAL+', [...BASE, 'LITERAL+']],
    ['LITERAL-', [...BASE, 'LITERAL-']],
    ['no literals without waiting', ['IMAP4rev1', 'IDLE', 'COMPRESS=DEFLATE', 'MULTIAPPEND', 'UNSELECT', 'ENABLE']],
  ])('%s: STARTTLS, a login, COMPRESS, a mailbox, messages in and out, LOGOUT', (_name, capabilities) => {
    const mailbox = new ToyMailbox([10, 20]);
    const pair = new Pair({ capabilities, startTls: true, clearTextAuth: 'refuse' }, mailbox, new SeededRandom(3));
    for (const line of ['STARTTLS', 'LOGIN "a b" "p\\"w"', 'COMPRESS DEFLATE', 'SELECT INBOX', 'UID FETCH 1:* (UID BODY.PEEK[])']) pair.run(line);
    const message = { flags: ['\\Seen'], internalDate: undefined, parameters: parametersOf(command('APPEND x {1}\r\nx')) };
    const octets = utf8('Subject: x\r\n\r\n'.repeat(7000));
    pair.client.send({
      name: 'APPEND', mailbox: 'INBOX', messages: [octets.subarray(0, 14), octets].map((each) => ({ ...message, message: { type: 'literal', octets: each, binary: false } })),
    } as Command);
    pair.settle();
    for (const line of ['NOOP', 'UNSELECT', 'LOGOUT']) pair.run(line);
    expect(pair.completed).toEqual(['STARTTLS', 'LOGIN', 'COMPRESS', 'SELECT', 'FETCH', 'APPEND', 'NOOP', 'UNSELECT', 'LOGOUT'].map((name) => `${name} OK`));
    expect(pair.bodies).toEqual(['Subject: 10\r\n\r\nHello\r\n', 'Subject: 20\r\n\r\nHello\r\n']);
    expect(mailbox.messages).toHaveLength(4);
    expect(pair.server.machine.session.compressed).toBe(true);
    expect(pair.server.machine.session.identity).toBe('a b');
    expect(pair.client.next()).toMatchObject({ type: 'closed', end: 'logout' });
  });

  test('rfc2177 3: what another session does reaches a client that idles', () => {
    const mailbox = new ToyMailbox([10, 20, 30]);
    const random = new SeededRandom(4);
    const [idler, worker] = [0, 1].map(() => new Pair({ capabilities: BASE, greeting: 'preauth' }, mailbox, random)) as [Pair, Pair];
    for (const pair of [idler, worker]) pair.run('SELECT INBOX');
    idler.run('UID FETCH 1:* (UID FLAGS)');
    idler.run('IDLE');
    worker.run('UID STORE 20 FLAGS (\\Deleted)');
    worker.run('UID STORE 30 FLAGS (\\Seen)');
    worker.run('EXPUNGE');
    worker.client.send(command('APPEND INBOX {1}\r\nx'));
    worker.settle();
    idler.settle();
    expect(idler.client.mailbox!.exists).toBe(3);
    expect([...idler.client.mailbox!.uids()]).toEqual([[1, 10], [2, 30]]);
    expect(idler.flags.get(30)).toBe('\\Seen');
    idler.client.done();
    idler.settle();
    expect(idler.completed.at(-1)).toBe('IDLE OK');
  });
});

function parametersOf(append: Command): unknown {
  return (append as Extract<Command, { readonly name: 'APPEND' }>).messages[0]!.parameters;
}

describe('generated sessions on one mailbox', () => {
  const LINES: readonly ((random: SeededRandom, exists: number) => string)[] = [
    (random, exists) => `FETCH ${random.integer(1, exists)}:* (UID FLAGS)`,
    (random) => `UID FETCH ${random.integer(1, 40)}:* (UID FLAGS)`,
    (random, exists) => `STORE ${random.integer(1, exists)} FLAGS (\\Seen)`,
    (random, exists) => `STORE ${random.integer(1, exists)} FLAGS.SILENT (\\Deleted)`,
    (random) => `UID STORE ${random.integer(1, 60)} FLAGS (\\Deleted)`,
    () => 'APPEND INBOX {3}\r\nabc',
    () => 'APPEND INBOX {1}\r\na',
    () => 'EXPUNGE', () => 'NOOP', () => 'CHECK',
  ];

  test.each(Array.from({ length: 25 }, (_value, seed) => [seed]))('seed %i: every client believes what is true', (seed) => {
    const random = new SeededRandom(seed);
    const mailbox = new ToyMailbox(Array.from({ length: 12 }, (_value, index) => index + 1));
    const capabilities = [...BASE, 'QRESYNC', 'UIDONLY', ...(seed % 2 === 0 ? ['LITERAL+'] : [])];
    const pairs = [undefined, 'QRESYNC', 'IMAP4rev2', 'UIDONLY'].map((enabled) => {
      const pair = new Pair({ capabilities, greeting: 'preauth' }, mailbox, random);
      if (enabled !== undefined) pair.run(`ENABLE ${enabled}`);
      pair.run('SELECT INBOX');
      return { pair, uidOnly: enabled === 'UIDONLY' };
    });
    for (let step = 0; step < 150; step++) {
      const { pair, uidOnly } = random.pick(pairs);
      const line = random.pick(LINES)(random, Math.max(1, pair.client.mailbox!.exists));
      if ((uidOnly && /^(?:FETCH|STORE)/.test(line)) || pair.client.mailbox!.exists === 0) pair.run('NOOP');
      else pair.client.send(command(line));
      if (random.chance(0.7)) pair.settle();
      check(pair, uidOnly);
    }
    for (const { pair, uidOnly } of pairs) {
      pair.settle();
      pair.run('NOOP');
      expect(pair.client.mailbox!.exists).toBe(mailbox.messages.length);
      pair.told.clear();
      pair.run('UID FETCH 1:* (UID FLAGS)');
      expect([...pair.told]).toEqual(mailbox.messages.map(({ uid, flags }) => [uid, flags.join(' ')]));
      if (!uidOnly) expect([...pair.client.mailbox!.uids()]).toEqual(mailbox.messages.map(({ uid }, index) => [index + 1, uid]));
      check(pair, uidOnly);
      expect(pair.completed.filter((entry) => !entry.endsWith(' OK') && !entry.startsWith('STORE BAD') && !entry.startsWith('FETCH BAD'))).toEqual([]);
    }
  });

  /** What the client knows of numbers is what the server's view has. */
  function check({ client, server }: Pair, uidOnly: boolean): void {
    const view: MailboxView = server.machine.session.mailbox!.view;
    if (!uidOnly) for (const [number, uid] of client.mailbox!.uids()) expect(view.uidOf(number) === uid || client.inFlightCount > 0).toBe(true);
  }
});
