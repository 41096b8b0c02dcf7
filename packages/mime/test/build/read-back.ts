/** What the tests of the builder share: reading back what was built. */
import type { BuiltPart, MessageInput, ParsedMessage } from '@mailwright/mime';
import { parseMessage } from '@mailwright/mime';

/** What every message needs. */
export const BASE = { from: 'jane@example.com', date: Date.UTC(2026, 0, 2, 3, 4, 5), messageId: '1@example.com' } as const satisfies MessageInput;

export const octetsOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (octets: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(octets);

export function parse(built: BuiltPart): ParsedMessage {
  return parseMessage(built.octets());
}

/** The tree as text: `mixed(text/plain, application/pdf)`. */
export function shapeOf(message: ParsedMessage, id: number = 0): string {
  const part = message.parts[id]!;
  if (part.children.length === 0) return part.mediaType;
  return `${part.mediaType.replace('multipart/', '')}(${part.children.map((child) => shapeOf(message, child)).join(', ')})`;
}

/** All octets, read in pieces. */
export async function collect(built: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: number[][] = [];
  for await (const octets of built) parts.push([...octets]);
  return Uint8Array.from(parts.flat());
}
