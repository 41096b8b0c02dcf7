/**
 * LANGUAGE: the language of the texts that the server sends for people.
 *
 *     language-cmd  = "LANGUAGE" *(SP lang-range-quoted)
 *     language-data = "LANGUAGE" SP "(" lang-tag-quoted *(SP lang-tag-quoted) ")"
 *
 * Read next: `i18n-level.ts`.
 *
 * @rfc 5255
 */
import { SP } from '@mailwright/wire';
import type { CommandSpec, DataSpec } from '../extension.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

export interface LanguageCommand {
  readonly name: 'LANGUAGE';
  /** Language ranges (RFC 4647), the best first; `default` for the server's own. Empty asks which there are. */
  readonly ranges: readonly string[];
}

/** One tag: the language from now on. Several: those there are. @rfc 5255 3.3 */
export interface LanguageData {
  readonly name: 'LANGUAGE';
  readonly tags: readonly string[];
}

const languageCommand: CommandSpec<LanguageCommand> = {
  name: 'LANGUAGE',
  uidForm: false,
  syntax: 'LANGUAGE [range ...]',
  source: 'RFC 5255 3.2',
  states: ALWAYS,
  pipelining: 'any',
  secret: false,
  parse(reader) {
    const ranges: string[] = [];
    while (reader.skip(SP)) {
      ranges.push(reader.astring());
      reader.count();
    }
    return { name: 'LANGUAGE', ranges };
  },
  encode(writer, { ranges }) {
    for (const range of ranges) writer.space().astring(range);
  },
  explain: ({ ranges }) =>
    ranges.length === 0 ? 'The client asks which languages the server speaks.' : `The client wants texts in ${ranges.join(', else ')}.`,
};

const languageData: DataSpec<LanguageData> = {
  name: 'LANGUAGE',
  numbered: false,
  source: 'RFC 5255 3.3',
  parse(reader) {
    reader.space();
    return { name: 'LANGUAGE', tags: reader.list(() => reader.astring()) };
  },
  encode: (writer, { tags }) => void writer.raw('LANGUAGE ').list(tags, (tag) => writer.astring(tag)),
  explain: ({ tags }) => (tags.length === 1 ? `Texts are in ${tags[0]} from now on.` : `The server speaks ${tags.join(', ')}.`),
};

export const language: Brings<{ commands: typeof languageCommand; data: typeof languageData }> = {
  ...NOTHING,
  capability: 'LANGUAGE',
  rfc: 5255,
  announced: ALWAYS,
  commands: [languageCommand],
  data: [languageData],
  explain: () => 'The server can speak the language of the user.',
};
