/**
 * The reader of `npm start`: he watches his mailbox over IMAP while the letters come, and reads each of them when all are there.
 *
 * Read next: `verdict.ts`, which holds what he read against what was sent.
 *
 * @rfc 2177
 */
import { createHash } from 'node:crypto';
import { ImapClient, type Mailbox, type TraceEntry } from '@mailwright/imap-client';
import type { Endpoint } from '@mailwright/net';
import type { CommandIo } from '../command-io.ts';
import { READER } from './demo-server.ts';

/** Nobody waits longer than this for a server in the same process. */
const PATIENCE_MS = 20_000;

/** A letter as it was read. */
export interface ReadLetter {
  readonly uid: number;
  readonly octets: number;
  readonly sha256: string;
}

/** What the reader saw. */
export interface Reading {
  readonly entries: readonly TraceEntry[];
  /** In the order of their UIDs. */
  readonly letters: readonly ReadLetter[];
  /** How many updates `watch` told. */
  readonly updates: number;
  /** How it heard of them: `idle`. */
  readonly live: string;
}

export interface DemoReader {
  /** Waits until so many letters were told by `watch`, reads them, and logs out. Rejects with an `ImapError`; it gives up with what came in time. */
  read(count: number): Promise<Reading>;
  /** Drops the connection. Idempotent. */
  close(): Promise<void>;
}

/** Logs in, opens the mailbox and watches it. Rejects with an `ImapError`. */
export async function startDemoReader(target: { readonly endpoint: Endpoint; readonly ca: string; readonly password: string }, io: CommandIo): Promise<DemoReader> {
  const entries: TraceEntry[] = [];
  const client = await ImapClient.connect({
    host: target.endpoint.address,
    port: target.endpoint.port,
    implicitTls: true,
    servername: 'localhost',
    tls: { mode: 'verified', names: ['localhost'] },
    ca: target.ca,
    auth: { username: READER, password: target.password },
    connectTimeoutMs: PATIENCE_MS,
    commandTimeoutMs: PATIENCE_MS,
    trace: (entry) => void entries.push(entry),
    signal: io.stop,
    clock: io.clock,
    random: io.random,
  });
  const box = await client.open('INBOX');
  const watching = watch(box, io);
  return {
    read: async (count) => {
      const { uids, updates, live } = await watching.until(count);
      const letters: ReadLetter[] = [];
      for await (const message of box.fetch(uids, { size: true, bodies: [''] })) {
        const octets = await message.body().octets();
        letters.push({ uid: message.uid, octets: octets.length, sha256: createHash('sha256').update(octets).digest('hex') });
      }
      await client.logout();
      return { entries, letters, updates, live };
    },
    close: () => client.close(),
  };
}

interface Watching {
  /** Resolves when so many messages were told, or when the patience is at an end; then the watch is over. */
  until(count: number): Promise<{ readonly uids: readonly number[]; readonly updates: number; readonly live: string }>;
}

function watch(box: Mailbox, io: CommandIo): Watching {
  const uids: number[] = [];
  const over = new AbortController();
  let updates = 0;
  let live = '';
  let told: () => void = () => undefined;
  const loop = (async () => {
    for await (const update of box.watch({ signal: over.signal })) {
      if (update.added.length > 0) updates++;
      uids.push(...update.added);
      live = update.live;
      told();
    }
  })();
  loop.catch(() => told());
  return {
    until: async (count) => {
      const timer = io.clock.setTimer(() => over.abort(), PATIENCE_MS);
      told = () => {
        if (uids.length >= count) over.abort();
      };
      told();
      await loop;
      timer.cancel();
      return { uids, updates, live };
    },
  };
}
