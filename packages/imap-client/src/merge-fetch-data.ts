/** Two answers about one message as one. */
import type { FetchData } from '@mailwright/imap';

/** What the later one says counts; sections are put side by side, each once. */
export function mergeFetchData(earlier: FetchData, later: FetchData): FetchData {
  const merged: Record<string, unknown> = { ...earlier };
  for (const [field, value] of Object.entries(later)) if (value !== undefined && !LISTS.has(field)) merged[field] = value;
  merged['sections'] = earlier.sections.length === 0 || later.sections.length >= earlier.sections.length && startsWith(later.sections, earlier.sections)
    ? later.sections : [...earlier.sections, ...later.sections];
  merged['invalid'] = later.invalid.length === 0 ? earlier.invalid : later.invalid;
  merged['others'] = later.others.length === 0 ? earlier.others : later.others;
  return merged as unknown as FetchData;
}

const LISTS: ReadonlySet<string> = new Set(['sections', 'invalid', 'others']);

/** What stood before a streamed literal comes again with the whole response. */
function startsWith(sections: FetchData['sections'], prefix: FetchData['sections']): boolean {
  return prefix.every(({ section, origin }, index) => {
    const other = sections[index]!;
    return other.origin === origin && JSON.stringify(other.section) === JSON.stringify(section);
  });
}
