/**
 * Cases about MIME that we hold to be wrong, or that a second collection contradicts, each with its reason and what we stand for instead (which is then checked), and
 * cases that are not compared at all. The same rows are in docs/conformance.md; `mime.test.ts` checks that they are. Where what we stand for is long,
 * its digest stands here: `pnpm conformance --json` shows both when they differ.
 *
 * Read next: `mime-cases.ts`.
 */
import type { Deviation } from './address-deviations.ts';

/** Cases that are counted as skipped. An id `NAME *` stands for all cases of the function NAME. */
export interface NotCompared {
  readonly suite: string;
  readonly id: string;
  readonly reason: string;
}

const STYLE = 'How a message is drawn as a page or a text is a matter of that project’s style; nothing here does the same.';
const INNER = 'A question of their encoder that our builder does not ask in this form; what it chooses is tested with it.';
const FOLD = 'Where lines of a field are folded is style; what our writer folds is read back in its own tests.';
const NOINPUT = 'The input was a stream of which nothing was recorded.';
const OPTION = 'About an option of theirs that makes an attachment of a message inside: here a message inside is a part with the message as its child, and the caller chooses.';
const BASE64 = 'Base64 that is not well formed is decoded as far as it goes (RFC 2045 6.8: what is not in the alphabet is ignored); Python gives the characters undecoded.';
const NOBOUND = 'A multipart that names no boundary is one text (defect `MIME_NO_BOUNDARY`), so that its octets are shown; to others it is a multipart without parts.';
const CTESPACE = 'White space behind the name of a transfer encoding is none of it; Python leaves that part undecoded.';
const QPSPACE = 'White space at the end of a line of quoted-printable is deleted (RFC 2045 6.7 rule 3); Python keeps it.';
const B64MSG = 'A message in base64 is a leaf, to be decoded and parsed by itself, which gives what mime4j says (`mime/mime4j-raw`); Python reads the base64 lines as a message.';
const EMPTYPART = 'Between two delimiters without a line between them there is an empty part; Python gives it the epilogue.';
const PADBOUND = 'A boundary that ends in spaces (RFC 2046 5.1.1 forbids it) is looked for as it is written, as mime4j and postal-mime do; Python cuts the spaces off, and takes a shorter line for it.';
const WORDNAME = 'An encoded word stands in the parameter without quotes, which RFC 2047 5 forbids and senders do: it is the name. Python has none.';
const BACKSLASH = 'In a quoted file name `\\T` stands for a path of Windows, not for an escaped letter: the backslash stays.';
const WORDINNAME = 'Encoded words in a quoted file name are decoded, as senders mean them, and backslashes of a path stay.';
const RAWFIELD = 'The field holds octets that are not UTF-8. They are read as windows-1252 (defect `MIME_NOT_UTF8`), which gives the umlauts; theirs are U+FFFD.';
const COMMENTS = 'Comments nest and belong to no address (RFC 5322 3.2.2); postal-mime takes them into addresses and names.';
const UNDISCLOSED = 'There is no group inside of angle brackets: what can be read is a broken address, told with defects and with what stands behind it.';
const JUNKADDR = 'The cut-off encoded word opens a group by its colon; what follows it is kept as a member that is no address. postal-mime drops it.';
const NOTYPE = 'A Content-Type without a subtype can\'t be read, so the part is text/plain (RFC 2045 5.2); postal-mime makes an attachment of it.';
const NOFIELD = 'Behind the last field a line without a colon ends the header section (defect `MIME_NO_EMPTY_LINE`), and the text begins there, as Python reads it. postal-mime reads on.';
const CHARDET = 'Octets above 127 in a text of US-ASCII are counted as characters of windows-1252 or UTF-8; postal-mime counts replacement characters.';
const TYPECHAR = 'The character behind the subtype is no part of it: the part is text/plain. postal-mime does not show it.';
const UTF7 = 'The text is in UTF-7, which is decoded; postal-mime counts the characters of the encoding.';
const HTMLTEXT = 'postal-mime makes a plain text of the HTML beside it, and HTML of the plain text.';
const QPCRLF = 'postal-mime counts the CR of the line ends of this part.';
const REUSED = 'The inner multipart has the boundary of the outer one: each of its lines belongs to the outer one, and white space at a line\'s end is deleted (RFC 2045 6.7). Python keeps the white space; postal-mime takes the last part for an attachment of other octets.';
const EXTERNAL = 'What stands in a message/external-body is a header of the body that is elsewhere (RFC 2046 5.2.3), a leaf here. Python lists messages in it, postal-mime puts a line end behind it.';
const HEADERONLY = 'The header sections inside have lost the white space of their folds. Lines that are no field are left out, and the fields behind them are read up to the empty line. Python ends the section at the first such line, mail-parser reads on over the delimiters.';
const LASTLINE = 'The body goes to the end of the message, line end included.';
const PREFIX = 'A line is a delimiter where white space alone stands behind the boundary (`delimiter := ... transport-padding CRLF`, RFC 2046 5.1.1); a line that goes on with other characters is another boundary\'s, or text. mail-parser compares the beginning of the line.';
const SAMELINE = 'A delimiter stands at the beginning of a line (RFC 2046 5.1.1); mail-parser ends the part in the middle of one.';
const MIXEDNEST = 'The inner multipart has the boundary of the outer one, and lines without a colon end header sections; mail-parser joins the pieces otherwise.';
const BADMSG = 'The content of a message/rfc822 is a message whatever it looks like; here it has no fields and its text is its body. mail-parser makes a text of it.';
const BEGINUU = 'A part whose transfer encoding is uuencode is decoded; mail-parser gives its lines.';
const UNKNOWNCS = 'The charset is not known, so the octets are read as UTF-8 where they are that, else as windows-1252, which gives the umlauts.';
const JMAP = 'RFC 8621 4.1.4: an inline picture outside of multipart/alternative stands in textBody and htmlBody, and in attachments only where it could not stand in both. mail-parser lists it there as well.';
const NOPARTS = 'A multipart in which its boundary never comes has no parts (defect `MIME_NO_PARTS`): nothing of it is shown. mail-parser attaches its text.';
const B64WORD = 'White space inside an encoded word makes it none (RFC 2047 2).';
const ARC = 'This is no field with MIME parameters but Authentication-Results, which is not read by these functions; what they make of it means nothing.';
const FLAG = 'A word without an equals sign is no parameter (RFC 2045 5.1): it is left out, with a defect.';
const PROTO = 'Parameters are a list, so a name means nothing to JavaScript: `__proto__` is a name like others. The recorded parsers leave it out of their objects.';
const INJECT = 'Their writer puts a name with CRLF into the field; what follows is another field, and no parameter is read.';
const CUTDATE = 'CRLF without white space behind it is not folding, it ends the field; the date is cut in its year.';
const JST = 'RFC 5322 4.3: the offset of a zone that is not listed there is not known, so +0000.';
const ZONE22 = 'RFC 5322 3.3: an offset may have any hours up to 99; -2200 is kept.';
const LEAP = 'A leap second (`:60`) is valid (RFC 5322 3.3): it is the first moment of the next minute.';
const HTMLSTYLE = 'Comments and scripts leave nothing behind, no space either: a browser shows the two words as one.';
const BADNAME = 'A field name has printable ASCII characters alone (RFC 5322 2.2). The line is left out with a defect; in its place postal-mime has a field of a name that nobody asks for. It is not folding for both.';
const TRAIL = 'RFC 2046 5.1.1: behind a boundary only white space may stand on its line; Python, postal-mime and mail clients hold to that. mime4j follows the note that the beginning of a line is enough.';
const NOFIELD4J = 'Behind the last field a line without a colon ends the header section, and the text begins there, as Python reads it (`mime/reference-parts`). mime4j leaves the line out and reads on.';

