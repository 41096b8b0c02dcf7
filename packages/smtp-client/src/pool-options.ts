/** What a pool may be told beside what each of its connections is told. */
import { checkNumber } from '@mailwright/driver';
import { checkNames } from './option-names.ts';
import type { SmtpConnectOptions } from './options.ts';
import { parseSmtpUrl } from './url.ts';

export interface SmtpPoolSettings {
  /** Connections at the same time, those that are being made included. Default 5. */
  readonly maxConnections?: number | undefined;
  /** Messages on one connection before it is closed politely. Default Infinity. */
  readonly maxMessagesPerConnection?: number | undefined;
  /** How long a connection may rest before it is closed politely. Default 30000. */
  readonly idleTimeoutMs?: number | undefined;
  /**
   * A connection that rested this long is asked with NOOP whether it is still there before it gets a message; it has ten
   * seconds to answer. Default 10000; `Infinity` never asks.
   */
  readonly probeAfterIdleMs?: number | undefined;
  /** How long a message may wait for a connection. Default 300000. */
  readonly waitTimeoutMs?: number | undefined;
  /**
   * How often a message is tried while it is certain that it was not sent. Default 1: no second try but the one that the rest
   * of a connection costs. A message that was refused or may have been delivered is never tried again.
   */
  readonly attempts?: number | undefined;
  /** No more than `messages` in any `perMs` milliseconds. Default: no limit. */
  readonly rateLimit?: RateLimitOptions | undefined;
  /** How long the destination is left alone after a failed dial: doubling from the first to the last. */
  readonly backOff?: BackOffOptions | undefined;
}

export interface RateLimitOptions {
  readonly messages: number;
  readonly perMs: number;
}

export interface BackOffOptions {
  /** After the first failure, in milliseconds. Default 1000. */
  readonly firstMs?: number | undefined;
  /** After many, in milliseconds. Default 60000. */
  readonly lastMs?: number | undefined;
}

export type SmtpPoolOptions = SmtpConnectOptions & SmtpPoolSettings;

/** Settings with their defaults. */
export interface ResolvedPoolSettings {
  readonly maxConnections: number;
  readonly maxMessagesPerConnection: number;
  readonly idleTimeoutMs: number;
  readonly probeAfterIdleMs: number;
  readonly waitTimeoutMs: number;
  readonly attempts: number;
  readonly rateLimit: RateLimitOptions | undefined;
  readonly backOff: { readonly firstMs: number; readonly lastMs: number };
}

export const POOL_DEFAULTS: ResolvedPoolSettings = {
  maxConnections: 5,
  maxMessagesPerConnection: Infinity,
  idleTimeoutMs: 30_000,
  probeAfterIdleMs: 10_000,
  waitTimeoutMs: 300_000,
  attempts: 1,
  rateLimit: undefined,
  backOff: { firstMs: 1000, lastMs: 60_000 },
};

/**
 * Fills in the defaults, once.
 *
 * Errors: a `RangeError` for a number out of bounds, a `TypeError` for an option that does not exist.
 */
export function resolvePoolSettings(input: SmtpPoolOptions): ResolvedPoolSettings {
  checkNames(input);
  const url: SmtpPoolSettings = input.url === undefined ? {} : parseSmtpUrl(input.url);
  const { rateLimit, backOff } = input;
  if (rateLimit !== undefined) {
    whole('rateLimit.messages', rateLimit.messages);
    if (!(checkNumber('rateLimit.perMs', rateLimit.perMs) < Infinity)) throw new RangeError('rateLimit.perMs must be finite');
  }
  return {
    maxConnections: whole('maxConnections', input.maxConnections ?? url.maxConnections ?? POOL_DEFAULTS.maxConnections),
    maxMessagesPerConnection: whole('maxMessagesPerConnection', input.maxMessagesPerConnection ?? url.maxMessagesPerConnection ?? Infinity, Infinity),
    idleTimeoutMs: checkNumber('idleTimeoutMs', input.idleTimeoutMs ?? POOL_DEFAULTS.idleTimeoutMs),
    probeAfterIdleMs: checkNumber('probeAfterIdleMs', input.probeAfterIdleMs ?? POOL_DEFAULTS.probeAfterIdleMs),
    waitTimeoutMs: checkNumber('waitTimeoutMs', input.waitTimeoutMs ?? POOL_DEFAULTS.waitTimeoutMs),
    attempts: whole('attempts', input.attempts ?? POOL_DEFAULTS.attempts),
    rateLimit,
    backOff: {
      firstMs: checkNumber('backOff.firstMs', backOff?.firstMs ?? POOL_DEFAULTS.backOff.firstMs),
      lastMs: checkNumber('backOff.lastMs', backOff?.lastMs ?? POOL_DEFAULTS.backOff.lastMs),
    },
  };
}

function whole(name: string, value: number, most?: number): number {
  if (value === most || (Number.isSafeInteger(value) && value >= 1)) return value;
  throw new RangeError(`${name} must be a whole number from 1, not ${String(value)}`);
}
