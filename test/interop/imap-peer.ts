/** What the scenarios with Dovecot and with Cyrus have in common: how each is started, what it can do, and our client connected to it. */
import { parseCommand, SERVER_LIMITS } from '@mailwright/imap';
import type { Command } from '@mailwright/imap';
import { ImapClient } from '@mailwright/imap-client';
import type { ImapConnectOptions, TraceEntry } from '@mailwright/imap-client';
import type { MechanismName } from '@mailwright/sasl';
import { CYRUS_PASSWORD, startCyrus } from './cyrus.ts';
import { DOVECOT_PASSWORD, startDovecot } from './dovecot.ts';
import type { ScenarioContext } from './scenario.ts';

/** A running server with the users `alice` and `bob`. */
export interface ImapPeer {
  readonly imapPort: number;
  readonly imapsPort: number;
  readonly pop3Port: number;
  readonly hostname: string;
  readonly ca: string;
  readonly password: string;
  /** What to log in with; `undefined` for the strongest that is offered. Cyrus 3.6 offers SCRAM-SHA-256-PLUS and does not bind as RFC 9266 says. */
  readonly mechanisms: readonly MechanismName[] | undefined;
  log(): string;
}

/** A program that can be started. */
export interface ImapPeerKind {
  readonly name: 'Dovecot' | 'Cyrus';
  readonly needs: readonly string[];
  /** Password mechanisms that both sides know. */
  readonly mechanisms: readonly MechanismName[];
  start(context: ScenarioContext): Promise<ImapPeer>;
}

export const DOVECOT: ImapPeerKind = {
  name: 'Dovecot', needs: ['dovecot'], mechanisms: ['PLAIN', 'LOGIN', 'CRAM-MD5', 'SCRAM-SHA-1', 'SCRAM-SHA-256'],
  start: async (context) => ({ ...(await startDovecot(context)), password: DOVECOT_PASSWORD, mechanisms: undefined }),
};
export const CYRUS: ImapPeerKind = {
  name: 'Cyrus', needs: ['cyrus'], mechanisms: ['PLAIN', 'LOGIN', 'CRAM-MD5', 'SCRAM-SHA-1', 'SCRAM-SHA-256'],
  start: async (context) => ({ ...(await startCyrus(context)), password: CYRUS_PASSWORD, mechanisms: ['SCRAM-SHA-256'] }),
};
export const IMAP_PEERS: readonly ImapPeerKind[] = [DOVECOT, CYRUS];

export interface OurImapClient {
  readonly client: ImapClient;
  readonly trace: readonly TraceEntry[];
}

/** Connects as `alice`, with verified STARTTLS unless `options` say otherwise; closed when the scenario ends. */
export async function connectOurImap(context: ScenarioContext, peer: ImapPeer, options: ImapConnectOptions = {}): Promise<OurImapClient> {
  const trace: TraceEntry[] = [];
  const client = await ImapClient.connect({
    host: '127.0.0.1', port: peer.imapPort, ca: peer.ca, servername: peer.hostname, tls: { mode: 'verified', names: [peer.hostname] }, signal: context.signal,
    auth: { username: 'alice', password: peer.password }, mechanisms: peer.mechanisms, trace: (entry) => void trace.push(entry), ...options,
  });
  context.defer(() => client.close());
  return { client, trace };
}

/** A command as one would type it. */
export function command(line: string): Command {
  const parsed = parseCommand({ octets: Buffer.from(`t ${line}`), streamed: [], complete: true }, SERVER_LIMITS, false);
  if (!parsed.ok) throw new SyntaxError(`${line}: ${parsed.expected}`);
  return parsed.command;
}

/** What we said: `AUTHENTICATE SCRAM-SHA-256`, one line after the other, without tags. */
export function saidBy({ trace }: OurImapClient): string[] {
  return trace.filter(({ direction, text }) => direction === 'client' && text !== undefined).map(({ text }) => text!.replace(/^[A-Z]\d+ /, ''));
}
