/**
 * Which function answers which command. Each is told the session, the command and its tag, says what it has to say through the machine, and gives the tagged
 * answer, at once or with a promise. What it throws becomes an answer, too (`outcome.ts`).
 *
 * Read next: `select.ts` and `fetch.ts`, then any other.
 *
 * @rfc 9051 6
 */
import type { Command } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import { deleteAcl, getAcl, listRights, myRights, setAcl } from './acl.ts';
import { append } from './append.ts';
import { copy, move } from './copy.ts';
import { close, expunge } from './expunge.ts';
import { fetch } from './fetch.ts';
import { list, lsub } from './list.ts';
import { comparator, getJmapAccess, id, language, namespace, noop, unauthenticate } from './small.ts';
import { create, deleteMailbox, rename, subscribe, unsubscribe } from './mailboxes.ts';
import { getMetadata, setMetadata } from './metadata.ts';
import { esearch } from './multisearch.ts';
import { notify } from './notifications.ts';
import { no, type Outcome } from './outcome.ts';
import { getQuota, getQuotaRoot, setQuota } from './quota.ts';
import { replace } from './replace.ts';
import { cancelUpdate, search } from './search.ts';
import { select } from './select.ts';
import { sort, thread } from './sort.ts';
import { status } from './status.ts';
import { store } from './store.ts';
import { uidBatches } from './uid-batches.ts';
import { genUrlAuth, resetKey, urlFetch } from './url-auth.ts';

/** `accepted`: the machine has the answer of its own. */
export type Answer = Outcome | 'accepted';

/** Commands whose answer speaks of numbers, so that none may move before it. @rfc 9051 7.5.1 */
export function speaksOfNumbers(command: Command): boolean {
  return 'uid' in command && !command.uid && NUMBERED.has(command.name);
}
const NUMBERED: ReadonlySet<string> = new Set(['FETCH', 'STORE', 'SEARCH', 'SORT', 'THREAD']);

/** Answers a command; LOGIN and AUTHENTICATE are the connection's own. */
export function dispatch(session: CommandSession, command: Command, tag: string): Answer | Promise<Answer> {
  switch (command.name) {
    case 'NOOP':
    case 'CHECK':
      return noop(session);
    case 'SELECT':
    case 'EXAMINE':
      return select(session, command);
    case 'FETCH':
      return fetch(session, command, tag);
    case 'STORE':
      return store(session, command);
    case 'SEARCH':
      return search(session, command, tag);
    case 'SORT':
      return sort(session, command, tag);
    case 'THREAD':
      return thread(session, command, tag);
    case 'COPY':
      return copy(session, command);
    case 'MOVE':
      return move(session, command);
    case 'EXPUNGE':
      return expunge(session, command);
    case 'CLOSE':
      return close(session);
    case 'UNSELECT':
      session.unselect();
      return 'accepted';
    case 'LOGOUT':
      session.unselect();
      return 'accepted';
    case 'APPEND':
      return append(session, command);
    case 'REPLACE':
      return replace(session, command);
    case 'STATUS':
      return status(session, command);
    case 'LIST':
      return list(session, command, tag);
    case 'LSUB':
      return lsub(session, command);
    default:
      return dispatchRare(session, command, tag);
  }
}

function dispatchRare(session: CommandSession, command: Command, tag: string): Answer | Promise<Answer> {
  switch (command.name) {
    case 'CREATE':
      return create(session, command);
    case 'DELETE':
      return deleteMailbox(session, command);
    case 'RENAME':
      return rename(session, command);
    case 'SUBSCRIBE':
      return subscribe(session, command);
    case 'UNSUBSCRIBE':
      return unsubscribe(session, command);
    case 'NAMESPACE':
      return namespace(session);
    case 'ID':
      return id(session);
    case 'UNAUTHENTICATE':
      return unauthenticate(session);
    case 'LANGUAGE':
      return language(session, command);
    case 'COMPARATOR':
      return comparator(session, command);
    case 'GETJMAPACCESS':
      return getJmapAccess(session);
    case 'ESEARCH':
      return esearch(session, command, tag);
    case 'CANCELUPDATE':
      return cancelUpdate(session, command);
    case 'NOTIFY':
      return notify(session, command);
    case 'UIDBATCHES':
      return uidBatches(session, command, tag);
    default:
      return dispatchAddOn(session, command);
  }
}

function dispatchAddOn(session: CommandSession, command: Command): Answer | Promise<Answer> {
  switch (command.name) {
    case 'GETQUOTA':
      return getQuota(session, command);
    case 'GETQUOTAROOT':
      return getQuotaRoot(session, command);
    case 'SETQUOTA':
      return setQuota(session, command);
    case 'GETACL':
      return getAcl(session, command);
    case 'SETACL':
      return setAcl(session, command);
    case 'DELETEACL':
      return deleteAcl(session, command);
    case 'MYRIGHTS':
      return myRights(session, command);
    case 'LISTRIGHTS':
      return listRights(session, command);
    case 'GETMETADATA':
      return getMetadata(session, command);
    case 'SETMETADATA':
      return setMetadata(session, command);
    case 'GENURLAUTH':
      return genUrlAuth(session, command);
    case 'RESETKEY':
      return resetKey(session, command);
    case 'URLFETCH':
      return urlFetch(session, command);
    case 'CAPABILITY':
    case 'ENABLE':
    case 'STARTTLS':
    case 'COMPRESS':
      return 'accepted';
    default:
      return no(`${command.name} can not be done here`, 'CANNOT');
  }
}
