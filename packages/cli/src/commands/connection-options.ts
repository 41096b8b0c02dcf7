/**
 * How a command reaches a server: the options that `send` and `explain` share, and what they mean for `@mailwright/smtp-client`.
 */
import { readFile } from 'node:fs/promises';
import { parseAddressLiteral } from '@mailwright/address';
import { MECHANISM_INFOS, type Credentials, type MechanismName } from '@mailwright/sasl';
import { parseSmtpUrl, type SmtpConnectOptions } from '@mailwright/smtp-client';
import type { TlsPolicy } from '@mailwright/net';
import type { OptionTable } from '../arguments/option-table.ts';
import type { Arguments } from '../arguments/parse-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { CommandIo } from '../command-io.ts';

const SERVER = 'The server';
const TLS = 'TLS';
const LOGIN = 'Login';
const MOST_SECONDS = 86_400;
export const TLS_MODES: readonly TlsPolicy['mode'][] = ['none', 'opportunistic', 'required', 'verified'];

export const CONNECTION_OPTIONS: OptionTable = {
  url: { value: 'URL', help: 'The server as smtp://user:password@host:port; smtps:// is TLS from the first octet', group: SERVER },
  host: { value: 'HOST', help: 'Name or address of the server. Default localhost', group: SERVER },
  port: { value: 'PORT', help: 'Default 587, or 465 with --implicit-tls', group: SERVER },
  helo: { value: 'NAME', help: 'What to call ourselves in EHLO. Default the name of this machine, or its address', group: SERVER },
  source: { value: 'ADDRESS', help: 'The IP address to connect from', group: SERVER },
  timeout: { value: 'SECONDS', help: 'How long connecting, and then each reply, may take. Default 30, and what RFC 5321 says', group: SERVER },
  disable: { value: 'KEYWORD', many: true, help: 'Take this extension for not offered: CHUNKING, PIPELINING, STARTTLS ...', group: SERVER },
  tls: { value: 'POLICY', help: 'none, opportunistic (if offered, whoever answers), required (whoever answers), verified (by a trusted authority, for this host). Default verified with a login or --implicit-tls, else opportunistic', group: TLS },
  'implicit-tls': { help: 'TLS from the first octet, as on port 465', group: TLS },
  ca: { value: 'FILE', help: 'Trust the authorities in this PEM file, in place of the usual ones', group: TLS },
  'tls-cert': { value: 'FILE', help: 'A client certificate in PEM, with --tls-key', group: TLS },
  'tls-key': { value: 'FILE', help: 'Its private key in PEM', group: TLS },
  user: { value: 'NAME', help: 'Log in as this user', group: LOGIN },
  password: { value: 'PASSWORD', help: 'Others may see it in the list of processes: better set $MAILWRIGHT_PASSWORD', group: LOGIN },
  token: { value: 'TOKEN', help: 'An OAuth 2.0 token in place of a password; or $MAILWRIGHT_TOKEN', group: LOGIN },
  mechanism: { value: 'NAME', many: true, help: 'Use only this SASL mechanism. Default the strongest that is offered', group: LOGIN },
  'allow-clear-text-auth': { help: 'Let PLAIN and LOGIN run without TLS: the password can be read on the way', group: LOGIN },
};

/** Reads what was given about the server. Rejects with a `UsageError`; no text of it holds a password. */
export async function readConnectionOptions(given: Arguments, io: CommandIo): Promise<SmtpConnectOptions> {
  const url = readUrl(given.text('url'));
  if (url !== undefined && given.text('host') !== undefined) throw new UsageError('give either --url or --host');
  const implicitTls = given.flag('implicit-tls') ? true : url?.implicitTls;
  const host = given.text('host') ?? url?.host ?? 'localhost';
  const timeoutMs = secondsToMs(given.number('timeout', 1, MOST_SECONDS));
  const auth = readCredentials(given, io) ?? url?.auth;
  const { ca, cert, key } = await readMaterial(given);
  const mode = given.choice('tls', TLS_MODES);
  if (mode === 'none' && implicitTls === true) throw new UsageError('--tls none and TLS from the first octet exclude each other');
  return {
    ...url,
    host,
    port: given.number('port', 1, 65_535) ?? url?.port,
    implicitTls,
    tls: mode === undefined ? url?.tls : policyOf(mode, host),
    ca,
    cert,
    key,
    auth,
    mechanisms: readMechanisms(given.list('mechanism')),
    allowClearTextAuth: given.flag('allow-clear-text-auth'),
    helloDomain: given.text('helo') ?? url?.helloDomain,
    localAddress: readSource(given.text('source')) ?? url?.localAddress,
    connectTimeoutMs: timeoutMs ?? url?.connectTimeoutMs,
    tlsTimeoutMs: timeoutMs,
    timeouts: timeoutMs === undefined ? url?.timeouts : allTimeouts(timeoutMs),
    disabled: given.list('disable'),
    signal: io.stop,
    clock: io.clock,
    random: io.random,
  };
}

