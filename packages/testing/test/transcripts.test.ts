import { describe, expect, test } from 'vitest';
import { dial, memoryPair } from '@mailwright/net';
import { connectSmtp } from '@mailwright/smtp-client';
import {
  diffTranscripts, FakeClock, formatDialogue, formatDifferences, formatTranscript, parseTranscript, replayClient, replayServer, scriptedSmtpServer, settle, startSmtpServer,
  TestError, type TestServerOptions, type Transcript, virtualNetwork,
} from '@mailwright/testing';
import { linePattern, parseScript } from '../src/transcripts/script-lines.ts';
import { RawClient } from './raw-client.ts';

const MESSAGE = new TextEncoder().encode('Subject: x\r\n\r\nHello\r\n.dot\r\n');

async function rejection(promise: Promise<unknown>): Promise<TestError> {
  return promise.then(() => expect.unreachable('it should have been rejected'), (error: unknown) => error as TestError);
}

/** The transcript of a session of our client with our server. */
async function recorded(options: TestServerOptions = {}, secret = 'secret'): Promise<Transcript> {
  await using server = await startSmtpServer({ auth: { ann: secret }, ...options });
  const client = await connectSmtp({
    url: server.url, ca: server.ca, auth: { username: 'ann', password: secret }, mechanisms: ['PLAIN'], tls: { mode: 'required' }, helloDomain: 'c.example', disabled: options.disabled,
  });
  await client.send({ from: 'a@example.com', to: ['b@example.com', 'c@example.com'], body: MESSAGE });
  await client.quit();
  return server.transcript();
}

