/**
 * A private Cyrus IMAP: Debian's, unpacked into a folder beside the peers (`cyrus/unpack.sh`) and not installed, since its packages and Dovecot's exclude each
 * other. It finds everything by its own imapd.conf and cyrus.conf in the scenario's folder; IMAP and POP3 in clear, with STARTTLS and TLS from the first octet.
 */
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { createTestAuthority } from '@mailwright/testing';
import { listening } from './dovecot.ts';
import { CYRUS_FOLDER, CYRUS_LIBRARIES } from './programs.ts';
import type { ScenarioContext } from './scenario.ts';

/** A running Cyrus. */
export interface Cyrus {
  readonly host: '127.0.0.1';
  readonly imapPort: number;
  readonly imapsPort: number;
  readonly pop3Port: number;
  /** `cyrus.example`, the name in its certificate. */
  readonly hostname: 'cyrus.example';
  /** The authority to trust, PEM. */
  readonly ca: string;
  /** What it has written to standard error; the rest goes to syslog. */
  log(): string;
}

/** Users that it knows (their mailboxes are made by the first login; `admin` may do everything), and the password of each. */
export const CYRUS_USERS = ['alice', 'bob', 'admin'] as const;
export const CYRUS_PASSWORD = 'correct "horse"\\battery=%&';

const HOSTNAME = 'cyrus.example';
const BINARIES = join(CYRUS_FOLDER, 'usr/lib/cyrus/bin');
const NOBODY_UID = 65534;
const NOBODY_GID = 65534;

/** Starts a Cyrus that ends with the scenario. Resolves when it listens. `settings` are lines of imapd.conf. */
export async function startCyrus(context: ScenarioContext, settings: readonly string[] = []): Promise<Cyrus> {
  const folder = join(context.folder, 'cyrus');
  for (const name of ['', 'conf', 'conf/socket', 'spool']) mkdirSync(join(folder, name));
  const certificate = createTestAuthority({ keyType: 'rsa' }).issue({ names: [HOSTNAME] });
  const ports = { imap: await context.freePort(), imaps: await context.freePort(), pop3: await context.freePort() };
  writeFileSync(join(folder, 'cert.pem'), certificate.cert);
  writeFileSync(join(folder, 'key.pem'), certificate.key);
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? 'nobody' : userInfo().username;
  const imapdConf = join(folder, 'imapd.conf');
  const cyrusConf = join(folder, 'cyrus.conf');
  writeFileSync(imapdConf, configure(folder, user, settings));
  writeFileSync(cyrusConf, listServices(imapdConf, ports));
  const env = { LD_LIBRARY_PATH: CYRUS_LIBRARIES, CYRUS_USER: user };
  for (const name of CYRUS_USERS) {
    const { status, stderr } = await context.run(join(CYRUS_FOLDER, 'usr/sbin/saslpasswd2'), ['-p', '-c', '-f', join(folder, 'sasldb2'), '-u', HOSTNAME, name], { env, input: CYRUS_PASSWORD });
    if (status !== 0) throw new Error(`saslpasswd2: ${stderr}`);
  }
  chmodSync(folder, 0o755);
  if (isRoot) giveAway(folder);
  const program = context.start(join(BINARIES, 'master'), ['-C', imapdConf, '-M', cyrusConf, '-p', join(folder, 'master.pid'), '-D'], { env });
  for (const port of Object.values(ports)) await listening(port, () => program.output());
  return { host: '127.0.0.1', hostname: HOSTNAME, ca: certificate.ca, imapPort: ports.imap, imapsPort: ports.imaps, pop3Port: ports.pop3, log: () => program.output() };
}

/** @see imapd.conf(5) */
function configure(folder: string, user: string, settings: readonly string[]): string {
  return `
configdirectory: ${folder}/conf
partition-default: ${folder}/spool
proc_path: ${folder}/conf/proc
cyrus_user: ${user}
servername: ${HOSTNAME}
admins: admin
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: ${folder}/sasldb2
sasl_mech_list: PLAIN LOGIN CRAM-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256
allowplaintext: yes
unixhierarchysep: yes
altnamespace: yes
conversations: yes
tls_server_cert: ${folder}/cert.pem
tls_server_key: ${folder}/key.pem
autocreate_quota: 100000
autocreate_inbox_folders: Drafts | Sent | Trash
xlist-drafts: Drafts
xlist-sent: Sent
xlist-trash: Trash
allowapop: yes
imapidlepoll: 1
expunge_mode: delayed
delete_mode: immediate
failedloginpause: 0
${settings.join('\n')}
`;
}

/** The opening brace has to be the last thing of its line. @see cyrus.conf(5) */
function listServices(imapdConf: string, ports: Readonly<Record<'imap' | 'imaps' | 'pop3', number>>): string {
  const line = (name: string, command: string, rest: string): string => `  ${name} cmd="${BINARIES}/${command} -C ${imapdConf}"${rest}`;
  return [
    'START {', line('recover', 'ctl_cyrusdb', '').replace(/"$/, ' -r"'), '}',
    'SERVICES {',
    line('imap', 'imapd', ` listen="127.0.0.1:${ports.imap}" prefork=1`),
    line('imaps', 'imapd -s', ` listen="127.0.0.1:${ports.imaps}" prefork=0`),
    line('pop3', 'pop3d', ` listen="127.0.0.1:${ports.pop3}" prefork=0`),
    '}',
    'DAEMON {', line('idled', 'idled', '').replace(/"$/, ' -d"'), '}',
    'EVENTS {', '}', '',
  ].join('\n');
}

function giveAway(path: string): void {
  chownSync(path, NOBODY_UID, NOBODY_GID);
  if (!statSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) giveAway(join(path, name));
}
