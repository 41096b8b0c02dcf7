/** What `mailwright serve` can be told. */
import { COMMON_OPTIONS, type CommandSpec, type OptionTable } from '../arguments/option-table.ts';

const OPTIONS: OptionTable = {
  port: { value: 'PORT', help: 'Port to listen on; 0 for a free one. Default 2525' },
  host: { value: 'HOST', help: 'Name or address to listen on; :: for all of this machine. Default localhost' },
  hostname: { value: 'NAME', help: "The name the server calls itself. Default this machine's" },
  out: { value: 'DIR', help: 'Keep each message as a file DIR/*.eml; it is on the disk before the client gets its 250' },
  max: { value: 'N', help: 'Exit after so many messages' },
  'implicit-tls-port': { value: 'PORT', help: 'Listen on this port too, with TLS from the first octet (as on 465)', group: 'TLS' },
  'require-tls': { help: 'Take nothing but EHLO, NOOP, STARTTLS and QUIT in clear text', group: 'TLS' },
  'tls-key': { value: 'FILE', help: 'Private key in PEM, with --tls-cert. Default: a fresh certificate each time', group: 'TLS' },
  'tls-cert': { value: 'FILE', help: 'Certificate chain in PEM, with --tls-key', group: 'TLS' },
  'ca-out': { value: 'FILE', help: 'Write the authority of the fresh certificate there, for clients to trust', group: 'TLS' },
  'no-tls': { help: 'Do not offer STARTTLS', group: 'TLS' },
  auth: { value: 'USER:PASSWORD', many: true, help: 'Somebody who may log in (SCRAM-SHA-256, CRAM-MD5, PLAIN, LOGIN)', group: 'Login' },
  'require-auth': { help: 'Take mail only from who has logged in', group: 'Login' },
  'allow-clear-text-auth': { help: 'Let PLAIN and LOGIN run without TLS: the password can be read on the way', group: 'Login' },
  reject: { value: 'ADDRESS', many: true, help: 'Refuse this recipient with 550 5.1.1; @DOMAIN refuses all of a domain', group: 'What is taken' },
  size: { value: 'OCTETS', help: 'Largest message. Default 26214400', group: 'What is taken' },
  disable: { value: 'KEYWORD', many: true, help: 'Do not offer this extension: CHUNKING, PIPELINING, 8BITMIME, SMTPUTF8 ...', group: 'What is taken' },
  'normalize-line-ends': { help: 'Mend bare CR and LF in messages. Default: refuse them', group: 'What is taken' },
  'imap-port': { value: 'PORT', help: 'Offer the caught mail over IMAP on this port; 0 for a free one', group: 'Reading what was caught' },
  'pop3-port': { value: 'PORT', help: 'Offer it over POP3 on this port; 0 for a free one', group: 'Reading what was caught' },
  dialogue: { help: 'Show what is said, as it is said', group: 'Output' },
  explain: { help: 'Show each session when it ends, every line with its meaning and its RFC', group: 'Output' },
  quiet: { help: 'Show only where it listens, errors, and the counts at the end', group: 'Output' },
  ...COMMON_OPTIONS,
};

export const serveSpec: CommandSpec = {
  name: 'serve',
  summary: 'Start a development server that catches mail: shows each message and delivers none',
  usage: ['[OPTIONS]'],
  description: [
    'Starts an SMTP server that takes mail and delivers none of it. Each message is shown; with --out it is kept as a file too, with --imap-port and --pop3-port it can be read by any mail program: everything is in one INBOX, and without --auth any name and password is let in. STARTTLS is offered with a certificate made on the spot.',
    'The first Ctrl-C (SIGINT, SIGTERM) lets transactions end for ten seconds and prints the counts; the second one ends at once.',
  ],
  options: OPTIONS,
  examples: [
    ['mailwright serve', 'Catch mail on localhost:2525'],
    ['mailwright serve --port 0 --out caught --auth app:secret --require-tls --ca-out ca.pem', 'As strict as a real submission server, messages kept in ./caught'],
    ['mailwright serve --imap-port 1143 --pop3-port 1110', 'Catch mail, and read it with a mail program'],
    ['mailwright serve --explain --reject nobody@example.org', 'Learn what your program says, and what it does when a recipient is refused'],
  ],
  operands: { most: 0, name: 'argument' },
};
