/** Notes on mailboxes, and on the server itself (mailbox ``). @rfc 5464 */
import type { CommandOptions } from './command-run.ts';
import { type CommandRunner, dataNamed, runOffered } from './command-runner.ts';
import { encodeUtf8 } from '@mailwright/wire';

export interface MetadataOptions extends CommandOptions {
  /** How far below each entry the answer goes. Default 0. @rfc 5464 4.2.2 */
  readonly depth?: 0 | 1 | 'infinity' | undefined;
  /** Larger values are left out. @rfc 5464 4.2.1 */
  readonly maxSizeOctets?: number | undefined;
}

export class MetadataCommands {
  readonly #runner: CommandRunner;

  constructor(runner: CommandRunner) {
    this.#runner = runner;
  }

  /** Values by entry (`/private/comment`), in lower case; those that are not set are not in it. Rejects with an `ImapError`. @rfc 5464 4.2 */
  async get(mailbox: string, entries: string | readonly string[], options: MetadataOptions = {}): Promise<ReadonlyMap<string, Uint8Array>> {
    const { depth, maxSizeOctets } = options;
    const named = typeof entries === 'string' ? [entries] : entries;
    const result = await runOffered(this.#runner, await this.#capabilityFor(mailbox, options), { name: 'GETMETADATA', mailbox, entries: named, depth, maxSizeOctets }, options);
    const values = new Map<string, Uint8Array>();
    for (const { values: told } of dataNamed(result, 'METADATA')) for (const { entry, value } of told) if (value !== undefined) values.set(entry.toLowerCase(), value);
    return values;
  }

  /** Sets values; `undefined` removes one. A text is written in UTF-8. Rejects with an `ImapError`. @rfc 5464 4.3 */
  async set(mailbox: string, values: Readonly<Record<string, string | Uint8Array | undefined>>, options: CommandOptions = {}): Promise<void> {
    const entries = Object.entries(values).map(([entry, value]) => ({ entry, value: typeof value === 'string' ? encodeUtf8(value) : value }));
    await runOffered(this.#runner, await this.#capabilityFor(mailbox, options), { name: 'SETMETADATA', mailbox, values: entries }, options);
  }

  /** A server may have notes on itself alone. @rfc 5464 1 */
  async #capabilityFor(mailbox: string, { signal }: CommandOptions): Promise<string> {
    const session = await this.#runner.session(signal);
    return mailbox === '' && !session.has('METADATA') ? 'METADATA-SERVER' : 'METADATA';
  }
}
