/**
 * A private Dovecot: IMAP and POP3, in clear, with STARTTLS and with TLS from the first octet, every extension it has switched on, all of it in the
 * scenario's folder and on loopback. Nothing of an installed one's configuration is read or changed. Needs root, as its login processes do.
 */
import { createHmac } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from 'node:net';
import { createTestAuthority } from '@mailwright/testing';
import { findProgram } from './programs.ts';
import type { ScenarioContext } from './scenario.ts';

export interface DovecotOptions {
  /** How mail is kept. Default Maildir, so that a scenario can look at the files. */
  readonly storage?: 'maildir' | 'mdbox';
  /** Messages of `alice`'s INBOX, the oldest first, CRLF line ends. */
  readonly inbox?: readonly Uint8Array[];
  /** Whose client certificates are trusted, PEM. */
  readonly clientAuthority?: string;
  /** Lines of dovecot.conf, the last word. */
  readonly settings?: readonly string[];
}

/** A running Dovecot. */
export interface Dovecot {
  readonly host: '127.0.0.1';
  readonly imapPort: number;
  readonly imapsPort: number;
  readonly pop3Port: number;
  readonly pop3sPort: number;
  /** `dovecot.example`, the name in its certificate. */
  readonly hostname: 'dovecot.example';
  /** The authority to trust, PEM. */
  readonly ca: string;
  /** Its log so far. */
  log(): string;
  /** A bearer token (a JWT that is checked without asking anybody) for a user, good for an hour. */
  token(username: string): string;
  /** Runs doveadm against this instance. */
  doveadm(...options: readonly string[]): Promise<string>;
}

/** Users that it knows, and the password of each. */
export const DOVECOT_USERS = ['alice', 'bob'] as const;
export const DOVECOT_PASSWORD = 'correct "horse"\\battery=%&';

const HOSTNAME = 'dovecot.example';
const TOKEN_KEY = 'a key that only this test knows, longer than 32 octets';
const MAIL_UID = 65534; // nobody
const MAIL_GID = 65534; // nogroup
const LATEST_START_MS = 10_000;
const POLL_MS = 20;

/** Starts a Dovecot that ends with the scenario. Resolves when it listens. */
export async function startDovecot(context: ScenarioContext, options: DovecotOptions = {}): Promise<Dovecot> {
  const folder = join(context.folder, 'dovecot');
  mkdirSync(folder);
  const certificate = createTestAuthority({ keyType: 'rsa' }).issue({ names: [HOSTNAME] });
  const ports = { imap: await context.freePort(), imaps: await context.freePort(), pop3: await context.freePort(), pop3s: await context.freePort() };
  writeFileSync(join(folder, 'cert.pem'), certificate.cert);
  writeFileSync(join(folder, 'key.pem'), certificate.key);
  writeFileSync(join(folder, 'clients.pem'), options.clientAuthority ?? certificate.ca);
  writeFileSync(join(folder, 'users'), DOVECOT_USERS.map((name) => `${name}:{PLAIN}${DOVECOT_PASSWORD}\n`).join(''));
  mkdirSync(join(folder, 'keys', 'default', 'HS256'), { recursive: true });
  writeFileSync(join(folder, 'keys', 'default', 'HS256', 'default'), Buffer.from(TOKEN_KEY).toString('base64'));
  writeFileSync(join(folder, 'oauth2.conf'), `introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix=${folder}/keys/\nusername_attribute = sub\n`);
  const mail = join(folder, 'mail');
  for (const name of DOVECOT_USERS) mkdirSync(join(mail, name), { recursive: true });
  writeInbox(join(mail, 'alice', 'Maildir'), options.inbox ?? []);
  giveAway(mail);
  const configuration = join(folder, 'dovecot.conf');
  writeFileSync(configuration, configure(folder, ports, options));
  chmodSync(folder, 0o755);
  const program = context.start(findProgram('dovecot')!, ['-F', '-c', configuration]);
  for (const port of Object.values(ports)) await listening(port, () => program.output());
  return {
    host: '127.0.0.1', hostname: HOSTNAME, ca: certificate.ca, log: () => program.output(), token: makeToken,
    imapPort: ports.imap, imapsPort: ports.imaps, pop3Port: ports.pop3, pop3sPort: ports.pop3s,
    doveadm: async (...parameters) => {
      const { status, stdout, stderr } = await context.run(findProgram('doveadm')!, ['-c', configuration, ...parameters]);
      if (status !== 0) throw new Error(`doveadm ${parameters.join(' ')}: ${stderr}`);
      return stdout;
    },
  };
}

