/** What becomes of one signature: the verdict, and everything that led to it. */
import type { TraceStep } from '@mailwright/authres';
import type { HeaderField } from '@mailwright/mime';
import type { PublicKey } from './public-key.ts';
import type { KeyRecord } from './key-record.ts';
import type { DkimReason, DkimVerdict } from './reasons.ts';
import type { Signature } from './signature.ts';

/** A key as it was found. */
export interface FoundKey {
  /** Its name in the DNS. */
  readonly name: string;
  readonly record: KeyRecord;
  readonly key: PublicKey;
  /** DNSSEC vouches for it. */
  readonly secure: boolean;
}

/** How the body compares. */
export interface BodyComparison {
  readonly matches: boolean;
  /** SHA-256 of what was signed of the body that came. */
  readonly computedHash: Uint8Array;
  /** Octets of the canonical form of the body that came. */
  readonly canonicalOctets: number;
}

/** The outcome for one DKIM-Signature. */
export interface DkimResult {
  readonly result: DkimVerdict;
  /** `undefined` where `result` is `pass`. */
  readonly reason: DkimReason | undefined;
  /** The signature field. */
  readonly field: HeaderField;
  /** The domain that takes responsibility (`d=`), as the DNS has it; `undefined` where the field has none that is one. */
  readonly domain: string | undefined;
  /** `s=`, the same way. */
  readonly selector: string | undefined;
  /** `i=` as text, `@domain` where the signature has none; `undefined` where the signature can't be read. */
  readonly identity: string | undefined;
  /** The tags; `undefined` where something is wrong with them. */
  readonly signature: Signature | undefined;
  /** `undefined` where there is no key, or none was looked up. */
  readonly key: FoundKey | undefined;
  /** The domain says that it is only trying DKIM out (`t=y`): a signature that does not pass must not count against the message. */
  readonly testing: boolean;
  /** `undefined` where it was not come to. */
  readonly body: BodyComparison | undefined;
  /** Whether `b=` is right; `undefined` where it was not come to. A body that was changed does not make it wrong. */
  readonly headerMatches: boolean | undefined;
  readonly trace: readonly TraceStep[];
}
