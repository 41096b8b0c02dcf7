/**
 * QRESYNC: a client that knew a mailbox says with SELECT what it knew, and hears in one answer what changed and which messages are
 * gone. Once enabled, VANISHED takes the place of EXPUNGE.
 *
 *     select-param       =/ "QRESYNC" SP "(" uidvalidity SP mod-sequence-value [SP known-uids] [SP seq-match-data] ")"
 *     seq-match-data     = "(" known-sequence-set SP known-uid-set ")"
 *     expunged-resp      = "VANISHED" [SP "(EARLIER)"] SP known-uids
 *     rexpunges-fetch-mod = "VANISHED"
 *
 * @rfc 7162
 */
import { LEFT_PARENTHESIS, SP } from '@mailwright/wire';
import type { CodeSpec, DataSpec, ParameterSpec } from '../extension.ts';
import { readSequenceSet, type SequenceSet } from '../sequence-set.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

/** What a client knew of the mailbox when it last saw it. @rfc 7162 3.2.5 */
export interface QresyncState {
  readonly uidValidity: number;
  readonly modseq: bigint;
  /** The UIDs it knew; undefined: all. @rfc 7162 3.2.5.1 */
  readonly knownUids: SequenceSet | undefined;
  /** Some sequence numbers and their UIDs then, so that a server which forgot old expunges can tell fewer of them. @rfc 7162 3.2.5.2 */
  readonly matchData: { readonly numbers: SequenceSet; readonly uids: SequenceSet } | undefined;
}

/** Messages that are gone. `earlier`: they went before this session saw them, so no sequence number changes. @rfc 7162 3.2.10 */
export interface VanishedData {
  readonly name: 'VANISHED';
  readonly earlier: boolean;
  readonly uids: SequenceSet;
}

/** The mailbox selected before is closed; what follows is about the new one. @rfc 7162 3.2.11 */
export interface ClosedCode {
  readonly name: 'CLOSED';
}

const CLOSED: ClosedCode = { name: 'CLOSED' };

const select: ParameterSpec<'SELECT', 'qresync', QresyncState> = {
  place: 'SELECT',
  name: 'QRESYNC',
  field: 'qresync',
  source: 'RFC 7162 3.2.5',
  parse(reader) {
    reader.space();
    reader.open();
    const uidValidity = reader.number();
    reader.space();
    const modseq = reader.number64();
    let knownUids: SequenceSet | undefined;
    let matchData: QresyncState['matchData'];
    while (matchData === undefined && reader.skip(SP)) {
      if (knownUids === undefined && reader.peek() !== LEFT_PARENTHESIS) {
        knownUids = readSequenceSet(reader);
        continue;
      }
      reader.open();
      const numbers = readSequenceSet(reader);
      reader.space();
      matchData = { numbers, uids: readSequenceSet(reader) };
      if (!reader.close()) reader.fail('")"');
    }
    if (!reader.close()) reader.fail('")"');
    return { uidValidity, modseq, knownUids, matchData };
  },
  encode(writer, { uidValidity, modseq, knownUids, matchData }) {
    writer.raw(' (').number(uidValidity).space().number64(modseq);
    if (knownUids !== undefined) writer.space().set(knownUids);
    if (matchData !== undefined) writer.raw(' (').set(matchData.numbers).space().set(matchData.uids).raw(')');
    writer.raw(')');
  },
  explain: ({ uidValidity, modseq }) => `with what changed since MODSEQ ${modseq} of UIDVALIDITY ${uidValidity}`,
};

const vanishedModifier: ParameterSpec<'FETCH', 'vanished', true> = {
  place: 'FETCH',
  name: 'VANISHED',
  field: 'vanished',
  source: 'RFC 7162 3.2.6',
  parse: () => true,
  encode: () => {},
  explain: () => 'with the UIDs of those that are gone',
};

const vanished: DataSpec<VanishedData> = {
  name: 'VANISHED',
  numbered: false,
  source: 'RFC 7162 3.2.10',
  parse(reader) {
    reader.space();
    const earlier = reader.peek() === LEFT_PARENTHESIS;
    if (earlier) {
      reader.open();
      if (!reader.skipKeyword('EARLIER')) reader.fail('EARLIER');
      if (!reader.close()) reader.fail('")"');
      reader.space();
    }
    return { name: 'VANISHED', earlier, uids: readSequenceSet(reader) };
  },
  encode: (writer, { earlier, uids }) => void writer.raw(earlier ? 'VANISHED (EARLIER) ' : 'VANISHED ').set(uids),
  explain: ({ earlier }) =>
    earlier ? 'The messages with these UIDs were gone before; no number changes.' : 'The messages with these UIDs are gone; later ones move up.',
};

const closed: CodeSpec<ClosedCode> = {
  name: 'CLOSED',
  source: 'RFC 7162 3.2.11',
  parse: () => CLOSED,
  encode: () => {},
  explain: () => 'The mailbox that was selected is closed; what follows is about the new one.',
};

export const qresync: Brings<{
  data: typeof vanished;
  codes: typeof closed;
  parameters: typeof select | typeof vanishedModifier;
}> = {
  ...NOTHING,
  capability: 'QRESYNC',
  implies: ['CONDSTORE', 'ENABLE'],
  rfc: 7162,
  enable: true,
  announced: ALWAYS,
  data: [vanished],
  codes: [closed],
  parameters: [select, vanishedModifier],
  explain: () => 'A client that comes back hears in one answer what changed, and expunges come as UIDs.',
};
