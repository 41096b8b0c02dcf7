/** The certificate of a test server: the caller's own, a good one that is made now, or one with a fault. */
import type { CertificateFault, IssuedCertificate, TestAuthority } from './test-authority.ts';
import { createTestAuthority } from './test-authority.ts';

export interface CertificateChoice {
  readonly authority?: TestAuthority | undefined;
  readonly certificate?: IssuedCertificate | CertificateFault | undefined;
}

/** A good one is for `hostname`, localhost, 127.0.0.1 and ::1. */
export function chooseCertificate({ authority, certificate }: CertificateChoice, hostname: string): IssuedCertificate {
  if (typeof certificate === 'object') return certificate;
  const names = [...new Set([hostname, 'localhost', '127.0.0.1', '::1'])];
  const issuer = authority ?? createTestAuthority();
  return certificate === undefined ? issuer.issue({ names }) : issuer.issueFaulty(certificate, names);
}
