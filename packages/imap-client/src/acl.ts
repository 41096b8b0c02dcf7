/** Rights on mailboxes. @rfc 4314 */
import type { AclRight } from '@mailwright/imap';
import type { CommandOptions } from './command-run.ts';
import { type CommandRunner, dataNamed, runOffered } from './command-runner.ts';

export interface AclEntry {
  readonly identifier: string;
  readonly rights: readonly AclRight[];
}

export interface GrantableRights {
  /** What the identifier always has. */
  readonly required: readonly AclRight[];
  /** What it can be granted; the rights of one group come and go together. */
  readonly optional: readonly (readonly AclRight[])[];
}

export class AclCommands {
  readonly #runner: CommandRunner;

  constructor(runner: CommandRunner) {
    this.#runner = runner;
  }

  /** Who has which rights. Rejects with an `ImapError`, as all here do. @rfc 4314 3.3 */
  async get(mailbox: string, options: CommandOptions = {}): Promise<readonly AclEntry[]> {
    return dataNamed(await runOffered(this.#runner, 'ACL', { name: 'GETACL', mailbox }, options), 'ACL').flatMap(({ entries }) => entries);
  }

  /** What this user may do. @rfc 4314 3.5 */
  async mine(mailbox: string, options: CommandOptions = {}): Promise<readonly AclRight[]> {
    return dataNamed(await runOffered(this.#runner, 'ACL', { name: 'MYRIGHTS', mailbox }, options), 'MYRIGHTS').flatMap(({ rights }) => rights);
  }

  /** What somebody can be granted; `undefined` where the server tells nothing. @rfc 4314 3.4 */
  async grantable(mailbox: string, identifier: string, options: CommandOptions = {}): Promise<GrantableRights | undefined> {
    const [answer] = dataNamed(await runOffered(this.#runner, 'ACL', { name: 'LISTRIGHTS', mailbox, identifier }, options), 'LISTRIGHTS');
    return answer === undefined ? undefined : { required: answer.required, optional: answer.optional };
  }

  /** Gives exactly these rights. @rfc 4314 3.1 */
  async set(mailbox: string, identifier: string, rights: readonly AclRight[] | string, options: CommandOptions = {}): Promise<void> {
    await this.#change(mailbox, identifier, 'replace', rights, options);
  }

  async add(mailbox: string, identifier: string, rights: readonly AclRight[] | string, options: CommandOptions = {}): Promise<void> {
    await this.#change(mailbox, identifier, 'add', rights, options);
  }

  async remove(mailbox: string, identifier: string, rights: readonly AclRight[] | string, options: CommandOptions = {}): Promise<void> {
    await this.#change(mailbox, identifier, 'remove', rights, options);
  }

  /** Takes all rights away. @rfc 4314 3.2 */
  async delete(mailbox: string, identifier: string, options: CommandOptions = {}): Promise<void> {
    await runOffered(this.#runner, 'ACL', { name: 'DELETEACL', mailbox, identifier }, options);
  }

  async #change(mailbox: string, identifier: string, change: 'replace' | 'add' | 'remove', rights: readonly AclRight[] | string, options: CommandOptions): Promise<void> {
    await runOffered(this.#runner, 'ACL', { name: 'SETACL', mailbox, identifier, change, rights: [...rights] }, options);
  }
}
