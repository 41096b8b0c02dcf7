/** The same messages over every kind of transport to a real server: what arrives is what was given, octet by octet. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { address } from '@mailwright/address';
import { dial, listen, memoryPair, type MemoryPairOptions } from '@mailwright/net';
import { connectSmtp, createSmtpPool, type SmtpConnectOptions, type SmtpMessage } from '@mailwright/smtp-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildMessage } from '../../mime/src/index.ts';
import { startSmtpServer, type TestServerOptions, type TestSmtpServer } from '../../testing/src/index.ts';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import type { Dial } from '../src/options.ts';
import { octets } from './support/peer.ts';
import { message } from './support/world.ts';

/** A dialer that hands the other end of an in-memory pair to a server. */
function inMemory(server: () => TestSmtpServer, options: MemoryPairOptions = {}): Dial {
  return async () => {
    const [client, other] = memoryPair(options);
    server().serve(other);
    return client;
  };
}

const KINDS: readonly [string, (server: () => TestSmtpServer) => Dial][] = [
  ['sockets', () => dial],
  ['memory', (server) => inMemory(server)],
  ['memory, one octet at a time', (server) => inMemory(server, { maxChunkOctets: 1 })],
  ['memory, a narrow window', (server) => inMemory(server, { windowOctets: 100 })],
];

const SERVERS: readonly [string, TestServerOptions][] = [
  ['everything offered', {}],
  ['no CHUNKING', { disabled: ['CHUNKING', 'BINARYMIME'] }],
  ['no PIPELINING', { disabled: ['CHUNKING', 'BINARYMIME', 'PIPELINING'] }],
  ['nothing but 8BITMIME', { disabled: ['CHUNKING', 'BINARYMIME', 'PIPELINING', 'SIZE', 'DSN', 'SMTPUTF8', 'ENHANCEDSTATUSCODES'] }],
];

const MESSAGES: readonly [string, () => Partial<SmtpMessage>, string][] = [
  ['plain', () => ({}), 'Subject: hi\r\n\r\nhello\r\n'],
  ['dots', () => ({ body: octets('.\r\n..\r\n.a\r\n') }), '.\r\n..\r\n.a\r\n'],
  ['in pieces', () => ({ body: Readable.from([Buffer.from('S: x\r\n\r\n.'), Buffer.from('\r'), Buffer.from('\n..')]) }), 'S: x\r\n\r\n.\r\n..\r\n'],
  ['8-bit', () => ({ body: octets('S: x\r\n\r\ngr\xc3\xbc\xc3\x9fe\r\n') }), 'S: x\r\n\r\ngr\u00fc\u00dfe\r\n'],
  ['empty', () => ({ body: octets('') }), ''],
  ['long', () => ({ body: octets('.0123456789\r\n'.repeat(1000)) }), '.0123456789\r\n'.repeat(1000)],
];

describe.each(SERVERS)('a server with %s', (_server, serverOptions) => {
  let server: TestSmtpServer;
  beforeAll(async () => {
    server = await startSmtpServer(serverOptions);
  });
  afterAll(() => server.close());

  describe.each(KINDS)('over %s', (_kind, makeDial) => {
    const options = (): SmtpConnectOptions => ({ host: server.host, port: server.port, tls: { mode: 'none' }, dial: makeDial(() => server) });

    test.each(MESSAGES)('%s', async (_name, over, expected) => {
      server.clear();
      const connection = await connectSmtp(options());
      const result = await connection.send(message(over()));
      expect(result).toMatchObject({ outcome: 'accepted', error: undefined });
      await connection.quit();
      expect(server.messages.map((received) => received.raw())).toEqual([expected]);
      expect(server.messages[0]!.envelope).toMatchObject({ from: 'sender@client.example', to: ['rcpt@server.example'] });
    });

    test('many through a pool, each once', async () => {
      server.clear();
      const random = new SeededRandom(11);
      const bodies = Array.from({ length: 40 }, (_, index) => `Subject: ${index}\r\n\r\n${'.x\r\n'.repeat(random.integer(0, 30))}`);
      await using pool = createSmtpPool({ ...options(), maxConnections: 3 });
      const results = await Promise.all(bodies.map((body) => pool.send(message({ body: octets(body) }))));
      expect(results.every(({ outcome, attempts }) => outcome === 'accepted' && attempts === 1)).toBe(true);
      expect(server.messages.map((received) => received.raw()).sort()).toEqual([...bodies].sort());
    });
  });
});

