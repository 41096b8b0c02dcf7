/**
 * The keys of extensions on messages that are at hand.
 *
 * Read next: `evaluate.ts`.
 */
import { daysSince1970 } from '../dates.ts';
import type { ModseqKey } from '../extensions/condstore.ts';
import type { FuzzyKey } from '../extensions/fuzzy.ts';
import type { GmailIdKey, GmailLabelKey } from '../extensions/gmail.ts';
import type { UidBoundKey } from '../extensions/message-limit.ts';
import type { EmailIdKey, ThreadIdKey } from '../extensions/object-id.ts';
import type { SaveDateKey, SaveDateSupportedKey } from '../extensions/save-date.ts';
import type { WithinKey } from '../extensions/within.ts';
import type { KeyTest } from './evaluate.ts';
import type { SearchKey } from './search-key.ts';

type EvaluatedKey =
  | EmailIdKey | FuzzyKey | GmailIdKey | GmailLabelKey | ModseqKey | SaveDateKey | SaveDateSupportedKey | ThreadIdKey | UidBoundKey | WithinKey;

/** Makes a key within this one ready. */
type Compile = (key: SearchKey) => KeyTest;

const KEYS: ReadonlySet<string> = new Set<EvaluatedKey['key']>([
  'EMAILID', 'FUZZY', 'MODSEQ', 'OLDER', 'SAVEDATESUPPORTED', 'SAVEDBEFORE', 'SAVEDON', 'SAVEDSINCE', 'THREADID', 'UIDAFTER', 'UIDBEFORE',
  'X-GM-LABELS', 'X-GM-MSGID', 'X-GM-THRID', 'YOUNGER',
]);

/** Whether the key is one of an extension that has a meaning here. */
export function isEvaluatedExtensionKey(search: { readonly key: string }): search is EvaluatedKey {
  return KEYS.has(search.key);
}

/** Makes the key of an extension ready. */
export function compileExtensionKey(search: EvaluatedKey, compile: Compile): KeyTest {
  switch (search.key) {
    case 'FUZZY':
      return compile(search.search);
    case 'SAVEDBEFORE': case 'SAVEDON': case 'SAVEDSINCE':
      return compileSaveDate(search);
    default:
      return { requirement: 'metadata', test: metadataTest(search) };
  }
}

function metadataTest(search: Exclude<EvaluatedKey, FuzzyKey | SaveDateKey>): KeyTest['test'] {
  switch (search.key) {
    case 'OLDER': return ({ message }, { nowMs }) => nowMs - message.internalDate.ms >= search.seconds * 1000;
    case 'YOUNGER': return ({ message }, { nowMs }) => nowMs - message.internalDate.ms <= search.seconds * 1000;
    case 'MODSEQ': return ({ message }) => message.modseq !== undefined && message.modseq >= search.modseq;
    case 'EMAILID': return ({ message }) => message.emailId === search.id;
    case 'THREADID': return ({ message }) => message.threadId === search.id;
    case 'X-GM-MSGID': return ({ message }) => message.gmail?.messageId === search.id;
    case 'X-GM-THRID': return ({ message }) => message.gmail?.threadId === search.id;
    case 'X-GM-LABELS': return ({ message }) => message.gmail?.labels.includes(search.label) ?? false;
    case 'UIDAFTER': return ({ message }) => message.uid > search.uid;
    case 'UIDBEFORE': return ({ message }) => message.uid < search.uid;
    case 'SAVEDATESUPPORTED': return ({ message }) => message.saveDate !== undefined;
    default: return search satisfies never;
  }
}

function compileSaveDate({ key, date }: SaveDateKey): KeyTest {
  const wanted = daysSince1970(date);
  const fits: Record<SaveDateKey['key'], (day: number) => boolean> = {
    SAVEDBEFORE: (day) => day < wanted, SAVEDON: (day) => day === wanted, SAVEDSINCE: (day) => day >= wanted,
  };
  const test = fits[key];
  return { requirement: 'metadata', test: ({ saveDay }) => test(saveDay) };
}
