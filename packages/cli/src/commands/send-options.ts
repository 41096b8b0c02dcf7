/** What `mailwright send` can be told. */
import { COMMON_OPTIONS, type CommandSpec, type OptionTable } from '../arguments/option-table.ts';
import { CONNECTION_OPTIONS } from './connection-options.ts';

const ENVELOPE = 'Envelope';
const MESSAGE = 'A message from options, in place of a file';
const SENDING = 'Sending';

const OPTIONS: OptionTable = {
  from: { value: 'ADDRESS', help: 'The sender. Default the Sender field, else From; "" is the null reverse-path', group: ENVELOPE },
  to: { value: 'ADDRESS', many: true, help: 'A recipient. Default those in To, Cc and Bcc', group: ENVELOPE },
  cc: { value: 'ADDRESS', many: true, help: 'One more recipient; in a composed message it stands in Cc', group: ENVELOPE },
  bcc: { value: 'ADDRESS', many: true, help: 'One more recipient; the message does not tell', group: ENVELOPE },
  'keep-bcc': { help: 'Leave Bcc fields in the message. Default: removed when the recipients come from the header', group: ENVELOPE },
  'dsn-notify': { value: 'WHEN', help: 'Ask for delivery status notifications: never, or some of success,failure,delay', group: ENVELOPE },
  'dsn-ret': { value: 'WHAT', help: 'How much of the message they shall hold: full or hdrs', group: ENVELOPE },
  'dsn-envid': { value: 'ID', help: 'What they shall call the message', group: ENVELOPE },
  smtputf8: { help: 'Ask for SMTPUTF8 in any case. Default: where an address or the header needs it', group: ENVELOPE },
  subject: { value: 'TEXT', help: 'Its subject', group: MESSAGE },
  text: { value: 'TEXT', help: 'Its text', group: MESSAGE },
  html: { value: 'HTML', help: 'Its HTML; beside --text it is the alternative', group: MESSAGE },
  attach: { value: 'FILE', many: true, help: 'A file that comes along; it is read when the message is sent', group: MESSAGE },
  header: { value: "'NAME: VALUE'", many: true, help: 'One more header field', group: MESSAGE },
  ...CONNECTION_OPTIONS,
  'normalize-line-ends': { help: 'Make CRLF of line ends that are LF or CR alone. Default: such a message is not sent', group: SENDING },
  'all-or-nothing': { help: 'Send nothing when one recipient is refused', group: SENDING },
  window: { value: 'N', help: 'Messages in flight on a connection, for servers of your own that have CHUNKING. Default 1', group: SENDING },
  count: { value: 'N', help: 'Send it so many times, and say how fast that was', group: SENDING },
  concurrency: { value: 'N', help: 'Connections for --count. Default 5', group: SENDING },
  trace: { help: 'Show what is said, as it is said; passwords are left out', group: 'Output' },
  explain: { help: 'Show what was said, every line with its meaning and its RFC', group: 'Output' },
  ...COMMON_OPTIONS,
};

export const sendSpec: CommandSpec = {
  name: 'send',
  summary: 'Send a message to a server: a file, the standard input, or composed from options',
  usage: ['[OPTIONS] FILE.eml', '[OPTIONS] -', '[OPTIONS] --from ADDRESS --to ADDRESS --subject TEXT ...'],
  description: [
    'Sends one message to the server of --url or --host, and says for each recipient what became of it. No MX record is looked up: the server is the one you name.',
    'FILE is sent octet by octet as it is, but for Bcc fields when the recipients come from the header. Its lines must end in CRLF, unless --normalize-line-ends says to mend them.',
    'Exit codes: 0 accepted for all, 1 refused for some or all, 2 wrong usage, 3 not sent (trying again is safe), 4 sent without a verdict (it may have arrived), 5 a fault of mailwright.',
  ],
  options: OPTIONS,
  examples: [
    ['mailwright send letter.eml --host localhost --port 2525', 'To the recipients in its header, by a development server'],
    ['mailwright send --url smtp://mail.example.org --user jane --from jane@example.org --to joe@example.org --subject Hello --text "How are you?"', 'Compose and submit; the password is in $MAILWRIGHT_PASSWORD'],
    ['mailwright send --url smtp://localhost:2525 --from jane@example.org --to joe@example.org --subject "The plan" --text "See below." --attach plan.pdf', 'With an attachment'],
    ['mailwright send letter.eml --url smtp://localhost:2525 --explain', 'See every line of the session with its meaning'],
    ['mailwright send letter.eml --url smtp://localhost:2525 --count 10000 --concurrency 8', 'How fast is that server?'],
  ],
  operands: { most: 1, name: 'message' },
};
