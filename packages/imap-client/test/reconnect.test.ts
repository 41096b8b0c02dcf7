import { memoryPair, type Transport } from '@mailwright/net';
import { describe, expect, test } from 'vitest';
import { createImapServer, MemoryStore } from '../../imap-server/src/index.ts';
import { FakeClock } from '../../testing/src/fake-clock.ts';
import { ImapClient } from '../src/client.ts';
import type { ImapConnectOptions } from '../src/options.ts';
import type { MailboxUpdate } from '../src/watch-update.ts';
import { rejection } from './connect-scripted.ts';
import { mail } from './real-server.ts';
import { scripted } from './scripted-server.ts';

const PLAIN: ImapConnectOptions = { tls: { mode: 'none' }, allowClearTextAuth: true, auth: { username: 'ann', password: 'secret' }, reconnect: { firstDelayMs: 1 } };

/** A server, and the transports of its connections, to be cut. */
function cuttable(options: ImapConnectOptions = {}): { readonly connect: () => Promise<ImapClient>; readonly far: Transport[]; readonly near: Transport[] } {
  const store = new MemoryStore({ users: { ann: { password: 'secret', mailboxes: { INBOX: [mail('one'), mail('two', 'y'.repeat(500_000))], Box: [mail('x')] } } } });
  const server = createImapServer({ store, clearTextAuth: 'allow' });
  const far: Transport[] = [];
  const near: Transport[] = [];
  const dial = (): Promise<Transport> => {
    const [client, other] = memoryPair({ maxChunkOctets: 16_384 });
    near.push(client);
    far.push(other);
    server.serve(other);
    return Promise.resolve(client);
  };
  return { connect: () => ImapClient.connect({ ...PLAIN, dial, ...options }), far, near };
}

async function value(updates: AsyncGenerator<MailboxUpdate, void, undefined>): Promise<MailboxUpdate> {
  const { value: update, done } = await updates.next();
  if (done === true) throw new Error('the watch has ended');
  return update;
}

describe('reconnect', () => {
  test('a lost connection is made again, the mailbox opened again, UIDs mean the same', async () => {
    const { connect, far } = cuttable();
    const client = await connect();
    await using box = await client.open('INBOX');
    far[0]!.destroy();
    expect((await rejection(client.noop())).code).toBe('IMAP_CONNECTION_LOST');
    expect((await box.search({ key: 'ALL' })).uids).toEqual([1, 2]);
    expect(client.stats.reconnects).toBe(1);
    expect(client.usable).toBe(true);
    await client.logout();
    expect(await client.closed).toEqual({ error: undefined });
  });

  test('a download goes on where it was', async () => {
    const { connect, near } = cuttable({ memoryOctets: 20_000 });
    const client = await connect();
    await using box = await client.open('INBOX');
    const download = box.download(2, 'TEXT');
    let octets = 0;
    let cut = false;
    for await (const piece of download) {
      octets += piece.length;
      if (!cut && octets > 100_000) near[0]!.destroy();
      cut ||= octets > 100_000;
      expect(piece.every((octet) => octet === 0x79 || octet === 0x0d || octet === 0x0a)).toBe(true);
    }
    expect(octets).toBe(500_002);
    expect([download.position, download.octetCount, download.resumed]).toEqual([500_002, 500_002, 1]);
    await client.close();
  });

  test('a watch catches up: what happened meanwhile is the next update', async () => {
    const { connect, far } = cuttable();
    const client = await connect();
    const other = await connect();
    await using box = await client.open('INBOX');
    const updates = box.watch();
    await value(updates);
    await using theirs = await other.open('INBOX');
    const next = value(updates);
    far[0]!.destroy();
    await theirs.addFlags(1, ['\\Flagged']);
    await other.append('INBOX', { message: mail('three') });
    const told = [await next];
    while (told.at(-1)!.added.length === 0) told.push(await value(updates));
    expect(told.some(({ sync }) => sync === 'qresync')).toBe(true);
    expect(told.flatMap(({ changed }) => changed.map(({ uid }) => uid))).toContain(1);
    expect(told.flatMap(({ added }) => added)).toEqual([3]);
    await updates.return();
    await Promise.all([client.close(), other.close()]);
  });

  test('another mailbox under the same name -> IMAP_MAILBOX_REPLACED', async () => {
    const { connect, far } = cuttable();
    const client = await connect();
    const other = await connect();
    await using box = await client.open('Box');
    await other.delete('Box');
    await other.create('Box');
    far[0]!.destroy();
    await rejection(client.noop());
    expect((await rejection(box.search({ key: 'ALL' }))).code).toBe('IMAP_MAILBOX_REPLACED');
    await Promise.all([client.close(), other.close()]);
  });

  test('each try waits longer; after the last the client is over, with the last error', async () => {
    const clock = new FakeClock();
    let dials = 0;
    const { dial, servers } = scripted();
    const client = await ImapClient.connect({
      ...PLAIN, clock, reconnect: { attempts: 4, firstDelayMs: 1000, maxDelayMs: 3000 },
      dial: (options) => (dials++ === 0 ? dial(options) : Promise.reject(new Error('down'))),
    });
    servers[0]!.transport.destroy();
    const failing = rejection(client.noop());
    const delays: number[] = [];
    for (let waited = 0; dials < 5; waited += 100) {
      for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
      if (dials > delays.length + 1) delays.push(waited);
      clock.advance(100);
    }
    expect((await failing).code).toMatch(/IMAP_DIAL_FAILED|IMAP_CONNECTION_LOST/);
    expect((await client.closed).error?.code).toBe('IMAP_DIAL_FAILED');
    expect(delays[0]).toBe(0);
    expect(delays[1]! - delays[0]!).toBeGreaterThanOrEqual(500);
    expect(client.usable).toBe(false);
  });

  test('a login that is refused is not tried again', async () => {
    let logins = 0;
    const { dial, servers } = scripted((command) => (command.startsWith('LOGIN') && logins++ > 0 ? '{tag} NO [AUTHENTICATIONFAILED] changed' : undefined));
    const client = await ImapClient.connect({ ...PLAIN, dial });
    servers[0]!.transport.destroy();
    expect((await client.closed).error?.code).toBe('IMAP_AUTH_REJECTED');
    expect(servers).toHaveLength(2);
  });

  test('a signal that is aborted already, while it waits -> IMAP_ABORTED, and nothing is left unhandled', async () => {
    const { dial, servers } = scripted();
    let dials = 0;
    const client = await ImapClient.connect({ ...PLAIN, reconnect: { attempts: 1 }, dial: (options) => (dials++ === 0 ? dial(options) : Promise.reject(new Error('down'))) });
    const stop = new AbortController();
    servers[0]!.transport.destroy();
    const waiting = rejection(client.noop({ signal: stop.signal }));
    stop.abort();
    expect((await waiting).code).toMatch(/IMAP_ABORTED|IMAP_CONNECTION_LOST/);
    expect((await rejection(client.noop({ signal: stop.signal }))).code).toMatch(/IMAP_ABORTED|IMAP_DIAL_FAILED/);
    await client.closed;
  });

  test('closing while it waits ends it at once', async () => {
    const clock = new FakeClock();
    const { dial, servers } = scripted();
    let dials = 0;
    const client = await ImapClient.connect({ ...PLAIN, clock, dial: (options) => (dials++ === 0 ? dial(options) : Promise.reject(new Error('down'))) });
    servers[0]!.transport.destroy();
    for (let turn = 0; turn < 10; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
    await client.close();
    expect(client.usable).toBe(false);
    expect(await client.closed).toEqual({ error: undefined });
  });
});
