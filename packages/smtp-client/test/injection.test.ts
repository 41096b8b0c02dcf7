/**
 * CR, LF, NUL and what else could become a command of its own, through every text that a caller can give: a `TypeError`, and
 * nothing on the wire.
 */
import type { Mailbox } from '@mailwright/address';
import { connectSmtp, createSmtpPool, destinationKey, type SmtpConnectOptions, type SmtpMessage } from '@mailwright/smtp-client';
import { describe, expect, test } from 'vitest';
import { failureOf, scripted } from './support/peer.ts';
import { connected, FakeClock, message, offline, settle } from './support/world.ts';

const EVIL = ['\r\nRSET', '\nRSET', '\rRSET', '\0'];
/** Every way to put a text into a message, and a harmless text to spoil. */
const MESSAGE_TEXTS: readonly [string, string, (text: string) => Partial<SmtpMessage>][] = [
  ['from', 'a@client.example', (text) => ({ from: text })],
  ['from as a value', 'a@client.example', (text) => ({ from: { address: text, localPart: 'a', domain: 'b', needsUtf8: false } as unknown as Mailbox })],
  ['to', 'a@server.example', (text) => ({ to: text })],
  ['to in a list', 'a@server.example', (text) => ({ to: ['good@server.example', text] })],
  ['to as a value', 'a@server.example', (text) => ({ to: { address: text, localPart: 'a', domain: 'b', needsUtf8: false } as unknown as Mailbox })],
  ['to with wishes', 'a@server.example', (text) => ({ to: { address: text, notify: 'NEVER' } })],
  ['postmaster', 'postmaster', (text) => ({ to: text })],
  ['orcpt', 'a@server.example', (text) => ({ to: { address: 'a@server.example', orcpt: text } })],
  ['orcpt.addressType', 'x400', (text) => ({ to: { address: 'a@server.example', orcpt: { addressType: text, address: 'x' } } })],
  ['orcpt.address', 'x', (text) => ({ to: { address: 'a@server.example', orcpt: { addressType: 'utf-8', address: text } } })],
  ['notify', 'NEVER', (text) => ({ to: { address: 'a@server.example', notify: text as 'NEVER' } })],
  ['notify in a list', 'SUCCESS', (text) => ({ dsn: { notify: [text as 'SUCCESS'] } })],
  ['dsn.envid', 'id', (text) => ({ dsn: { envid: text } })],
  ['dsn.ret', 'FULL', (text) => ({ dsn: { ret: text as 'FULL' } })],
  ['auth', 'a@client.example', (text) => ({ auth: text })],
];

