export { Pop3Client } from './client.ts';
export type { MessageName } from './client.ts';
export { Pop3Message } from './message.ts';
export type { MessageFacts } from './message.ts';
export type { CallOptions } from './operation.ts';
export type { CredentialSource, Dial, LoginMethod, Pop3ConnectOptions } from './options.ts';
export { parsePop3Url } from './url.ts';
export type { Pop3ErrorCode, Pop3Phase } from './errors.ts';
export { Pop3Error } from './errors.ts';
