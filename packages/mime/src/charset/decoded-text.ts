/** A text that came out of octets, and how. */
export interface DecodedText {
  readonly text: string;
  /** The label as it was given, `undefined` where there was none. */
  readonly declared: string | undefined;
  /** The charset that was used, by its preferred MIME name in lower case: `utf-8`, `windows-1252`, `euc-kr`. */
  readonly used: string;
  /** How many U+FFFD were put in the place of octets that are no text. */
  readonly replacements: number;
}
