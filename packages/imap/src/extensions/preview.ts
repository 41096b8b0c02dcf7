/**
 * PREVIEW: the first words of a message, made by the server.
 *
 *     fetch-att =/ "PREVIEW" [SP "(" preview-mod *(SP preview-mod) ")"]
 *     preview-mod = "LAZY"
 *     msg-att   =/ "PREVIEW" SP nstring
 *
 * @rfc 8970
 */
import { LEFT_PARENTHESIS, SP } from '@mailwright/wire';
import type { FetchItemSpec } from '../extension.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

/** `lazy`: only where the server has it at hand; the others come as null. @rfc 8970 3.1 */
export interface PreviewRequest {
  readonly name: 'PREVIEW';
  readonly lazy: boolean;
}

/** Null where there is none yet, or none can be made; `''` where the message has no text. At most 256 characters. @rfc 8970 3.2 */
const previewItem: FetchItemSpec<'preview', PreviewRequest, string | null> = {
  name: 'PREVIEW',
  field: 'preview',
  source: 'RFC 8970 3',
  parseRequest(reader) {
    if (reader.peek() !== SP || reader.octets[reader.at + 1] !== LEFT_PARENTHESIS) return { name: 'PREVIEW', lazy: false };
    reader.space();
    let lazy = false;
    reader.list(() => {
      if (reader.skipKeyword('LAZY')) lazy = true;
      else reader.fail('LAZY');
    });
    return { name: 'PREVIEW', lazy };
  },
  encodeRequest: (writer, { lazy }) => void writer.raw(lazy ? 'PREVIEW (LAZY)' : 'PREVIEW'),
  parse(reader) {
    reader.space();
    return reader.nstring() ?? null;
  },
  encode: (writer, text) => void writer.raw('PREVIEW ').nstring(text ?? undefined),
};

export const preview: Brings<{ fetchItems: typeof previewItem }> = {
  ...NOTHING,
  capability: 'PREVIEW',
  rfc: 8970,
  announced: ALWAYS,
  fetchItems: [previewItem],
  explain: () => 'The server tells the first words of messages.',
};
