/** A DNS for tests: a zone as text, as a file, and on a real server on loopback. */
import { writeFile } from 'node:fs/promises';
import { startDnsServer, type DnsServer } from '@mailwright/dns';
import { onTestFinished } from 'vitest';
import { scratchFolder } from './run-command.ts';

/** Writes `text` into a file; it goes with the test. */
export async function zoneFile(text: string): Promise<string> {
  const file = `${await scratchFolder()}/test.zone`;
  await writeFile(file, text);
  return file;
}

export interface ServedZone {
  readonly server: DnsServer;
  /** For `--dns`. */
  readonly address: string;
}

/** Serves `zone` on a free port of loopback until the test is over. */
export async function serveZone(zone: string): Promise<ServedZone> {
  const server = await startDnsServer({ zone });
  onTestFinished(() => server.close());
  return { server, address: `${server.host}:${server.port}` };
}
