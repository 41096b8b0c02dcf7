/**
 * The labels of charsets: by preferred name, the other labels that are seen in mail. Labels are compared by letters and digits alone, in any case (UTS 22
 * section 1.4), so that `UTF_8`, `utf8` and `"Utf-8"` need one row; the spelling here is the one people know.
 *
 * Where one charset holds another one whole, the larger is used: windows-1252 for ISO-8859-1, gb18030 for GB 2312, UHC for KS C 5601, as browsers do.
 */

/** Says that the writer did not know; read as undeclared text is. */
export const UNDECLARED = 'unknown-8bit';

const LABELS: Readonly<Record<string, string>> = {
  [UNDECLARED]: 'x-unknown unknown default x-default binary 8bit 8-bit 7bit none x-unknown-8bit user-defined x-user-defined',
  'us-ascii': 'ascii ansi_x3.4-1968 ansi_x3.4-1986 iso_646.irv:1991 iso646-us iso-ir-6 646 us cp367 ibm367 csascii us-ascii646 x-us-ascii usascii7 cp20127',
  'utf-8': 'utf8mb4 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8 cp65001 csutf8 utf-8-sig utf-8-mac utf-8n utf',
  'utf-7': 'unicode-1-1-utf-7 x-unicode-2-0-utf-7 csutf7 cp65000 unicode-2-0-utf-7',
  'utf-16': 'ucs-2 iso-10646-ucs-2 unicode csunicode csutf16',
  'utf-16be': 'unicodefffe csutf16be ucs-2be cp1201',
  'utf-16le': 'unicodefeff csutf16le ucs-2le cp1200',
  'utf-32': 'ucs-4 iso-10646-ucs-4 csucs4 csutf32',
  'utf-32be': 'csutf32be ucs-4be cp12001',
  'utf-32le': 'csutf32le ucs-4le cp12000',
  'windows-1250': 'cp1250 x-cp1250 ms-ee win-1250 cswindows1250',
  'windows-1251': 'cp1251 x-cp1251 ms-cyrl win-1251 cswindows1251',
  'windows-1252': 'iso-8859-1 8859-1 latin1 latin-1 l1 iso-ir-100 iso_8859-1:1987 csisolatin1 cp819 ibm819 cp1252 x-cp1252 ms-ansi win-1252 cswindows1252 cp28591 '
    + 'windows-28591 iso-8859 iso-latin-1 x-iso-8859-1 iso-8859-1-windows-3.1-latin-1 ansi western',
  'windows-1253': 'cp1253 x-cp1253 ms-greek win-1253 cswindows1253',
  'windows-1254': 'cp1254 x-cp1254 ms-turk win-1254 cswindows1254 iso-8859-9 8859-9 latin5 l5 iso-ir-148 iso_8859-9:1989 csisolatin5 cp28599 windows-28599 cp920',
  'windows-1255': 'cp1255 x-cp1255 ms-hebr win-1255 cswindows1255',
  'windows-1256': 'cp1256 x-cp1256 ms-arab win-1256 cswindows1256',
  'windows-1257': 'cp1257 x-cp1257 winbaltrim win-1257 cswindows1257',
  'windows-1258': 'cp1258 x-cp1258 win-1258 cswindows1258',
  'windows-874': 'cp874 ms874 ibm874 x-ibm874 dos-874 tis-620 tis620.2533 cstis620 iso-8859-11 8859-11 iso-ir-166 cp28601 windows-28601 thai',
  'iso-8859-2': '8859-2 latin2 l2 iso-ir-101 iso_8859-2:1987 csisolatin2 cp28592 windows-28592 cp912',
  'iso-8859-3': '8859-3 latin3 l3 iso-ir-109 iso_8859-3:1988 csisolatin3 cp28593 windows-28593 cp913',
  'iso-8859-4': '8859-4 latin4 l4 iso-ir-110 iso_8859-4:1988 csisolatin4 cp28594 windows-28594 cp914',
  'iso-8859-5': '8859-5 cyrillic iso-ir-144 iso_8859-5:1988 csisolatincyrillic cp28595 windows-28595 cp915',
  'iso-8859-6': '8859-6 arabic ecma-114 asmo-708 iso-ir-127 iso_8859-6:1987 iso-8859-6-e iso-8859-6-i csisolatinarabic csiso88596e csiso88596i cp28596 windows-28596 cp1089',
  'iso-8859-7': '8859-7 greek greek8 ecma-118 elot_928 sun_eu_greek iso-ir-126 iso_8859-7:1987 csisolatingreek cp28597 windows-28597 cp813',
  'iso-8859-8': '8859-8 hebrew visual logical iso-ir-138 iso_8859-8:1988 iso-8859-8-e iso-8859-8-i csisolatinhebrew csiso88598e csiso88598i cp28598 cp38598 windows-28598 '
    + 'windows-38598 cp916',
  'iso-8859-10': '8859-10 latin6 l6 iso-ir-157 iso_8859-10:1992 csisolatin6 cp28600 windows-28600 cp919',
  'iso-8859-13': '8859-13 latin7 l7 iso-ir-179 csiso885913 cp28603 windows-28603 cp921',
  'iso-8859-14': '8859-14 latin8 l8 iso-ir-199 iso_8859-14:1998 iso-celtic csiso885914 cp28604 windows-28604',
  'iso-8859-15': '8859-15 latin9 latin-9 l9 iso-ir-203 csisolatin9 csiso885915 cp28605 windows-28605 cp923',
  'iso-8859-16': '8859-16 latin10 l10 iso-ir-226 iso_8859-16:2001 csiso885916 cp28606 windows-28606',
  'koi8-r': 'koi8 koi cskoi8r cp878 cp20866 windows-20866 x-koi8-r koi-8',
  'koi8-u': 'koi8-ru cskoi8u cp1168 cp21866 windows-21866',
  'koi8-t': '',
  macintosh: 'mac macroman x-mac-roman x-macroman csmacintosh cp10000 mac-roman',
  'x-mac-cyrillic': 'x-mac-ukrainian maccyrillic cp10007 cp10017',
  'x-mac-ce': 'x-mac-centraleurroman maccentraleurope maccentraleuropean mac-latin2 cp10029',
  ibm437: 'cp437 437 dos-437 cspc8codepage437',
  ibm850: 'cp850 850 dos-850 cspc850multilingual',
  ibm852: 'cp852 852 dos-852 cspcp852',
  ibm00858: 'cp858 858 ibm858 ccsid00858 cp00858 pc-multilingual-850+euro csibm00858 dos-858',
  ibm862: 'cp862 862 dos-862 cspc862latinhebrew',
  ibm865: 'cp865 865 dos-865 csibm865',
  ibm866: 'cp866 866 dos-866 csibm866',
  cp1125: 'ibm1125 1125 cp866u ruscii',
  viscii: 'csviscii viscii1.1-1',
  'armscii-8': '',
  'hp-roman8': 'roman8 r8 cshproman8 cp1051 ibm1051',
  shift_jis: 'sjis x-sjis ms_kanji ms932 cp932 windows-932 windows-31j cswindows31j csshiftjis cp943 ibm943 mskanji x-ms-cp932 shift-jis',
  'euc-jp': 'x-euc-jp eucjp-ms eucjp-win ujis cp51932 cp20932 cseucpkdfmtjapanese extended_unix_code_packed_format_for_japanese',
  'iso-2022-jp': 'jis jis7 jis-7 7bit-jis csiso2022jp cp50220 cp50221 cp50222 iso-2022-jp-1 iso-2022-jp-2 csiso2022jp2 iso-2022-jp-3 iso-2022-jp-2004 iso-2022-jp-ms iso-2022-jp-ext',
  'iso-2022-kr': 'csiso2022kr cp50225',
  'iso-2022-cn': 'csiso2022cn iso-2022-cn-ext csiso2022cnext cp50227 cp50229',
  'euc-kr': 'ks_c_5601 ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksx1001 ks_x_1001 korean iso-ir-149 csksc56011987 cseuckr windows-949 cp949 ms949 uhc x-windows-949 cp51949 cp970 5601',
  big5: 'big5-hkscs big5-eten cn-big5 x-x-big5 csbig5 csbig5hkscs windows-950 cp950 ms950 x-windows-950 big5-tw big-five',
  gb18030: 'gbk x-gbk csgbk csgb18030 gb2312 gb_2312 gb_2312-80 gb2312-80 csgb2312 csiso58gb231280 iso-ir-58 chinese cn-gb euc-cn x-euc-cn cp936 ms936 windows-936 cp54936 '
    + 'windows-54936 cp51936 x-cp20936 cp20936 gb gb18030-2000 gb18030-2005 gb18030-2022',
  'hz-gb-2312': 'hz hz-gb2312 cp52936 chinese-hz',
};

