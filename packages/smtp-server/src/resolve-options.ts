/** The options of a server checked and filled in, once: a mistake in them is told when the server is made. */
import { hostname as systemHostname } from 'node:os';
import { createServerTls, type ServerTls } from '@mailwright/net';
import { mechanismInfo, type MechanismName } from '@mailwright/sasl';
import { extensions, resolveServerOptions, type ServerOptions } from '@mailwright/smtp';
import type { SmtpServerLimits, SmtpServerOptions, SmtpServerTimeouts, Tarpit } from './options.ts';

export type ConnectionLimits = Pick<SmtpServerLimits, 'connections' | 'connectionsPerAddress' | 'refusedConnections'>;
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

const DEFAULT_LIMITS: ConnectionLimits = { connections: 10_000, connectionsPerAddress: 1000, refusedConnections: 1000 };
const DEFAULT_TIMEOUTS: DriverTimeouts = { handlerMs: 600_000, writeMs: 300_000, handshakeMs: 30_000 };
const DEFAULT_TARPIT: Tarpit = { errors: 3, delayMs: 250, maxDelayMs: 5000 };
const DEFAULT_MECHANISMS: readonly MechanismName[] = ['PLAIN', 'LOGIN'];
const LEAST_SALT_KEY_OCTETS = 16;

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
      mechanisms: auth === undefined ? [] : mechanisms(options.mechanisms),
      startTls: tls !== undefined && !implicitTls,
      requireTls: options.requireTls,
      requireAuth: options.requireAuth,
      clearTextAuth: options.clearTextAuth,
      lineEnds: options.lineEnds,
      nul: options.nul,
      eightBit: options.eightBit,
      limits: others(DEFAULT_LIMITS, options.limits),
      timeouts: others(DEFAULT_TIMEOUTS, options.timeouts),
    }),
    limits: fill(DEFAULT_LIMITS, options.limits, 'limits'),
    timeouts: fill(DEFAULT_TIMEOUTS, options.timeouts, 'timeouts'),
    tarpit: tarpit === false ? undefined : fill(DEFAULT_TARPIT, tarpit, 'tarpit'),
    tls: tls === undefined || 'update' in tls ? tls : createServerTls(tls),
  };
}

function checkTogether({ implicitTls, tls, requireTls, requireAuth, auth, saltKey, tarpit }: SmtpServerOptions): void {
  if (implicitTls === true && tls === undefined) throw new TypeError('implicitTls needs certificates in tls');
  if (requireTls === true && tls === undefined) throw new TypeError('requireTls needs certificates in tls');
  if (requireAuth === true && auth === undefined) throw new TypeError('requireAuth needs an auth handler');
  if (saltKey !== undefined && saltKey.length < LEAST_SALT_KEY_OCTETS) throw new RangeError(`saltKey has ${LEAST_SALT_KEY_OCTETS} octets or more`);
  const [unknown] = tarpit === false ? [] : Object.keys(others(DEFAULT_TARPIT, tarpit));
  if (unknown !== undefined) throw new RangeError(`tarpit.${unknown} is not an option`);
}

type Numbers<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** `defaults` with what `input` has of them. Errors: a `RangeError` names what is no number from 0. */
function fill<T extends object>(defaults: T, input: Numbers<T> | undefined, group: string): T {
  const filled = { ...defaults };
  for (const key of Object.keys(defaults) as (keyof T & string)[]) {
    const value: unknown = input?.[key];
    if (value === undefined) continue;
    if (typeof value !== 'number' || !(value >= 0)) throw new RangeError(`${group}.${key} must be a number from 0, not ${String(value)}`);
    filled[key] = value as T[typeof key];
  }
  return filled;
}

/** What `input` has beside `defaults`. */
function others<T extends object, I extends object>(defaults: T, input: I | undefined): Omit<I, keyof T> {
  return Object.fromEntries(Object.entries(input ?? {}).filter(([key]) => !(key in defaults))) as Omit<I, keyof T>;
}

function keywords(disabled: readonly string[] = []): ReadonlySet<string> {
  const unknown = disabled.find((keyword) => !extensions.some((extension) => extension.keyword === keyword));
  if (unknown !== undefined) throw new TypeError(`disabled: ${JSON.stringify(unknown)} is no EHLO keyword of this server`);
  return new Set(disabled);
}

function mechanisms(names: readonly MechanismName[] = DEFAULT_MECHANISMS): readonly MechanismName[] {
  const unknown = names.find((name) => mechanismInfo(name)?.name !== name);
  if (unknown !== undefined) throw new TypeError(`mechanisms: ${JSON.stringify(unknown)} is no SASL mechanism of this server`);
  return names;
}
