/** mailwright's IMAP client as a measured side. */
import { ImapClient } from '@mailwright/imap-client';
import type { FetchedMessage, Mailbox } from '@mailwright/imap-client';
import { LARGE, LARGE_MEGABYTES, LARGE_OCTETS, MANY, MANY_MESSAGES, PASSWORD, SlowReader, USERNAME } from './sides/imap-inputs.ts';
import type { BatchedWork, WorkInput } from './sides/work.ts';

async function open({ port }: WorkInput, mailbox: string): Promise<Mailbox> {
  const auth = { username: USERNAME, password: PASSWORD };
  const client = await ImapClient.connect({ host: '127.0.0.1', port, auth, tls: { mode: 'none' }, allowClearTextAuth: true });
  return await client.open(mailbox);
}

export async function fetchEnvelopes(input: WorkInput): Promise<BatchedWork> {
  const box = await open(input, MANY);
  return {
    batch: MANY_MESSAGES,
    async work() {
      let subjects = 0;
      for await (const { envelope } of box.fetch('all', { flags: true, envelope: true })) subjects += envelope!.subject!.length;
      return subjects;
    },
  };
}

export async function fetchBodies(input: WorkInput): Promise<BatchedWork> {
  const box = await open(input, MANY);
  return {
    batch: MANY_MESSAGES,
    async work() {
      let octets = 0;
      for await (const message of box.fetch('all', { bodies: [''] })) octets += message.body().kept!.length;
      return octets;
    },
  };
}

/** Each piece is lent until the next one is asked for. */
export function fetchLarge(input: WorkInput): Promise<BatchedWork> {
  return readingLarge(input, (message) => message.body().lent());
}

/** Each piece is the reader's for good. */
export function fetchLargeKept(input: WorkInput): Promise<BatchedWork> {
  return readingLarge(input, (message) => message.body());
}

async function readingLarge(input: WorkInput, piecesOf: (message: FetchedMessage) => AsyncIterable<Uint8Array>): Promise<BatchedWork> {
  const box = await open(input, LARGE);
  return {
    batch: LARGE_MEGABYTES,
    async work() {
      const reader = new SlowReader();
      for await (const message of box.fetch('all', { bodies: [''] })) {
        for await (const piece of piecesOf(message)) await reader.take(piece.length);
      }
      if (reader.octets !== LARGE_OCTETS) throw new Error(`only ${reader.octets} octets came`);
      return reader.octets;
    },
  };
}
