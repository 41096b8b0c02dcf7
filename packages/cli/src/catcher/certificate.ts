/** The certificate of a development server: a fresh one of a throwaway authority, or the caller's own. */
import { X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createTestAuthority } from '@mailwright/testing';
import { UsageError } from '../arguments/usage-error.ts';

export interface ServerCertificate {
  readonly key: string | Uint8Array;
  readonly cert: string | Uint8Array;
  /** The authority to trust, in PEM; `undefined` for the caller's own certificate. */
  readonly ca: string | undefined;
  /** SHA-256 of the certificate, hexadecimal with colons. */
  readonly fingerprint256: string;
}

/** A certificate for `names` that nobody has seen before, and the authority that vouches for it. */
export function freshCertificate(names: readonly string[]): ServerCertificate {
  const { key, cert, ca } = createTestAuthority().issue({ names: [...new Set(names)] });
  return { key, cert, ca, fingerprint256: new X509Certificate(cert).fingerprint256 };
}

/** Reads key and certificate from files. Rejects with a `UsageError` that names the file. */
export async function readCertificate(keyFile: string, certFile: string): Promise<ServerCertificate> {
  const [key, cert] = await Promise.all([readNamed('--tls-key', keyFile), readNamed('--tls-cert', certFile)]);
  try {
    return { key, cert, ca: undefined, fingerprint256: new X509Certificate(cert).fingerprint256 };
  } catch {
    throw new UsageError(`--tls-cert ${certFile} does not hold a certificate in PEM`);
  }
}

/** Writes the authority for clients to trust. */
export async function writeAuthority(file: string, ca: string): Promise<void> {
  await writeFile(file, ca).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--ca-out ${file} can't be written (${error.code ?? error.message})`);
  });
}

async function readNamed(option: string, file: string): Promise<Uint8Array> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${option} ${file} can't be read (${error.code ?? error.message})`);
  });
}
