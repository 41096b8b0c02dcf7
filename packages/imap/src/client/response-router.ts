/**
 * To which command in flight a response belongs. Untagged data carry no tag: the server works on commands in order, so what
 * comes is for the oldest that can have asked for it, and what nobody asked for is news.
 *
 * @rfc 9051 5.2
 * @rfc 9051 7
 */
import type { FetchResponse } from '../fetch/fetch-data.ts';
import type { Data, ResponseCode } from '../response.ts';
import type { Section } from '../section.ts';
import type { CommandInFlight } from './command-in-flight.ts';
import type { FetchClaim, ResponseFacts } from './fetch-claim.ts';

/** Which data a command asks for, by the names of both; FETCH apart. Commands of extensions that are not here may be answered with whatever no other asked for. */
const ANSWERS: ReadonlyMap<string, readonly string[]> = new Map(Object.entries({
  CAPABILITY: ['CAPABILITY'], NOOP: [], LOGOUT: [], STARTTLS: [], LOGIN: ['CAPABILITY'], AUTHENTICATE: ['CAPABILITY'], UNAUTHENTICATE: [], COMPRESS: [], IDLE: [],
  ENABLE: ['ENABLED'], ID: ['ID'], NAMESPACE: ['NAMESPACE'], LANGUAGE: ['LANGUAGE', 'NAMESPACE'], COMPARATOR: ['COMPARATOR'],
  SELECT: ['RECENT', 'LIST'], EXAMINE: ['RECENT', 'LIST'], CLOSE: [], UNSELECT: [], CREATE: [], DELETE: [], RENAME: [], SUBSCRIBE: [], UNSUBSCRIBE: [], APPEND: [], CHECK: [],
  EXPUNGE: [], COPY: [], MOVE: [], STORE: [], REPLACE: [], FETCH: ['VANISHED'],
  LIST: ['LIST', 'LSUB', 'STATUS', 'METADATA', 'MYRIGHTS', 'ACL'], LSUB: ['LSUB', 'LIST'], XLIST: ['XLIST', 'LIST'], STATUS: ['STATUS'],
  SEARCH: ['SEARCH', 'ESEARCH'], SORT: ['SORT', 'ESEARCH'], THREAD: ['THREAD', 'ESEARCH'], ESEARCH: ['ESEARCH'], CANCELUPDATE: [],
  GETQUOTA: ['QUOTA'], SETQUOTA: ['QUOTA'], GETQUOTAROOT: ['QUOTAROOT', 'QUOTA'],
  SETACL: [], DELETEACL: [], GETACL: ['ACL'], LISTRIGHTS: ['LISTRIGHTS'], MYRIGHTS: ['MYRIGHTS'],
  GETMETADATA: ['METADATA'], SETMETADATA: [], NOTIFY: ['STATUS', 'LIST', 'METADATA'], GETJMAPACCESS: ['JMAPACCESS'], UIDBATCHES: ['UIDBATCHES'],
}));

/** The oldest command that asked for a FETCH response. */
export function commandOfFetch(flight: readonly CommandInFlight[], { data }: FetchResponse, facts: ResponseFacts): CommandInFlight | undefined {
  return oldest(flight, (claim) => claim.fits(data, facts), () => data.sections.map(({ section }) => section));
}

/** The oldest command that asked for an item of FETCH whose literal begins. */
export function commandOfLiteral(flight: readonly CommandInFlight[], section: Section | undefined, facts: ResponseFacts): CommandInFlight | undefined {
  return oldest(flight, (claim) => claim.fitsOctets(facts), () => (section === undefined ? [] : [section]));
}

/** The oldest command that asks for data of this kind; `undefined`: they are news. */
export function commandOfData(flight: readonly CommandInFlight[], data: Data): CommandInFlight | undefined {
  if ('tag' in data && typeof data.tag === 'string') return flight.find(({ tag }) => tag === data.tag);
  const { name } = data;
  const mailbox = name === 'STATUS' ? data.mailbox : undefined;
  for (const command of flight) {
    const answers = ANSWERS.get(command.spec.name);
    if (answers?.includes(name) === true && (mailbox === undefined || asksMailbox(command, mailbox))) return command;
  }
  return flight.find(({ spec }) => !ANSWERS.has(spec.name));
}

/** The command that an untagged status response is about: the one it names, else the oldest. */
export function commandOfStatus(flight: readonly CommandInFlight[], code: ResponseCode | undefined): CommandInFlight | undefined {
  if (code !== undefined && 'tag' in code && typeof code.tag === 'string') return flight.find(({ tag }) => tag === code.tag);
  return flight[0];
}

/** STATUS names its mailbox; LIST with RETURN (STATUS ...) may be answered for any. */
function asksMailbox({ command }: CommandInFlight, mailbox: string): boolean {
  if (command.name !== 'STATUS') return true;
  return command.mailbox === mailbox || (mailbox.toUpperCase() === 'INBOX' && command.mailbox.toUpperCase() === 'INBOX');
}

/** Where several fit, the first that asked for one of these sections; names of sections are only compared then. */
function oldest(flight: readonly CommandInFlight[], fits: (claim: FetchClaim) => boolean, sections: () => readonly Section[]): CommandInFlight | undefined {
  let first: CommandInFlight | undefined;
  let several: CommandInFlight[] | undefined;
  for (const command of flight) {
    if (command.claim === undefined || !fits(command.claim)) continue;
    if (first === undefined) first = command;
    else (several ??= [first]).push(command);
  }
  if (several === undefined) return first;
  const named = sections();
  return several.find(({ claim }) => claim!.asksSection(named)) ?? first;
}
