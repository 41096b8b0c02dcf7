/**
 * Message ids out of the fields that hold them, as old and odd software writes them: what stands in angle brackets counts, the rest does not.
 *
 *     msg-id = "<" id-left "@" id-right ">"
 *
 * @rfc 5256 3
 * @rfc 5322 3.6.4
 */

/** Reads the ids of a Message-ID, In-Reply-To or References field, without brackets; quoted and unquoted spellings come out the same. Linear. */
export function parseMessageIds(value: string): string[] {
  const ids: string[] = [];
  let open = -1;
  for (let at = 0; at < value.length; at++) {
    const character = value.charCodeAt(at);
    if (character === 0x3c) open = at + 1; // "<"
    else if (character === 0x3e && open !== -1) { // ">"
      const id = value.slice(open, at).replace(/[\s"\\]+/g, '');
      if (id.includes('@')) ids.push(id);
      open = -1;
    }
  }
  return ids;
}