/** The same patience in every phase. */
export function allTimeouts(ms: number): NonNullable<SmtpConnectOptions['timeouts']> {
  return { greetingMs: ms, commandMs: ms, mailMs: ms, rcptMs: ms, dataMs: ms, dataBlockMs: ms, finalDotMs: ms };
}

/** What the checks of `@mailwright/smtp-client` refuse was given on the command line: a `UsageError`. */
export function asUsageError(error: unknown): unknown {
  return error instanceof TypeError || error instanceof RangeError ? new UsageError(error.message) : error;
}

function readSource(source: string | undefined): string | undefined {
  if (source === undefined || parseAddressLiteral(`[${source}]`).ok || parseAddressLiteral(`[IPv6:${source}]`).ok) return source;
  throw new UsageError(`--source must be an IP address of this machine, not ${JSON.stringify(source)}`);
}

function readUrl(url: string | undefined): SmtpConnectOptions | undefined {
  if (url === undefined) return undefined;
  try {
    return parseSmtpUrl(url);
  } catch (error) {
    if (/^imaps?:/i.test(url)) throw new UsageError('--url speaks SMTP', 'For an IMAP server: mailwright imap URL ls --explain');
    throw new UsageError(`--url: ${error instanceof Error ? error.message : String(error)}`, 'It looks like smtp://host:2525 or smtps://user:password@host; special characters in name and password are percent-encoded.');
  }
}

/** As `readConnectionOptions`. */
export function policyOf(mode: TlsPolicy['mode'], host: string): TlsPolicy {
  return mode === 'verified' ? { mode, names: [host] } : { mode };
}

/** As `readConnectionOptions`. */
export function readCredentials(given: Arguments, { env }: CommandIo): Credentials | undefined {
  const username = given.text('user');
  const [password, token] = [given.text('password'), given.text('token')];
  if (username === undefined) {
    if (given.list('mechanism').some((name) => name.toUpperCase() === 'EXTERNAL')) return { external: true };
    if (password !== undefined || token !== undefined) throw new UsageError('--password and --token need --user NAME');
    return undefined;
  }
  if (password !== undefined && token !== undefined) throw new UsageError('give either --password or --token');
  if (token !== undefined) return { username, token };
  if (password !== undefined) return { username, password };
  const [secret, bearer] = [env['MAILWRIGHT_PASSWORD'] ?? '', env['MAILWRIGHT_TOKEN'] ?? ''];
  if (secret !== '') return { username, password: secret };
  if (bearer !== '') return { username, token: bearer };
  throw new UsageError('--user needs a password', 'Set $MAILWRIGHT_PASSWORD, or give --password (others may see that in the list of processes).');
}

/** As `readConnectionOptions`. */
export function readMechanisms(given: readonly string[]): readonly MechanismName[] | undefined {
  if (given.length === 0) return undefined;
  return given.map((name) => {
    const known = MECHANISM_INFOS.find((info) => info.name === name.toUpperCase());
    if (known === undefined) throw new UsageError(`--mechanism: ${JSON.stringify(name)} is not known`, `Known are ${MECHANISM_INFOS.map((info) => info.name).join(', ')}.`);
    return known.name;
  });
}

/** As `readConnectionOptions`. */
export async function readMaterial(given: Arguments): Promise<Pick<SmtpConnectOptions, 'ca' | 'cert' | 'key'>> {
  const [certFile, keyFile] = [given.text('tls-cert'), given.text('tls-key')];
  if ((certFile === undefined) !== (keyFile === undefined)) throw new UsageError('--tls-cert and --tls-key go together');
  const [ca, cert, key] = await Promise.all([readNamedPem('--ca', given.text('ca')), readNamedPem('--tls-cert', certFile), readNamedPem('--tls-key', keyFile)]);
  return { ca, cert, key };
}

/** A file in PEM. Rejects with a `UsageError` that names the option. */
export async function readNamedPem(option: string, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${option} ${file} can't be read (${error.code ?? error.message})`);
  });
  if (!text.includes('-----BEGIN ')) throw new UsageError(`${option} ${file} is not PEM: it has no -----BEGIN line`);
  return text;
}

function secondsToMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
