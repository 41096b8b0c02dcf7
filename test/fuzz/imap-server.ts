/**
 * What must hold of every octet string that a client says to the server of `@mailwright/imap-server`: no command makes it fail (`NO [SERVERBUG]`), nothing is left
 * unhandled, and where no literal, login or IDLE can be open the next command is answered, or the session was ended with BYE.
 *
 * Read next: `imap.ts`, which does the same to the machine within it.
 */
import { createImapServer, defaultCapabilities, MemoryStore } from '@mailwright/imap-server';
import { memoryPair, type Transport } from '@mailwright/net';
import type { SeededRandom } from '@mailwright/testing';
import { IMAP_WORDS, imapSeeds } from './imap-seeds.ts';
import type { FuzzTarget } from './target.ts';

/** Sessions are short, so that a run has many. */
const MOST_OCTETS = 8000;
const ANSWER_MS = 2000;
const MESSAGE = 'From: a@b.example\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b--\r\n';
const BEFORE = `L LOGIN ann secret\r\nM CREATE b\r\nN APPEND INBOX (\\Seen) {${MESSAGE.length}+}\r\n${MESSAGE}\r\nO APPEND INBOX {5+}\r\nhello\r\n`;
/** What ends a line, a login and IDLE. */
const BEHIND = '\r\n*\r\nDONE\r\n\r\nzz99 NOOP\r\n';
/** After one of these the line behind need not be read as a command. */
const MAY_WAIT = /\{|idle|authenticate|starttls|compress/i;

const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

async function check(input: Uint8Array, random: SeededRandom): Promise<string | undefined> {
  const said = Buffer.from(input.subarray(0, MOST_OCTETS));
  const server = createImapServer({ store: new MemoryStore({ users: { ann: { password: 'secret' } } }), clearTextAuth: 'allow', capabilities: defaultCapabilities() });
  const [near, far] = memoryPair();
  const client = new Listener(near);
  try {
    server.serve(far);
    near.write(latin1(`${BEFORE}${random.chance(0.8) ? 'P SELECT INBOX\r\n' : ''}`));
    for (const chunk of random.split(said)) near.write(chunk.slice());
    near.write(latin1(BEHIND));
    const answered = MAY_WAIT.test(said.toString('latin1')) ? (await client.hears(50), true) : await client.hears(ANSWER_MS);
    const bug = /^.*\[SERVERBUG\].*$/m.exec(client.text)?.[0];
    if (bug !== undefined) return `the server fails: ${bug.trim()}`;
    return answered ? undefined : 'the server does not answer the next command';
  } finally {
    near.destroy();
    await server.close({ timeoutMs: 0 });
  }
}

/** The client's end: everything that was heard. */
class Listener {
  text = '';
  #closed = false;
  #wake: () => void = () => undefined;

  constructor(transport: Transport) {
    const close = (): void => {
      this.#closed = true;
      this.#wake();
    };
    transport.attach({
      data: (octets) => {
        this.text += Buffer.from(octets).toString('latin1');
        this.#wake();
      },
      end: close,
      drained: () => undefined,
      closed: close,
    });
  }

  /** Whether the last command is answered, or the session over, within so many milliseconds. */
  async hears(ms: number): Promise<boolean> {
    const until = Date.now() + ms;
    while (!this.#closed && !/^zz99 /m.test(this.text)) {
      if (Date.now() >= until) return false;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, until - Date.now());
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return true;
  }
}

/** What clients say, of the seeds for IMAP. */
const seeds = (): readonly Uint8Array[] => imapSeeds().filter((octets) => octets[0] !== 0x2a);

export const target: FuzzTarget = { name: 'imap-server', seeds, dictionary: IMAP_WORDS, check };
