/** Quotas: how much there is of something, and how much there may be. @rfc 9208 */
import type { QuotaResource, QuotaResourceName } from '@mailwright/imap';
import type { CommandOptions } from './command-run.ts';
import { type CommandRunner, dataNamed, runOffered } from './command-runner.ts';

export interface Quota {
  readonly root: string;
  /** STORAGE counts in units of 1024 octets. */
  readonly resources: readonly QuotaResource[];
}

export class QuotaCommands {
  readonly #runner: CommandRunner;

  constructor(runner: CommandRunner) {
    this.#runner = runner;
  }

  /** The quotas that a mailbox is under. Rejects with an `ImapError`, as all here do. @rfc 9208 4.2 */
  async of(mailbox: string, options: CommandOptions = {}): Promise<Quota[]> {
    const result = await runOffered(this.#runner, 'QUOTA', { name: 'GETQUOTAROOT', mailbox }, options);
    return dataNamed(result, 'QUOTA').map(({ root, resources }) => ({ root, resources }));
  }

  /** One quota; `undefined` where the server tells nothing of it. @rfc 9208 4.1 */
  async get(root: string, options: CommandOptions = {}): Promise<Quota | undefined> {
    const [quota] = dataNamed(await runOffered(this.#runner, 'QUOTA', { name: 'GETQUOTA', root }, options), 'QUOTA');
    return quota === undefined ? undefined : { root: quota.root, resources: quota.resources };
  }

  /** Sets limits; resources that are not named become unlimited. @rfc 9208 4.1.3 */
  async set(root: string, limits: Readonly<Partial<Record<QuotaResourceName, number>>>, options: CommandOptions = {}): Promise<void> {
    const named = Object.entries(limits).flatMap(([name, limit]) => (limit === undefined ? [] : [{ name, limit }]));
    await runOffered(this.#runner, 'QUOTA', { name: 'SETQUOTA', root, limits: named }, options);
  }
}
