export { FakeClock, settle } from './fake-clock.ts';
export { SeededRandom } from './seeded-random.ts';
export { createTestAuthority } from './certificates/test-authority.ts';
export type { CertificateFault } from './certificates/test-authority.ts';
export type { CertificateRequest } from './certificates/test-authority.ts';
export type { IssuedCertificate } from './certificates/test-authority.ts';
export type { KeyType } from './certificates/test-authority.ts';
export type { TestAuthority } from './certificates/test-authority.ts';
export type { TestAuthorityOptions } from './certificates/test-authority.ts';
