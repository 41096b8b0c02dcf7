/** A session explained, as records of JSON. */
import type { ExplainedLine } from '@mailwright/smtp';
import type { OutputStream } from '../command-io.ts';
import { writeRecord } from './json-lines.ts';

/** A record of JSON for each line. */
export function writeExplained(stream: OutputStream, explained: readonly ExplainedLine[], session: string): void {
  for (const { direction, text, meaning, source, group } of explained) writeRecord(stream, { type: 'explained', session, direction, text, meaning, source, group });
}
