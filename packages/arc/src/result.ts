/** What becomes of a chain: the verdict, and everything that led to it. */
import type { TraceStep } from '@mailwright/authres';
import type { CanonicalizationPair, SignatureAlgorithm } from '@mailwright/dkim';
import type { ArcReason } from './reasons.ts';

/** The state of a chain: `cv=` of a seal, and the result of a validation. @rfc 8617 4.4 */
export type ChainStatus = 'none' | 'pass' | 'fail';

/** The three fields of a set. */
export type ArcFieldName = 'ARC-Seal' | 'ARC-Message-Signature' | 'ARC-Authentication-Results';

/** What became of one signature of a set. */
export interface ArcSignatureVerdict {
  /** `unchecked`: it was not come to, since the outcome was clear before. */
  readonly result: 'pass' | 'fail' | 'unchecked';
  /** There where `result` is `fail`. */
  readonly reason: ArcReason | undefined;
  /** `d=`, as the DNS has it. Like all that follows: `undefined` where the tags are not what they should be. */
  readonly domain: string | undefined;
  /** `s=`, as the DNS has it. */
  readonly selector: string | undefined;
  readonly algorithm: SignatureAlgorithm | undefined;
  /** `t=`, seconds since 1970; also `undefined` where it is absent. */
  readonly timestamp: number | undefined;
  /** The size of the key; `undefined` where there is none, or none was looked up. */
  readonly keyBits: number | undefined;
  /** DNSSEC vouches for the key. */
  readonly secure: boolean;
}

/** What became of an ARC-Seal. */
export interface ArcSealVerdict extends ArcSignatureVerdict {
  /** `cv=`: what the sealer says of the chain as it came to them. */
  readonly chainStatus: ChainStatus;
}

/** What became of an ARC-Message-Signature. */
export interface ArcMessageSignatureVerdict extends ArcSignatureVerdict {
  /** `h=`, in lower case; empty where the tags are not what they should be. */
  readonly signedNames: readonly string[];
  readonly canonicalization: CanonicalizationPair | undefined;
}

/** One set of a chain. */
export interface ArcInstance {
  /** `i=` */
  readonly instance: number;
  readonly seal: ArcSealVerdict;
  readonly messageSignature: ArcMessageSignatureVerdict;
  /**
   * What the sealer says of the message as it came to them: the text behind `i=1;`, for `parseAuthenticationResults`. Whoever wrote it may
   * have made it up; see `trustedSealer`.
   */
  readonly authenticationResults: string;
}

/** The outcome of a validation. */
export interface ArcResult {
  /** `none`: there is no ARC field at all. */
  readonly result: ChainStatus;
  /** The first thing that was wrong; there where `result` is `fail`. */
  readonly reason: ArcReason | undefined;
  /** The set that it was wrong with; `undefined` where that is not one set, or can't be told. */
  readonly failedInstance: number | undefined;
  /** The field that it was wrong with, the same way. */
  readonly failedField: ArcFieldName | undefined;
  /** The sets, the oldest first. Empty where the sets do not make a chain (holes, duplicates, ...). */
  readonly instances: readonly ArcInstance[];
  /** The domains of the seals, the oldest first. Empty unless `result` is `pass`. */
  readonly sealers: readonly string[];
  /** The oldest instance whose message signature still holds, and all newer ones do; 0 where all hold. `undefined` unless `result` is `pass`. */
  readonly oldestPass: number | undefined;
  /** The highest instance that can be read, in a broken chain too; 0 where there is none. */
  readonly highestInstance: number;
  /** How many ARC fields there are. */
  readonly fieldCount: number;
  /** True where a seal says `cv=fail`: nobody may add a set any more. */
  readonly closed: boolean;
  readonly trace: readonly TraceStep[];
}
