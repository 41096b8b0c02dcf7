/**
 * What happens to a mailbox, as a store tells it to every session that has the mailbox open, and what a session in turn has to tell its
 * client. Stores know UIDs alone; numbers are the affair of `mailbox-view.ts`.
 *
 * @rfc 9051 5.2
 */
import type { SequenceSet } from '../sequence-set.ts';

/** Messages came. `uids` ascend and are above all UIDs that the mailbox ever had. */
export interface MessagesAdded {
  readonly type: 'added';
  readonly uids: readonly number[];
  /** Whether they are `\Recent` in this session; at most one session is told so. @rfc 3501 2.3.2 */
  readonly recent: boolean;
}

/** Messages are gone for good. */
export interface MessagesRemoved {
  readonly type: 'removed';
  readonly uids: readonly number[];
}

/** The flags of a message are others, or only its MODSEQ is. */
export interface FlagsChanged {
  readonly type: 'flags';
  readonly uid: number;
  /** All flags it has now, `\Recent` left out. */
  readonly flags: readonly string[];
  /** `undefined` where the store keeps none. */
  readonly modseq: bigint | undefined;
}

export type StoreChange = MessagesAdded | MessagesRemoved | FlagsChanged;

/** How a flush may tell things. It follows from the command that runs and from what the client enabled. */
export interface FlushOptions {
  /** False while FETCH, STORE, SEARCH, SORT or THREAD without UID is answered, and while no command is: numbers must not move. @rfc 9051 7.5.1 */
  readonly allowExpunge: boolean;
  /** UIDONLY is enabled: no number of a message may be said. @rfc 9586 3 */
  readonly uidOnly: boolean;
  /** QRESYNC is enabled: VANISHED in place of EXPUNGE. @rfc 7162 3.2.10.2 */
  readonly qresync: boolean;
  /** CONDSTORE is enabled: each FETCH says the MODSEQ, also that of silent changes. @rfc 7162 3.2 */
  readonly condstore: boolean;
  /** RECENT is told: not once IMAP4rev2 is enabled. @rfc 9051 E */
  readonly recent: boolean;
  /** Flags are kept for later: nobody asked, and NOTIFY does not name FlagChange. Default false. @rfc 5465 5 */
  readonly holdFlags?: boolean | undefined;
}

/** One thing to tell the client; they are true in the order of the list. */
export type ViewUpdate =
  | { readonly type: 'expunged'; readonly sequenceNumber: number; readonly uid: number }
  | { readonly type: 'vanished'; readonly uids: SequenceSet }
  | { readonly type: 'exists'; readonly count: number }
  | { readonly type: 'recent'; readonly count: number }
  /** `flags` is `undefined` where the client changed them itself and silently: only `modseq` is news then. */
  | {
      readonly type: 'flags';
      readonly sequenceNumber: number;
      readonly uid: number;
      readonly flags: readonly string[] | undefined;
      readonly modseq: bigint | undefined;
    };
