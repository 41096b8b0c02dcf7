/**
 * MailKit's test cases as turns: what the client says, then what the server does. Where the case holds an expression of MailKit's test code in place of text, a
 * text of ours stands for it; so it does where a file was left out of the collection for its size.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { octetsOf } from './imap-cases.ts';

type Said = string | { readonly expr: string };

/** One step of a case, as the file has it. */
export interface MailkitStep {
  readonly client: Said;
  readonly serverFile?: string;
  readonly serverFileOmitted?: number;
  readonly server?: Said;
  readonly serverReply?: string;
}

export interface MailkitCase {
  readonly test: string;
  readonly file: string;
  readonly steps: readonly MailkitStep[];
}

/** What the client says, empty for nothing, and the server's octets behind it. */
export interface Turn {
  /** The number in MailKit's tag, where the case has one. */
  readonly number: number | undefined;
  readonly client: string;
  readonly server: Uint8Array;
  /** What stands in for something that the case does not hold. */
  readonly stands: string | undefined;
}

const MESSAGE = 'From: a@b.example\r\nSubject: appended\r\n\r\nIt is \xc3\xa4.\r\n';
const MESSAGES_OF_MULTIAPPEND = 8;
const LITERAL = `{${MESSAGE.length}+}\r\n${MESSAGE}`;

/** What MailKit writes and we don't: no command or parameter of these names is built. */
const SAID_OTHERWISE: readonly (readonly [RegExp, string])[] = [
  [/ XLIST /, ' LIST '],
  [/ \(CONDSTORE ANNOTATE\)/, ' (CONDSTORE)'],
  [/ \(ANNOTATE\)/, ''],
  [/ ANNOTATION \/comment value "a comment"/, ' ALL'],
  [/(THREAD REFERENCES US-ASCII )\r\n/, '$1ALL\r\n'],
];

/**
 * The turns of a case. Where MailKit's code chooses between two ways to go on, the case holds both, one behind the other: then the numbers of the tags go
 * back, and each way is a script of its own.
 */
export function scriptsOf(one: MailkitCase, folder: string): Turn[][] {
  const scripts: Turn[][] = [[]];
  let last = -1;
  for (const turn of turnsOf(one, folder)) {
    const script = scripts.at(-1)!;
    if (turn.number !== undefined && turn.number <= last) {
      const fork = script.findIndex(({ number }) => number !== undefined && number >= turn.number!);
      scripts.push([...script.slice(0, fork), turn]);
    } else script.push(turn);
    last = turn.number ?? last;
  }
  return scripts;
}

function turnsOf({ steps }: MailkitCase, folder: string): Turn[] {
  return steps.map((step) => {
    const quoted = [step.client, step.server ?? ''].flatMap((said) => (typeof said === 'string' ? [] : [...said.expr.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]!)));
    const client = clientText(step, quoted.map((text) => text.replaceAll('\\r\\n', '\r\n')));
    const [server, stands] = serverText(step, quoted, folder);
    const named = /^A(\d{8}) /.exec(typeof step.client === 'string' ? step.client : step.client.expr === 'Encoding.UTF8' ? client : '');
    const number = named === null ? undefined : Number(named[1]);
    return { number, client: SAID_OTHERWISE.reduce((text, [from, to]) => text.replace(from, to), client), server: withLineEnds(server), stands };
  });
}

function clientText({ client, serverFile, server }: MailkitStep, quoted: readonly string[]): string {
  if (typeof client === 'string') return client === 'A' || /^A\d{8}$/.test(client) ? (quoted[0] ?? '') : client;
  switch (client.expr) {
    case 'command.ToString ()':
      return `A00000000 APPEND INBOX${` (\\Seen) ${LITERAL}`.repeat(serverFile === 'dovecot.multiappend.txt' ? MESSAGES_OF_MULTIAPPEND : 1)}\r\n`;
    case 'tag':
      return '';
    case 'Encoding.UTF8':
      return quoted[0] ?? '';
    default:
      return typeof server === 'object' ? 'A00000000 LOGOUT\r\n' : '';
  }
}

function serverText({ client, serverFile, serverFileOmitted, server, serverReply }: MailkitStep, quoted: readonly string[], folder: string): [text: string, stands: string | undefined] {
  const read = (file: string): string => readFileSync(join(folder, 'imap', 'mailkit', file), 'latin1');
  if (serverFileOmitted !== undefined) return [largeFetch(String(client), serverFileOmitted), 'a message of that size'];
  if (serverFile !== undefined) return [read(serverFile), undefined];
  if (serverReply === 'Plus') return typeof client === 'string' ? ['+\r\n', undefined] : ['', 'the machine waits by itself'];
  if (serverReply !== undefined) return [`A######## ${serverReply}\r\n`, undefined];
  if (typeof server === 'string') return [Buffer.from(octetsOf(server)).toString('latin1'), undefined];
  const file = quoted.find((text) => /^[\w.+-]+\.txt$/.test(text));
  if (file !== undefined && existsSync(join(folder, 'imap', 'mailkit', file))) return [read(file), undefined];
  if (server?.expr.includes('badCharsetRespons') === true) return ['A######## NO [BADCHARSET (US-ASCII)] The specified charset is not supported.\r\n', 'the refusal of a charset'];
  if (server?.expr === 'id') return [read('gmail.logout.txt'), 'the end of a session'];
  return ['A######## OK [APPENDUID 1436832084 1] APPEND completed.\r\n', 'the answer to APPEND'];
}

/** A message that is streamed, and something unasked behind it. */
function largeFetch(client: string, octetCount: number): string {
  const [, set = '1'] = /FETCH (\d+)/.exec(client)!;
  const line = `${'0123456789'.repeat(7)}\r\n`;
  const message = line.repeat(Math.ceil(octetCount / line.length));
  const uid = client.includes('UID FETCH') ? `UID ${set} ` : '';
  return `* ${set} FETCH (${uid}BODY[] {${message.length}}\r\n${message})\r\n* ${set} FETCH (FLAGS (\\Seen))\r\nA######## OK Success\r\n`;
}

/** The files have LF, as MailKit's repository keeps them; literals are counted with CRLF. */
function withLineEnds(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'latin1'));
}
