/**
 * The names of all options, so that a misspelt one is a `TypeError` and not a silent default; and what imapflow's and node-imap's options are
 * called here.
 */
import { checkOptionNames, CONNECT_OPTION_NAMES } from '@mailwright/driver';
import type { ImapConnectOptions } from './options.ts';

/** Every option once: the compiler sees that none is missing. */
const NAMES: Readonly<Record<keyof ImapConnectOptions, true>> = {
  ...CONNECT_OPTION_NAMES, mechanisms: true, id: true, rev2: true, utf8: true, compress: true, reconnect: true, commandTimeoutMs: true, abortGraceMs: true,
  waitTimeoutMs: true, memoryOctets: true, spilledOctets: true, temporaryFolder: true, trace: true, onAlert: true, tagPrefix: true, pipelineDepth: true,
  nonSynchronizingLiterals: true, bareLf: true, limits: true, timeouts: true,
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
  checkOptionNames(options, NAMES, ELSEWHERE);
}
