/**
 * The addresses of a header field as they are shown: names decoded, groups taken apart.
 *
 * Read next: `summarize-message.ts`.
 */
import { flattenAddresses, parseAddressHeader } from '../header/address-header.ts';
import type { MimeLimits } from '../limits.ts';

/** An address as it is shown. Both texts come from the peer and may hold anything that Unicode has. */
export interface SummaryAddress {
  /** Encoded words decoded; `undefined` where there is none. */
  readonly name: string | undefined;
  /** `localPart@domain`, as far as it could be read. */
  readonly address: string;
}

/** The mailboxes of the text of a field, those of groups among them. Never throws. @rfc 5322 3.4 */
export function readAddresses(text: string, limits: MimeLimits = {}): readonly SummaryAddress[] {
  return flattenAddresses(parseAddressHeader(text, limits).addresses).map(({ name, address }) => ({ name, address }));
}
