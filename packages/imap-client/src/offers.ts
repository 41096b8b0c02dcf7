/**
 * What a server can do for us: what it announces, what that implies, and what IMAP4rev2 has in itself. A server that has both
 * revisions does the second only once that is enabled.
 *
 * @rfc 9051 E
 * @rfc 5161 1
 */
import { type ClientCapabilities, registeredExtensions } from '@mailwright/imap';

let rev2: ReadonlySet<string> | undefined;
let impliers: ReadonlyMap<string, readonly string[]> | undefined;

/** Whether a capability, named in upper case, can be relied on. */
export function offers(capabilities: ClientCapabilities, enabled: ReadonlySet<string>, name: string): boolean {
  if (capabilities.has(name)) return true;
  for (const implier of impliersOf(name)) if (capabilities.has(implier)) return true;
  const isRev2 = enabled.has('IMAP4REV2') || (capabilities.has('IMAP4rev2') && !capabilities.has('IMAP4rev1'));
  return isRev2 && inRev2().has(name);
}

function inRev2(): ReadonlySet<string> {
  rev2 ??= new Set(registeredExtensions().filter((extension) => extension.inRev2).map(({ capability }) => capability.toUpperCase()));
  return rev2;
}

function impliersOf(name: string): readonly string[] {
  if (impliers === undefined) {
    const found = new Map<string, string[]>();
    for (const { capability, implies } of registeredExtensions()) for (const implied of implies) found.set(implied, [...(found.get(implied) ?? []), capability]);
    impliers = found;
  }
  return impliers.get(name) ?? [];
}
