/** What `mailwright imap` can be told. */
import { COMMON_OPTIONS, type CommandSpec, type OptionTable } from '../arguments/option-table.ts';
import { CONNECTION_OPTIONS } from './connection-options.ts';

const MESSAGES = 'Messages';

/** How to get there: what `send` has of it that IMAP has too. */
const SHARED = ['ca', 'tls-cert', 'tls-key', 'user', 'password', 'token', 'mechanism', 'allow-clear-text-auth'] as const;

/** The options that not every verb has, and for which it is. */
export const OPTIONS_OF_VERBS: Readonly<Record<string, readonly string[]>> = {
  mailbox: ['fetch', 'search', 'watch', 'get'], limit: ['fetch', 'search'], section: ['get'], out: ['get'], status: ['ls'], since: ['watch'], max: ['watch'],
};

const OPTIONS: OptionTable = {
  mailbox: { value: 'NAME', help: 'The mailbox. Default INBOX', group: MESSAGES },
  limit: { value: 'N', help: 'fetch and search: show the last N messages. Default 20; 0 for all', group: MESSAGES },
  section: { value: 'SECTION', help: 'get: a part (1.2), HEADER, TEXT, 1.MIME. Default the whole message', group: MESSAGES },
  out: { value: 'FILE', help: 'get: write to this file, which must not be there yet. Default the standard output', group: MESSAGES },
  status: { help: 'ls: count the messages of each mailbox', group: MESSAGES },
  since: { value: 'TOKEN', help: 'watch: begin where an earlier watch ended, by the token that it told', group: MESSAGES },
  max: { value: 'N', help: 'watch: end after so many updates', group: MESSAGES },
  timeout: { value: 'SECONDS', help: 'How long connecting, and then each answer, may take. Default 30 to connect, 60 for the greeting, and 300 of silence', group: 'The server' },
  disable: { value: 'CAPABILITY', many: true, help: 'Take this for not offered: QRESYNC, IDLE, SORT ...', group: 'The server' },
  ...Object.fromEntries(SHARED.map((name) => [name, CONNECTION_OPTIONS[name]!])),
  tls: { value: 'POLICY', help: 'none, opportunistic, required (whoever answers), verified (by a trusted authority, for this host). Default verified', group: 'TLS' },
  trace: { help: 'Show what is said, as it is said; passwords are left out', group: 'Output' },
  explain: { help: 'Show at the end what was said, every line with its meaning and its RFC', group: 'Output' },
  ...COMMON_OPTIONS,
};

export const imapSpec: CommandSpec = {
  name: 'imap',
  summary: 'Read a mailbox: list, search, fetch, watch it, and get messages, from any IMAP server',
  usage: ['URL ls [PATTERN]', 'URL fetch [UIDS]', 'URL search KEY ...', 'URL watch', 'URL get UID'],
  description: [
    'URL is imaps://user@host or imap://user:password@host:port; the password may be in $MAILWRIGHT_PASSWORD, a token in $MAILWRIGHT_TOKEN. Nothing is changed on the server: mailboxes are opened to be read.',
    'ls lists mailboxes. fetch shows who wrote what (UIDS: 1,5:7,20:*), with N for new, F for flagged, A for answered, D for deleted. search takes the keys of IMAP: FROM jane UNSEEN SINCE 1-Jan-2026. watch tells what comes, goes and changes until Ctrl-C. get writes one message, octet by octet.',
    'Exit codes: 0 done, 1 the server said no or there is no such message, 2 wrong usage, 3 no connection, no login, or it was lost, 5 a fault of mailwright.',
  ],
  options: OPTIONS,
  examples: [
    ['mailwright imap imaps://jane@mail.example.org ls --status', 'Which mailboxes there are, and how full they are'],
    ['mailwright imap imaps://jane@mail.example.org search FROM joe SINCE 1-Jan-2026', 'What joe has written this year'],
    ['mailwright imap imaps://jane@mail.example.org get 4711 --out letter.eml', 'One message as a file'],
    ['mailwright imap imaps://jane@mail.example.org watch --json', 'News for a program, a JSON line each'],
  ],
  operands: { most: 100, name: 'words' },
};
