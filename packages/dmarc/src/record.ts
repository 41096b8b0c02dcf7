/** What a DMARC Policy Record says, as values. `parse-record.ts` reads it. */

/** The handling that a Domain Owner asks for. @rfc 9989 4.7 */
export type DmarcPolicy = 'none' | 'quarantine' | 'reject';
/** `strict`: the domains are equal. `relaxed`: they have one Organizational Domain. @rfc 9989 4.4 */
export type AlignmentMode = 'relaxed' | 'strict';
/** When failure reports are asked for. @rfc 9989 4.7 */
export type FailureOption = '0' | '1' | 'd' | 's';

/** Where reports are to go. @rfc 9989 4.6 */
export interface ReportUri {
  /** As written, a size behind it left out. */
  readonly uri: string;
  /** The address of a mailto URI, percent encoding removed and checked; `undefined` for other schemes. */
  readonly address: string | undefined;
}

/** Something in a record that was not taken as it stands. */
export interface RecordWarning {
  readonly code:
    | 'obsolete-tag' // pct, rf, ri of RFC 7489: ignored
    | 'unknown-tag' // ignored
    | 'duplicate-tag' // the first counts
    | 'bad-tag' // no `name=value`; ignored
    | 'bad-value' // ignored, the default counts
    | 'bad-uri' // ignored
    | 'obsolete-size' // `!10m` behind a URI: ignored
    | 'no-policy' // no p, or a bad p, sp or np and a rua: as if p=none
    | 'not-second'; // p stands elsewhere than behind v: readers of RFC 7489 refuse that
  /** The name of the tag, in lower case. */
  readonly tag: string;
  /** Offset in the record. */
  readonly at: number;
}

/** A record that can be used. Tags that are not there have their defaults. @rfc 9989 4.7 */
export interface DmarcRecord {
  readonly p: DmarcPolicy;
  /** `undefined` where the tag is not there: then `p` counts. */
  readonly sp: DmarcPolicy | undefined;
  /** `undefined` where the tag is not there: then `sp` counts. */
  readonly np: DmarcPolicy | undefined;
  readonly adkim: AlignmentMode;
  readonly aspf: AlignmentMode;
  /** To be ignored where `ruf` is empty. */
  readonly fo: readonly FailureOption[];
  readonly psd: 'y' | 'n' | 'u';
  /** True for t=y: apply the policy one step lower. */
  readonly t: boolean;
  readonly rua: readonly ReportUri[];
  readonly ruf: readonly ReportUri[];
  /** The record itself, its strings joined. Text of strangers. */
  readonly text: string;
  /** The first 100. */
  readonly warnings: readonly RecordWarning[];
}

/** Why a text is no record. */
export type RecordError =
  | 'not-dmarc' // it does not begin with v=DMARC1: other TXT data, to be ignored
  | 'no-policy' // a bad p, sp or np, or no p among what is no tag, and nobody to tell: DMARC is not applied
  | 'LIMIT_PARAMETERS'; // more than 100 tags, or 65,536 characters
