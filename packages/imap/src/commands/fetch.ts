/**
 * FETCH and UID FETCH: what the client wants to know of messages.
 *
 *     fetch = "FETCH" SP sequence-set SP ("ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")") [fetch-modifiers]
 *
 * Read next: `fetch/fetch-request.ts`, `fetch/fetch-data.ts`.
 *
 * @rfc 9051 6.4.5
 */
import { SP } from '@mailwright/wire';
import type { CommandSpec } from '../extension.ts';
import { type FetchRequest, readFetchRequests, writeFetchRequests } from '../fetch/fetch-request.ts';
import { noParameters, readParameters, writeParametersIfAny } from '../parameters.ts';
import type { ExtensionParameters } from '../registry.ts';
import { type MessageSet, readSet } from '../sequence-set.ts';
import { SELECTED } from './states.ts';

/** What extensions can add behind the items: `CHANGEDSINCE`, `VANISHED`, `PARTIAL`. @rfc 4466 2.4 */
export type FetchParameters = ExtensionParameters<'FETCH'>;

export interface FetchCommand {
  readonly name: 'FETCH';
  readonly uid: boolean;
  readonly set: MessageSet;
  /** At least one. */
  readonly items: readonly FetchRequest[];
  readonly parameters: FetchParameters;
}

export const fetch: CommandSpec<FetchCommand> = {
  name: 'FETCH',
  uidForm: true,
  syntax: '[UID] FETCH set item|(item ...) [(parameter ...)]',
  source: 'RFC 9051 6.4.5',
  states: SELECTED,
  pipelining: 'numbers',
  secret: false,
  parse(reader, uid) {
    reader.space();
    const set = readSet(reader);
    reader.space();
    const items = readFetchRequests(reader);
    return { name: 'FETCH', uid, set, items, parameters: reader.skip(SP) ? readParameters(reader, 'FETCH') : noParameters(reader, 'FETCH') };
  },
  encode(writer, { set, items, parameters }) {
    writeFetchRequests(writer.space().set(set).space(), items);
    writeParametersIfAny(writer, 'FETCH', parameters);
  },
  explain: ({ uid, items }) =>
    `The client asks for ${items.map(({ name }) => name).join(', ')} of messages that it names by ${uid ? 'their UIDs' : 'their numbers in the mailbox'}.`,
};
