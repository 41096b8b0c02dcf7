/** What a line of a session means, in a sentence, and where that stands. */
import { parseCommand } from './command.ts';
import { extensionOfTag } from './registry.ts';
import { parseResponse, RESPONSE_CODES } from './response.ts';

/** What a line means. */
export interface Explanation {
  readonly meaning: string;
  /** RFC and section. */
  readonly source: string;
}

/** Explains a client's command line, without its line end. Never throws; never shows a secret. */
export function explainCommand(line: string): Explanation {
  const parsed = parseCommand(line);
  if (parsed.ok) return { meaning: parsed.spec.explain(parsed.value), source: parsed.spec.source };
  if (parsed.spec === undefined) return { meaning: 'Not a command that is known here.', source: 'RFC 1939 3' };
  return { meaning: `Not how this command is written: ${parsed.spec.syntax}.`, source: parsed.spec.source };
}

/** Explains a status line or a challenge, without its line end. Never throws. */
export function explainResponse(line: string): Explanation {
  if (line === '+' || line.startsWith('+ ')) return { meaning: 'The server asks, within a login.', source: 'RFC 5034 4' };
  const response = parseResponse(line);
  if (response === undefined) return { meaning: 'Not a status line.', source: 'RFC 1939 3' };
  const meaning = response.status === 'OK' ? 'Yes.' : 'No.';
  if (response.code === undefined) return { meaning, source: 'RFC 1939 3' };
  return { meaning: `${meaning} ${RESPONSE_CODES.get(response.code) ?? 'The code is not registered.'}`, source: 'RFC 2449 8' };
}

/** Explains a line of CAPA, without its line end. Never throws. */
export function explainCapability(line: string): Explanation {
  const [tag = '', ...parameters] = line.trim().split(/ +/);
  const extension = extensionOfTag(tag.toUpperCase());
  if (extension === undefined) return { meaning: 'A capability that is not known here.', source: 'RFC 2449 5' };
  return { meaning: extension.explain(parameters), source: `RFC ${extension.rfc}` };
}