describe('texts of a message', () => {
  const rows = MESSAGE_TEXTS.flatMap(([name, good, make]) => EVIL.flatMap((evil) => [[name, `${good}${evil}`, make], [name, `${evil}${good}`, make]] as const));

  test.each(rows)('%s: %j', async (_name, text, make) => {
    const { connection, peers } = await connected(['PIPELINING', 'DSN', 'AUTH PLAIN', 'SMTPUTF8'], async () => {});
    expect(await failureOf(connection.send(message(make(text))))).toBeInstanceOf(TypeError);
    await settle();
    expect(peers[0]!.unheard).toBe('');
    expect(connection.usable).toBe(true);
  });

  test.each<[string, unknown]>([
    ['two addresses in one text', { to: 'a@server.example,b@server.example' }],
    ['two addresses with a blank', { to: 'a@server.example, b@server.example' }],
    ['angle brackets', { to: '<a@server.example>' }],
    ['a display name', { from: 'Jane <a@client.example>' }],
    ['parameters behind the address', { from: 'a@client.example> SIZE=1' }],
    ['an empty address', { to: '' }],
    ['no address at all', { to: 7 }],
    ['nothing', { to: undefined }],
    ['null', { to: null }],
    ['from missing', { from: undefined }],
    ['a value without address', { to: {} }],
    ['an empty text in a list', { to: ['a@server.example', ''] }],
    ['body missing', { body: undefined }],
    ['body that is a number', { body: 5 }],
    ['body that is no iterable', { body: {} }],
    ['requireRecipients', { requireRecipients: 'most' }],
    ['an empty envid', { dsn: { envid: '' } }],
    ['an envid that is too long', { dsn: { envid: 'x'.repeat(101) } }],
    ['an empty orcpt', { to: { address: 'a@server.example', orcpt: '' } }],
    ['ret', { dsn: { ret: 'SOME' } }],
  ])('what is no message is a TypeError: %s', async (_name, over) => {
    const { connection, peers } = await connected(['PIPELINING', 'DSN'], async () => {});
    expect(await failureOf(connection.send(message(over as Partial<SmtpMessage>)))).toBeInstanceOf(TypeError);
    await settle();
    expect(peers[0]!.unheard).toBe('');
  });

  test.each<[string, Partial<SmtpMessage>]>([
    ['no recipients', { to: [] }],
    ['a size below zero', { size: -1 }],
    ['a size that is not whole', { size: 1.5 }],
    ['a deadline that is no number', { deadlineMs: Number.NaN }],
    ['a deadline below zero', { deadlineMs: -1 }],
  ])('what is out of bounds is a RangeError: %s', async (_name, over) => {
    const { connection } = await connected([], async () => {});
    expect(await failureOf(connection.send(message(over)))).toBeInstanceOf(RangeError);
  });

  test.each(EVIL)('VRFY: %j', async (evil) => {
    const { connection, peers } = await connected([], async () => {});
    expect(await failureOf(connection.vrfy(`jane${evil}`))).toBeInstanceOf(TypeError);
    expect(peers[0]!.unheard).toBe('');
  });
});

const OPTION_TEXTS: readonly [string, (text: string) => Partial<SmtpConnectOptions>][] = [
  ['helloDomain', (text) => ({ helloDomain: `client${text}.example` })],
  ['host', (text) => ({ host: `server${text}` })],
  ['localAddress', (text) => ({ localAddress: `127.0.0.1${text}` })],
  ['servername', (text) => ({ servername: `server${text}` })],
  ['auth.username', (text) => ({ auth: { username: `jane${text}`, password: 'x' } })],
  ['auth.password', (text) => ({ auth: { username: 'jane', password: `x${text}` } })],
  ['auth.authorizationId', (text) => ({ auth: { username: 'jane', password: 'x', authorizationId: `j${text}` } })],
  ['auth.token', (text) => ({ auth: { username: 'jane', token: `x${text}` } })],
];

describe('texts of a connection', () => {
  test.each(OPTION_TEXTS.flatMap(([name, make]) => EVIL.map((evil) => [name, evil, make] as const)))('%s with %j', async (_name, evil, make) => {
    const dialer = scripted(async () => {});
    const options = offline(dialer, new FakeClock(), make(evil));
    expect(await failureOf(connectSmtp(options))).toBeInstanceOf(TypeError);
    expect(() => createSmtpPool(options)).toThrow(TypeError);
    expect(() => destinationKey(options)).toThrow(TypeError);
    expect(dialer.peers).toHaveLength(0);
  });

  test.each(EVIL)('credentials of a function with %j are refused before they are written', async (evil) => {
    const clock = new FakeClock();
    const dialer = scripted(async (peer) => {
      await peer.greet('AUTH PLAIN LOGIN');
    });
    const auth = (): { username: string; password: string } => ({ username: `jane${evil}`, password: 'x' });
    const failed = failureOf(connectSmtp(offline(dialer, clock, { auth, tls: { mode: 'none' }, allowClearTextAuth: true })));
    expect(await failed).toBeInstanceOf(TypeError);
    await settle();
    expect(dialer.peers[0]!.received).toBe('EHLO client.example\r\n');
    expect(dialer.peers[0]!.over).toBe(true);
    expect(clock.pending).toBe(0);
  });
});