export const DEVIATIONS: readonly Deviation[] = [
  { suite: 'mime/reference-parts', id: 'enmime/mail/mime-bad-content-transfer-encoding.raw', reason: BASE64, expected: { digest: 'dd072041bc093714' } },
  { suite: 'mime/reference-parts', id: 'enmime/mail/multipart-wo-boundary.raw', reason: NOBOUND, expected: { ours: [['text/plain', 40, '74eb183368cf4806']], theirs: [['multipart/report']] } },
  { suite: 'mime/reference-parts', id: 'enmime/parts/extra-base64-character.raw', reason: BASE64, expected: { digest: 'a2de5c92e1d0c9de' } },
  { suite: 'mime/reference-parts', id: 'mail-parser/thirdparty/003.eml', reason: CTESPACE, expected: { digest: '9c2f9155cadd74ea' } },
  { suite: 'mime/reference-parts', id: 'mailparser/nested.eml', reason: QPSPACE, expected: { digest: '59fdabb0eb54dfe5' } },
  { suite: 'mime/reference-parts', id: 'mime4j/testmsgs/bad-newlines-multiple-parts-base64.msg', reason: B64MSG, expected: { digest: '1f20174d4398a191' } },
  { suite: 'mime/reference-parts', id: 'mime4j/testmsgs/base64encoded-rfc822message-nested.msg', reason: B64MSG, expected: { digest: '4a4b8db77023df69' } },
  { suite: 'mime/reference-parts', id: 'mime4j/testmsgs/base64encoded-rfc822message.msg', reason: B64MSG, expected: { digest: 'cfdfd364e2341595' } },
  { suite: 'mime/reference-parts', id: 'mime4j/testmsgs/multipartemptypart.msg', reason: EMPTYPART, expected: { digest: 'bd6136aa04d9c8fd' } },
  { suite: 'mime/reference-parts', id: 'mime4j/testmsgs/very-long-boundary.msg', reason: PADBOUND, expected: { digest: '5ae69e7d455b8029' } },
  { suite: 'mime/reference-parts', id: 'mime4j/testmsgs/very-very-long-boundary.msg', reason: PADBOUND, expected: { digest: '191d43585a1d34a5' } },
  { suite: 'mime/reference-parts', id: 'mime4j/testmsgs/weird-boundary.msg', reason: PADBOUND, expected: { digest: '9853f4aafe69af09' } },
  { suite: 'mime/reference-file-names', id: 'mail-gem/attachment_emails/attachment_with_base64_encoded_name.eml', reason: WORDNAME, expected: ['This is a test.pdf'] },
  { suite: 'mime/reference-file-names', id: 'mail-parser/legacy/035.eml', reason: BACKSLASH, expected: { digest: 'efcb44f9a0f76f29' } },
  { suite: 'mime/reference-file-names', id: 'mime4j/mimetools-testmsgs/multi-2evil.msg', reason: WORDINNAME, expected: { digest: '81d37500d89dcef6' } },
  { suite: 'mime/reference-subject', id: 'mail-parser/legacy/020.eml', reason: RAWFIELD, expected: { digest: '6d59dc73f38c310b' } },
  { suite: 'mime/reference-subject', id: 'mail-parser/legacy/027.eml', reason: RAWFIELD, expected: { digest: '6d59dc73f38c310b' } },
  { suite: 'mime/reference-subject', id: 'mail-parser/legacy/052.eml', reason: RAWFIELD, expected: { digest: '6d59dc73f38c310b' } },
  { suite: 'mime/reference-addresses', id: 'mail-gem/error_emails/missing_body.eml', reason: UNDISCLOSED, expected: { digest: 'd70a21ad224cd3ee' } },
  { suite: 'mime/reference-addresses', id: 'mail-gem/rfc2822/example10.eml', reason: COMMENTS, expected: { digest: '0f0df9164663c906' } },
  { suite: 'mime/reference-addresses', id: 'mail-parser/legacy/020.eml', reason: RAWFIELD, expected: { digest: '2d6454c47fbca0ba' } },
  { suite: 'mime/reference-addresses', id: 'mail-parser/legacy/027.eml', reason: RAWFIELD, expected: { digest: '2d6454c47fbca0ba' } },
  { suite: 'mime/reference-addresses', id: 'mail-parser/legacy/052.eml', reason: RAWFIELD, expected: { digest: '3809f2593b87383a' } },
  { suite: 'mime/reference-addresses', id: 'mimekit/messages/stack-overflow.txt', reason: JUNKADDR, expected: { digest: 'bcd9ffcae23994e7' } },
  { suite: 'mime/reference-text', id: 'cpython/msg_14.txt', reason: NOTYPE, expected: 225 },
  { suite: 'mime/reference-text', id: 'cpython/msg_35.txt', reason: NOFIELD, expected: 56 },
  { suite: 'mime/reference-text', id: 'enmime/mail/multipart-wo-boundary.raw', reason: NOBOUND, expected: 40 },
  { suite: 'mime/reference-text', id: 'enmime/parts/chardet-fail.raw', reason: CHARDET, expected: 67 },
  { suite: 'mime/reference-text', id: 'enmime/parts/chardet-success-big-5.raw', reason: CHARDET, expected: 9463 },
  { suite: 'mime/reference-text', id: 'enmime/parts/ctype-invalid-characters.raw', reason: TYPECHAR, expected: 54 },
  { suite: 'mime/reference-text', id: 'mail-parser/legacy/034.eml', reason: UTF7, expected: 710 },
  { suite: 'mime/reference-text', id: 'mime4j/mimetools-testmsgs/lennie.msg', reason: HTMLTEXT, expected: 63 },
  { suite: 'mime/reference-text', id: 'mime4j/testmsgs/basic-plain-with-bad-header-separator.msg', reason: NOFIELD, expected: 172 },
  { suite: 'mime/reference-text', id: 'mime4j/testmsgs/malformedHeader-noheader.msg', reason: NOFIELD, expected: 90 },
  { suite: 'mime/reference-text', id: 'mimekit/messages/missing-subtype.txt', reason: NOTYPE, expected: 15 },
  { suite: 'mime/reference-html', id: 'mimekit/messages/multipart-related-mhtml.txt', reason: QPCRLF, expected: 716 },
  { suite: 'mime/reference-html', id: 'postal-mime/mixed.eml', reason: HTMLTEXT, expected: 127 },
  { suite: 'mime/reference-disputed', id: 'cpython/msg_15.txt', reason: REUSED, expected: { digest: '8fdd78c765d687c9' } },
  { suite: 'mime/reference-disputed', id: 'cpython/msg_36.txt', reason: EXTERNAL, expected: { digest: '5d3cfe9ba09c52d4' } },
  { suite: 'mime/reference-disputed', id: 'mail-parser/rfc/001.eml', reason: EXTERNAL, expected: { digest: '08c9b7b66f4c8bcf' } },
  { suite: 'mime/reference-disputed', id: 'mail-parser/thirdparty/015.eml', reason: HEADERONLY, expected: { digest: 'cf3a18fe7afcc81e' } },
  { suite: 'mime/mail-parser-places', id: 'legacy/049', reason: LASTLINE, expected: [['leaf', 0, 407, 6871]] },
  { suite: 'mime/mail-parser-places', id: 'malformed/004', reason: PREFIX, expected: [['leaf', 0, 45, 131]] },
  { suite: 'mime/mail-parser-places', id: 'malformed/007', reason: PREFIX, expected: [['multipart', 0, 45], ['multipart', 49, 112], ['leaf', 117, 143, 143]] },
  { suite: 'mime/mail-parser-places', id: 'malformed/016', reason: PREFIX, expected: { digest: '18f0aa73d9e222f5' } },
  { suite: 'mime/mail-parser-places', id: 'malformed/019', reason: MIXEDNEST, expected: { digest: '1666da2bfcc085a3' } },
  { suite: 'mime/mail-parser-places', id: 'malformed/022', reason: BADMSG, expected: [['multipart', 0, 103], ['leaf', 111, 137, 142], ['message', 151, 236, 278], ['leaf', 236, 236, 278]] },
  { suite: 'mime/mail-parser-places', id: 'thirdparty/005', reason: SAMELINE, expected: { digest: 'a6d4e7c93a9898d5' } },
  { suite: 'mime/mail-parser-places', id: 'thirdparty/015', reason: HEADERONLY, expected: { digest: '301d661bae192d70' } },
  { suite: 'mime/mail-parser-fields', id: 'malformed/004', reason: PREFIX, expected: [[[0, 44]]] },
  { suite: 'mime/mail-parser-fields', id: 'malformed/007', reason: PREFIX, expected: [[[0, 44]], [[49, 94], [94, 112]], [[117, 142]]] },
  { suite: 'mime/mail-parser-fields', id: 'malformed/016', reason: PREFIX, expected: [[[0, 125]], [[211, 335]], [[420, 543]], [[627, 652]], [[740, 765]]] },
  { suite: 'mime/mail-parser-fields', id: 'malformed/022', reason: BADMSG, expected: [[[0, 20], [20, 54], [54, 102]], [[111, 136]], [[151, 180], [180, 235]], []] },
  { suite: 'mime/mail-parser-fields', id: 'thirdparty/015', reason: HEADERONLY, expected: { digest: '090cb21ff4ea77d7' } },
  { suite: 'mime/mail-parser-types', id: 'malformed/004', reason: PREFIX, expected: ['multipart/mixed'] },
  { suite: 'mime/mail-parser-types', id: 'malformed/016', reason: PREFIX, expected: ['multipart/mixed', 'multipart/mixed', 'multipart/mixed', 'text/plain', 'text/plain'] },
  { suite: 'mime/mail-parser-types', id: 'malformed/022', reason: BADMSG, expected: { digest: '7144006979272cec' } },
  { suite: 'mime/mail-parser-types', id: 'thirdparty/015', reason: HEADERONLY, expected: { digest: 'a4109e110eb25c71' } },
  { suite: 'mime/mail-parser-content', id: 'legacy/026', reason: BEGINUU, expected: { digest: 'f6a00f9637d1b2dc' } },
  { suite: 'mime/mail-parser-content', id: 'legacy/048', reason: BEGINUU, expected: { digest: 'e1a3eb5f1142b470' } },
  { suite: 'mime/mail-parser-content', id: 'legacy/049', reason: LASTLINE, expected: { digest: '38f5283bb1324d24' } },
  { suite: 'mime/mail-parser-content', id: 'legacy/052', reason: UNKNOWNCS, expected: { digest: '7b5709b4c6672cfd' } },
  { suite: 'mime/mail-parser-content', id: 'malformed/004', reason: PREFIX, expected: { digest: '41157f99b78524c8' } },
  { suite: 'mime/mail-parser-content', id: 'malformed/007', reason: PREFIX, expected: [''] },
  { suite: 'mime/mail-parser-content', id: 'malformed/016', reason: PREFIX, expected: { digest: '44f5db1277a386ca' } },
  { suite: 'mime/mail-parser-content', id: 'malformed/019', reason: MIXEDNEST, expected: { digest: '17f31a742ef1a282' } },
  { suite: 'mime/mail-parser-content', id: 'thirdparty/005', reason: SAMELINE, expected: { digest: '2d43cd35236ad7c4' } },
  { suite: 'mime/mail-parser-content', id: 'thirdparty/015', reason: HEADERONLY, expected: { digest: '71336a47139a2b81' } },
  { suite: 'mime/mail-parser-views', id: 'legacy/030', reason: JMAP, expected: { text: [527, 1455, 3424], html: [527, 1455, 3424], attachments: [5384] } },
  { suite: 'mime/mail-parser-views', id: 'legacy/035', reason: JMAP, expected: { text: [720, 7295, 9438], html: [1757, 7295, 9438], attachments: [3070, 5072] } },
  { suite: 'mime/mail-parser-views', id: 'legacy/037', reason: JMAP, expected: { text: [527, 703], html: [527, 703], attachments: [] } },
  { suite: 'mime/mail-parser-views', id: 'legacy/044', reason: JMAP, expected: { text: [541, 1491, 3634, 5565], html: [541, 1491, 3634, 5565], attachments: [] } },
  { suite: 'mime/mail-parser-views', id: 'legacy/048', reason: JMAP, expected: { text: [527, 1457, 3670, 5667], html: [527, 1457, 3670, 5667], attachments: [] } },
  { suite: 'mime/mail-parser-views', id: 'malformed/002', reason: NOPARTS, expected: { text: [], html: [], attachments: [] } },
  { suite: 'mime/mail-parser-views', id: 'malformed/004', reason: PREFIX, expected: { text: [], html: [], attachments: [] } },
  { suite: 'mime/mail-parser-views', id: 'malformed/007', reason: PREFIX, expected: { text: [143], html: [143], attachments: [] } },
  { suite: 'mime/mail-parser-views', id: 'malformed/016', reason: PREFIX, expected: { text: [653, 766], html: [653, 766], attachments: [] } },
  { suite: 'mime/mail-parser-views', id: 'malformed/019', reason: MIXEDNEST, expected: { text: [1803, 2763, 2776], html: [874, 1258, 1454, 2292], attachments: [] } },
  { suite: 'mime/mail-parser-views', id: 'thirdparty/015', reason: HEADERONLY, expected: { text: [10622], html: [10622], attachments: [12344, 14727, 17297] } },
  { suite: 'mime/mail-parser-values', id: 'legacy/020', reason: RAWFIELD, expected: { digest: '2f6f06f2ef745da3' } },
  { suite: 'mime/mail-parser-values', id: 'legacy/027', reason: RAWFIELD, expected: { digest: '7dc25eda47bec509' } },
  { suite: 'mime/mail-parser-values', id: 'legacy/052', reason: RAWFIELD, expected: { digest: '5ff11236beb7fd12' } },
  { suite: 'mime/mime4j-raw', id: 'testmsgs/basic-plain-with-bad-header-separator', reason: NOFIELD4J, expected: { digest: '7711930cd4e78920' } },
  { suite: 'mime/mime4j-raw', id: 'testmsgs/ending-boundaries', reason: TRAIL, expected: { digest: 'e511ef3d1b90373b' } },
  { suite: 'mime/mime4j-raw', id: 'testmsgs/malformedHeader-noheader', reason: NOFIELD4J, expected: { digest: 'fb574a2b68b50a5f' } },
  { suite: 'mime/mime4j-decoded', id: 'testmsgs/basic-plain-with-bad-header-separator', reason: NOFIELD4J, expected: { digest: '3d3b8aff38b10540' } },
  { suite: 'mime/mime4j-decoded', id: 'testmsgs/ending-boundaries', reason: TRAIL, expected: { digest: 'e511ef3d1b90373b' } },
  { suite: 'mime/mime4j-decoded', id: 'testmsgs/malformedHeader-noheader', reason: NOFIELD4J, expected: [['<message'], ['<header'], ['/header'], ['body', '6b7905ebe3b1e64a'], ['/message']] },
  { suite: 'mime/postal-mime-parse', id: '3', reason: BADNAME, expected: { digest: 'c833ae8e1cc0edf2' } },
  { suite: 'mime/postal-mime-parse', id: '4', reason: BADNAME, expected: { digest: 'c833ae8e1cc0edf2' } },
  { suite: 'mime/postal-mime-parse', id: '5', reason: BADNAME, expected: { digest: 'a0b88611fd482d43' } },
  { suite: 'mime/postal-mime-parse', id: '6', reason: BADNAME, expected: { digest: 'a0b88611fd482d43' } },
  { suite: 'mime/postal-mime-parse', id: '7', reason: BADNAME, expected: { digest: 'a0b88611fd482d43' } },
  { suite: 'mime/rfc2047-words', id: 'decodeWord 26', reason: B64WORD, expected: '=?utf-8?B?SGVs bG8g V29y bGQ=?=' },
  { suite: 'mime/rfc2047-words', id: 'decodeWord 27', reason: B64WORD, expected: { digest: 'c40113f8417476e5' } },
  { suite: 'mime/header-params', id: 'parseHeaderValue 8', reason: ARC, expected: { digest: '5ed858d4b54d9657' } },
  { suite: 'mime/header-params', id: 'parseHeaderValue 9', reason: FLAG, expected: { value: 'text/plain', params: { charset: 'utf-8' } } },
  { suite: 'mime/header-params', id: 'parseHeaderValue 20', reason: PROTO, expected: { digest: '92e4ff5f27a54e00' } },
  { suite: 'mime/header-params', id: 'parseHeaderValue 21', reason: PROTO, expected: { digest: '92e4ff5f27a54e00' } },
  { suite: 'mime/header-params', id: 'parseHeaderValue 22', reason: PROTO, expected: { digest: 'b3af3f996c595349' } },
  { suite: 'mime/header-params', id: 'buildHeaderValue 24', reason: INJECT, expected: {} },
  { suite: 'mime/dates', id: '10', reason: CUTDATE, expected: undefined },
  { suite: 'mime/dates', id: '15', reason: JST, expected: { time: '1992-06-09T03:45:24.000Z', offset: '+0000' } },
  { suite: 'mime/dates', id: '22', reason: ZONE22, expected: { time: '2014-08-06T23:53:48.000Z', offset: '-2200' } },
  { suite: 'mime/dates', id: '37', reason: LEAP, expected: { time: '2025-03-01T05:00:00.000Z', offset: '-0500' } },
  { suite: 'mime/dates', id: '39', reason: LEAP, expected: { time: '2025-03-01T04:00:00.000Z', offset: '-0500' } },
  { suite: 'mime/html-text', id: 'htmlToText 14', reason: HTMLSTYLE, expected: 'BeforeAfter' },
  { suite: 'mime/html-text', id: 'htmlToText 15', reason: HTMLSTYLE, expected: 'TextMore' },
];

