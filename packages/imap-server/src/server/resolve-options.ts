/** The options of a server checked and filled in, once: a mistake in them is told when the server is made. */
import { checkMechanisms, checkSaltKey, type ConnectionLimits, DEFAULT_CONNECTION_LIMITS, fillDefaults, othersThan, readyTls } from '@mailwright/driver';
import { allCapabilities, resolveServerOptions, type ServerOptions } from '@mailwright/imap';
import type { ServerTls } from '@mailwright/net';
import type { MechanismName } from '@mailwright/sasl';
import type { ImapServerLimits, ImapServerOptions, ImapServerTimeouts } from './options.ts';

export type DriverLimits = ConnectionLimits & Pick<ImapServerLimits, 'messageOctets' | 'catenateOctets' | 'layouts' | 'contexts'>;
export type DriverTimeouts = Pick<ImapServerTimeouts, 'writeMs' | 'handshakeMs' | 'refreshMs'>;

/** What the options come to. */
export interface ResolvedOptions {
  /** For each session's machine. */
  readonly machine: ServerOptions;
  readonly limits: DriverLimits;
  readonly timeouts: DriverTimeouts;
  readonly tls: ServerTls | undefined;
}

const MIB = 1024 * 1024;
const DEFAULT_LIMITS: DriverLimits = {
  ...DEFAULT_CONNECTION_LIMITS, messageOctets: 50 * MIB, catenateOctets: 8 * MIB, layouts: 10_000, contexts: 16,
};
const DEFAULT_TIMEOUTS: DriverTimeouts = { writeMs: 300_000, handshakeMs: 30_000, refreshMs: 5000 };
const SECRET_MECHANISMS: readonly MechanismName[] = ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256', 'CRAM-MD5', 'PLAIN', 'LOGIN'];
const HANDLER_MECHANISMS: readonly MechanismName[] = ['PLAIN', 'LOGIN'];
/** Thirty fields with names of 30 octets and values of 1024, which a client may say before it logs in. @rfc 2971 3.3 */
const LARGEST_ID_OCTETS = 40_960;

/** QUOTASET is for administrators, JMAPACCESS needs an address, and the labels of X-GM-EXT-1 are Gmail's own: they are on where they are named. */
const NOT_BY_DEFAULT: ReadonlySet<string> = new Set(['QUOTASET', 'JMAPACCESS', 'X-GM-EXT-1', 'I18NLEVEL=2']);
const WITH_VALUES: readonly string[] = ['RIGHTS=texk', 'THREAD=REFERENCES', 'THREAD=ORDEREDSUBJECT', 'QUOTA=RES-STORAGE', 'QUOTA=RES-MESSAGE', 'QUOTA=RES-MAILBOX'];

/** The capabilities of a server whose options name none: a fresh array, in the order in which they are announced. */
export function defaultCapabilities(): string[] {
  return [...allCapabilities().filter((capability) => !NOT_BY_DEFAULT.has(capability)), ...WITH_VALUES];
}

/** Errors: `TypeError` for what makes no sense, `RangeError` for a number that is none; what OpenSSL says of a bad certificate. */
export function resolveImapServerOptions(options: ImapServerOptions): ResolvedOptions {
  const { authenticate, store, tls, saltKey } = options;
  checkSaltKey(saltKey);
  const limits = fillDefaults(DEFAULT_LIMITS, options.limits, 'limits');
  return {
    machine: resolveServerOptions({
      banner: options.greeting,
      capabilities: capabilities(options, limits),
      mechanisms: checkMechanisms(options.mechanisms ?? (authenticate !== undefined ? HANDLER_MECHANISMS : store.secrets === undefined ? [] : SECRET_MECHANISMS)),
      startTls: tls !== undefined,
      clearTextAuth: options.clearTextAuth,
      capabilityCodes: options.capabilityCodes,
      limits: { loginFrameOctets: LARGEST_ID_OCTETS, ...othersThan(DEFAULT_LIMITS, options.limits) },
      timeouts: othersThan(DEFAULT_TIMEOUTS, options.timeouts),
    }),
    limits,
    timeouts: fillDefaults(DEFAULT_TIMEOUTS, options.timeouts, 'timeouts'),
    tls: readyTls(tls),
  };
}

function capabilities({ capabilities: given, jmapUrl }: ImapServerOptions, { messageOctets }: DriverLimits): string[] {
  const names = given === undefined ? defaultCapabilities() : [...given];
  if (given === undefined && jmapUrl !== undefined) names.push('JMAPACCESS');
  const hasLimit = names.some((name) => name.toUpperCase().startsWith('APPENDLIMIT='));
  return names.flatMap((name) => (name.toUpperCase() === 'APPENDLIMIT' && !hasLimit && Number.isFinite(messageOctets) ? [`APPENDLIMIT=${Math.trunc(messageOctets)}`] : [name]));
}
