/**
 * What plain Node needs for mail authentication without knowing what a message is: the limits of the `dkim`, `spf`, `dmarc` and `auth` entries. The key is a key
 * object already, the octets to be signed are there already, the body is hashed as it is.
 */
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';
import type { KeyObject } from 'node:crypto';
import { PARALLEL_BATCH, PARALLEL_FLIGHT, SMALL_BATCH, callInFlight, readAuthInput, remember } from './auth-inputs.ts';
import type { AuthInput } from './auth-inputs.ts';
import type { BatchedWork, Work, WorkInput } from './work.ts';

const signInPool = promisify(sign as (algorithm: string, data: Buffer, key: KeyObject, callback: (error: Error | null, signature: Buffer) => void) => void);

const hash = (octets: Buffer): Buffer => createHash('sha256').update(octets).digest();

/** What `sign` and `verify` are given: Ed25519 signs a hash (RFC 8463), which is made beforehand here. */
function algorithmAndData({ keyType, signedData }: AuthInput): readonly [algorithm: 'sha256' | null, data: Buffer] {
  return keyType === 'rsa' ? ['sha256', Buffer.from(signedData)] : [null, hash(Buffer.from(signedData))];
}

/** One hash of the body and one signature. */
export function bareSign({ inputPath }: WorkInput): Work {
  const input = readAuthInput(inputPath);
  const [algorithm, data] = algorithmAndData(input);
  const key = createPrivateKey(input.privateKeyPem);
  const body = Buffer.from(input.body);
  return () => hash(body).length + sign(algorithm, data, key).length;
}

/** The same with the signature made in the thread pool, sixteen at once. */
export function bareSignInPool({ inputPath }: WorkInput): BatchedWork {
  const input = readAuthInput(inputPath);
  const data = Buffer.from(input.signedData);
  const key = createPrivateKey(input.privateKeyPem);
  const body = Buffer.from(input.body);
  const once = async (): Promise<number> => hash(body).length + (await signInPool('sha256', data, key)).length;
  return { batch: PARALLEL_BATCH, work: () => callInFlight(PARALLEL_BATCH, PARALLEL_FLIGHT, once) };
}

/** One hash of the body and one signature checked. */
export function bareVerify({ inputPath }: WorkInput): Work {
  const input = readAuthInput(inputPath);
  return verifying(input, () => createPublicKey(input.publicKeyPem), 'once');
}

/** The same, and the key made from the octets in its record every time. */
export function bareVerifyWithImport({ inputPath }: WorkInput): Work {
  const input = readAuthInput(inputPath);
  const octets = Buffer.from(input.publicKeyBase64, 'base64');
  return verifying(input, () => createPublicKey({ key: octets, format: 'der', type: 'spki' }), 'every time');
}

function verifying(input: AuthInput, importKey: () => KeyObject, when: 'once' | 'every time'): Work {
  const [algorithm, data] = algorithmAndData(input);
  const signature = Buffer.from(input.signatureBase64, 'base64');
  const body = Buffer.from(input.body);
  const imported = importKey();
  return () => hash(body).length + Number(verify(algorithm, data, when === 'once' ? imported : importKey(), signature));
}

/** The four answers that a check of three includes waits for, from memory, and nothing else. */
export function awaitedAnswers({ inputPath }: WorkInput): BatchedWork {
  const { zone } = readAuthInput(inputPath);
  const names = Object.keys(zone).slice(0, 4);
  const query = remember(async (name) => zone[name]!.TXT!);
  return {
    batch: SMALL_BATCH,
    async work() {
      let characters = 0;
      for (let call = 0; call < SMALL_BATCH; call++) {
        for (const name of names) {
          const text = await query(name, 'TXT');
          characters += text.length;
        }
      }
      return characters;
    },
  };
}

/** What is known of one name, from a Map, awaited. */
export function awaitedMemory({ inputPath }: WorkInput): BatchedWork {
  const { domain } = readAuthInput(inputPath);
  const memory = new Map([[`_dmarc.${domain}`, { p: 'reject', domain }]]);
  const check = async (of: string): Promise<boolean> => memory.get(`_dmarc.${of}`)?.domain === of;
  return {
    batch: SMALL_BATCH,
    async work() {
      let aligned = 0;
      for (let call = 0; call < SMALL_BATCH; call++) if (await check(domain)) aligned++;
      return aligned;
    },
  };
}
