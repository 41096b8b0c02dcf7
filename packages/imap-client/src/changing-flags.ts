/**
 * Flags and Gmail's labels of messages, changed by UID.
 *
 * @rfc 9051 6.4.6
 * @rfc 7162 3.1.3
 */
import { makeParameters, type StoreCommand } from '@mailwright/imap';
import type { CommandOptions } from './command-run.ts';
import { localFailure } from './errors.ts';
import type { MailboxAccess } from './mailbox-access.ts';
import { type MessageSelection, splitSet } from './message-selection.ts';
import { expand } from './found-uids.ts';

export interface FlagOptions extends CommandOptions {
  /** Change only messages that nobody has changed since this modification sequence. Needs CONDSTORE. @rfc 7162 3.1.3 */
  readonly unchangedSince?: bigint | undefined;
  /** Whether the server tells what flags the messages have now. Default false. */
  readonly tell?: boolean | undefined;
}

/** What a message has after a change. */
export interface MessageFlags {
  readonly uid: number;
  readonly flags: readonly string[] | undefined;
  readonly modseq: bigint | undefined;
}

export interface FlagResult {
  /** Messages that somebody else changed meanwhile and that were left as they are, with `unchangedSince`. */
  readonly failed: readonly number[];
  /** What the server told: with `tell`, or MODSEQs of its own accord. */
  readonly told: readonly MessageFlags[];
}

/** No server names more for one command. */
const MOST_FAILED = 1_000_000;

/** Changes flags or labels. Rejects with an `ImapError`; throws a `TypeError` for what is no flag. */
export async function changeFlags(
  access: MailboxAccess, messages: MessageSelection, change: Pick<StoreCommand, 'action' | 'item' | 'values'>, options: FlagOptions,
): Promise<FlagResult> {
  const { unchangedSince, tell = false } = options;
  const session = await access.ready(options.signal);
  const needed = change.item === 'X-GM-LABELS' ? 'X-GM-EXT-1' : unchangedSince !== undefined ? 'CONDSTORE' : undefined;
  if (needed !== undefined && !session.has(needed)) throw access.error(localFailure('IMAP_NOT_OFFERED', `this needs ${needed}, which the server does not have`), 'STORE');
  const parameters = makeParameters('STORE', unchangedSince === undefined ? {} : { unchangedSince });
  const set = await access.resolve(messages, options);
  const results = await Promise.all(splitSet(set).map((piece) => access.run({ name: 'STORE', uid: true, set: piece, parameters, silent: !tell, ...change }, options)));
  const failed = results.flatMap(({ code }) => (code?.name === 'MODIFIED' ? [...expand(code.set, MOST_FAILED)] : []));
  const told = results.flatMap(({ data }) => data.flatMap((answer): MessageFlags[] => {
    const uid = answer.name === 'FETCH' ? (answer.data.uid ?? access.model.uidOf(answer.sequenceNumber)) : answer.name === 'UIDFETCH' ? answer.uid : undefined;
    if (uid === undefined || (answer.name !== 'FETCH' && answer.name !== 'UIDFETCH')) return [];
    return [{ uid, flags: answer.data.flags, modseq: answer.data.modseq }];
  }));
  return { failed, told };
}
