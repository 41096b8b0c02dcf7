/**
 * What is new in the selected mailbox, said at a moment that the driver chooses: where something has to stand right before it or right behind it.
 *
 * @rfc 9051 7.5.1
 */
import type { CommandSession } from '../server/command-session.ts';
import { fetchDataOf } from './fetch-data.ts';

/** Says what the machine would say next. `holdFlags`: NOTIFY does not name FlagChange. @rfc 5465 5.1 */
export function sayNews({ machine, selected: { view }, notifications }: CommandSession, allowExpunge: boolean, holdFlags: boolean): void {
  const { enabled, rev2 } = machine.session;
  const uidOnly = enabled.has('UIDONLY');
  const qresync = enabled.has('QRESYNC');
  for (const update of view.flush({ allowExpunge, uidOnly, qresync, condstore: enabled.has('CONDSTORE'), recent: !rev2, holdFlags })) {
    if (update.type === 'expunged') machine.respond({ name: 'EXPUNGE', sequenceNumber: update.sequenceNumber });
    else if (update.type === 'vanished') machine.respond({ name: 'VANISHED', earlier: false, uids: update.uids });
    else if (update.type === 'exists') machine.respond({ name: 'EXISTS', count: update.count });
    else if (update.type === 'recent') machine.respond({ name: 'RECENT', count: update.count });
    else {
      const { uid, flags, modseq } = update;
      const told = flags !== undefined && !rev2 && view.isRecent(uid) ? [...flags, '\\Recent'] : flags;
      machine.respondFetch(uid, fetchDataOf({ flags: told, modseq, uid: qresync || notifications.selected !== 'never' ? uid : undefined }));
    }
  }
}
