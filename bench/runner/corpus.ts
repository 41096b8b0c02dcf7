/** What is sent: messages made from a seed, the same octets on every machine; and a throwaway certificate. In a temporary folder. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '@mailwright/testing';

const SEED = 5321;
const LINE_CHARACTERS = 74; // and CRLF: a line of 76 octets
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789     ,;:-';

/** Removed when the run ends. */
export const temporaryFolder: string = mkdtempSync(join(tmpdir(), 'mailwright-bench-'));
process.on('exit', () => rmSync(temporaryFolder, { recursive: true, force: true }));

/** A message of exactly `octets` octets: a header, then lines of 76 octets, CRLF everywhere, no line starts with a dot. */
export function makeMessage(octets: number): string {
  const random = new SeededRandom(SEED);
  const header = [
    'Date: Tue, 01 Jul 2025 10:00:00 +0000', 'From: Sender <sender@client.example>', 'To: Recipient <recipient@server.example>',
    'Subject: a message from a seed', 'Message-ID: <5321@client.example>', 'MIME-Version: 1.0', 'Content-Type: text/plain; charset=us-ascii', '', '',
  ].join('\r\n');
  const lines: string[] = [];
  let left = octets - header.length;
  while (left > 0) {
    const characters = left >= LINE_CHARACTERS + 4 || left === LINE_CHARACTERS + 2 ? LINE_CHARACTERS : Math.max(0, left - 2);
    lines.push(random.text(LETTERS, characters));
    left -= characters + 2;
  }
  return `${header}${lines.join('\r\n')}\r\n`;
}

const written = new Set<number>();

/** Path of the message of that size. */
export function messagePath(octets: number): string {
  const path = join(temporaryFolder, `message-${octets}.eml`);
  if (!written.has(octets)) {
    const message = makeMessage(octets);
    if (message.length !== octets) throw new Error(`made ${message.length} octets, not ${octets}`);
    writeFileSync(path, message, 'latin1');
    written.add(octets);
  }
  return path;
}

let made: { keyPath: string; certPath: string } | undefined;

/** A self-signed P-256 certificate for 127.0.0.1. */
export function certificate(): { keyPath: string; certPath: string } {
  if (made !== undefined) return made;
  const paths = { keyPath: join(temporaryFolder, 'key.pem'), certPath: join(temporaryFolder, 'cert.pem') };
  const parameters = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', paths.keyPath, '-out', paths.certPath];
  execFileSync('openssl', parameters, { stdio: 'ignore' });
  made = paths;
  return paths;
}