export const NOT_COMPARED: readonly NotCompared[] = [
  { suite: 'mime/html-text', id: 'escapeHtml *', reason: STYLE },
  { suite: 'mime/html-text', id: 'formatTextHeader *', reason: STYLE },
  { suite: 'mime/html-text', id: 'formatHtmlHeader *', reason: STYLE },
  { suite: 'mime/html-text', id: 'textToHtml *', reason: STYLE },
  { suite: 'mime/flowed-fold', id: 'isPlainText *', reason: INNER },
  { suite: 'mime/flowed-fold', id: 'hasLongerLines *', reason: INNER },
  { suite: 'mime/flowed-fold', id: 'foldLines *', reason: FOLD },
  { suite: 'mime/postal-mime-parse', id: '27', reason: NOINPUT },
  { suite: 'mime/postal-mime-parse', id: '32', reason: OPTION },
  { suite: 'mime/postal-mime-parse', id: '33', reason: OPTION },
  { suite: 'mime/postal-mime-parse', id: '34', reason: OPTION },
  { suite: 'mime/postal-mime-parse', id: '37', reason: OPTION },
  { suite: 'mime/postal-mime-parse', id: '45', reason: OPTION },
  { suite: 'mime/postal-mime-parse', id: '60', reason: OPTION },
];
