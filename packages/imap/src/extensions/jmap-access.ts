/**
 * JMAPACCESS: the same mail is to be had by JMAP, with the same credentials; GETJMAPACCESS asks where.
 *
 *     command-auth        =/ "GETJMAPACCESS"
 *     mailbox-data        =/ "JMAPACCESS" SP quoted
 *
 * @rfc 9698
 */
import type { CommandSpec, DataSpec } from '../extension.ts';
import { type Brings, LOGGED_IN, NOTHING } from './brings.ts';

export interface GetJmapAccessCommand {
  readonly name: 'GETJMAPACCESS';
}

export interface JmapAccessData {
  readonly name: 'JMAPACCESS';
  /** The JMAP session resource. */
  readonly url: string;
}

const GET_JMAP_ACCESS: GetJmapAccessCommand = { name: 'GETJMAPACCESS' };

const getJmapAccess: CommandSpec<GetJmapAccessCommand> = {
  name: 'GETJMAPACCESS',
  uidForm: false,
  syntax: 'GETJMAPACCESS',
  source: 'RFC 9698 3',
  states: LOGGED_IN,
  pipelining: 'any',
  secret: false,
  parse: () => GET_JMAP_ACCESS,
  encode: () => {},
  explain: () => 'The client asks where the same mail is to be had by JMAP.',
};

const jmapAccessData: DataSpec<JmapAccessData> = {
  name: 'JMAPACCESS',
  numbered: false,
  source: 'RFC 9698 3',
  parse(reader) {
    reader.space();
    return { name: 'JMAPACCESS', url: reader.astring() };
  },
  encode: (writer, { url }) => void writer.raw('JMAPACCESS ').quoted(url),
  explain: ({ url }) => `The same mail is to be had by JMAP at ${url}.`,
};

export const jmapAccess: Brings<{ commands: typeof getJmapAccess; data: typeof jmapAccessData }> = {
  ...NOTHING,
  capability: 'JMAPACCESS',
  rfc: 9698,
  announced: LOGGED_IN,
  commands: [getJmapAccess],
  data: [jmapAccessData],
  explain: () => 'The same mail is to be had by JMAP, with the same login.',
};
