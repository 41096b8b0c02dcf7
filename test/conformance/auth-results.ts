/**
 * The cases about Authentication-Results. Compared is what a field says (who, which methods, which results, which properties), not the shapes of the parsers that
 * were recorded.
 *
 * Deviations stand in `dmarc-deviations.ts` and in docs/conformance.md.
 */
import { parseArcAuthenticationResults, parseAuthenticationResults } from '@mailwright/authres';
import type { MethodResult } from '@mailwright/authres';
import { suiteOf } from './dmarc.ts';
import type { Case } from './dmarc.ts';
import type { ConformanceSuite } from './suite.ts';

interface GoTest { readonly input: string; readonly identifier: string; readonly results: readonly Readonly<Record<string, string>>[] }

/** What go-msgauth calls a property. */
const GO_NAMES: Readonly<Record<string, string>> = { 'smtp.mailfrom': 'From', 'smtp.auth': 'Auth', 'header.i': 'Identifier' };

function goCase({ input, identifier, results }: GoTest, index: number): Case {
  const parsed = parseAuthenticationResults(input);
  const actual = parsed.ok ? { identifier: parsed.value.authservId, results: parsed.value.results.map(inGosWords) } : parsed.error;
  return { id: String(index), expected: { identifier, results }, actual };
}

function inGosWords({ method, result, properties }: MethodResult): unknown {
  const words: Record<string, string> = { method, Value: result };
  for (const { ptype, property, value } of properties) {
    const name = GO_NAMES[`${ptype}.${property}`];
    if (name !== undefined) words[name] = value;
    else if (ptype === 'header') Object.assign(words, { HeaderKey: property, HeaderValue: value });
  }
  return words;
}

interface MailauthValue { readonly value: string; readonly comment?: string; readonly header?: Readonly<Record<string, string>> }
interface MailauthTest { readonly input: string; readonly expect: { readonly parsed: Readonly<Record<string, MailauthValue | readonly MailauthValue[] | string>> } }

/** Compared: the authserv-id, each method with its result, its comment and the properties that stand under `header` there. */
function mailauthCase({ input, expect: { parsed: stated } }: MailauthTest, index: number): Case {
  const value = input.replace(/^Authentication-Results: /, '');
  const parsed = value.startsWith('i=') ? parseArcAuthenticationResults(value) : parseAuthenticationResults(value);
  const expected: Record<string, unknown> = {};
  for (const [method, entry] of Object.entries(stated)) {
    const first = Array.isArray(entry) ? (entry as readonly MailauthValue[])[0]! : (entry as MailauthValue | string);
    if (typeof first !== 'string' && method !== 'i') expected[method] = { result: first.value.split(' ', 1)[0], comment: first.comment ?? null, header: first.header ?? null };
  }
  const id = String(stated['value']).replace(/ 1$/, '');
  if (!parsed.ok) return { id: String(index), expected: { id, ...expected }, actual: parsed.error };
  const actual = parsed.value.results.map(({ method, result, comments, properties }) => {
    const header = Object.fromEntries(properties.filter(({ ptype }) => ptype === 'header' && method === 'dkim').map(({ property, value: of }) => [property, of]));
    return [method, { result, comment: comments[0] ?? null, header: Object.keys(header).length > 0 ? header : null }];
  });
  return { id: String(index), expected: { id, ...expected }, actual: { id: parsed.value.authservId, ...Object.fromEntries(actual) as object } };
}

export const suites: readonly ConformanceSuite[] = [
  suiteOf<GoTest>('auth-results/go-msgauth', 'auth-results/go-msgauth.json', goCase),
  suiteOf<MailauthTest>('auth-results/mailauth-parse', 'auth-results/mailauth-parse.json', mailauthCase),
];
