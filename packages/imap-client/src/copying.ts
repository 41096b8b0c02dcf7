/**
 * Copies, moves and deletions by UID. Where a server lacks MOVE a message is copied, marked and expunged; where it lacks UIDPLUS too, what is
 * marked stays: a plain EXPUNGE would take messages that others marked, and is only sent to those who ask for it.
 *
 * @rfc 9051 6.4.7
 * @rfc 6851 3
 * @rfc 4315 2.1
 */
import { copiedUids, makeParameters, type ResponseCode, type SequenceSet, setOf, STAR } from '@mailwright/imap';
import { type CommandOptions, type CommandResult, runCommand } from './command-run.ts';
import { ImapError } from './errors.ts';
import { withoutStar } from './found-uids.ts';
import type { MailboxAccess } from './mailbox-access.ts';
import { type MessageSelection, splitSet } from './message-selection.ts';
import { askServer } from './searching.ts';

export interface CopyOptions extends CommandOptions {
  /** Create the mailbox where there is none (TRYCREATE). Default false. */
  readonly create?: boolean | undefined;
}

export interface DeleteOptions extends CommandOptions {
  /**
   * Where the server can't expunge single messages (UIDPLUS), expunge everything in the mailbox that is marked `\Deleted`, whoever marked it.
   * Default false: the messages stay, marked.
   */
  readonly expungeAll?: boolean | undefined;
}

export interface CopyResult {
  /** UIDVALIDITY of the other mailbox; `undefined` where the server does not tell (UIDPLUS). */
  readonly uidValidity: number | undefined;
  /** UIDs there by UIDs here; empty where the server does not tell. */
  readonly uids: ReadonlyMap<number, number>;
}

export interface DeleteResult {
  /** False where the messages are only marked `\Deleted`. */
  readonly expunged: boolean;
}

export interface MoveResult extends CopyResult, DeleteResult {
  readonly how: 'MOVE' | 'COPY';
}

/** No server tells more pairs for one command. */
const MOST_PAIRS = 1_000_000;

/** Copies messages. Rejects with an `ImapError`. */
export async function copyMessages(access: MailboxAccess, messages: MessageSelection, mailbox: string, options: CopyOptions): Promise<CopyResult> {
  return copyResult(await transfer(access, 'COPY', await access.resolve(messages, options), mailbox, options));
}

/** Moves messages. Rejects with an `ImapError`; what was copied by then stays copied. */
export async function moveMessages(access: MailboxAccess, messages: MessageSelection, mailbox: string, options: CopyOptions & DeleteOptions): Promise<MoveResult> {
  const session = await access.ready(options.signal);
  const set = await access.resolve(messages, options);
  if (session.has('MOVE')) return { ...copyResult(await transfer(access, 'MOVE', set, mailbox, options)), expunged: true, how: 'MOVE' };
  const copying = await named(access, set, options);
  const copied = copyResult(await transfer(access, 'COPY', copying, mailbox, options));
  return { ...copied, ...(await deleteSet(access, copying, options)), how: 'COPY' };
}

/** Names the messages of a set with `*`: those that come between two commands must not be meant by the second. */
async function named(access: MailboxAccess, set: SequenceSet, options: CommandOptions): Promise<SequenceSet> {
  if (set.every(([, last]) => last !== STAR)) return set;
  return setOf(await askServer(access, { key: 'UID', set }, options));
}

/** Marks messages `\Deleted` and expunges them. Rejects with an `ImapError`. */
export async function deleteMessages(access: MailboxAccess, messages: MessageSelection, options: DeleteOptions): Promise<DeleteResult> {
  return await deleteSet(access, await access.resolve(messages, options), options);
}

/** Expunges those of the messages that are marked; `undefined` for all in the mailbox. Rejects with an `ImapError`. */
export async function expungeMessages(access: MailboxAccess, messages: MessageSelection | undefined, options: DeleteOptions): Promise<DeleteResult> {
  if (messages !== undefined) return await expungeSet(access, await access.resolve(messages, options), options);
  await access.run({ name: 'EXPUNGE', uid: false }, options);
  return { expunged: true };
}

async function deleteSet(access: MailboxAccess, set: SequenceSet, options: DeleteOptions): Promise<DeleteResult> {
  await Promise.all(splitSet(set).map((piece) => access.run({
    name: 'STORE', uid: true, set: piece, parameters: makeParameters('STORE'), item: 'FLAGS', action: 'add', silent: true, values: ['\\Deleted'],
  }, options)));
  return await expungeSet(access, set, options);
}

async function expungeSet(access: MailboxAccess, set: SequenceSet, options: DeleteOptions): Promise<DeleteResult> {
  const session = await access.ready(options.signal);
  if (set.length === 0) return { expunged: true };
  if (session.has('UIDPLUS')) {
    await Promise.all(splitSet(set).map((piece) => access.run({ name: 'EXPUNGE', uid: true, set: piece }, options)));
    return { expunged: true };
  }
  if (options.expungeAll !== true) return { expunged: false };
  await access.run({ name: 'EXPUNGE', uid: false }, options);
  return { expunged: true };
}

async function transfer(access: MailboxAccess, name: 'COPY' | 'MOVE', set: SequenceSet, mailbox: string, options: CopyOptions): Promise<CommandResult[]> {
  const results: CommandResult[] = [];
  for (const piece of splitSet(set)) {
    const send = (): Promise<CommandResult> => access.run({ name, uid: true, set: piece, mailbox }, options);
    results.push(await send().catch(async (error: unknown) => {
      if (options.create !== true || !(error instanceof ImapError) || error.responseCode?.name !== 'TRYCREATE') throw error;
      await runCommand(await access.ready(options.signal), { name: 'CREATE', mailbox, parameters: makeParameters('CREATE') }, access.bounded(options));
      return await send();
    }));
  }
  return results;
}

/** MOVE tells in an untagged OK, before the messages go; COPY in its tagged one. @rfc 6851 4.3 */
function copyResult(results: readonly CommandResult[]): CopyResult {
  const codes: ResponseCode[] = results.flatMap(({ code, codes: untagged }) => (code === undefined ? untagged : [...untagged, code]));
  const uids = new Map<number, number>();
  let uidValidity: number | undefined;
  for (const code of codes) {
    if (code.name !== 'COPYUID') continue;
    uidValidity = code.uidValidity;
    for (const [source, destination] of copiedUids({ source: withoutStar(code.source), destination: withoutStar(code.destination) }, MOST_PAIRS - uids.size)) uids.set(source, destination);
  }
  return { uidValidity, uids };
}
