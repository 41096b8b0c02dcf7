/**
 * THREAD: a SEARCH whose result is put together as conversations, by references (THREAD=REFERENCES) or by subjects (THREAD=ORDEREDSUBJECT).
 *
 *     thread = ["UID" SP] "THREAD" SP thread-alg SP search-criteria
 *     search-criteria = charset 1*(SP search-key)
 *
 * Read next: `../thread/thread-list.ts`, the form of the answer; `../thread/thread-messages.ts`, which threads here.
 *
 * @rfc 5256
 */
import type { CommandSpec, DataSpec } from '../extension.ts';
import { writeCharset, writeKeysIn } from '../search/encode.ts';
import { readSearchKeys } from '../search/parse.ts';
import type { SearchKey } from '../search/search-key.ts';
import { readThreads, type Thread, writeThreads } from '../thread/thread-list.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

export interface ThreadCommand {
  readonly name: 'THREAD';
  readonly uid: boolean;
  /** `REFERENCES`, `ORDEREDSUBJECT`, or another that the server announces; in upper case. */
  readonly algorithm: string;
  readonly charset: string;
  readonly search: SearchKey;
}

export interface ThreadData {
  readonly name: 'THREAD';
  readonly threads: readonly Thread[];
}

const threadCommand: CommandSpec<ThreadCommand> = {
  name: 'THREAD',
  uidForm: true,
  syntax: '[UID] THREAD algorithm charset key ...',
  source: 'RFC 5256 3',
  states: ['selected'],
  pipelining: 'numbers',
  secret: false,
  parse(reader, uid) {
    reader.space();
    const algorithm = reader.keyword();
    reader.space();
    const charset = reader.astring();
    reader.space();
    return { name: 'THREAD', uid, algorithm, charset, search: readSearchKeys(reader) };
  },
  encode(writer, { algorithm, charset, search }) {
    writeCharset(writer.space().atom(algorithm).space(), charset);
    writeKeysIn(writer.space(), charset, search);
  },
  explain: ({ algorithm }) => `The client asks which messages fit, put together as conversations (${algorithm}).`,
};

const threadData: DataSpec<ThreadData> = {
  name: 'THREAD',
  numbered: false,
  source: 'RFC 5256 4',
  parse: (reader) => ({ name: 'THREAD', threads: readThreads(reader) }),
  encode: (writer, { threads }) => writeThreads(writer.raw('THREAD'), threads),
  explain: ({ threads }) => `${threads.length} conversations.`,
};

export const thread: Brings<{ commands: typeof threadCommand; data: typeof threadData }> = {
  ...NOTHING,
  capability: 'THREAD=',
  rfc: 5256,
  announced: ALWAYS,
  commands: [threadCommand],
  data: [threadData],
  explain: (capability) => {
    const bySubject = capability.toUpperCase().endsWith('=ORDEREDSUBJECT');
    return `The server can put messages together as conversations, by ${bySubject ? 'their subjects' : 'what they refer to'}.`;
  },
};