function configure(folder: string, ports: Readonly<Record<'imap' | 'imaps' | 'pop3' | 'pop3s', number>>, { storage = 'maildir', settings = [] }: DovecotOptions): string {
  return `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = /dev/stderr
protocols = imap pop3
listen = 127.0.0.1
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
ssl_ca = <${folder}/clients.pem
disable_plaintext_auth = no
auth_mechanisms = plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256 apop oauthbearer xoauth2 anonymous
auth_anonymous_username = bob
auth_failure_delay = 0
auth_verbose = yes
passdb {
  driver = oauth2
  mechanisms = oauthbearer xoauth2
  args = ${folder}/oauth2.conf
}
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%n ${folder}/users
}
userdb {
  driver = static
  args = home=${folder}/mail/%n
}
first_valid_uid = 1
mail_uid = ${MAIL_UID}
mail_gid = ${MAIL_GID}
mail_location = ${storage === 'maildir' ? 'maildir:~/Maildir' : 'mdbox:~/mdbox'}
mail_plugins = $mail_plugins acl quota zlib notify
mail_attribute_dict = file:%h/attributes
imap_metadata = yes
mail_max_userip_connections = 100
namespace inbox {
  inbox = yes
  separator = /
  mailbox Drafts {
    special_use = \\Drafts
    auto = create
  }
  mailbox Sent {
    special_use = \\Sent
    auto = create
  }
  mailbox Trash {
    special_use = \\Trash
    auto = create
  }
}
namespace shared {
  type = shared
  separator = /
  prefix = shared/%%u/
  location = maildir:${folder}/mail/%%n/Maildir:INDEXPVT=~/shared/%%u
  subscriptions = no
  list = children
}
protocol imap {
  mail_plugins = $mail_plugins imap_acl imap_quota imap_zlib
  mail_max_userip_connections = 100
  imap_idle_notify_interval = 30 s
  imap_urlauth_host = ${HOSTNAME}
}
protocol pop3 {
  pop3_uidl_format = %08Xu%08Xv
}
plugin {
  acl = vfile
  acl_shared_dict = file:${folder}/mail/shared-mailboxes
  quota = count:User quota
  quota_rule = *:storage=100M
  quota_vsizes = yes
  zlib_save_level = 6
}
service imap-login {
  inet_listener imap {
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = ${ports.imaps}
    ssl = yes
  }
}
service pop3-login {
  inet_listener pop3 {
    port = ${ports.pop3}
  }
  inet_listener pop3s {
    port = ${ports.pop3s}
    ssl = yes
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
${settings.join('\n')}
`;
}

/** A Maildir's messages keep LF for line ends, as Dovecot itself writes them. */
function writeInbox(maildir: string, messages: readonly Uint8Array[]): void {
  for (const name of ['cur', 'new', 'tmp']) mkdirSync(join(maildir, name), { recursive: true });
  for (const [index, octets] of messages.entries()) {
    const text = Buffer.from(octets).toString('latin1').replaceAll('\r\n', '\n');
    writeFileSync(join(maildir, 'cur', `${1_700_000_000 + index}.M${index}P1.${HOSTNAME},S=${text.length},W=${octets.length}:2,`), text, 'latin1');
  }
}

function giveAway(path: string): void {
  chownSync(path, MAIL_UID, MAIL_GID);
  if (!statSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) giveAway(join(path, name));
}

/** @rfc 7519 3 */
function makeToken(username: string): string {
  const now = Math.floor(Date.now() / 1000);
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ sub: username, iat: now - 60, exp: now + 3600 })}`;
  return `${signed}.${createHmac('sha256', TOKEN_KEY).update(signed).digest('base64url')}`;
}

/** Waits until something listens on the port. */
export async function listening(port: number, log: () => string): Promise<void> {
  const latest = Date.now() + LATEST_START_MS;
  while (Date.now() < latest) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      }).on('error', () => resolve(false));
    });
    if (isUp) return;
    await wait(POLL_MS);
  }
  throw new Error(`nothing listens on port ${port}:\n${log()}`);
}
