/**
 * A private Postfix: its own configuration, queue and port on loopback, delivering into a folder of its own, or onward to
 * a server of ours. Nothing of an installed Postfix's configuration is read or changed. Needs root, as Postfix does.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startDovecotAuth } from './dovecot-auth.ts';
import { findProgram } from './programs.ts';
import type { Program, ScenarioContext } from './scenario.ts';

/** How a private Postfix is set up. */
export interface PostfixOptions {
  /** PEM; with it Postfix offers STARTTLS. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** With it Postfix offers AUTH PLAIN, LOGIN and CRAM-MD5 for this one user. */
  readonly auth?: { readonly username: string; readonly password: string };
  /** Where mail for other domains than `postfix.example` goes: a server of ours on 127.0.0.1. Without it, it is refused. */
  readonly relay?: { readonly port: number };
  /** Lines of main.cf, the last word. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Services of master.cf by name, such as `smtps`; `%PORT%` in them is another free port, see `extraPort`. */
  readonly services?: readonly string[];
}

/** A running Postfix. */
export interface Postfix {
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly extraPort: number;
  /** `postfix.example`: what it calls itself, and the domain it delivers for. */
  readonly hostname: 'postfix.example';
  /** Its log so far. */
  log(): string;
  /** Waits until it has logged this. */
  logged(pattern: RegExp): Promise<void>;
  /** Waits until `count` messages are delivered (to any address of its domain) and gives them in no certain order. */
  delivered(count: number): Promise<DeliveredMessage[]>;
}

/** A message as Postfix kept it. */
export interface DeliveredMessage {
  /** The header fields that Postfix put in front, LF line ends. */
  readonly trace: string;
  /** What had been sent, with CRLF line ends again. */
  readonly message: Uint8Array;
}

const HOSTNAME = 'postfix.example';
const QUEUE_FOLDERS = ['active', 'bounce', 'corrupt', 'defer', 'deferred', 'flush', 'hold', 'incoming', 'private', 'saved', 'trace'];
const DROP_FOLDERS = ['maildrop', 'public'];
const STOP_MS = 3000;
const POLL_MS = 20;
const SERVICES = `
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
lmtp unix - - n - - lmtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`;

/** Starts a Postfix that ends with the scenario. Resolves when it listens. */
export async function startPostfix(context: ScenarioContext, options: PostfixOptions = {}): Promise<Postfix> {
  const folder = join(context.folder, `postfix-${await context.freePort()}`);
  const port = await context.freePort();
  const extraPort = await context.freePort();
  for (const name of ['', 'configuration', 'queue', 'data', 'mail']) mkdirSync(join(folder, name));
  makeQueue(join(folder, 'queue'));
  chown('postfix', ['data', 'mail'].map((name) => join(folder, name)));
  if (options.auth !== undefined) await startDovecotAuth(context, join(folder, 'auth.socket'), options.auth);
  writeOld(join(folder, 'configuration/main.cf'), mainSettings(folder, options));
  const extra = (options.services ?? []).map((service) => service.replaceAll('%PORT%', String(extraPort)));
  writeFileSync(join(folder, 'configuration/master.cf'), `127.0.0.1:${port} inet n - n - - smtpd\n${SERVICES}${extra.map((line) => `${line}\n`).join('')}`);
  const program = context.start(findProgram('postfix')!, ['-c', join(folder, 'configuration'), 'start-fg']);
  context.defer(() => stopMaster(join(folder, 'queue/pid/master.pid'), program));
  const log = (): string => program.output() + (existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'latin1') : '');
  await waitFor(() => log().includes('daemon started'), context, () => `Postfix does not start:\n${log()}`);
  const inbox = join(folder, 'mail/inbox/new');
  const names = (): string[] => (existsSync(inbox) ? readdirSync(inbox) : []);
  return {
    host: '127.0.0.1',
    port,
    extraPort,
    hostname: HOSTNAME,
    log,
    logged: (pattern) => waitFor(() => pattern.test(log()), context, () => `Postfix did not log ${pattern}:\n${log()}`),
    delivered: async (count) => {
      await waitFor(() => names().length >= count, context, () => `Postfix delivered ${names().length} of ${count} messages:\n${log()}`);
      return names().map((name) => splitTrace(readFileSync(join(inbox, name))));
    },
  };
}

/** The master daemon leaves the process group it was started in; on SIGTERM it ends with all its children. */
async function stopMaster(pidFile: string, program: Program): Promise<void> {
  if (!existsSync(pidFile)) return;
  try {
    process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGTERM');
  } catch {
    return; // It has ended by itself.
  }
  await Promise.race([program.exited, wait(STOP_MS, undefined, { ref: false })]);
}

