/**
 * The names of all options, so that a misspelt one is a `TypeError` and not a silent default; and what imapflow's and node-imap's options are
 * called here.
 */
import type { ImapConnectOptions } from './options.ts';

/** Every option once: the compiler sees that none is missing. */
const NAMES: Readonly<Record<keyof ImapConnectOptions, true>> = {
  url: true, host: true, port: true, path: true, implicitTls: true, tls: true, servername: true, ca: true, cert: true, key: true, passphrase: true,
  minTlsVersion: true, sessionCache: true, auth: true, mechanisms: true, allowClearTextAuth: true, id: true, rev2: true, utf8: true, compress: true,
  reconnect: true, localAddress: true, family: true, connectTimeoutMs: true, tlsTimeoutMs: true, closeTimeoutMs: true, commandTimeoutMs: true,
  abortGraceMs: true, waitTimeoutMs: true, memoryOctets: true, spilledOctets: true, temporaryFolder: true, disabled: true, signal: true, clock: true,
  random: true, trace: true, onAlert: true, lookup: true, dial: true, tagPrefix: true, pipelineDepth: true, nonSynchronizingLiterals: true,
  bareLf: true, limits: true, timeouts: true,
};

/** What users of other clients type first. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  secure: 'implicitTls',
  doSTARTTLS: "tls: { mode: 'verified', names: [host] }",
  user: 'auth.username',
  password: 'auth.password',
  logger: 'trace',
  clientInfo: 'id',
  disableCompression: 'compress',
  disableAutoIdle: 'box.watch, which is the only thing that idles',
  maxIdleTime: 'timeouts.idleRestartMs',
  connectionTimeout: 'connectTimeoutMs',
  greetingTimeout: 'timeouts.greetingMs',
  socketTimeout: 'timeouts.silenceMs',
  connTimeout: 'connectTimeoutMs',
  authTimeout: 'timeouts.loginMs',
  tlsOptions: 'tls, ca, cert, key',
  autotls: 'tls',
  xoauth2: 'auth.token',
  qresync: 'nothing: it is used where the server has it',
};

/** Throws a `TypeError` that names an option nobody knows. */
export function checkNames(options: object): void {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(NAMES, name)) continue;
    const hint = Object.hasOwn(ELSEWHERE, name) ? `; what you mean is ${ELSEWHERE[name]}` : '';
    throw new TypeError(`${name} is not an option${hint}`);
  }
}
