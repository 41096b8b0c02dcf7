/** What the `dkim`, `spf`, `dmarc` and `auth` entries are given, as the runner wrote it: a message, the key that signed it, the session, and what the DNS says. */
import { readFileSync } from 'node:fs';

/** What stands at a name, each record in its usual text; of TXT the whole text. */
export type ZoneInput = Readonly<Record<string, Readonly<Partial<Record<'TXT' | 'A' | 'PTR', string>>>>>;

export interface AuthInput {
  readonly keyType: 'rsa' | 'ed25519';
  readonly domain: string;
  readonly selector: string;
  /** PKCS #8 and SPKI, as PEM. */
  readonly privateKeyPem: string;
  readonly publicKeyPem: string;
  /** `p=` of the key's record, as the DNS has it. */
  readonly publicKeyBase64: string;
  /** The DKIM-Signature field, CRLF at its end, and what it signs. */
  readonly signatureField: string;
  readonly signedData: string;
  readonly signatureBase64: string;
  /** The header section without the signature, the empty line at its end. All is US-ASCII. */
  readonly header: string;
  readonly body: string;
  readonly ip: string;
  readonly helo: string;
  readonly sender: string;
  readonly zone: ZoneInput;
}

export function readAuthInput(path: string): AuthInput {
  return JSON.parse(readFileSync(path, 'utf8')) as AuthInput;
}

/** Answers of the DNS that are asked for once and remembered from then on, by type and name. The limit of an entry awaits the same as ours. */
export function remember<T>(ask: (name: string, type: string) => Promise<T>): (name: string, type: string) => Promise<T> {
  const types = new Map<string, Map<string, T>>();
  return async (name, type) => {
    let answers = types.get(type);
    if (answers === undefined) types.set(type, (answers = new Map()));
    const known = answers.get(name);
    if (known !== undefined) return known;
    const answer = await ask(name, type);
    answers.set(name, answer);
    return answer;
  };
}

/** How many calls make one batch where a call takes a microsecond or so: the clock is looked at between batches. */
export const SMALL_BATCH = 100;

/** Signatures of one batch, and how many of them are on their way at once, where signing goes to other threads. */
export const PARALLEL_BATCH = 64;
export const PARALLEL_FLIGHT = 16;

/** Questions of one batch, and how many are on their way at once. */
export const DNS_BATCH = 4096;
export const DNS_FLIGHT = 64;
export const DNS_NAME = 'mail.example.test';

/** Calls `once` so many times, `flight` of them on their way at once. */
export async function callInFlight(count: number, flight: number, once: () => Promise<number>): Promise<number> {
  let left = count;
  let sum = 0;
  const run = async (): Promise<void> => {
    while (left > 0) {
      left--;
      const made = await once();
      sum += made; // not `sum += await once()`, which reads the sum before it waits
    }
  };
  await Promise.all(Array.from({ length: flight }, run));
  return sum;
}
