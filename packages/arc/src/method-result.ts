/** The result of a validation as Authentication-Results has it: `arc=pass header.oldest-pass=0 smtp.remote-ip=192.0.2.1`. */
import { methodResult } from '@mailwright/authres';
import type { MethodResult } from '@mailwright/authres';
import type { ArcResult } from './result.ts';

/** What is known of the message beyond its chain. */
export interface ArcMethodOptions {
  /** The address that the message came from, for `smtp.remote-ip`. Default: not said. */
  readonly remoteIp?: string | undefined;
}

/**
 * Makes the result for an Authentication-Results field. A `fail` has its reason in a comment, as `i=2 signature-mismatch`.
 *
 * @rfc 8617 6
 * @rfc 8601 2.2
 */
export function arcMethodResult({ result, reason, failedInstance, oldestPass }: ArcResult, { remoteIp }: ArcMethodOptions = {}): MethodResult {
  const place = failedInstance === undefined ? '' : `i=${failedInstance} `;
  return methodResult('arc', result, {
    properties: { 'header.oldest-pass': oldestPass?.toString(), 'smtp.remote-ip': remoteIp },
    ...(reason === undefined ? {} : { comment: `${place}${reason}` }),
  });
}
