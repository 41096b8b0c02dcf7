/**
 * CONDSTORE: every change of a message's flags gets a number that only grows, its MODSEQ. So a client fetches what changed since a number, and
 * stores flags only where nobody else did.
 *
 *     fetch-mod-resp        = "MODSEQ" SP "(" permsg-modsequence ")"
 *     chgsince-fetch-mod    = "CHANGEDSINCE" SP mod-sequence-value
 *     store-modifier        =/ "UNCHANGEDSINCE" SP mod-sequence-valzer
 *     search-modsequence    = "MODSEQ" [search-modseq-ext] SP mod-sequence-valzer
 *     search-modseq-ext     = SP entry-name SP entry-type-req
 *     resp-text-code        =/ "HIGHESTMODSEQ" SP mod-sequence-value / "NOMODSEQ" / "MODIFIED" SP sequence-set
 *
 * `(MODSEQ n)` at the end of SEARCH data is read with it, in `responses/search.ts`; that of ESEARCH in `esearch.ts`.
 *
 * Read next: `qresync.ts`.
 *
 * @rfc 7162
 */
import { DQUOTE, LEFT_PARENTHESIS, RIGHT_PARENTHESIS } from '@mailwright/wire';
import type { CodeSpec, FetchItemSpec, ParameterSpec, SearchKeySpec, StatusItemSpec } from '../extension.ts';
import { readSequenceSet, type SequenceSet } from '../sequence-set.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

export interface ModseqRequest {
  readonly name: 'MODSEQ';
}

/** The largest MODSEQ of the mailbox. @rfc 7162 3.1.2.1 */
export interface HighestModseqCode {
  readonly name: 'HIGHESTMODSEQ';
  readonly modseq: bigint;
}

/** The mailbox keeps no MODSEQs. @rfc 7162 3.1.2.2 */
export interface NoModseqCode {
  readonly name: 'NOMODSEQ';
}

/** Messages that a conditional STORE left alone: UIDs after UID STORE. @rfc 7162 3.1.3 */
export interface ModifiedCode {
  readonly name: 'MODIFIED';
  readonly set: SequenceSet;
}

/** Messages whose MODSEQ is this or more; with `entry`, that of one flag. @rfc 7162 3.1.5 */
export interface ModseqKey {
  readonly key: 'MODSEQ';
  readonly modseq: bigint;
  /** `/flags/\draft`, and whose: few servers keep MODSEQs by flag. */
  readonly entry: { readonly name: string; readonly type: 'priv' | 'shared' | 'all' } | undefined;
}

const NO_MODSEQ: NoModseqCode = { name: 'NOMODSEQ' };
const MODSEQ: ModseqRequest = { name: 'MODSEQ' };

const modseqItem: FetchItemSpec<'modseq', ModseqRequest, bigint> = {
  name: 'MODSEQ',
  field: 'modseq',
  source: 'RFC 7162 3.1.4',
  parseRequest: () => MODSEQ,
  encodeRequest: (writer) => void writer.raw('MODSEQ'),
  parse(reader) {
    reader.space();
    reader.expect(LEFT_PARENTHESIS);
    const modseq = reader.number64();
    reader.expect(RIGHT_PARENTHESIS);
    return modseq;
  },
  encode: (writer, modseq) => void writer.raw('MODSEQ (').number64(modseq).raw(')'),
};

const highestModseqItem: StatusItemSpec<'HIGHESTMODSEQ', 'highestModseq', bigint> = {
  name: 'HIGHESTMODSEQ',
  field: 'highestModseq',
  parse: (reader) => reader.number64(),
  encode: (writer, modseq) => void writer.number64(modseq),
};

const highestModseq: CodeSpec<HighestModseqCode> = {
  name: 'HIGHESTMODSEQ',
  source: 'RFC 7162 3.1.2.1',
  parse(reader) {
    reader.space();
    return { name: 'HIGHESTMODSEQ', modseq: reader.number64() };
  },
  encode: (writer, { modseq }) => void writer.space().number64(modseq),
  explain: ({ modseq }) => `The latest change of the mailbox has MODSEQ ${modseq}.`,
};

