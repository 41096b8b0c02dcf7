/**
 * CONTEXT: the server keeps the result of a SEARCH or SORT up to date and tells what comes into it and what leaves it, until CANCELUPDATE or the
 * end of the mailbox' selection. The news are items of ESEARCH data (`esearch-items.ts`), pages of a result are `partial.ts`.
 *
 *     search-return-opt =/ "CONTEXT" / "UPDATE"
 *     command-select    =/ "CANCELUPDATE" 1*(SP quoted)
 *     resp-text-code    =/ "NOUPDATE" SP quoted
 *
 * @rfc 5267
 */
import { SP } from '@mailwright/wire';
import type { CodeSpec, CommandSpec, ParameterSpec } from '../extension.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

/** @rfc 5267 4.6 */
export interface CancelUpdateCommand {
  readonly name: 'CANCELUPDATE';
  /** Of the commands that asked for news. At least one. */
  readonly tags: readonly string[];
}

/** There will be no news of the result of this command, or none any more. @rfc 5267 4.3 */
export interface NoUpdateCode {
  readonly name: 'NOUPDATE';
  readonly tag: string;
}

const cancelUpdate: CommandSpec<CancelUpdateCommand> = {
  name: 'CANCELUPDATE',
  uidForm: false,
  syntax: 'CANCELUPDATE "tag" ...',
  source: 'RFC 5267 4.6',
  states: ['selected'],
  pipelining: 'any',
  secret: false,
  parse(reader) {
    const tags: string[] = [];
    reader.space();
    do {
      tags.push(reader.string());
      reader.count();
    } while (reader.skip(SP));
    return { name: 'CANCELUPDATE', tags };
  },
  encode(writer, { tags }) {
    if (tags.length === 0) throw new RangeError('CANCELUPDATE needs at least one tag');
    for (const tag of tags) writer.space().quoted(tag);
  },
  explain: () => 'The client wants no more news of results it asked for.',
};

const update: ParameterSpec<'SEARCH-RETURN', 'update', true> = {
  place: 'SEARCH-RETURN',
  name: 'UPDATE',
  field: 'update',
  source: 'RFC 5267 4.3',
  parse: () => true,
  encode: () => {},
  explain: () => 'and news of the result as the mailbox changes',
};

const context: ParameterSpec<'SEARCH-RETURN', 'context', true> = {
  place: 'SEARCH-RETURN',
  name: 'CONTEXT',
  field: 'context',
  source: 'RFC 5267 4.2',
  parse: () => true,
  encode: () => {},
  explain: () => 'with more questions about the same result to come',
};

const noUpdate: CodeSpec<NoUpdateCode> = {
  name: 'NOUPDATE',
  source: 'RFC 5267 4.3',
  parse(reader) {
    reader.space();
    return { name: 'NOUPDATE', tag: reader.string() };
  },
  encode: (writer, { tag }) => void writer.space().quoted(tag),
  explain: ({ tag }) => `The server tells no news of the result of command ${tag}.`,
};

export const contextSearch: Brings<{ commands: typeof cancelUpdate; parameters: typeof update | typeof context; codes: typeof noUpdate }> = {
  ...NOTHING,
  capability: 'CONTEXT=SEARCH',
  implies: ['ESEARCH'],
  rfc: 5267,
  announced: ALWAYS,
  commands: [cancelUpdate],
  parameters: [update, context],
  codes: [noUpdate],
  explain: () => 'The server can keep the result of a SEARCH up to date.',
};

/** The same for SORT: what it brings is in `contextSearch` and `esort`. @rfc 5267 3.2 */
export const contextSort: Brings<{}> = {
  ...NOTHING,
  capability: 'CONTEXT=SORT',
  implies: ['ESORT', 'CONTEXT=SEARCH'],
  rfc: 5267,
  announced: ALWAYS,
  explain: () => 'The server can keep the result of a SORT up to date.',
};
