/** A client of a scripted server, logged in. */
import { ImapClient } from '../src/client.ts';
import type { ImapConnectOptions } from '../src/options.ts';
import { scripted, type Script, type ScriptedOptions, type ScriptedServer } from './scripted-server.ts';

export interface Scripted extends AsyncDisposable {
  readonly client: ImapClient;
  readonly server: ScriptedServer;
  readonly servers: ScriptedServer[];
}

const PLAIN: ImapConnectOptions = { tls: { mode: 'none' }, allowClearTextAuth: true, auth: { username: 'ann', password: 'secret' } };

export async function connectScripted(script?: Script, options: ScriptedOptions = {}, more: ImapConnectOptions = {}): Promise<Scripted> {
  const { dial, servers } = scripted(script, { maxChunkOctets: 16_384, ...options });
  const client = await ImapClient.connect({ ...PLAIN, dial, ...more });
  return { client, servers, server: servers[0]!, [Symbol.asyncDispose]: () => client.close() };
}

/** `* n FETCH (...)` for UIDs 10, 20, 30, ... in a mailbox of the scripted server. */
export function fetchLine(number: number, items: string): string {
  return `* ${number} FETCH (UID ${number * 10}${items === '' ? '' : ` ${items}`})\r\n`;
}

/** What a promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<Error & { readonly code?: string; readonly usable?: boolean; readonly phase?: string; readonly side?: string }> {
  return await promise.then(
    () => Promise.reject(new Error('was not rejected')),
    (error: unknown) => error as Error,
  );
}
