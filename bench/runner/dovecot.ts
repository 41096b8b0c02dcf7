/**
 * A Dovecot of its own for the entries of `imap`: on loopback, in clear, everything in the run's temporary folder. Its mailboxes are written once in a
 * run, by hand as a Maildir and then by doveadm as mdbox: files of 10 MB with many messages each, so that Dovecot itself is as fast as it can be.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LARGE, LARGE_OCTETS, MANY, MANY_MESSAGES, MANY_OCTETS, PASSWORD, USERNAME } from '../sides/imap-inputs.ts';
import { makeListedMessage } from '../sides/listed-message.ts';
import { temporaryFolder } from './corpus.ts';
import { Program, findProgram, freePort, reachable } from './processes.ts';

const NOBODY_UID = 65534;
const NOBODY_GID = 65534;
const DOVECOT = findProgram('dovecot');
const DOVEADM = findProgram('doveadm');
const CLOCK_TICK_MICROSECONDS = 10_000;

/** Why Dovecot can't be measured here. */
export function absentDovecot(): string | undefined {
  if (DOVECOT === undefined || DOVEADM === undefined) return 'Dovecot is not installed (Debian: dovecot-imapd)';
  return process.getuid?.() === 0 ? undefined : 'Dovecot can only be started by root';
}

export interface RunningDovecot {
  readonly port: number;
  /** User and system time of all its processes so far, in steps of 10 ms. */
  cpuMicroseconds(): number;
  close(): void;
}

let isFilled = false;

/** Starts it; the first time with its mailboxes to fill, which takes some seconds. */
export async function startDovecot(): Promise<RunningDovecot> {
  const folder = join(temporaryFolder, 'dovecot');
  const configuration = join(folder, 'dovecot.conf');
  const port = await freePort();
  mkdirSync(join(folder, 'mail'), { recursive: true });
  chmodSync(temporaryFolder, 0o755);
  writeFileSync(join(folder, 'users'), `${USERNAME}:{PLAIN}${PASSWORD}\n`);
  writeFileSync(configuration, configure(folder, port));
  const program = new Program(DOVECOT!, ['-F', '-c', configuration]);
  await reachable(port);
  if (!isFilled) fill(folder, configuration);
  isFilled = true;
  const master = program.child.pid!;
  return { port, cpuMicroseconds: () => cpuOfChildren(master), close: () => void program.child.kill('SIGTERM') };
}

const configure = (folder: string, port: number): string => `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
passdb {
  driver = passwd-file
  args = ${folder}/users
}
userdb {
  driver = static
  args = home=${folder}/mail
}
first_valid_uid = 1
mail_uid = ${NOBODY_UID}
mail_gid = ${NOBODY_GID}
mail_location = mdbox:~/mdbox
mail_fsync = never
mdbox_rotate_size = 10M
namespace inbox {
  inbox = yes
  separator = /
}
service imap-login {
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
`;

function fill(folder: string, configuration: string): void {
  const maildir = join(folder, 'mail', 'source');
  writeMaildir(join(maildir, `.${MANY}`), Array.from({ length: MANY_MESSAGES }, (_, index) => makeListedMessage(index, MANY_OCTETS)));
  writeMaildir(join(maildir, `.${LARGE}`), [makeListedMessage(0, LARGE_OCTETS)]);
  writeMaildir(maildir, []);
  giveAway(join(folder, 'mail'));
  execFileSync(DOVEADM!, ['-c', configuration, 'import', '-u', USERNAME, `maildir:${maildir}`, '', 'ALL'], { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Line ends are LF in a Maildir; Dovecot sends CRLF. */
function writeMaildir(maildir: string, messages: Iterable<string>): void {
  for (const name of ['cur', 'new', 'tmp']) mkdirSync(join(maildir, name), { recursive: true });
  let index = 0;
  for (const message of messages) {
    const text = message.replaceAll('\r\n', '\n');
    writeFileSync(join(maildir, 'cur', `${1_700_000_000 + index}.M${index}P1.bench:2,${index % 3 === 0 ? 'S' : index % 7 === 0 ? 'FS' : ''}`), text, 'latin1');
    index++;
  }
}

function giveAway(path: string): void {
  chownSync(path, NOBODY_UID, NOBODY_GID);
  if (!statSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) giveAway(join(path, name));
}

/** Of the processes that `master` has started and are still there: one session's process is among them until it ends. */
function cpuOfChildren(master: number): number {
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name) || !existsSync(`/proc/${name}/stat`)) continue;
    const fields = readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
    if (Number(fields[1]) === master) ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks * CLOCK_TICK_MICROSECONDS;
}