/** The queue's folders as Postfix's installation makes them, and the mark that spares two seconds of checking them. */
function makeQueue(queue: string): void {
  for (const name of QUEUE_FOLDERS) mkdirSync(join(queue, name), { mode: 0o700 });
  for (const name of ['pid', ...DROP_FOLDERS]) mkdirSync(join(queue, name));
  chown('postfix', QUEUE_FOLDERS.map((name) => join(queue, name)));
  chown('postfix:postdrop', DROP_FOLDERS.map((name) => join(queue, name)));
  for (const name of DROP_FOLDERS) chmodSync(join(queue, name), name === 'public' ? 0o710 : 0o730);
  writeFileSync(join(queue, 'quick-start'), '');
}

/** Postfix waits until the file of its settings is two seconds old, lest somebody is still writing it. */
function writeOld(path: string, text: string): void {
  writeFileSync(path, text);
  utimesSync(path, 1, 1);
}

function chown(owner: string, paths: readonly string[]): void {
  const { status, stderr } = spawnSync('chown', [owner, ...paths], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`Postfix's queue can't be given to it: ${stderr}`);
}

function mainSettings(folder: string, { tls, auth, relay, settings = {} }: PostfixOptions): string {
  const lines: Record<string, string> = {
    compatibility_level: '3.6',
    queue_directory: join(folder, 'queue'),
    data_directory: join(folder, 'data'),
    command_directory: '/usr/sbin',
    daemon_directory: '/usr/lib/postfix/sbin',
    mail_owner: 'postfix',
    setgid_group: 'postdrop',
    maillog_file: join(folder, 'log'),
    maillog_file_prefixes: folder,
    myhostname: HOSTNAME,
    mydestination: '',
    mynetworks: '127.0.0.0/8',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    local_header_rewrite_clients: '',
    smtp_tls_loglevel: '1',
    alias_maps: '',
    alias_database: '',
    biff: 'no',
    smtputf8_enable: 'yes',
    message_size_limit: '20000000',
    minimal_backoff_time: '1s',
    maximal_backoff_time: '1s',
    queue_run_delay: '1s',
    virtual_mailbox_domains: HOSTNAME,
    virtual_mailbox_base: join(folder, 'mail'),
    virtual_mailbox_maps: 'static:inbox/',
    virtual_minimum_uid: '1',
    virtual_uid_maps: `static:${idOf('-u')}`,
    virtual_gid_maps: `static:${idOf('-g')}`,
    default_transport: relay === undefined ? 'error:nobody to relay to' : `smtp:[127.0.0.1]:${relay.port}`,
  };
  if (tls !== undefined) {
    const file = join(folder, 'configuration/tls.pem');
    writeFileSync(file, `${tls.key.trimEnd()}\n${tls.cert}`);
    Object.assign(lines, { smtpd_tls_chain_files: file, smtpd_tls_security_level: 'may', smtpd_tls_loglevel: '1' });
  }
  if (auth !== undefined) Object.assign(lines, { smtpd_sasl_auth_enable: 'yes', smtpd_sasl_type: 'dovecot', smtpd_sasl_path: join(folder, 'auth.socket') });
  return Object.entries({ ...lines, ...settings }).map(([name, value]) => `${name} = ${value}\n`).join('');
}

function idOf(option: '-u' | '-g'): string {
  return spawnSync('id', [option, 'postfix'], { encoding: 'utf8' }).stdout.trim();
}

async function waitFor(holds: () => boolean, { signal }: ScenarioContext, problem: () => string): Promise<void> {
  while (!holds()) {
    if (signal.aborted) throw new Error(problem());
    await wait(POLL_MS);
  }
}

/** Takes the fields off that Postfix puts in front of a message: each name once, in its order. */
export function splitTrace(kept: Uint8Array): DeliveredMessage {
  const text = Buffer.from(kept).toString('latin1');
  let end = 0;
  for (const name of ['Return-Path', 'X-Original-To', 'Delivered-To', 'Received']) {
    const field = new RegExp(`^${name}:.*\\n(?:[ \\t].*\\n)*`, 'y');
    const match = field.exec(text.slice(end));
    end += match?.[0].length ?? 0;
  }
  return { trace: text.slice(0, end), message: new Uint8Array(Buffer.from(text.slice(end).replaceAll('\n', '\r\n'), 'latin1')) };
}

/** Makes a file that Postfix may read, such as a password map; gives its path. */
export function writePostfixFile(context: ScenarioContext, name: string, text: string): string {
  const path = join(context.folder, name);
  writeOld(path, text);
  chmodSync(path, 0o644);
  return path;
}
