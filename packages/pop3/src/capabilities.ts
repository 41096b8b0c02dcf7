/**
 * What a server says that it can do: the lines of CAPA as one typed value.
 *
 *     capa-resp   = single-line / multi-line; each line: capa-tag *(SP param)
 *
 * @rfc 2449 5
 */
import type { ExtensionCapabilities } from './registry.ts';
import { extensionOfTag, extensions } from './registry.ts';

/** A tag that no extension here knows. */
export interface UnknownCapability {
  /** In upper case. */
  readonly tag: string;
  readonly parameters: readonly string[];
}

/** What the registered extensions are, by their names, and the rest in `others`. */
export type Capabilities = ExtensionCapabilities & { readonly others: readonly UnknownCapability[] };

/** What a server can do that does not know CAPA. */
export const NO_CAPABILITIES: Capabilities = parseCapabilities([]);

/** Reads the lines of the response to CAPA. Never throws; of a tag that comes twice the last counts. `disabled`: tags, in upper case, to take for absent. @rfc 2449 5 */
export function parseCapabilities(lines: readonly string[], disabled: ReadonlySet<string> = new Set()): Capabilities {
  const values: Record<string, unknown> = Object.fromEntries(extensions.map(({ capability }) => [capability.name, capability.absent]));
  const others: UnknownCapability[] = [];
  for (const line of lines) {
    const [word, ...parameters] = line.split(/[ \t]+/).filter((part) => part !== '');
    if (word === undefined) continue;
    const tag = word.toUpperCase();
    if (disabled.has(tag)) continue;
    const extension = extensionOfTag(tag);
    if (extension === undefined) others.push({ tag, parameters });
    else values[extension.capability.name] = extension.capability.read(parameters);
  }
  return { ...(values as unknown as ExtensionCapabilities), others };
}
