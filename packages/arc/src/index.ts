export type { ArcMessageSignature, ArcSeal, ParsedArcField, ParsedArcTags } from './arc-fields.ts';
export { parseArcTags, readArcMessageSignature, readArcSeal } from './arc-fields.ts';
export type { ArcFault, ArcSet, ArcSets } from './arc-sets.ts';
export { collectArcSets } from './arc-sets.ts';
export type { ArcKeyOptions } from './chain-keys.ts';
export type { ArcErrorCode } from './errors.ts';
export { ArcError } from './errors.ts';
export type { AuthenticationResultsInstance } from './instance.ts';
export { readInstance } from './instance.ts';
export type { ArcMethodOptions } from './method-result.ts';
export { arcMethodResult } from './method-result.ts';
export type { ArcReason } from './reasons.ts';
export type {
  ArcFieldName, ArcInstance, ArcMessageSignatureVerdict, ArcResult, ArcSealVerdict, ArcSignatureVerdict, ChainStatus,
} from './result.ts';
export type { ArcSealerOptions, ArcSealing, NotSealedReason } from './sealer.ts';
export { ArcSealer, sealArc } from './sealer.ts';
export { DEFAULT_ARC_RULES } from './signed-names.ts';
export type { TrustDecision } from './trusted-sealer.ts';
export { trustedSealer } from './trusted-sealer.ts';
export type { ArcValidatorOptions } from './validator.ts';
export { ArcValidator, validateArc } from './validator.ts';
