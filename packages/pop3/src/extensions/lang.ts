/**
 * LANG: the language of the texts in responses.
 *
 *     lang = "LANG" [SP language-tag]       ; "*" for the server's own choice
 *
 * @rfc 6856 3
 */
import type { Capability, CommandSpec, Extension } from '../extension.ts';
import { encodeLanguageListing, isLanguageTag } from '../listings.ts';
import { err, ok } from '../response.ts';
import { announced } from './announced.ts';

export interface LangCommand {
  readonly verb: 'LANG';
  /** The language to use, `*` for the server's own; `undefined` asks for the list. */
  readonly tag: string | undefined;
}

const ANY = '*';

const langCommand: CommandSpec<LangCommand> = {
  verb: 'LANG',
  syntax: 'LANG [language]',
  source: 'RFC 6856 3.2',
  states: ['authorization', 'transaction'],
  grouping: 'alone',
  effect: 'none',
  secret: 'nothing',
  form: ({ tag }) => (tag === undefined ? 'lines' : 'line'),
  parse(argument) {
    const tag = argument?.trim() ?? '';
    if (tag === '') return { verb: 'LANG', tag: undefined };
    return tag === ANY || isLanguageTag(tag) ? { verb: 'LANG', tag } : undefined;
  },
  encode({ tag }) {
    if (tag === undefined) return '';
    if (tag !== ANY && !isLanguageTag(tag)) throw new TypeError(`not a language tag: ${JSON.stringify(tag)}`);
    return ` ${tag}`;
  },
  serve({ tag }, session) {
    const { languages } = session.options;
    if (tag === undefined) return { do: 'answer', response: ok('language listing follows'), lines: languages.map(encodeLanguageListing) };
    const wanted = tag === ANY ? languages[0] : languages.find((language) => language.tag.toLowerCase() === tag.toLowerCase());
    if (wanted === undefined) return { do: 'refuse', response: err(`${tag} is not spoken here`), code: 'POP3_REFUSED' };
    session.language = wanted.tag;
    return { do: 'answer', response: ok(`${wanted.tag} ${wanted.description}`.trim()), lines: undefined };
  },
  explain: ({ tag }) => (tag === undefined ? 'The client asks which languages the server speaks.' : `The client asks for texts in ${tag}.`),
};

export const lang: Extension<typeof langCommand, Capability<'lang', boolean>> = {
  tag: 'LANG',
  rfc: 6856,
  offered: (options) => options.languages.length > 0,
  advertise: () => '',
  capability: announced('lang'),
  commands: [langCommand],
  explain: () => 'The client may choose the language of the texts in responses.',
};