describe('comparing', () => {
  test('two runs of the same session -> no difference, whatever the time was', async () => {
    const [first, second] = [await recorded(), await recorded()];
    expect(diffTranscripts(first, second)).toEqual([]);
    expect(first.length).toBeGreaterThan(20);
  });

  test('a session and what a test expects of it', async () => {
    await using server = await startSmtpServer({ tls: 'none' });
    const client = await RawClient.connect(server.port);
    await client.replies(1);
    await client.ask('EHLO c.example\r\n');
    await client.ask('MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n', 3);
    await client.ask('x\r\n.\r\n');
    const expected = [
      'S: 220 localhost *', 'C: EHLO *', 'S: 250-localhost', 'S: 250-BINARYMIME', 'S: 250-CHUNKING', 'S: 250-DSN', 'S: 250-8BITMIME', 'S: 250-ENHANCEDSTATUSCODES',
      'S: 250-PIPELINING', 'S: 250-SIZE *', 'S: 250 SMTPUTF8', 'C: MAIL FROM:<*>*', 'C: RCPT TO:<*>', 'C: DATA', 'S: 250 2.1.0 *', 'S: 250 2.1.5 *', 'S: 354 *', 'C: (message)', 'S: 250 2.0.0 *',
    ];
    expect(formatDifferences(diffTranscripts(server.transcript(), expected))).toBe('');
    const other = expected.toSpliced(13, 1, 'S: 550 *');
    expect(formatDifferences(diffTranscripts(server.transcript(), other))).toBe('+ C: DATA\n- S: 550 *\n');
    client.destroy();
  });

  const lines = (...texts: string[]): Transcript =>
    texts.map((text) => ({ direction: text.startsWith('C') ? 'client' : 'server', kind: text.startsWith('C') ? 'command' : 'reply', atMs: 0, octets: 0, text: text.slice(3), redacted: false, state: 'ready' }));

  test.each<[string, string[], string[], string]>([
    ['equal', ['C: A', 'S: 1'], ['C: A', 'S: 1'], ''],
    ['one too many', ['C: A', 'C: B', 'C: C'], ['C: A', 'C: C'], '+ C: B\n'],
    ['one missing', ['C: A', 'C: C'], ['C: A', 'C: B', 'C: C'], '- C: B\n'],
    ['another one', ['C: A', 'C: X', 'C: C'], ['C: A', 'C: B', 'C: C'], '+ C: X\n- C: B\n'],
    ['nothing in common', ['C: A'], ['S: 1', 'S: 2'], '+ C: A\n- S: 1\n- S: 2\n'],
    ['moved', ['C: A', 'C: B', 'C: C', 'C: D'], ['C: B', 'C: C', 'C: D', 'C: A'], '+ C: A\n- C: A\n'],
    ['nothing at all', [], [], ''],
  ])('%s', (_name, actual, expected, difference) => {
    expect(formatDifferences(diffTranscripts(lines(...actual), lines(...expected)))).toBe(difference);
  });

  test('only the codes of replies -> other words are no difference', () => {
    const [actual, expected] = [lines('S: 250 2.1.0 Fine'), lines('S: 250 2.1.0 OK')];
    expect(diffTranscripts(actual, expected)).toHaveLength(2);
    expect(diffTranscripts(actual, expected, { replies: 'codes' })).toEqual([]);
    expect(diffTranscripts(actual, lines('S: 250 2.1.5 OK'), { replies: 'codes' })).toHaveLength(2);
  });

  test('events count when asked for', async () => {
    const transcript = await recorded();
    const without = transcript.filter(({ direction }) => direction !== 'event');
    expect(diffTranscripts(transcript, without)).toEqual([]);
    expect(diffTranscripts(transcript, without, { events: true })[0]).toMatchObject({ side: 'actual', line: expect.stringMatching(/^# TLSv1\.3 established/) as string });
  });

  test('long transcripts with nothing in common -> compared in bounded time', () => {
    const [a, b] = [lines(...Array<string>(5000).fill('C: A')), lines(...Array<string>(5000).fill('C: B'))];
    expect(diffTranscripts(a, b)).toHaveLength(10_000);
  });

  test('saved and read again -> the same', async () => {
    const transcript = await recorded();
    const read = parseTranscript(formatTranscript(transcript));
    expect(read).toEqual({ ok: true, value: transcript });
  });
});

describe('script lines', () => {
  test.each<[string, string, boolean]>([
    ['EHLO *', 'EHLO x', true],
    ['EHLO *', 'HELO x', false],
    ['*', '', true],
    ['a*b*c', 'aXbYc', true],
    ['a*b*c', 'abc', true],
    ['a*b*c', 'acb', false],
    ['ab*ba', 'aba', false],
    ['a**b', 'a-b', true],
    ['AUTH PLAIN ***', 'AUTH PLAIN AHgAeQ==', true],
    ['plain', 'plain', true],
    ['plain', 'plainer', false],
    ['a*a*a*a*a*a*a*a*b', 'a'.repeat(2000), false],
  ])('%s fits %s: %s', (pattern, line, fits) => {
    expect(linePattern(pattern)(line)).toBe(fits);
  });

  test.each(['X: y', 'EHLO x', 'C EHLO'])('%s is no line of a dialogue -> TypeError', (line) => {
    expect(() => parseScript([line])).toThrow(TypeError);
  });

  test('a text of lines is read as its lines, remarks are passed over', () => {
    expect(parseScript('\n  S: 220 x\n  # a remark\n  # wait 5\n').map(({ type }) => type)).toEqual(['say', 'wait']);
  });
});

describe('a scripted server', () => {
  test('says what it is told, message and chunk and handshake included', async () => {
    await using server = await scriptedSmtpServer(`
      S: 220 mx.example ESMTP
      C: EHLO *
      S: 250-mx.example
      S: 250-CHUNKING
      S: 250 STARTTLS
      C: STARTTLS
      S: 220 go
      # tls
      C: EHLO *
      S: 250-mx.example
      S: 250 CHUNKING
      C: MAIL FROM:<a@example.com>
      S: 250 OK
      C: RCPT TO:<b@example.com>
      S: 250 OK
      C: BDAT 27 LAST
      C: (message)
      S: 250 queued
      C: MAIL FROM:<>
      S: 250 OK
      C: RCPT TO:<b@example.com>
      S: 250 OK
      C: BDAT *
      C: (message)
      S: 250 queued
      C: QUIT
      S: 221 bye
    `);
    const client = await connectSmtp({ url: server.url, ca: server.ca, tls: { mode: 'verified', names: ['localhost'] } });
    expect((await client.send({ from: 'a@example.com', to: ['b@example.com'], body: MESSAGE })).outcome).toBe('accepted');
    expect((await client.send({ from: null, to: ['b@example.com'], body: MESSAGE })).outcome).toBe('accepted');
    await client.quit();
    await server.finished();
    expect(server.transcripts).toHaveLength(1);
  });

  test('a reply too early, one that is none: our client tells', async () => {
    await using server = await scriptedSmtpServer(['S: 220 x', 'C: EHLO *', 'S: 250 x', 'C: MAIL *', 'S: 250 ok', 'C: RCPT *', 'S: 250 ok', 'C: DATA', 'S: 354 go', 'S: 250 done already', '# stall']);
    const client = await connectSmtp({ url: server.url });
    const result = await client.send({ from: 'a@example.com', to: ['b@example.com'], body: MESSAGE });
    expect(result).toMatchObject({ outcome: expect.not.stringMatching('accepted') as string, error: { code: 'SMTP_UNEXPECTED_REPLY' } });
    client.close();
  });

  test('half a line, a wait, the rest', async () => {
    const clock = new FakeClock();
    await using server = await scriptedSmtpServer(['S+ 220 he', '# wait 1000', 'S: llo', '# close'], { clock });
    const client = await RawClient.connect(server.port);
    expect(await client.octets(6)).toBe('220 he');
    clock.advance(1000);
    expect(await client.replies(1)).toEqual(['220 hello']);
    await client.ended();
    client.destroy();
    await server.finished();
  });

  test('cut and implicit TLS', async () => {
    await using server = await scriptedSmtpServer(['S: 220 x', 'C: EHLO c', '# cut'], { implicitTls: true });
    expect(server.url).toMatch(/^smtps:/);
    const client = await RawClient.connectTls(server.port, server.ca);
    await client.replies(1);
    expect(await client.ask('EHLO c\r\n')).toEqual([]);
  });

  test('each connection has a script of its own, the last one is for all others', async () => {
    await using server = await scriptedSmtpServer([['S: 421 busy'], ['S: 220 x', 'C: QUIT', 'S: 221 bye']]);
    for (const [index, expected] of ['421 busy', '220 x', '220 x'].entries()) {
      const client = await RawClient.connect(server.port);
      expect(await client.replies(1)).toEqual([expected]);
      if (index > 0) expect(await client.ask('QUIT\r\n')).toEqual(['221 bye']);
      client.destroy();
    }
    await server.finished({ count: 3 });
  });

  test.each<[string, string, RegExp]>([
    ['another command', 'NOOP\r\n', /at step 2, where "C: QUIT" was expected, the client said "NOOP"/],
    ['half a command', 'QUI', /closed its direction where C: QUIT was expected/],
    ['nothing', '', /closed its direction where C: QUIT was expected/],
  ])('the client says %s -> TEST_SCRIPT_MISMATCH with the dialogue', async (_name, text, reason) => {
    await using server = await scriptedSmtpServer(['S: 220 x', 'C: QUIT', 'S: 221 bye']);
    const client = await RawClient.connect(server.port);
    await client.replies(1);
    client.write(text);
    client.end();
    const error = await rejection(server.finished());
    expect(error.code).toBe('TEST_SCRIPT_MISMATCH');
    expect(error.message).toMatch(reason);
    expect(error.message).toContain('S: 220 x');
    client.destroy();
  });

  test('the client breaks off in the middle -> TEST_SCRIPT_MISMATCH', async () => {
    await using server = await scriptedSmtpServer(['S: 220 x', 'C: DATA', 'S: 354 go', 'C: (message)', 'S: 250 ok']);
    const client = await RawClient.connect(server.port);
    await client.replies(1);
    await client.ask('DATA\r\n');
    client.write('x\r\n');
    await settle();
    client.destroy();
    expect((await rejection(server.finished())).message).toContain('where message was expected');
  });

  test('nobody comes -> TEST_TIMEOUT; closed meanwhile -> TEST_SERVER_CLOSED', async () => {
    const server = await scriptedSmtpServer(['S: 220 x']);
    expect(await rejection(server.finished({ timeout: 0 }))).toMatchObject({ code: 'TEST_TIMEOUT', message: expect.stringContaining('nobody has connected') as string });
    const waiting = rejection(server.finished());
    await server.close();
    expect((await waiting).code).toBe('TEST_SERVER_CLOSED');
  });

  test('on a virtual network', async () => {
    const network = virtualNetwork({ clock: new FakeClock() });
    await using server = await scriptedSmtpServer(['S: 220 x', '# close'], { network, host: 'mx.example' });
    expect(server.url).toBe('smtp://mx.example:25');
    const transport = await network.dial({ host: 'mx.example', port: 25 });
    const heard: string[] = [];
    transport.attach({ data: (octets) => void heard.push(new TextDecoder().decode(octets)), end: () => transport.close(), drained: () => undefined, closed: () => undefined });
    await server.finished();
    await settle();
    expect(heard).toEqual(['220 x\r\n']);
  });
});

describe('a session played again', () => {
  test('the server\'s part, to a client that pipelines and to one that does not', async () => {
    const transcript = await recorded({ disabled: ['CHUNKING', 'BINARYMIME'] });
    expect(formatDialogue(transcript)).toContain('C: AUTH PLAIN ***');
    await using server = await replayServer(transcript);
    for (const disabled of [[], ['PIPELINING']]) {
      const client = await connectSmtp({
        url: server.url, ca: server.ca, tls: { mode: 'required' }, helloDomain: 'other.example', auth: { username: 'ann', password: 'another' }, mechanisms: ['PLAIN'], disabled,
      });
      const result = await client.send({ from: 'a@example.com', to: ['b@example.com', 'c@example.com'], body: MESSAGE });
      expect(result.outcome).toBe('accepted');
      await client.quit();
    }
    await server.finished({ count: 2 });
  });

  test('a client that does something else -> finished() says what', async () => {
    const transcript = await recorded({ tls: 'none', auth: undefined, clearTextAuth: 'allow' }).catch(() => undefined);
    expect(transcript).toBeUndefined(); // PLAIN needs TLS: our client refuses
    await using server = await replayServer(await recorded());
    const client = await RawClient.connect(server.port);
    await client.replies(1);
    client.write('NOOP\r\n');
    expect(await rejection(server.finished())).toMatchObject({ code: 'TEST_SCRIPT_MISMATCH', message: expect.stringContaining('"NOOP"') as string });
    client.destroy();
  });

  test.each([['DATA', ['CHUNKING', 'BINARYMIME']], ['BDAT', []]])('the client\'s part over %s, against the server -> the same transcript', async (_name, disabled) => {
    const options: TestServerOptions = { disabled, auth: { ann: 'secret' } };
    const transcript = await recorded(options);
    await using server = await startSmtpServer(options);
    const plain = `AUTH PLAIN ${Buffer.from('\0ann\0secret').toString('base64')}`;
    const again = await replayClient(transcript, await dial({ host: '127.0.0.1', port: server.port }), { secrets: [plain], ca: server.ca });
    const sorted = (lines: Transcript): string[] => formatDialogue(lines).split('\n').filter((line) => !line.startsWith('#')).sort();
    expect(sorted(again)).toEqual(sorted(transcript));
    expect(server.messages[0]?.envelope.to).toEqual(['b@example.com', 'c@example.com']);
    expect(server.messages[0]?.session.tls).toBeDefined();
  });

  test('messages of one\'s own, over the in-memory pair', async () => {
    const transcript = await recorded({ disabled: ['CHUNKING', 'BINARYMIME'] });
    await using server = await startSmtpServer({ disabled: ['CHUNKING', 'BINARYMIME'], auth: { ann: 'secret' } });
    const [near, far] = memoryPair();
    server.serve(far);
    await replayClient(transcript, near, { secrets: ['AUTH PLAIN AGFubgBzZWNyZXQ='], messages: [new TextEncoder().encode('Subject: mine\r\n\r\n.\r\n')] });
    expect(server.messages[0]?.subject).toBe('mine');
  });

  test('a secret that is not given -> TypeError', async () => {
    const [near] = memoryPair();
    expect(await rejection(replayClient(await recorded(), near))).toBeInstanceOf(TypeError);
  });

  test('a server that does not answer -> TEST_TIMEOUT; one that goes -> a shorter transcript', async () => {
    const clock = new FakeClock();
    const [near] = memoryPair();
    const late = rejection(replayClient(await recorded(), near, { secrets: ['AUTH PLAIN x'], clock }));
    await settle();
    clock.advance(4000);
    expect((await late).code).toBe('TEST_TIMEOUT');
    const [second, other] = memoryPair();
    const played = replayClient(await recorded(), second, { secrets: ['AUTH PLAIN x'] });
    other.attach({ data: () => undefined, end: () => undefined, drained: () => undefined, closed: () => undefined });
    other.destroy();
    expect(await played).toEqual([]);
  });
});
