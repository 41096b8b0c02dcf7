/** TXT records as text. */
import { latin1 } from '@mailwright/wire';

/** The strings joined with nothing between them, one character for each octet. @rfc 7208 3.3 */
export function joinStrings(strings: readonly Uint8Array[]): string {
  if (strings.length === 1) return latin1(strings[0]!);
  let text = '';
  for (const part of strings) text += latin1(part);
  return text;
}
