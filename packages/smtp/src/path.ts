/**
 * Reverse-path and forward-path: the grammar is `@mailwright/address`'s; here are what MAIL and RCPT make of it.
 *
 *     Reverse-path  = Path / "<>"
 *     Forward-path  = Path / "<Postmaster>"              ; RFC 5321 4.1.1.3
 *     Path          = "<" [ A-d-l ":" ] Mailbox ">"
 *
 * @rfc 5321 4.1.2
 */
import { type AddressError, type Mailbox, parsePath } from '@mailwright/address';
import type { ForwardPath, ReversePath } from './command.ts';
import { hasControl } from './command-text.ts';
import type { CommandError } from './extension.ts';

type PathParsed<P> =
  | { readonly ok: true; readonly value: P; readonly end: number }
  | { readonly ok: false; readonly error: CommandError };

const SP = 0x20;

/**
 * The offset of the path behind `FROM:` or `TO:`.
 *
 * Deviation: RFC 5321 3.3 forbids blanks after the colon; clients send one (Microsoft's among them) and every server takes
 * it. Test "space after FROM:".
 * @rfc 5321 3.3
 */
export function skipBlanks(line: string, from: number): number {
  let at = from;
  while (line.charCodeAt(at) === SP) at++;
  return at;
}

/** Reads the path of MAIL at `from`. `<Postmaster>` without a domain is a forward-path only. @rfc 5321 4.1.2 */
export function parseReversePath(line: string, from: number): PathParsed<ReversePath> {
  const parsed = parsePath(line, from);
  if (!parsed.ok) return refuse(line, parsed.error);
  if (parsed.value === null) return parsed;
  if (parsed.value.domain === '') return { ok: false, error: 'bad-mailbox' };
  return parsed.value.needsUtf8 && hasControl(line, from, parsed.end) ? { ok: false, error: 'not-ascii' } : parsed;
}

/** Reads the path of RCPT at `from`. `<>` is a reverse-path only. @rfc 5321 4.1.1.3 */
export function parseForwardPath(line: string, from: number): PathParsed<ForwardPath> {
  const parsed = parsePath(line, from);
  if (!parsed.ok) return refuse(line, parsed.error);
  if (parsed.value === null) return { ok: false, error: 'bad-mailbox' };
  if (parsed.value.needsUtf8 && hasControl(line, from, parsed.end)) return { ok: false, error: 'not-ascii' };
  return parsed as PathParsed<ForwardPath>;
}

function refuse(line: string, error: AddressError): { readonly ok: false; readonly error: CommandError } {
  if (hasControl(line, 0, line.length)) return { ok: false, error: 'not-ascii' };
  return { ok: false, error: COMMAND_ERRORS[error] ?? 'bad-mailbox' };
}

/** What is not a matter of the mailbox itself. */
const COMMAND_ERRORS: { readonly [error in AddressError]?: CommandError } = {
  'expected-bracket': 'syntax',
  'expected-closing-bracket': 'syntax',
  'local-part-too-long': 'path-too-long',
  'domain-too-long': 'path-too-long',
  'path-too-long': 'path-too-long',
};

/** Writes a path: `<>`, `<Postmaster>` or `<local-part@domain>`. */
export function encodePath(path: Mailbox | null): string {
  if (path === null) return '<>';
  return path.domain === '' ? `<${path.localPart}>` : `<${path.address}>`;
}
