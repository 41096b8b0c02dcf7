import { authenticatingHandler, authenticationReply } from '@mailwright/auth';
import type { AuthenticatedHandler, AuthenticatingHandlerOptions, AuthenticationReport, Spool } from '@mailwright/auth';
import type { Resolver } from '@mailwright/dns';
import { parseHeaders } from '@mailwright/mime';
import { memoryPair } from '@mailwright/net';
import { reply } from '@mailwright/smtp';
import { createSmtpServer } from '@mailwright/smtp-server';
import { concatOctets, encodeLatin1, encodeUtf8, latin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { connectSmtp } from '../../smtp-client/src/index.ts';
import { RawClient } from '../../smtp-server/test/support/raw-client.ts';
import { BANK_IP, EVIL_IP, LIST_IP, OURS, TEXT, clock, forwarded, makeZone, signed } from './support/world.ts';

interface Sending {
  readonly ip?: string;
  readonly from?: string | null;
  readonly helloDomain?: string;
  readonly options?: Partial<AuthenticatingHandlerOptions>;
  readonly next?: AuthenticatedHandler;
  /** Octets that one read of the server brings. */
  readonly maxChunkOctets?: number;
}

interface Sent {
  readonly code: number | undefined;
  readonly enhanced: string | undefined;
  /** What the application got: `undefined` where it was not asked. */
  readonly message: string | undefined;
  readonly report: AuthenticationReport | undefined;
  readonly errors: readonly unknown[];
}

/** A real client sends a message to a real server, over a pair of transports whose first end has the client's address. */
async function send(body: Uint8Array, { ip = BANK_IP, from = 'bounce@bank.example', helloDomain = 'mail.bank.example', options, next, maxChunkOctets }: Sending = {}): Promise<Sent> {
  let message: string | undefined;
  let report: AuthenticationReport | undefined;
  const errors: unknown[] = [];
  const data = authenticatingHandler({ resolver: makeZone(), hostname: OURS, clock, ...options }, async (incoming, session, found) => {
    message = latin1(await incoming.body.octets());
    report = found;
    return next?.(incoming, session, found);
  });
  await using server = createSmtpServer({ hostname: OURS, data, error: (error) => void errors.push(error) });
  const family = ip.includes(':') ? 'IPv6' : 'IPv4';
  const [near, far] = memoryPair({ firstEndpoint: { address: ip, port: 40_000, family }, maxChunkOctets });
  server.serve(far);
  await using connection = await connectSmtp({ host: OURS, tls: { mode: 'none' }, helloDomain, dial: () => Promise.resolve(near) });
  const result = await connection.send({ from, to: ['customer@example.net'], body });
  return { code: result.reply?.code, enhanced: result.reply?.enhanced, message, report, errors };
}

const forge = (text: string): Uint8Array => encodeLatin1(`Authentication-Results: MX.Example.net;\r\n dmarc=pass header.from=bank.example\r\n${text}`);

describe('what is handed on', () => {
  test('a message that passes: our field stands above it, and nothing else is changed', async () => {
    const message = await signed();
    const sent = await send(message);
    expect(sent.code).toBe(250);
    expect(sent.message).toBe(sent.report!.field + latin1(message));
    expect(sent.message).toMatch(/^Authentication-Results: mx\.example\.net;\r\n iprev=pass \(mail\.bank\.example\) policy\.iprev=192\.0\.2\.1;\r\n spf=pass/);
  });

  test.each([1, 7, 64])('the same in reads of %i octets', async (maxChunkOctets) => {
    const message = await signed();
    const sent = await send(message, { maxChunkOctets });
    expect(sent.message).toBe(sent.report!.field + latin1(message));
    expect(sent.report!.dkim.map(({ result }) => result)).toEqual(['pass', 'pass']);
  });

  test('rfc8601 5: fields that claim to be ours are gone, wherever they stand; others stay', async () => {
    const text = latin1(await signed()).replace('Subject:', 'Authentication-Results: mx.example.net; spf=pass\r\nAuthentication-Results: other.example; spf=pass\r\nSubject:');
    const sent = await send(forge(text));
    expect(sent.code).toBe(250);
    expect(sent.report!.forged.map(({ reason }) => reason)).toEqual(['ours', 'ours']);
    const names = parseHeaders(encodeLatin1(sent.message!)).fields.filter(({ name }) => name === 'Authentication-Results').map(({ text: value }) => value.split(';')[0]);
    expect(names).toEqual(['mx.example.net', 'other.example']);
    expect(sent.message).toBe(sent.report!.field + text.replace('Authentication-Results: mx.example.net; spf=pass\r\n', ''));
  });

  test('other ids of ours count, too', async () => {
    const text = `Authentication-Results: old.example.net; dkim=pass\r\n${latin1(await signed())}`;
    const sent = await send(encodeLatin1(text), { options: { otherIds: ['old.example.net'] } });
    expect(sent.message).not.toContain('old.example.net');
  });

  test('rfc7208 9.1: Received-SPF stands below our field where it is asked for', async () => {
    const sent = await send(await signed(), { options: { addReceivedSpf: true } });
    expect(sent.message!.startsWith(sent.report!.field + sent.report!.receivedSpf!)).toBe(true);
    expect(sent.report!.receivedSpf).toMatch(/^Received-SPF: pass \(mx\.example\.net: bank\.example designates 192\.0\.2\.1/);
  });

  test('the body is handed on as often as it is read', async () => {
    const message = await signed();
    let twice: Uint8Array | undefined;
    const sent = await send(message, {
      next: async ({ body }) => {
        const parts: Uint8Array[] = [];
        for await (const part of body) parts.push(part);
        twice = concatOctets(parts);
      },
    });
    expect(latin1(twice!)).toBe(sent.message);
  });

  test('the application has the last word', async () => {
    const sent = await send(await signed(), { next: () => reply(452, '4.3.1', 'No room') });
    expect(sent).toMatchObject({ code: 452, enhanced: '4.3.1' });
  });

  test('what the application adds to the facts of the envelope is what SMTP said', async () => {
    let seen: unknown;
    await send(await signed(), { next: ({ reversePath, recipients }) => void (seen = [reversePath?.address, recipients.map(({ forwardPath }) => forwardPath.address)]) });
    expect(seen).toEqual(['bounce@bank.example', ['customer@example.net']]);
  });
});

describe('what is refused', () => {
  test('rfc7372 3.4: a spoofed From -> 550 5.7.26, and the application is not asked', async () => {
    const sent = await send(encodeUtf8(TEXT), { ip: EVIL_IP, from: 'me@evil.example', helloDomain: 'evil.example' });
    expect(sent).toMatchObject({ code: 550, enhanced: '5.7.26', message: undefined });
  });

  test('a body that was tampered with, from a stranger', async () => {
    const tampered = encodeLatin1(latin1(await signed()).replace('here is it', 'pay here'));
    expect(await send(tampered, { ip: EVIL_IP, from: null })).toMatchObject({ code: 550, enhanced: '5.7.26', message: undefined });
  });

  test('a forged field helps nobody', async () => {
    expect(await send(forge(TEXT), { ip: EVIL_IP, from: 'me@evil.example' })).toMatchObject({ code: 550, enhanced: '5.7.26' });
  });

  test('the DNS does not say -> 451 4.4.3', async () => {
    const resolver = makeZone();
    resolver.script('_dmarc.bank.example', { status: 'temp' });
    expect(await send(await signed(), { options: { resolver } })).toMatchObject({ code: 451, enhanced: '4.4.3', message: undefined });
  });

  test('a list whose seals are trusted is let in, another one is not', async () => {
    const message = await forwarded();
    const sending = { ip: LIST_IP, from: 'bounces@list.example', helloDomain: 'mx.list.example' };
    expect(await send(message, sending)).toMatchObject({ code: 550, enhanced: '5.7.26' });
    const sent = await send(message, { ...sending, options: { arc: { trustedSealers: ['list.example'] } } });
    expect(sent.code).toBe(250);
    expect(sent.message!.replace(/\s+/g, ' ')).toContain('dmarc=fail (p=reject sp=reject np=reject dis=reject)');
  });

  test('decide: SPF alone, with a reply of RFC 7372', async () => {
    const decide: AuthenticatingHandlerOptions['decide'] = ({ spf }) => (spf.mailFrom?.result === 'fail' ? authenticationReply('spf') : undefined);
    const text = TEXT.replace('info@bank.example', 'a@quiet.example');
    expect(await send(encodeUtf8(text), { ip: EVIL_IP, from: 'a@quiet.example', options: { decide } })).toMatchObject({ code: 550, enhanced: '5.7.23' });
  });

  test('decide: everything is let in, and the field tells', async () => {
    const sent = await send(encodeUtf8(TEXT), { ip: EVIL_IP, from: 'me@evil.example', options: { decide: () => undefined } });
    expect(sent.code).toBe(250);
    expect(sent.message!.replace(/\s+/g, ' ')).toContain('dmarc=fail');
  });

  test.each([
    ['white space at the beginning', ' dkim=pass header.d=bank.example\r\nFrom: info@bank.example\r\n\r\n', 550, '5.6.0'],
    ['a header section beyond the limit', `X: ${'y'.repeat(900)}\r\n${TEXT}`, 552, '5.3.4'],
  ])('%s is refused whatever decide says', async (_name, text, code, enhanced) => {
    const options = { decide: () => undefined, limits: { headerOctets: 500 } };
    expect(await send(encodeLatin1(text), { options })).toMatchObject({ code, enhanced, message: undefined });
  });

  test('a decide that throws -> 451, and nothing is handed on', async () => {
    const sent = await send(await signed(), { options: { decide: () => { throw new Error('policy server down'); } } });
    expect(sent).toMatchObject({ code: 451, message: undefined });
    expect(sent.errors).toHaveLength(1);
  });
});

describe('the session', () => {
  test('a peer that has no IP address: no SPF, no iprev', async () => {
    const sent = await send(await signed(), { options: { clientAddress: () => undefined } });
    expect(sent.code).toBe(250);
    expect(sent.report!.field).not.toContain('spf=');
    expect(sent.report!.field).not.toContain('iprev=');
  });

  test('behind a proxy the caller says who the client is', async () => {
    const sent = await send(await signed(), { ip: '127.0.0.1', options: { clientAddress: () => BANK_IP } });
    expect(sent.report!.spf.mailFrom).toMatchObject({ result: 'pass', ip: BANK_IP });
  });

  test('the null reverse-path is that of bounces', async () => {
    const sent = await send(await signed(), { from: null });
    expect(sent.report!.spf.mailFrom).toMatchObject({ nullReversePath: true, result: 'pass' });
  });

  test.each([
    ['accepted', { from: 'bounce@bank.example' }, 250],
    ['refused', { ip: EVIL_IP, from: 'me@evil.example', helloDomain: 'evil.example' }, 550],
  ])('a spool of the caller\'s is discarded once: %s', async (_name, sending, code) => {
    const pieces: Uint8Array[] = [];
    let discarded = 0;
    const spool = (): Spool => ({
      write: async (octets) => void pieces.push(octets),
      async *read() {
        yield* pieces;
      },
      discard: () => void discarded++,
    });
    const sent = await send(encodeUtf8(TEXT), { ...sending, options: { spool } });
    expect(sent.code).toBe(code);
    expect(discarded).toBe(1);
    expect(latin1(concatOctets(pieces))).toBe(TEXT.slice(TEXT.indexOf('\r\n\r\n') + 4));
  });

  test('a client that is gone in the middle of a message: nothing is handed on, the spool is discarded, the DNS is left alone', async () => {
    let asked = 0;
    let signal: AbortSignal | undefined;
    const resolver: Resolver = {
      query: (_name, _type, options) => new Promise((_resolve, reject) => {
        signal = options?.signal;
        asked++;
        signal?.addEventListener('abort', () => reject(signal?.reason as Error));
      }),
    };
    let discard!: () => void;
    const discarded = new Promise<void>((resolve) => void (discard = resolve));
    const handed: unknown[] = [];
    const spool = (): Spool => ({ write: () => undefined, read: () => [], discard: () => discard() });
    const data = authenticatingHandler({ resolver, hostname: OURS, clock, spool }, () => void handed.push('a message'));
    await using server = createSmtpServer({ hostname: OURS, data });
    const [near, far] = memoryPair({ firstEndpoint: { address: BANK_IP, port: 40_000, family: 'IPv4' } });
    server.serve(far);
    const client = new RawClient(near);
    await client.greet();
    for (const line of ['MAIL FROM:<a@bank.example>', 'RCPT TO:<b@example.net>', 'DATA']) await client.ask(line);
    client.say('From: info@bank.example\r\n\r\nDear');
    await client.destroy();
    await discarded;
    expect(handed).toEqual([]);
    expect(asked).toBeGreaterThan(0);
    expect(signal?.aborted).toBe(true);
  });

  test('a spool that fails -> 451, discarded', async () => {
    let discarded = 0;
    const spool = (): Spool => ({ write: () => Promise.reject(new Error('disk full')), read: () => [], discard: () => void discarded++ });
    const sent = await send(await signed(), { options: { spool } });
    expect(sent).toMatchObject({ code: 451, message: undefined });
    expect(discarded).toBe(1);
  });

  test('mistake: options that make no sense are thrown when the handler is made', () => {
    expect(() => authenticatingHandler({ resolver: makeZone(), hostname: '' }, () => undefined)).toThrow(TypeError);
    expect(() => authenticatingHandler({ resolver: makeZone(), hostname: OURS, limits: { ms: -1 } }, () => undefined)).toThrow(RangeError);
  });
});
