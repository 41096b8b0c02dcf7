/** The benchmarks of `dkim`, `spf`, `dmarc`, `dns` and `auth`. Only those of `dns` have another side. */
import { authInputPath } from './auth-corpus.ts';
import type { AuthInputName } from './auth-corpus.ts';
import { asking, working } from './contenders.ts';
import type { Bar, Contender, Entry } from './contender.ts';

interface Details {
  readonly about: string;
  readonly input: AuthInputName;
  /** Name and side, ours and limit first. */
  readonly contenders: readonly (readonly [name: string, side: string])[];
  readonly bars: readonly Bar[];
  readonly unit?: Entry['unit'];
}

function entry(name: string, { about, input, contenders, bars, unit = 'messages/s' }: Details): Entry {
  const made = contenders.map(([of, side]): Contender => working(of, side, () => authInputPath(input)));
  return { name, unit, about, extra: false, contenders: made, bars };
}

const ratio = (atLeast: number): Bar => ({ figure: 'ratio', atLeast });

function signRsa(size: '2k' | '50k' | '1m', atLeast: number): Entry {
  return entry(`dkim.sign.rsa2048.${size}`, {
    about: `a message of ${size} signed on one thread, relaxed/relaxed; limit: one SHA-256 of the body and crypto.sign with a key object`,
    input: `rsa-${size}`,
    contenders: [['ours', 'ours-dkim-sign'], ['limit', 'bare-sign'], ['ours-awaited', 'ours-dkim-sign-awaited'], ['nodemailer', 'nodemailer-dkim'], ['mailauth', 'mailauth-dkim-sign']],
    bars: [ratio(atLeast)],
  });
}

function verifyRsa(size: '2k' | '1m', atLeast: number): Entry {
  return entry(`dkim.verify.rsa2048.${size}`, {
    about: `a message of ${size} verified, its key in the cache; limit: one SHA-256 of the body and crypto.verify with a key object`,
    input: `rsa-${size}`,
    contenders: [['ours', 'ours-dkim-verify'], ['limit', 'bare-verify'], ['mailauth', 'mailauth-dkim-verify']],
    bars: [ratio(atLeast)],
  });
}

const DKIM_ENTRIES: readonly Entry[] = [
  signRsa('2k', 0.95),
  signRsa('50k', 0.85),
  signRsa('1m', 0.5),
  entry('dkim.sign.ed25519.2k', {
    about: 'a message of 2 KB signed with Ed25519; limit: one SHA-256 of the body and crypto.sign of a hash that is there',
    input: 'ed25519-2k',
    contenders: [['ours', 'ours-dkim-sign'], ['limit', 'bare-sign'], ['mailauth', 'mailauth-dkim-sign']],
    bars: [ratio(0.7)],
  }),
  entry('dkim.sign.rsa2048.parallel', {
    about: 'messages of 2 KB signed sixteen at once, in the thread pool; limit: the same with bare crypto.sign; ours-one-thread: one after the other on one thread',
    input: 'rsa-2k',
    contenders: [['ours', 'ours-dkim-sign-parallel'], ['limit', 'bare-sign-parallel'], ['ours-one-thread', 'ours-dkim-sign']],
    bars: [{ figure: 'times ours-one-thread', atLeast: 1.7 }],
  }),
  verifyRsa('2k', 0.6),
  entry('dkim.verify.rsa2048.2k.uncached', {
    about: "the same without a cache of keys: the answer from memory, the record read, the key imported; limit: with the key's import",
    input: 'rsa-2k',
    contenders: [['ours', 'ours-dkim-verify-uncached'], ['limit', 'bare-verify-import'], ['mailauth', 'mailauth-dkim-verify']],
    bars: [ratio(0.4)],
  }),
  verifyRsa('1m', 0.5),
];

export const AUTH_ENTRIES: readonly Entry[] = [
  ...DKIM_ENTRIES,
  entry('spf.check.3includes', {
    about: 'SPF of a record with three includes that passes in the last, answers from memory; limit: the four awaited answers alone',
    input: 'rsa-2k',
    contenders: [
      ['ours', 'ours-spf-check'], ['limit', 'bare-answers'], ['ours-from-cache', 'ours-spf-check-from-cache'], ['answers-from-cache', 'ours-spf-answers'], ['mailauth', 'mailauth-spf'],
    ],
    bars: [{ figure: 'microseconds', atMost: 8 }, ratio(0.2)],
    unit: 'checks/s',
  }),
  entry('dmarc.check.aligned', {
    about: 'DMARC of an author that is read already, record in the cache, SPF and DKIM aligned; limit: one awaited look into a Map',
    input: 'rsa-2k',
    contenders: [['ours', 'ours-dmarc-check'], ['limit', 'bare-memory'], ['mailauth', 'mailauth-dmarc']],
    bars: [{ figure: 'microseconds', atMost: 2 }],
    unit: 'checks/s',
  }),
  {
    name: 'dns.query.udp', unit: 'queries/s', extra: false,
    about: 'the stub client with 64 questions in flight to a server in another process; limit: one socket that sends and gets the same packets',
    contenders: [asking('ours', 'ours-dns-query', 'bare-dns'), asking('limit', 'bare-packets', 'bare-dns'), asking('node:dns', 'node-dns-query', 'bare-dns')],
    bars: [ratio(0.5), { figure: 'times node:dns', atLeast: 2 }],
  },
  entry('auth.authenticate.10k', {
    about: 'SPF (both identities), DKIM, ARC, DMARC, iprev and our fields of 10 KB in chunks, keys and policy cached; limit: SHA-256 and crypto.verify; ours-NAME: that part of the same work alone',
    input: 'rsa-10k',
    contenders: [
      ['ours', 'ours-authenticate'], ['limit', 'bare-verify'], ['ours-spf', 'ours-authenticate-spf'], ['ours-dkim', 'ours-dkim-verify'], ['ours-dmarc', 'ours-dmarc-check'],
      ['ours-headers', 'ours-authenticate-headers'], ['ours-iprev', 'ours-authenticate-iprev'], ['mailauth', 'mailauth-authenticate'],
    ],
    bars: [],
  }),
];
