/**
 * Which fields a signature names, and how often: once for each that is there, and once more where nobody shall be able to add one
 * (oversigning, RFC 6376 section 8.15).
 *
 * Read next: `signer.ts`.
 */
import type { HeaderField } from '@mailwright/mime';

/**
 * When a field is named once more than it is there: `always`, so that none can be added even where there is none; `if-present`; or
 * `never`, for fields that others add on the way.
 */
export type Oversigning = 'always' | 'if-present' | 'never';

/** What is done with the fields of one name. */
export interface SignRule {
  /** In any letter case. */
  readonly name: string;
  readonly oversign: Oversigning;
}

const rules = (oversign: Oversigning, ...names: readonly string[]): readonly SignRule[] => names.map((name) => ({ name, oversign }));

/**
 * What is signed where the caller says nothing: what people see, answer to and open (a second one of these is how signed mail is turned into
 * other mail), what List-Unsubscribe needs (RFC 8058 section 4), and what threads hang on. What relays and lists add is not named.
 *
 * @rfc 6376 5.4.1
 * @rfc 8058 4
 */
export const DEFAULT_SIGN_RULES: readonly SignRule[] = [
  ...rules('always', 'From', 'To', 'Cc', 'Subject', 'Date', 'Reply-To', 'Content-Type', 'Content-Transfer-Encoding', 'MIME-Version'),
  ...rules('if-present', 'Sender', 'Message-ID', 'In-Reply-To', 'References', 'Content-Disposition', 'Content-ID', 'Content-Description', 'List-Unsubscribe', 'List-Unsubscribe-Post'),
  ...rules('never', 'Resent-From', 'Resent-To', 'Resent-Cc', 'Resent-Date', 'Resent-Message-ID', 'Feedback-ID'),
];

const FIELD_NAME = /^[\x21-\x39\x3c-\x7e]+$/;
/** Fields that change on their way, or that a DKIM signature can't name. */
const UNSIGNABLE_BY_DKIM: ReadonlySet<string> = new Set(['return-path', 'received', 'dkim-signature', 'authentication-results']);

/** The rules as they are applied. */
export interface ResolvedRules {
  /** Names in lower case, each once. */
  readonly rules: readonly SignRule[];
  /** Where the rule for a name stands. */
  readonly indexes: ReadonlyMap<string, number>;
}

/** What a signature covers. */
export interface Coverage {
  /** For `h=`, in lower case. */
  readonly names: readonly string[];
  /** The fields that these names take, in their order; the same as `selectSignedFields` gives. */
  readonly fields: readonly HeaderField[];
}

/**
 * Checks rules. Throws TypeError for a name that is none, that is there twice or that must not be signed, and where From is missing.
 * `unsignable`: names in lower case that such a signature must not name; those of DKIM where it is left out.
 *
 * @rfc 6376 5.4
 */
export function resolveSignRules(given: readonly SignRule[], unsignable: ReadonlySet<string> = UNSIGNABLE_BY_DKIM): ResolvedRules {
  const resolved = given.map(({ name, oversign }) => {
    const lower = name.toLowerCase();
    if (!FIELD_NAME.test(name)) throw new TypeError(`not a field name: ${JSON.stringify(name)}`);
    if (unsignable.has(lower)) throw new TypeError(`${name} changes on the way and is not signed`);
    if (oversign !== 'always' && oversign !== 'if-present' && oversign !== 'never') throw new TypeError(`${name}: oversign is always, if-present or never`);
    return { name: lower, oversign };
  });
  const names = new Set(resolved.map(({ name }) => name));
  if (names.size !== resolved.length) throw new TypeError('a field name has two rules');
  if (!names.has('from')) throw new TypeError('From is always signed (RFC 6376 5.4)');
  return { rules: resolved, indexes: new Map(resolved.map(({ name }, index) => [name, index])) };
}

/**
 * What rules make of the fields of a message: each name as often as there are fields, and once more as the rule says.
 *
 * @rfc 6376 5.4
 * @rfc 6376 8.15
 */
export function chooseCoverage({ rules: resolved, indexes }: ResolvedRules, all: readonly HeaderField[]): Coverage {
  const found: (HeaderField[] | undefined)[] = new Array(resolved.length).fill(undefined);
  for (let at = all.length - 1; at >= 0; at--) {
    const field = all[at]!;
    const index = indexes.get(field.name.toLowerCase());
    if (index === undefined) continue;
    const same = found[index];
    if (same === undefined) found[index] = [field];
    else same.push(field);
  }
  const names: string[] = [];
  const fields: HeaderField[] = [];
  for (let index = 0; index < resolved.length; index++) {
    const { name, oversign } = resolved[index]!;
    for (const field of found[index] ?? []) {
      names.push(name);
      fields.push(field);
    }
    if (oversign === 'always' || (oversign === 'if-present' && found[index] !== undefined)) names.push(name);
  }
  return { names, fields };
}
