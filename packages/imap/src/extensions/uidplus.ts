/**
 * UIDPLUS: APPEND, COPY and MOVE tell which UIDs the new messages got, and UID EXPUNGE removes some of the messages marked \Deleted, not all
 * (its command is EXPUNGE's, in `commands/expunge.ts`).
 *
 *     resp-code-apnd = "APPENDUID" SP nz-number SP append-uid
 *     resp-code-copy = "COPYUID" SP nz-number SP uid-set SP uid-set
 *
 * Read next: `move.ts`.
 *
 * @rfc 4315
 */
import type { CodeSpec } from '../extension.ts';
import { formatSet, numbersOfSet, readSequenceSet, type SequenceSet } from '../sequence-set.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

/** The messages appended have these UIDs, in their order: several only after MULTIAPPEND. @rfc 4315 3 */
export interface AppendUidCode {
  readonly name: 'APPENDUID';
  readonly uidValidity: number;
  readonly uids: SequenceSet;
}

/** Messages of `source` are `destination` in the other mailbox, pair by pair in the order of the sets: `copiedUids`. @rfc 4315 3 */
export interface CopyUidCode {
  readonly name: 'COPYUID';
  readonly uidValidity: number;
  readonly source: SequenceSet;
  readonly destination: SequenceSet;
}

/** The mailbox does not keep UIDs from session to session. @rfc 4315 3 */
export interface UidNotStickyCode {
  readonly name: 'UIDNOTSTICKY';
}

const UID_NOT_STICKY: UidNotStickyCode = { name: 'UIDNOTSTICKY' };

const appendUid: CodeSpec<AppendUidCode> = {
  name: 'APPENDUID',
  source: 'RFC 4315 3',
  parse(reader) {
    reader.space();
    const uidValidity = reader.number();
    reader.space();
    return { name: 'APPENDUID', uidValidity, uids: readSequenceSet(reader) };
  },
  encode: (writer, { uidValidity, uids }) => void writer.space().number(uidValidity).space().set(uids),
  explain: ({ uids }) => `The new message has UID ${formatSet(uids)}.`,
};

const copyUid: CodeSpec<CopyUidCode> = {
  name: 'COPYUID',
  source: 'RFC 4315 3',
  parse(reader) {
    reader.space();
    const uidValidity = reader.number();
    reader.space();
    const source = readSequenceSet(reader);
    reader.space();
    return { name: 'COPYUID', uidValidity, source, destination: readSequenceSet(reader) };
  },
  encode(writer, { uidValidity, source, destination }) {
    writer.space().number(uidValidity).space().set(source).space().set(destination);
  },
  explain: ({ source, destination }) => `The messages with UID ${formatSet(source)} have UID ${formatSet(destination)} in the other mailbox.`,
};

const uidNotSticky: CodeSpec<UidNotStickyCode> = {
  name: 'UIDNOTSTICKY',
  source: 'RFC 4315 3',
  parse: () => UID_NOT_STICKY,
  encode: () => {},
  explain: () => 'UIDs of this mailbox do not last from session to session.',
};

export const uidPlus: Brings<{ codes: typeof appendUid | typeof copyUid | typeof uidNotSticky }> = {
  ...NOTHING,
  capability: 'UIDPLUS',
  rfc: 4315,
  inRev2: true,
  announced: ALWAYS,
  codes: [appendUid, copyUid, uidNotSticky],
  explain: () => 'The server tells the UIDs of appended and copied messages, and can expunge chosen messages.',
};

/**
 * The pairs of a COPYUID, source first, at most `limit` of them: a peer that says `1:4294967295` gets no more. Servers err here: what is left of the
 * longer set is passed over.
 *
 * Errors: a `RangeError` for sets with `*`.
 *
 * @rfc 4315 3
 */
export function* copiedUids(
  { source, destination }: Pick<CopyUidCode, 'source' | 'destination'>, limit: number,
): Generator<readonly [source: number, destination: number], void, undefined> {
  const others = numbersOfSet(destination, limit);
  for (const uid of numbersOfSet(source, limit)) {
    const other = others.next();
    if (other.done === true) return;
    yield [uid, other.value];
  }
}
