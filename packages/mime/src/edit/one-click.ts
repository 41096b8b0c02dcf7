/**
 * Whether a message can be left with one click (RFC 8058), the reading side: what a mail client asks before it shows a button, and what a
 * sender asks before a mass mailing goes out.
 *
 * Left out: whether a signature is valid; only what its `h=` covers is looked at. Read next: `list-unsubscribe.ts`.
 */
import type { HeaderField } from '../header/header-field.ts';
import { findFields } from '../header/header-parse.ts';
import type { HeaderSection } from '../header/header-parse.ts';
import { parseListHeader } from '../header/list-header.ts';
import { isHttpsUrl } from '../header/list-unsubscribe.ts';
import { parseSignedNames, parseTagList } from './tag-list.ts';

/** Why there is no one-click. `ambiguous`: a field stands twice, or there are several https URIs. */
export type OneClickProblem = 'no-field' | 'no-post-field' | 'bad-post-value' | 'no-https' | 'ambiguous' | 'not-signed';

/** What a message says about leaving its list. */
export interface OneClick {
  /** True where all that RFC 8058 asks for is there, a DKIM-Signature over both fields included. Whether that signature is valid must be seen elsewhere. */
  readonly valid: boolean;
  /** What is missing first. */
  readonly problem: OneClickProblem | undefined;
  /** The https URI to post `List-Unsubscribe=One-Click` to, also where one-click is not valid. */
  readonly https: string | undefined;
  /** The first mailto: URI. */
  readonly mailto: string | undefined;
  /** The `d=` of the signatures that cover both fields. */
  readonly signedBy: readonly string[];
}

const FIELD = 'list-unsubscribe';
const POST_FIELD = 'list-unsubscribe-post';
const POST_VALUE = /^List-Unsubscribe[ \t]*=[ \t]*One-Click$/i;

/**
 * Reads List-Unsubscribe and List-Unsubscribe-Post of a message.
 *
 * Shape: URIs are read between angle brackets, white space inside them left out (RFC 2369 section 2). Never throws.
 * @rfc 8058 3.1
 * @rfc 8058 4
 * @rfc 2369 2
 */
export function parseOneClick(section: HeaderSection): OneClick {
  const fields = findFields(section, FIELD);
  const posts = findFields(section, POST_FIELD);
  const uris = fields.flatMap((field) => parseListHeader(field.text).uris);
  const web = uris.filter((uri) => isHttpsUrl(uri));
  const signedBy = fields.length === 0 ? [] : findSigners(section);
  const problem = findProblem(fields, posts, web, signedBy);
  return { valid: problem === undefined, problem, https: web[0], mailto: uris.find((uri) => /^mailto:/i.test(uri)), signedBy };
}

function findProblem(fields: readonly HeaderField[], posts: readonly HeaderField[], web: readonly string[], signedBy: readonly string[]): OneClickProblem | undefined {
  if (fields.length === 0) return 'no-field';
  if (posts.length === 0) return 'no-post-field';
  if (fields.length > 1 || posts.length > 1 || web.length > 1) return 'ambiguous';
  if (!POST_VALUE.test(posts[0]!.text)) return 'bad-post-value';
  if (web.length === 0) return 'no-https';
  return signedBy.length === 0 ? 'not-signed' : undefined;
}

function findSigners(section: HeaderSection): readonly string[] {
  return findFields(section, 'dkim-signature').flatMap((field) => {
    const tags = parseTagList(field.text);
    const names = parseSignedNames(tags.get('h'));
    return names.includes(FIELD) && names.includes(POST_FIELD) ? [tags.get('d') ?? ''] : [];
  });
}