const MOST_LABEL_CHARACTERS = 100;

/** By the spellings above, in lower and in upper case, so that most labels are found at once; and by what `keyOf` makes of them. */
const NAMES: ReadonlyMap<string, string> = new Map(Object.entries(LABELS).flatMap(([name, labels]) => [name, ...labels.split(' ')]
  .flatMap((label) => [label, label.toUpperCase(), keyOf(label)]).filter((key) => key !== '').map((key) => [key, name] as const)));

/** All preferred names. */
export const CHARSET_NAMES: readonly string[] = Object.keys(LABELS);

/**
 * The charset that text with this label is read in, by its preferred MIME name in lower case; `undefined` for a label that is not known.
 *
 * A charset that another one holds whole goes by the name of that one: `ISO-8859-1` is
 * `windows-1252`, `gb2312` is `gb18030`. `us-ascii` and `unknown-8bit` are names, too: their text is UTF-8 where it can be that, else windows-1252.
 * @rfc 2045 5.1
 */
export function charsetName(label: string): string | undefined {
  return label.length > MOST_LABEL_CHARACTERS ? undefined : NAMES.get(label) ?? NAMES.get(keyOf(label));
}

/** Lower case, letters and digits only. */
function keyOf(label: string): string {
  return label.toLowerCase().replace(/[^a-z0-9]/g, '');
}
