/** What became of a message for each recipient, for the eye and as a JSON record. */
import type { RecipientResult, RecipientStatus, SendResult } from '@mailwright/smtp-client';
import type { JsonRecord, JsonValue } from './json-lines.ts';
import type { Paint, Palette } from './palette.ts';
import { quoteReply } from './reply-text.ts';
import { formatTable } from './table.ts';
import { visibleText } from './visible-text.ts';

/** What became of it, in a word and a sign. */
export const MARKS: Readonly<Record<RecipientStatus, string>> = { accepted: '✓ accepted', rejected: '✗ rejected', 'not-sent': '✗ not sent', ambiguous: '? unknown' };

/** A table with one line for each recipient. */
export function formatRecipients(recipients: readonly RecipientResult[], width: number, palette: Palette): readonly string[] {
  const rows = recipients.map(({ address, status, reply, code, phase }) => [
    { text: visibleText(address), paint: palette.bold },
    { text: MARKS[status], paint: paintStatus(status, palette) },
    { text: phase },
    { text: visibleText(reply === undefined ? (code ?? '') : quoteReply(reply)) },
  ]);
  const columns = [{ title: 'recipient', shrinkTo: 24 }, { title: 'outcome' }, { title: 'decided at' }, { title: 'the server said', shrinkTo: 16 }];
  return formatTable(columns, rows, width, palette);
}

export function paintStatus(status: RecipientStatus, palette: Palette): Paint {
  if (status === 'accepted') return palette.green;
  return status === 'rejected' ? palette.red : palette.yellow;
}

export function resultRecord({ outcome, phase, reply, octetCount, attempts, recipients, error }: SendResult): JsonRecord {
  return {
    type: 'result',
    outcome,
    phase,
    octets: octetCount,
    attempts,
    reply: reply === undefined ? undefined : quoteReply(reply),
    code: error?.code,
    recipients: recipients.map(recipientRecord),
  };
}

export function recipientRecord({ address, status, phase, code, reply }: RecipientResult): JsonValue {
  return { address, status, phase, code, reply: reply === undefined ? undefined : quoteReply(reply) };
}
