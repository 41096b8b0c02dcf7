/** Pools for many destinations, each made when its first message comes. */
import { keyOf, type DestinationKey } from './destination-key.ts';
import type { SmtpMessage } from './message.ts';
import { resolveOptions } from './options.ts';
import { createSmtpPool } from './pool.ts';
import type { SmtpPool } from './pool-api.ts';
import type { SmtpPoolOptions } from './pool-options.ts';
import type { SendResult } from './result.ts';

export interface SmtpPoolsOptions {
  /** What holds for all destinations that do not say otherwise. */
  readonly defaults?: SmtpPoolOptions | undefined;
  /** Pools to keep; above that, those without connections and messages are forgotten. Default 1000. */
  readonly maxPools?: number | undefined;
}

export interface SmtpPools {
  /** How many destinations have a pool. */
  readonly size: number;
  /** The pool of a destination. Throws a `TypeError` or a `RangeError` for bad options. */
  pool(destination: SmtpPoolOptions): SmtpPool;
  /** Sends a message to a destination; as `SmtpPool.send`. */
  send(destination: SmtpPoolOptions, message: SmtpMessage): Promise<SendResult>;
  /** Closes all pools; as `SmtpPool.close`. */
  close(options?: { readonly timeoutMs?: number | undefined }): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const MAX_POOLS = 1000;

/** Makes an empty set of pools. Throws a `RangeError` for a `maxPools` that is no whole number from 1. */
export function createSmtpPools({ defaults, maxPools = MAX_POOLS }: SmtpPoolsOptions = {}): SmtpPools {
  if (!Number.isInteger(maxPools) || maxPools < 1) throw new RangeError(`maxPools must be a whole number from 1, not ${maxPools}`);
  return new Pools(defaults ?? {}, maxPools);
}

class Pools implements SmtpPools {
  readonly #defaults: SmtpPoolOptions;
  readonly #maxPools: number;
  readonly #pools = new Map<DestinationKey, SmtpPool>();

  constructor(defaults: SmtpPoolOptions, maxPools: number) {
    this.#defaults = defaults;
    this.#maxPools = maxPools;
  }

  get size(): number {
    return this.#pools.size;
  }

  pool(destination: SmtpPoolOptions): SmtpPool {
    const options = { ...this.#defaults, ...destination };
    const key = keyOf(resolveOptions(options));
    const known = this.#pools.get(key);
    if (known !== undefined) return known;
    const pool = createSmtpPool(options);
    if (this.#pools.size >= this.#maxPools) this.#forgetUnused();
    this.#pools.set(key, pool);
    return pool;
  }

  async send(destination: SmtpPoolOptions, message: SmtpMessage): Promise<SendResult> {
    return await this.pool(destination).send(message);
  }

  async close(options?: { readonly timeoutMs?: number | undefined }): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.close(options)));
    this.#pools.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #forgetUnused(): void {
    for (const [key, pool] of this.#pools) {
      const { connections, dialing, waiting, inFlight } = pool.stats;
      if (connections + dialing + waiting + inFlight > 0) continue;
      this.#pools.delete(key);
    }
  }
}
