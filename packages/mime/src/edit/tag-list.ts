/**
 * The tag lists of signature fields (RFC 6376 section 3.2), as far as telling what a signature covers needs. White space is taken out of
 * every value, since no tag that is read here has any that counts.
 *
 *     tag-list = tag-spec *( ";" tag-spec ) [ ";" ]
 *     tag-spec = [FWS] tag-name [FWS] "=" [FWS] tag-value [FWS]
 *
 * Left out: the judgement of a signature (`@mailwright/dkim` has it). Read next: `dkim-impact.ts`.
 */

/**
 * The tags of a list, the first of each name. What is no tag is skipped. Linear; never throws.
 *
 * @rfc 6376 3.2
 */
export function parseTagList(text: string): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const tag of text.split(';')) {
    const equals = tag.indexOf('=');
    if (equals === -1) continue;
    const name = removeWhiteSpace(tag.slice(0, equals));
    if (name !== '' && !tags.has(name)) tags.set(name, removeWhiteSpace(tag.slice(equals + 1)));
  }
  return tags;
}

/** The names of a list with colons in between (`h=`), in lower case, empty ones left out. @rfc 6376 3.5 */
export function parseSignedNames(value: string | undefined): readonly string[] {
  return (value ?? '').toLowerCase().split(':').filter((name) => name !== '');
}

function removeWhiteSpace(text: string): string {
  return text.replace(/[ \t\r\n]+/g, '');
}
