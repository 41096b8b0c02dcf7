/**
 * What a server said it can do: the reply to EHLO as a value.
 *
 *     ehlo-line     = ehlo-keyword *( SP ehlo-param )
 *     ehlo-keyword  = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
 *     ehlo-param    = 1*(%d33-126)
 *
 * The typed fields come from the registered extensions (`Extension.capability`); what none of them knows is in `others`.
 *
 * @rfc 5321 4.1.1.1
 */
import { extensions, type ExtensionCapabilities } from './registry.ts';
import type { Reply } from './reply.ts';

/** A line of the EHLO reply that no registered extension knows. */
export interface UnknownCapability {
  /** In upper case. */
  readonly keyword: string;
  /** What follows the keyword, as it came, without the blank between them. */
  readonly parameters: string;
}

/** A server's capabilities. Each field of an extension has its value for "not announced" where it was not. */
export type Capabilities = ExtensionCapabilities & {
  /** The first word of the reply: the server's name as it calls itself. */
  readonly domain: string;
  readonly others: readonly UnknownCapability[];
};

const byKeyword = new Map(extensions.map((extension) => [extension.keyword, extension.capability]));
const NONE: Readonly<Record<string, unknown>> = Object.fromEntries(extensions.map(({ capability }) => [capability.name, capability.absent]));

/** The capabilities of a server that was greeted with HELO, or not at all. */
export const NO_CAPABILITIES: Capabilities = Object.freeze({ ...NONE, domain: '', others: Object.freeze([]) }) as unknown as Capabilities;

/**
 * Reads the 250 reply to EHLO. Keywords count without regard to case; lines that are none are passed over.
 *
 * Shape: `disabled` holds keywords in upper case that are taken for not announced.
 * Deviation: `=` may stand for the blank behind a keyword (`AUTH=LOGIN`, `SIZE=1000`), as old servers write it; test
 * "AUTH=LOGIN".
 * @rfc 5321 4.1.1.1
 */
export function parseCapabilities(reply: Reply, disabled?: ReadonlySet<string>): Capabilities {
  const [first = '', ...lines] = reply.lines;
  const capabilities: Record<string, unknown> = { ...NONE, domain: first.split(' ', 1)[0] };
  const others: UnknownCapability[] = [];
  for (const line of lines) {
    const end = keywordEnd(line);
    const keyword = line.slice(0, end).toUpperCase();
    if (keyword === '' || disabled?.has(keyword) === true) continue;
    const capability = byKeyword.get(keyword);
    if (capability === undefined) others.push({ keyword, parameters: line.slice(line[end] === ' ' ? end + 1 : end) });
    else capabilities[capability.name] = capability.read(line.slice(end + 1).trim(), capabilities[capability.name]);
  }
  capabilities['others'] = others;
  return capabilities as unknown as Capabilities;
}

const HYPHEN = 0x2d;

function keywordEnd(line: string): number {
  let end = 0;
  for (; end < line.length; end++) {
    const code = line.charCodeAt(end);
    const letter = code | 0x20;
    if ((letter < 0x61 || letter > 0x7a) && (code < 0x30 || code > 0x39) && (code !== HYPHEN || end === 0)) break;
  }
  return end;
}
