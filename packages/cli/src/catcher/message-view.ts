/** A caught message for the eye, and as a JSON record. */
import { summarizeMessage, type SummaryAddress } from '@mailwright/mime';
import type { JsonRecord } from '../output/json-lines.ts';
import { formatRule } from '../output/layout.ts';
import { formatCount, formatTime } from '../output/numbers.ts';
import type { Palette } from '../output/palette.ts';
import { padEnd, truncate, visibleText, wrapText } from '../output/visible-text.ts';
import type { CaughtMessage } from './caught-message.ts';
import { previewText } from './text-preview.ts';

const LABEL_COLUMNS = 10;
const PREVIEW_LINES = 6;

/** The message in some ten lines; `number` counts from 1. */
export function formatMessage(message: CaughtMessage, number: number, width: number, palette: Palette): readonly string[] {
  const summary = summarizeMessage(message.head);
  const row = (label: string, text: string | undefined, paint = (line: string): string => line): readonly string[] => {
    if (text === undefined) return [];
    return wrapText(visibleText(text), width - LABEL_COLUMNS - 2).map((line, index) => `  ${palette.dim(padEnd(index === 0 ? label : '', LABEL_COLUMNS))}${paint(line)}`);
  };
  const { tls, identity, mechanism } = message;
  return [
    formatRule(`message ${number}`, `session ${message.sessionNumber}, ${formatTime(message.receivedAt)} UTC`, width, palette),
    ...row('from', envelopeBeside(message.from === '' ? '<>' : message.from, summary.from), palette.cyan),
    ...row('to', message.to.join(', '), palette.cyan),
    ...row('subject', summary.subject, palette.bold),
    ...row('size', [`${formatCount(message.octets)} octets`, message.eightBit ? '8-bit' : '7-bit', ...message.parameters].join(', ')),
    ...row('tls', tls === undefined ? 'none: sent in clear text' : `${tls.protocol}, ${tls.cipher}${tls.resumed ? ', resumed' : ''}`, tls === undefined ? palette.yellow : palette.green),
    ...row('login', identity === undefined ? undefined : `${identity}${mechanism === undefined ? '' : ` by ${mechanism}`}`),
    ...row('client', `${message.client}${message.helloDomain === undefined ? '' : `, calls itself ${message.helloDomain}`}`),
    ...row('kept as', message.file),
    ...previewText(message.head, PREVIEW_LINES).map((line) => `  ${palette.dim('│')} ${truncate(visibleText(line), width - 4)}`),
  ];
}

/** The envelope's sender, and the header's where that is another one. */
function envelopeBeside(envelope: string, header: readonly SummaryAddress[]): string {
  const author = header[0];
  if (author === undefined) return `${envelope} (no From field)`;
  const written = author.name === undefined || author.name === '' ? author.address : `${author.name} <${author.address}>`;
  return author.address === envelope ? written : `${envelope} (From: ${written})`;
}

export function messageRecord(message: CaughtMessage, number: number): JsonRecord {
  const summary = summarizeMessage(message.head);
  const { tls } = message;
  return {
    type: 'message',
    number,
    session: message.sessionNumber,
    receivedAt: new Date(message.receivedAt).toISOString(),
    from: message.from,
    to: message.to,
    subject: summary.subject,
    messageId: summary.messageId,
    octets: message.octets,
    eightBit: message.eightBit,
    sha256: message.sha256,
    parameters: message.parameters,
    client: message.client,
    helloDomain: message.helloDomain,
    identity: message.identity,
    mechanism: message.mechanism,
    tls: tls === undefined ? undefined : { protocol: tls.protocol, cipher: tls.cipher, resumed: tls.resumed },
    file: message.file,
    preview: previewText(message.head, PREVIEW_LINES).join('\n'),
  };
}
