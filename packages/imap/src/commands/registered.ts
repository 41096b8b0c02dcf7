/**
 * The commands of RFC 9051 and 3501 that no extension file brings. IDLE, NAMESPACE, ENABLE, UNSELECT and MOVE came as extensions and are in
 * `extensions/`.
 */
import { append, type AppendCommand } from './append.ts';
import { authenticate, type AuthenticateCommand } from './authenticate.ts';
import { capability, type CapabilityCommand } from './capability.ts';
import { check, type CheckCommand } from './check.ts';
import { close, type CloseCommand } from './close.ts';
import { copy, type CopyCommand } from './copy.ts';
import { create, type CreateCommand } from './create.ts';
import { expunge, type ExpungeCommand } from './expunge.ts';
import { fetch, type FetchCommand } from './fetch.ts';
import { list, type ListCommand, lsub, type LsubCommand } from './list.ts';
import { login, type LoginCommand } from './login.ts';
import { logout, type LogoutCommand } from './logout.ts';
import { noop, type NoopCommand } from './noop.ts';
import { type DeleteCommand, deleteMailbox, subscribe, type SubscribeCommand, unsubscribe, type UnsubscribeCommand } from './one-mailbox.ts';
import { rename, type RenameCommand } from './rename.ts';
import { search, type SearchCommand } from './search.ts';
import { examine, type ExamineCommand, select, type SelectCommand } from './select.ts';
import { startTls, type StartTlsCommand } from './starttls.ts';
import { status, type StatusCommand } from './status.ts';
import { store, type StoreCommand } from './store.ts';

export type BaseCommand =
  | CapabilityCommand | NoopCommand | LogoutCommand
  | StartTlsCommand | AuthenticateCommand | LoginCommand
  | SelectCommand | ExamineCommand | CreateCommand | DeleteCommand | RenameCommand | SubscribeCommand | UnsubscribeCommand
  | ListCommand | LsubCommand | StatusCommand | AppendCommand
  | CheckCommand | CloseCommand | ExpungeCommand | SearchCommand | FetchCommand | StoreCommand | CopyCommand;

/**
 * Their specs, in the order of RFC 9051 6; a list of many types, which `tables.ts` looks up by name. A function, since these files need the tables
 * themselves and may be loaded in any order.
 */
export function baseCommands(): readonly { readonly name: BaseCommand['name'] }[] {
  return [
    capability, noop, logout,
    startTls, authenticate, login,
    select, examine, create, deleteMailbox, rename, subscribe, unsubscribe, list, lsub, status, append,
    check, close, expunge, search, fetch, store, copy,
  ];
}
