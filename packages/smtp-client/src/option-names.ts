/**
 * The names of all options, so that a misspelt one is a `TypeError` and not a silent default; and what the names of
 * nodemailer's options are called here.
 */
import { checkOptionNames, CONNECT_OPTION_NAMES } from '@mailwright/driver';
import type { SmtpConnectOptions } from './options.ts';
import type { SmtpPoolSettings } from './pool-options.ts';

type OptionName = keyof SmtpConnectOptions | keyof SmtpPoolSettings;

/** Every option once: the compiler sees that none is missing. */
const NAMES: Readonly<Record<OptionName, true>> = {
  ...CONNECT_OPTION_NAMES, mechanisms: true, helloDomain: true, trace: true, requireRecipients: true, pipelineBehindMessage: true, window: true, lineEnds: true,
  nul: true, limits: true, timeouts: true, maxConnections: true, maxMessagesPerConnection: true, idleTimeoutMs: true, probeAfterIdleMs: true, waitTimeoutMs: true,
  attempts: true, rateLimit: true, backOff: true,
};

/** What users of nodemailer type first. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  secure: 'implicitTls',
  requireTLS: "tls: { mode: 'verified', names: [host] }",
  ignoreTLS: "tls: { mode: 'none' }",
  opportunisticTLS: "tls: { mode: 'opportunistic' }",
  name: 'helloDomain',
  connectionTimeout: 'connectTimeoutMs',
  greetingTimeout: 'timeouts.greetingMs',
  socketTimeout: 'timeouts',
  dnsTimeout: 'connectTimeoutMs',
  maxMessages: 'maxMessagesPerConnection',
  rateDelta: 'rateLimit.perMs',
  pool: 'createSmtpPool',
  logger: 'trace',
  debug: 'trace',
  authMethod: 'mechanisms',
  allowInternalNetworkInterfaces: 'lookup',
  tlsOptions: 'tls, ca, cert, key',
  requireTls: "tls: { mode: 'verified', names: [host] }",
};

/** Throws a `TypeError` that names an option nobody knows. */
export function checkNames(options: object): void {
  checkOptionNames(options, NAMES, ELSEWHERE);
}