describe('a Unix socket', () => {
  test('takes messages, without TLS unless it is asked for', async () => {
    await using server = await startSmtpServer();
    const folder = mkdtempSync(join(tmpdir(), 'mailwright-smtp-client-'));
    const path = join(folder, 'smtp');
    const listener = await listen({ path }, (transport) => server.serve(transport));
    const connection = await connectSmtp({ path });
    expect(connection.tls).toBeUndefined();
    expect(connection.peer).toMatchObject({ family: 'unix' });
    expect((await connection.send(message())).outcome).toBe('accepted');
    await connection.quit();
    const secured = await connectSmtp({ path, tls: { mode: 'verified', names: ['localhost'] }, ca: server.ca });
    expect(secured.tls).toMatchObject({ authorized: true });
    await secured.quit();
    await listener.close();
    rmSync(folder, { recursive: true });
  });
});

describe('envelopes', () => {
  test('null reverse-path, postmaster, quoted and internationalized addresses, values', async () => {
    await using server = await startSmtpServer();
    await using connection = await connectSmtp({ host: server.host, port: server.port, tls: { mode: 'none' } });
    const to = ['postmaster', '"a b"@server.example', 'j\u00f6rg@b\u00fccher.example', address('plain@server.example')];
    expect(await connection.send(message({ from: null, to }))).toMatchObject({ outcome: 'accepted', error: undefined });
    expect(server.messages[0]!.envelope).toMatchObject({ from: '', to: ['postmaster', '"a b"@server.example', 'j\u00f6rg@b\u00fccher.example', 'plain@server.example'] });
    expect(server.messages[0]!.envelope.parameters.SMTPUTF8).toBe(true);
  });

  test('rfc3461 4: RET, ENVID, NOTIFY, ORCPT; rfc4954 5: AUTH= only where AUTH is offered', async () => {
    await using server = await startSmtpServer();
    await using connection = await connectSmtp({ host: server.host, port: server.port, tls: { mode: 'none' } });
    await connection.send(message({
      auth: 'jane@client.example', dsn: { ret: 'HDRS', envid: 'QQ 314+159', notify: ['SUCCESS', 'FAILURE'] },
      to: ['one@server.example', { address: 'two@server.example', notify: 'NEVER', orcpt: 'Two@server.example' }, { address: 'three@server.example', orcpt: 'j\u00f6rg@b' }],
    }));
    const { parameters, recipientParameters } = server.messages[0]!.envelope;
    expect(parameters).toMatchObject({ RET: 'HDRS', ENVID: 'QQ 314+159', AUTH: undefined, SIZE: 22 });
    expect(recipientParameters).toMatchObject([
      { NOTIFY: ['SUCCESS', 'FAILURE'], ORCPT: undefined },
      { NOTIFY: 'NEVER', ORCPT: { addressType: 'rfc822', address: 'Two@server.example' } },
      { NOTIFY: ['SUCCESS', 'FAILURE'], ORCPT: { addressType: 'utf-8', address: 'j\u00f6rg@b' } },
    ]);
  });

  test('rfc1870 6.1: a size that was told beforehand', async () => {
    await using server = await startSmtpServer({ limits: { messageOctets: 1000 } });
    await using connection = await connectSmtp({ host: server.host, port: server.port, tls: { mode: 'none' } });
    expect(await connection.send(message({ body: [octets('a\r\n')], size: 3 }))).toMatchObject({ outcome: 'accepted' });
    expect(server.messages[0]!.envelope.parameters.SIZE).toBe(3);
    expect(await connection.send(message({ body: [octets('a\r\n')], size: 1001 }))).toMatchObject({ outcome: 'not-sent', error: { code: 'SMTP_TOO_LARGE' } });
    expect(await connection.send(message({ body: [octets('a\r\n'.repeat(1000))] }))).toMatchObject({ outcome: 'rejected', reply: { code: 552 } });
  });

  test('rfc1870 6.1, rfc6531 3.4: a message that was built says its size and what it needs, and its envelope is that of its addresses', async () => {
    await using server = await startSmtpServer();
    await using connection = await connectSmtp({ host: server.host, port: server.port, tls: { mode: 'none' } });
    const built = buildMessage({
      from: 'grüße@sender.example', to: ['ann@server.example'], bcc: ['bob@server.example'], attachments: [{ content: Readable.from([Buffer.from('file')]), sizeOctets: 4, fileName: 'a.bin' }],
      date: 0, messageId: '1@sender.example', nextHop: { smtpUtf8: true },
    });
    expect(await connection.send({ ...built.envelope, body: built })).toMatchObject({ outcome: 'accepted' });
    const [received] = server.messages;
    expect(received!.envelope).toMatchObject({ from: 'grüße@sender.example', to: ['ann@server.example', 'bob@server.example'], parameters: { SIZE: built.sizeOctets, SMTPUTF8: true } });
    expect(received!.octets.length).toBe(built.sizeOctets);
    expect(received!.raw()).not.toContain('bob@server.example');
    expect(Buffer.from(received!.attachments[0]!.content()).toString()).toBe('file');
  });

  test('what the caller says of a built message goes before what it says itself', async () => {
    await using server = await startSmtpServer();
    await using connection = await connectSmtp({ host: server.host, port: server.port, tls: { mode: 'none' } });
    const built = buildMessage({ from: 'a@sender.example', to: 'b@server.example', text: 'hi', date: 0, messageId: '1@sender.example' });
    await connection.send({ ...built.envelope, body: built, smtpUtf8: true, size: 5000 });
    expect(server.messages[0]!.envelope.parameters).toMatchObject({ SIZE: 5000, SMTPUTF8: true });
  });

  test('commands beside messages', async () => {
    await using server = await startSmtpServer();
    await using connection = await connectSmtp({ host: server.host, port: server.port, tls: { mode: 'none' } });
    await connection.verify();
    expect(await connection.noop()).toMatchObject({ code: 250 });
    expect(await connection.reset()).toMatchObject({ code: 250 });
    expect(await connection.vrfy('jane')).toMatchObject({ code: 252 });
    expect(await connection.vrfy('j\u00f6rg')).toMatchObject({ code: 252 });
    expect(connection.greeting.code).toBe(220);
    expect(connection.capabilities).toMatchObject({ pipelining: true, chunking: true });
    expect(connection.tls).toBeUndefined();
    expect(connection.peer.port).toBe(server.port);
    expect(connection.usable).toBe(true);
  });

  test('trace: each line once, in order, without secrets and without message text', async () => {
    await using server = await startSmtpServer({ auth: { jane: 'hunter2' }, clearTextAuth: 'allow', disabled: ['CHUNKING', 'BINARYMIME'] });
    const lines: string[] = [];
    const connection = await connectSmtp({
      host: server.host, port: server.port, tls: { mode: 'none' }, auth: { username: 'jane', password: 'hunter2' }, mechanisms: ['PLAIN'], allowClearTextAuth: true, helloDomain: 'client.example',
      trace: ({ direction, kind, text, octets: count }) => lines.push(`${direction} ${text ?? `${kind} ${count}`}`),
    });
    await connection.send(message());
    await connection.quit();
    const said = lines.filter((line) => line.startsWith('client'));
    expect(said[0]).toBe('client EHLO client.example');
    expect(said[1]).toBe('client AUTH PLAIN ***');
    expect(said.slice(2)).toEqual(['client MAIL FROM:<sender@client.example> SIZE=22', 'client RCPT TO:<rcpt@server.example>', 'client DATA', 'client data 25', 'client QUIT']);
    expect(lines.join('\n')).not.toMatch(/hunter2|hello|aHVudGVyMg/);
  });

  test('disabled: what is taken for not announced is not used', async () => {
    await using server = await startSmtpServer();
    await using connection = await connectSmtp({ host: server.host, port: server.port, tls: { mode: 'none' }, disabled: ['chunking', 'SIZE'] });
    expect(connection.capabilities).toMatchObject({ chunking: false, size: undefined });
    await connection.send(message());
    expect(server.messages[0]!.transcript.some(({ text }) => text === 'DATA')).toBe(true);
  });
});