const noModseq: CodeSpec<NoModseqCode> = {
  name: 'NOMODSEQ',
  source: 'RFC 7162 3.1.2.2',
  parse: () => NO_MODSEQ,
  encode: () => {},
  explain: () => 'The mailbox keeps no MODSEQs.',
};

const modified: CodeSpec<ModifiedCode> = {
  name: 'MODIFIED',
  source: 'RFC 7162 3.1.3',
  parse(reader) {
    reader.space();
    return { name: 'MODIFIED', set: readSequenceSet(reader) };
  },
  encode: (writer, { set }) => void writer.space().set(set),
  explain: () => 'These messages changed in between, so the STORE left them alone.',
};

const changedSince: ParameterSpec<'FETCH', 'changedSince', bigint> = {
  place: 'FETCH',
  name: 'CHANGEDSINCE',
  field: 'changedSince',
  source: 'RFC 7162 3.1.4.1',
  parse(reader) {
    reader.space();
    return reader.number64();
  },
  encode: (writer, modseq) => void writer.space().number64(modseq),
  explain: (modseq) => `only of messages changed since MODSEQ ${modseq}`,
};

const unchangedSince: ParameterSpec<'STORE', 'unchangedSince', bigint> = {
  place: 'STORE',
  name: 'UNCHANGEDSINCE',
  field: 'unchangedSince',
  source: 'RFC 7162 3.1.3',
  parse(reader) {
    reader.space();
    return reader.number64();
  },
  encode: (writer, modseq) => void writer.space().number64(modseq),
  explain: (modseq) => `only to messages not changed since MODSEQ ${modseq}`,
};

const select: ParameterSpec<'SELECT', 'condstore', true> = {
  place: 'SELECT',
  name: 'CONDSTORE',
  field: 'condstore',
  source: 'RFC 7162 3.1.8',
  parse: () => true,
  encode: () => {},
  explain: () => 'with MODSEQs from now on',
};

const modseqKey: SearchKeySpec<ModseqKey> = {
  key: 'MODSEQ',
  source: 'RFC 7162 3.1.5',
  parse(reader) {
    reader.space();
    if (reader.peek() !== DQUOTE) return { key: 'MODSEQ', modseq: reader.number64(), entry: undefined };
    const name = reader.string();
    reader.space();
    const from = reader.at;
    const word = reader.keyword();
    const type = ENTRY_TYPES.find((each) => each.toUpperCase() === word);
    if (type === undefined) reader.fail('priv, shared or all', from);
    reader.space();
    return { key: 'MODSEQ', modseq: reader.number64(), entry: { name, type: type ?? 'all' } };
  },
  encode(writer, { modseq, entry }) {
    writer.raw('MODSEQ ');
    if (entry !== undefined) writer.quoted(entry.name).space().atom(entry.type).space();
    writer.number64(modseq);
  },
};

const ENTRY_TYPES = ['priv', 'shared', 'all'] as const;

export const condstore: Brings<{
  codes: typeof highestModseq | typeof noModseq | typeof modified;
  fetchItems: typeof modseqItem;
  statusItems: typeof highestModseqItem;
  searchKeys: typeof modseqKey;
  parameters: typeof changedSince | typeof unchangedSince | typeof select;
}> = {
  ...NOTHING,
  capability: 'CONDSTORE',
  rfc: 7162,
  enable: true,
  announced: ALWAYS,
  codes: [highestModseq, noModseq, modified],
  fetchItems: [modseqItem],
  statusItems: [highestModseqItem],
  searchKeys: [modseqKey],
  parameters: [changedSince, unchangedSince, select],
  explain: () => 'Changes of flags are numbered, so that a client can fetch what is new and store without overwriting others.',
};
