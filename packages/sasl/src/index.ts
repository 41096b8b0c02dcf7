export type {
  AuthAttempt,
  ChannelBinding,
  ChoiceErrorCode,
  ClientErrorCode,
  ClientMechanism,
  ClientMechanismOptions,
  ClientStep,
  Credentials,
  DeriveKeyStep,
  ExternalCredentials,
  HashAlgorithm,
  MechanismInfo,
  MechanismName,
  OAuthErrorDetails,
  PasswordCredentials,
  SaslErrorCode,
  SaslIdentity,
  SaslPrimitives,
  ScramAlgorithm,
  ScramKeys,
  Secret,
  ServerErrorCode,
  ServerMechanism,
  ServerMechanismOptions,
  ServerStep,
  TokenCredentials,
} from './mechanism.ts';
export { TLS_EXPORTER_LABEL, TLS_EXPORTER_OCTETS, endPointHash } from './channel-binding.ts';
export type { EndPointHash } from './channel-binding.ts';
export { chooseMechanism } from './choose-mechanism.ts';
export type { ChooseOptions, MechanismChoice } from './choose-mechanism.ts';
export { createClientMechanism } from './client.ts';
export { formatCramChallenge } from './cram-md5.ts';
export { MECHANISM_INFOS, mechanismInfo } from './mechanism-table.ts';
export { saslprep } from './saslprep.ts';
export type { SaslprepError } from './saslprep.ts';
export { formatScramKeys, parseScramKeys, scramKeyRequest, scramKeys } from './secret.ts';
export type { ScramKeyInput } from './secret.ts';
export { createServerMechanism } from './server.ts';
