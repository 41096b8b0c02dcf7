/** The options of a server checked and filled in, once: a mistake in them is told when the server is made. */
import { hostname as systemHostname } from 'node:os';
import { checkMechanisms, checkSaltKey, type ConnectionLimits, DEFAULT_CONNECTION_LIMITS, fillDefaults, othersThan, readyTls } from '@mailwright/driver';
import type { ServerTls } from '@mailwright/net';
import type { MechanismName } from '@mailwright/sasl';
import { extensions, resolveServerOptions, type ServerOptions } from '@mailwright/smtp';
import type { SmtpServerOptions, SmtpServerTimeouts, Tarpit } from './options.ts';

export type DriverTimeouts = Pick<SmtpServerTimeouts, 'handlerMs' | 'writeMs' | 'handshakeMs'>;

/** What the options come to. */
export interface ResolvedOptions {
  /** For each session's machine. */
  readonly machine: ServerOptions;
  readonly limits: ConnectionLimits;
  readonly timeouts: DriverTimeouts;
  readonly tarpit: Tarpit | undefined;
  readonly tls: ServerTls | undefined;
}

const DEFAULT_TIMEOUTS: DriverTimeouts = { handlerMs: 600_000, writeMs: 300_000, handshakeMs: 30_000 };
const DEFAULT_TARPIT: Tarpit = { errors: 3, delayMs: 250, maxDelayMs: 5000 };
const DEFAULT_MECHANISMS: readonly MechanismName[] = ['PLAIN', 'LOGIN'];

/**
 * Errors: `TypeError` for what makes no sense, `RangeError` for a number that is none; what OpenSSL says of a bad certificate.
 */
export function resolveSmtpServerOptions(options: SmtpServerOptions): ResolvedOptions {
  const { auth, tls, implicitTls = false, tarpit } = options;
  checkTogether(options);
  return {
    machine: resolveServerOptions({
      hostname: options.hostname ?? systemHostname(),
      banner: options.banner,
      disabled: keywords(options.disabled),
      mechanisms: auth === undefined ? [] : checkMechanisms(options.mechanisms ?? DEFAULT_MECHANISMS),
      startTls: tls !== undefined && !implicitTls,
      requireTls: options.requireTls,
      requireAuth: options.requireAuth,
      clearTextAuth: options.clearTextAuth,
      lineEnds: options.lineEnds,
      nul: options.nul,
      eightBit: options.eightBit,
      limits: othersThan(DEFAULT_CONNECTION_LIMITS, options.limits),
      timeouts: othersThan(DEFAULT_TIMEOUTS, options.timeouts),
    }),
    limits: fillDefaults(DEFAULT_CONNECTION_LIMITS, options.limits, 'limits'),
    timeouts: fillDefaults(DEFAULT_TIMEOUTS, options.timeouts, 'timeouts'),
    tarpit: tarpit === false ? undefined : fillDefaults(DEFAULT_TARPIT, tarpit, 'tarpit'),
    tls: readyTls(tls),
  };
}

function checkTogether({ implicitTls, tls, requireTls, requireAuth, auth, saltKey, tarpit }: SmtpServerOptions): void {
  if (implicitTls === true && tls === undefined) throw new TypeError('implicitTls needs certificates in tls');
  if (requireTls === true && tls === undefined) throw new TypeError('requireTls needs certificates in tls');
  if (requireAuth === true && auth === undefined) throw new TypeError('requireAuth needs an auth handler');
  checkSaltKey(saltKey);
  const [unknown] = tarpit === false ? [] : Object.keys(othersThan(DEFAULT_TARPIT, tarpit));
  if (unknown !== undefined) throw new RangeError(`tarpit.${unknown} is not an option`);
}

function keywords(disabled: readonly string[] = []): ReadonlySet<string> {
  const unknown = disabled.find((keyword) => !extensions.some((extension) => extension.keyword === keyword));
  if (unknown !== undefined) throw new TypeError(`disabled: ${JSON.stringify(unknown)} is no EHLO keyword of this server`);
  return new Set(disabled);
}
