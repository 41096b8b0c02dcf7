/** Answers made by hand. */
import type { Answer } from '@mailwright/dns';

export function emptyAnswer(status: 'nodata' | 'nxdomain' | 'temp' | 'bogus'): Answer {
  return { status, records: [], ttl: undefined, secure: false, source: 'test', canonicalName: undefined, reason: undefined };
}
