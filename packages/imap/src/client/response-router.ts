/**
 * To which command in flight a response belongs. Untagged data carry no tag: the server works on commands in order, so what
 * comes is for the oldest that can have asked for it, and what nobody asked for is news.
 *
 * @rfc 9051 5.2
 * @rfc 9051 7
 */
import type { FetchData } from '../fetch/fetch-data.ts';
import type { Data, ResponseCode } from '../response.ts';
import type { Section } from '../section.ts';
import type { CommandInFlight } from './command-in-flight.ts';
import type { FetchClaim, ResponseFacts } from './fetch-claim.ts';

/** The data that come without being asked for, by their names; FETCH, UIDFETCH and VANISHED are asked for, too. @rfc 9051 7 */
const UNASKED: readonly string[] = ['EXISTS', 'EXPUNGE', 'FLAGS', 'FETCH', 'UIDFETCH', 'VANISHED'];

/** Which data a command asks for, FETCH apart, where it is not data of its own name: `GETQUOTA` is answered with `QUOTA`, `STATUS` with `STATUS`. */
const ANSWERS: ReadonlyMap<string, readonly string[]> = new Map(Object.entries({
  LOGIN: ['CAPABILITY'], AUTHENTICATE: ['CAPABILITY'], ENABLE: ['ENABLED'], LANGUAGE: ['LANGUAGE', 'NAMESPACE'],
  SELECT: ['RECENT', 'LIST'], EXAMINE: ['RECENT', 'LIST'], FETCH: ['VANISHED'],
  LIST: ['LIST', 'LSUB', 'XLIST', 'STATUS', 'METADATA', 'MYRIGHTS', 'ACL'], LSUB: ['LSUB', 'LIST'],
  SEARCH: ['SEARCH', 'ESEARCH'], SORT: ['SORT', 'ESEARCH'], THREAD: ['THREAD', 'ESEARCH'],
  GETQUOTA: ['QUOTA'], SETQUOTA: ['QUOTA'], GETQUOTAROOT: ['QUOTAROOT', 'QUOTA'], GETACL: ['ACL'], GETMETADATA: ['METADATA'],
  NOTIFY: ['STATUS', 'LIST', 'METADATA'], GETJMAPACCESS: ['JMAPACCESS'],
}));

/** Whether data of this name come unasked, or answer one of these commands. */
export function isRouted(name: string, commands: Iterable<string>): boolean {
  return UNASKED.includes(name) || [...commands].some((command) => answersOf(command).includes(name));
}

/** The oldest command that asked for a FETCH response. */
export function commandOfFetch(flight: readonly CommandInFlight[], data: FetchData, facts: ResponseFacts): CommandInFlight | undefined {
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
    if (answersOf(command.spec.name).includes(name) && (mailbox === undefined || asksMailbox(command, mailbox))) return command;
  }
  return undefined;
}

/** The command that an untagged status response is about: the one it names, else the oldest. */
export function commandOfStatus(flight: readonly CommandInFlight[], code: ResponseCode | undefined): CommandInFlight | undefined {
  if (code !== undefined && 'tag' in code && typeof code.tag === 'string') return flight.find(({ tag }) => tag === code.tag);
  return flight[0];
}

function answersOf(command: string): readonly string[] {
  return ANSWERS.get(command) ?? [command];
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
