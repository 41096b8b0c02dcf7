/**
 * UIDBATCHES: ranges of UIDs with as many messages each as the client wants, the newest first.
 *
 * @rfc 10022 3
 */
import type { UidBatchesCommand } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import { no, ok, type Outcome } from './outcome.ts';

/** Smaller batches are refused: the answer would be as long as the list of all UIDs. @rfc 10022 3.1 */
const LEAST_BATCH = 500;

export function uidBatches(session: CommandSession, { batchSize, batches }: UidBatchesCommand, tag: string): Outcome {
  if (batchSize < LEAST_BATCH) return no(`A batch has ${LEAST_BATCH} messages at least`, { name: 'TOOFEW' });
  const messages = session.selected.messages();
  const [first, last] = batches ?? [1, Math.ceil(messages.length / batchSize)];
  const ranges: (readonly [number, number])[] = [];
  for (let batch = Math.min(first, last); batch <= Math.max(first, last); batch++) {
    const end = messages.length - (batch - 1) * batchSize;
    if (end <= 0) break;
    const highest = batch === 1 ? messages[end - 1]!.uid : messages[end]!.uid - 1; // no gap between two batches
    ranges.push([messages[Math.max(0, end - batchSize)]!.uid, highest]);
  }
  session.machine.respond({ name: 'UIDBATCHES', tag, batches: ranges });
  return ok('UIDBATCHES completed');
}
