/**
 * What was known of a mailbox at some moment, as a text that can be kept: UIDVALIDITY, UIDNEXT, the modification sequence where the server has
 * those, and the UIDs that were there, as ranges.
 *
 *     token = "1;" uidvalidity ";" uidnext ";" [modseq] ";" [sequence-set]
 *
 * Programs keep it and give it back; what is in it is not promised.
 */
import { formatSet, type NumberRange, type SequenceSet, setOf } from '@mailwright/imap';

export interface SyncState {
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly modseq: bigint | undefined;
  readonly uids: SequenceSet;
}

const TOKEN = /^1;(\d{1,10});(\d{1,10});(\d{0,19});([\d:,]*)$/;
const RANGE = /^([1-9]\d{0,9})(?::([1-9]\d{0,9}))?$/;
const MAX_UID = 0xffff_ffff;

/** The text of a state. */
export function formatSyncToken({ uidValidity, uidNext, modseq, uids }: SyncState): string {
  return `1;${uidValidity};${uidNext};${modseq ?? ''};${uids.length === 0 ? '' : formatSet(uids)}`;
}

/** Reads a token. Throws a `TypeError` for what is none. */
export function parseSyncToken(token: string): SyncState {
  const found = typeof token === 'string' ? TOKEN.exec(token) : null;
  if (found === null) throw new TypeError('not a sync token');
  const [, uidValidity, uidNext, modseq, set] = found;
  return { uidValidity: Number(uidValidity), uidNext: Number(uidNext), modseq: modseq === '' ? undefined : BigInt(modseq!), uids: parseUids(set!) };
}

/** The ranges of ascending UIDs. */
export function rangesOf(uids: readonly number[]): SequenceSet {
  return setOf(uids);
}

function parseUids(text: string): SequenceSet {
  if (text === '') return [];
  let before = 0;
  return text.split(',').map((part): NumberRange => {
    const range = RANGE.exec(part);
    const first = Number(range?.[1]);
    const last = Number(range?.[2] ?? first);
    if (range === null || first <= before || last < first || last > MAX_UID) throw new TypeError('not a sync token');
    before = last;
    return [first, last];
  });
}
