/**
 * Why did this signature fail? A verdict says that body or fields are not what was signed; this says, where it can, what somebody did to them
 * on the way: it undoes one likely change after the other until the signature fits.
 *
 * For people who look at a report, not for receivers: a cause is no excuse, and a message whose change is known is still not
 * the one that was signed.
 *
 * Read next: `explain-body.ts`, `explain-header.ts`.
 */
import type { TraceStep } from '@mailwright/authres';
import { parseHeaders } from '@mailwright/mime';
import { encodeLatin1, latin1 } from '@mailwright/wire';
import { explainBody } from './explain-body.ts';
import { explainHeader } from './explain-header.ts';
import { REASONS } from './reasons.ts';
import type { DkimResult } from './result.ts';
import { verifyDkim } from './verifier.ts';
import type { DkimVerifierOptions } from './verifier.ts';

/** What somebody did, or the signer did wrong. */
export type DkimCauseKind =
  | 'footer-appended'
  | 'banner-inserted'
  | 'signed-empty-body'
  | 'other-canonicalization'
  | 'line-ends-changed'
  | 'white-space-changed'
  | 'dots-changed'
  | 'from-mangled'
  | 'lines-cut'
  | 'transfer-encoding-changed'
  | 'subject-tagged'
  | 'field-added'
  | 'from-rewritten'
  | 'refolded'
  | 'fields-reordered'
  | 'fields-changed'
  | 'body-changed'
  | 'other-key'
  | 'not-checked'; // the verdict says it all: nothing was compared

/** One cause. */
export interface DkimCause {
  readonly cause: DkimCauseKind;
  /** With this change undone the signature fits; otherwise it is a guess, or the signer's word (`z=`). */
  readonly proven: boolean;
  readonly text: string;
  /** Details; texts in it come from the message. */
  readonly data: TraceStep['data'];
}

/** What is needed beside the message and the verdict. */
export interface ExplainOptions {
  /** To verify a repaired message, where the line ends are at fault. Left out: that is not tried. */
  readonly verifier?: DkimVerifierOptions | undefined;
}

/**
 * The likely causes of a failed signature, those of the body before those of the fields. Empty where `result` is `pass`.
 *
 * Shape: `message` is the whole message that `result` is about.
 * Units: a body of more than 8 MB is not guessed about; 400 guesses about fields.
 * @rfc 6376 6.1
 */
export async function explainDkimFailure(message: Uint8Array, result: DkimResult, options: ExplainOptions = {}): Promise<readonly DkimCause[]> {
  const { reason, signature, key, body, headerMatches } = result;
  if (reason === undefined) return [];
  if (reason === 'bare-line-end') return explainLineEnds(message, result, options);
  if (signature === undefined || key === undefined || body === undefined || headerMatches === undefined) return [notChecked(result)];
  const section = parseHeaders(message);
  const causes: DkimCause[] = [];
  if (!body.matches) {
    const found = explainBody(message, section.bodyOffset, signature);
    causes.push(...(found.length > 0 ? found : [bodyChanged(result)]));
  }
  if (!headerMatches) causes.push(...explainHeader(message, section, result, signature, key));
  if (reason === 'body-not-covered') causes.push(notCovered(result));
  return causes.length > 0 ? causes : [notChecked(result)];
}

/** With CRLF wherever there is an LF, the signature may be right. */
async function explainLineEnds(message: Uint8Array, result: DkimResult, { verifier }: ExplainOptions): Promise<readonly DkimCause[]> {
  if (verifier === undefined) return [notChecked(result)];
  const repaired = encodeLatin1(latin1(message).replace(/\r?\n|\r/g, '\r\n'));
  const results = await verifyDkim(repaired, verifier);
  const passes = results.some(({ result: verdict, selector, domain }) => verdict === 'pass' && (result.domain === undefined || (domain === result.domain && selector === result.selector)));
  if (!passes) return [notChecked(result)];
  return [{ cause: 'line-ends-changed', proven: true, text: 'with CRLF for each CR or LF that stands alone the signature is right: a program on the way wrote the line ends of its system', data: undefined }];
}

function notChecked({ reason }: DkimResult): DkimCause {
  return { cause: 'not-checked', proven: true, text: REASONS[reason!].text, data: { reason } };
}

function notCovered({ signature, body }: DkimResult): DkimCause {
  const signedOctets = signature!.bodyLength!;
  const addedOctets = body!.canonicalOctets - signedOctets;
  return { cause: 'footer-appended', proven: true, text: `${addedOctets} octets stand behind the ${signedOctets} that l= covers`, data: { signedOctets, addedOctets } };
}

function bodyChanged({ headerMatches, body }: DkimResult): DkimCause {
  const who = headerMatches === true ? 'the fields are as they were signed, so the message went through a program that changes bodies' : 'the fields were changed as well';
  return { cause: 'body-changed', proven: false, text: `the body is another one than was signed; ${who}`, data: { canonicalOctets: body!.canonicalOctets } };
}
