/**
 * What a FETCH asks for, looked at once: what of it is known without the message, what needs its structure, what needs its octets.
 *
 * Read next: `fetch.ts`.
 *
 * @rfc 9051 6.4.5
 */
import { type BinaryRequest, type BinarySizeRequest, expandMacros, type FetchRequest, type SectionRequest } from '@mailwright/imap';

export interface FetchPlan {
  /** Names of the items that are not sections. */
  readonly names: ReadonlySet<string>;
  readonly sections: readonly SectionRequest[];
  readonly binaries: readonly BinaryRequest[];
  readonly binarySizes: readonly BinarySizeRequest[];
  /** `PREVIEW`; `lazy` where it need not be made. */
  readonly preview: 'now' | 'lazy' | undefined;
  /** Asks for ENVELOPE, BODY or BODYSTRUCTURE. */
  readonly needsLayout: boolean;
  /** Asks for octets. */
  readonly needsContent: boolean;
  /** `BODY[...]` marks the messages as `\Seen`, `BODY.PEEK[...]` does not. */
  readonly setsSeen: boolean;
}

const WHOLE: Readonly<Record<string, true>> = { 'RFC822': true, 'RFC822.HEADER': true, 'RFC822.TEXT': true };
const SEEING: ReadonlySet<string> = new Set(['BODY[]', 'BINARY', 'RFC822', 'RFC822.TEXT']);

export function planFetch(requests: readonly FetchRequest[]): FetchPlan {
  const items = expandMacros(requests);
  const sections: SectionRequest[] = [];
  const binaries: BinaryRequest[] = [];
  const binarySizes: BinarySizeRequest[] = [];
  const names = new Set<string>();
  let preview: FetchPlan['preview'];
  for (const item of items) {
    if (item.name === 'BODY[]' || item.name === 'BODY.PEEK[]') sections.push(item);
    else if (item.name === 'BINARY' || item.name === 'BINARY.PEEK') binaries.push(item);
    else if (item.name === 'BINARY.SIZE') binarySizes.push(item);
    else if (item.name === 'PREVIEW') preview = item.lazy && preview !== 'now' ? 'lazy' : 'now';
    else names.add(item.name);
  }
  return {
    names, sections, binaries, binarySizes, preview,
    needsLayout: names.has('ENVELOPE') || names.has('BODY') || names.has('BODYSTRUCTURE'),
    needsContent: sections.length > 0 || binaries.length > 0 || binarySizes.length > 0 || preview !== undefined || [...names].some((name) => name in WHOLE),
    setsSeen: items.some(({ name }) => SEEING.has(name)),
  };
}
