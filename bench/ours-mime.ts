/** mailwright's `mime` as a measured side. With the other `ours*.ts` the only files of the benchmarks that touch mailwright's packages. */
import { readFileSync } from 'node:fs';
import { buildMessage, parseAddressHeader, parseMessage, readParts } from '@mailwright/mime';
import { fileChunks, readBuildInput } from './sides/mime-inputs.ts';
import type { Work, WorkInput } from './sides/work.ts';

/** Structure, the fields that everybody shows, and every text of it, decoded. */
export function parseTexts({ inputPath }: WorkInput): Work {
  const octets = new Uint8Array(readFileSync(inputPath));
  return () => {
    let characters = 0;
    for (const part of parseMessage(octets).parts) {
      for (const field of part.headers.fields) characters += field.name.length + field.text.length;
      if (part.mediaType.startsWith('text/')) characters += part.text().text.length;
    }
    return characters;
  };
}

/** From a file in chunks; every body decoded as it comes. */
export function parseStreamed({ inputPath }: WorkInput): Work {
  return async () => {
    let octets = 0;
    for await (const part of readParts(fileChunks(inputPath))) {
      if (part.mediaType.startsWith('multipart/')) continue;
      for await (const chunk of part.content()) octets += chunk.length;
    }
    return octets;
  };
}

/** Where everything is, and nothing decoded. */
export function indexOffsets({ inputPath }: WorkInput): Work {
  const octets = new Uint8Array(readFileSync(inputPath));
  return () => parseMessage(octets).parts.reduce((sum, { bodyStart, bodyEnd }) => sum + bodyEnd - bodyStart, 0);
}

export function build({ inputPath }: WorkInput): Work {
  const { from, to, subject, text, date, messageId, attachment } = readBuildInput(inputPath);
  const attachments = attachment.length === 0 ? [] : [{ fileName: 'data.bin', content: new Uint8Array(attachment) }];
  const input = { from, to, subject, text, attachments, date: new Date(date), messageId, boundary: 'a-boundary-of-the-bench' };
  return () => buildMessage(input).octets().length;
}

export function parseAddresses({ inputPath }: WorkInput): Work {
  const list = readFileSync(inputPath, 'utf8');
  return () => parseAddressHeader(list).addresses.length;
}
