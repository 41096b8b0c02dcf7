/** imapflow and node-imap (its package is `imap`) as peers of the `imap` entries, each used as its README shows, with as few options as it lets one ask for. */
import { createRequire } from 'node:module';
import { LARGE, LARGE_MEGABYTES, LARGE_OCTETS, MANY, MANY_MESSAGES, PASSWORD, SlowReader, USERNAME } from './imap-inputs.ts';
import type { BatchedWork, WorkInput } from './work.ts';

/** As much of each API as is used here. */
interface ImapFlow {
  connect(): Promise<void>;
  mailboxOpen(path: string): Promise<unknown>;
  fetch(range: string, query: object, options?: object): AsyncIterable<{ readonly uid: number; readonly flags?: Set<string>; readonly envelope?: { readonly subject: string }; readonly source?: Buffer }>;
  fetchOne(range: string, query: object, options?: object): Promise<{ readonly source: Buffer }>;
  download(range: string, part: undefined, options?: object): Promise<{ readonly content: AsyncIterable<Buffer> }>;
}
interface NodeImap extends NodeJS.EventEmitter {
  connect(): void;
  openBox(name: string, readOnly: boolean, done: (error: Error | null) => void): void;
  fetch(source: string, options: object): NodeJS.EventEmitter;
}

async function openImapFlow({ peersPath, port }: WorkInput, mailbox: string): Promise<ImapFlow> {
  const { ImapFlow } = createRequire(peersPath)('imapflow') as { ImapFlow: new (options: object) => ImapFlow };
  const client = new ImapFlow({ host: '127.0.0.1', port, secure: false, doSTARTTLS: false, disableAutoIdle: true, logger: false, auth: { user: USERNAME, pass: PASSWORD } });
  await client.connect();
  await client.mailboxOpen(mailbox);
  return client;
}

export async function imapflowEnvelopes(input: WorkInput): Promise<BatchedWork> {
  const client = await openImapFlow(input, MANY);
  return {
    batch: MANY_MESSAGES,
    async work() {
      let subjects = 0;
      for await (const { envelope } of client.fetch('1:*', { uid: true, flags: true, envelope: true }, { uid: true })) subjects += envelope!.subject.length;
      return subjects;
    },
  };
}

export async function imapflowBodies(input: WorkInput): Promise<BatchedWork> {
  const client = await openImapFlow(input, MANY);
  return {
    batch: MANY_MESSAGES,
    async work() {
      let octets = 0;
      for await (const { source } of client.fetch('1:*', { uid: true, source: true }, { uid: true })) octets += source!.length;
      return octets;
    },
  };
}

/** The literal as imapflow fetches one: whole. */
export async function imapflowLarge(input: WorkInput): Promise<BatchedWork> {
  const client = await openImapFlow(input, LARGE);
  return {
    batch: LARGE_MEGABYTES,
    async work() {
      const { source } = await client.fetchOne('1', { source: true }, { uid: true });
      if (source.length !== LARGE_OCTETS) throw new Error(`only ${source.length} octets came`);
      return source.length;
    },
  };
}

/** Its way round that: a FETCH of 64 KB at a time. */
export async function imapflowDownload(input: WorkInput): Promise<BatchedWork> {
  const client = await openImapFlow(input, LARGE);
  return {
    batch: LARGE_MEGABYTES,
    async work() {
      const reader = new SlowReader();
      const { content } = await client.download('1', undefined, { uid: true });
      for await (const chunk of content) await reader.take(chunk.length);
      if (reader.octets !== LARGE_OCTETS) throw new Error(`only ${reader.octets} octets came`);
      return reader.octets;
    },
  };
}

async function openNodeImap({ peersPath, port }: WorkInput, mailbox: string): Promise<NodeImap> {
  const NodeImap = createRequire(peersPath)('imap') as new (options: object) => NodeImap;
  const client = new NodeImap({ user: USERNAME, password: PASSWORD, host: '127.0.0.1', port, tls: false, keepalive: false });
  await new Promise<void>((resolve, reject) => {
    client.once('error', reject);
    client.once('ready', () => client.openBox(mailbox, true, (error) => (error === null || error === undefined ? resolve() : reject(error))));
    client.connect();
  });
  return client;
}

/** One FETCH; `onMessage` is given each message. */
function fetchAll(client: NodeImap, options: object, onMessage: (message: NodeJS.EventEmitter) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const fetching = client.fetch('1:*', options);
    fetching.on('message', onMessage);
    fetching.once('error', reject);
    fetching.once('end', resolve);
  });
}

export async function nodeImapEnvelopes(input: WorkInput): Promise<BatchedWork> {
  const client = await openNodeImap(input, MANY);
  return {
    batch: MANY_MESSAGES,
    async work() {
      let subjects = 0;
      await fetchAll(client, { envelope: true }, (message) => message.once('attributes', ({ envelope }: { envelope: { subject: string } }) => (subjects += envelope.subject.length)));
      return subjects;
    },
  };
}

export async function nodeImapBodies(input: WorkInput): Promise<BatchedWork> {
  const client = await openNodeImap(input, MANY);
  return {
    batch: MANY_MESSAGES,
    async work() {
      let octets = 0;
      const count = (stream: NodeJS.ReadableStream): void => void stream.on('data', (chunk: Buffer) => (octets += chunk.length));
      await fetchAll(client, { bodies: '' }, (message) => message.on('body', count));
      return octets;
    },
  };
}

export async function nodeImapLarge(input: WorkInput): Promise<BatchedWork> {
  const client = await openNodeImap(input, LARGE);
  return {
    batch: LARGE_MEGABYTES,
    async work() {
      const reader = new SlowReader();
      let read: Promise<void> | undefined;
      const drain = async (stream: NodeJS.ReadableStream): Promise<void> => {
        for await (const chunk of stream) await reader.take((chunk as Buffer).length);
      };
      await fetchAll(client, { bodies: '' }, (message) => message.on('body', (stream: NodeJS.ReadableStream) => (read = drain(stream))));
      await read;
      if (reader.octets !== LARGE_OCTETS) throw new Error(`only ${reader.octets} octets came`);
      return reader.octets;
    },
  };
}
