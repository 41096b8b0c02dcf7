/**
 * What real servers got wrong, as MailKit collected it: envelopes, body structures, flags, labels, threads, annotations. Each stands in a response of its kind, and a
 * well-formed one behind it must still be read. MailKit's own expectations are in its code, so what is stated here is what a person reads in the data.
 */
import { type BodyStructure, CLIENT_LIMITS, type Envelope, type EnvelopeAddress, parseResponse, type Response } from '@mailwright/imap';
import { framesOf, octetsOf, type Outcome, readTests, tally } from './imap-cases.ts';
import type { ConformanceSuite, SuiteResult } from './suite.ts';

type Kind = 'labels' | 'structure' | 'envelope' | 'thread' | 'annotation' | 'flags';

/** How each response begins and ends around the case. */
const AROUND: Readonly<Record<Kind, readonly [string, string]>> = {
  labels: ['* 1 FETCH (X-GM-LABELS ', ')'],
  structure: ['* 1 FETCH (BODYSTRUCTURE ', ')'],
  envelope: ['* 1 FETCH (ENVELOPE ', ')'],
  thread: ['* THREAD ', ''],
  annotation: ['* 1 FETCH (ANNOTATION ', ')'],
  flags: ['* FLAGS ', ''],
};

/** Kind and reading of each case, by MailKit's name for it. */
const STATED: Readonly<Record<string, readonly [Kind, string]>> = {
  TestParseLabelsListWithNIL: ['labels', '["atom-label","\\\\flag-label","quoted-label","NIL"]'],
  TestParseExampleBodyRfc3501: ['structure', 'text/plain{charset=US-ASCII} 7bit 3028/92'],
  TestParseExampleEnvelopeRfc3501WithLiterals: ['envelope', 'Wed, 17 Jul 1996 02:23:25 -0700 (PDT) | IMAP4rev1 WG mtg summary and minutes | from Terry Gray <gray@cac.washington.edu> | sender Terry Gray <gray@cac.washington.edu> | replyTo Terry Gray <gray@cac.washington.edu> | to <imap@cac.washington.edu> | cc <minutes@CNRI.Reston.VA.US>, John Klensin <KLENSIN@MIT.EDU> | reply to - | <B27397-0100000@cac.washington.edu>'],
  TestParseEnvelopeWithMiscalculatedLiteralMailboxName: ['envelope', 'Thu, 29 Apr 2021 10:57:07 +0000 | =?utf-8?B?0J/QsNGA0LrQuNC90LMg0L3QsCDQlNCw0L3QsNC40Lsg0JTQtdGH0LXQsg==?= | from Рецепция Офис сграда "Данаил Дечев" №6 <facility@xxxxxxxxxxx.com> | to Team <team@xxxxxxxxxxx.com> | reply to - | <d0f6ca6608cfb0b680b7b90824c79118@xxxxxxxxxxx.com>'],
  TestParseEnvelopeWithMissingInReplyTo: ['envelope', 'Tue, 24 Sep 2019 09:48:05 +0800 | =?GBK?B?sbG+qdW9x/jI1bGose0=?= | from =?GBK?B?yv2+3bfWzvbQodfp?= <unknown-name@unknown-domain> | sender =?GBK?B?yv2+3bfWzvbQodfp?= <unknown-name@unknown-domain> | replyTo =?GBK?B?yv2+3bfWzvbQodfp?= <unknown-name@unknown-domain> | reply to - | -'],
  TestParseEnvelopeWithNilAddress: ['envelope', 'Thu, 18 Jul 2019 01:29:32 -0300 | Xxx xxx xxx xxx.. | from _XXXXXXXX_xxxxxx_xxxx_xxx_?= =?iso-8859-1?Q?xxxx_xx_xxxxxxx_xxxxxxxxxx.Xxxxxxxx_xx_xxx=Xxxxxx_xx_xx_Xx?= =?iso-8859-1?Q?s?= <xxxxxxx@xxxxxxxxxx.xxx> | sender _XXXXXXXX_xxxxxx_xxxx_xxx_?= =?iso-8859-1?Q?xxxx_xx_xxxxxxx_xxxxxxxxxx.Xxxxxxxx_xx_xxx=Xxxxxx_xx_xx_Xx?= =?iso-8859-1?Q?s?= <xxxxxxx@xxxxxxxxxx.xxx> | replyTo <xxxxxxx@xxxxx.xxx.xx> | to <xxxxxxx@xxxxxxx.xxx.xx> | reply to - | <0A9F01100712011D213C15B6D2B6DA@XXXXXXX-XXXXXXX> and invalid : the end in )'],
  TestParseExampleMultiLevelDovecotBodyStructure: ['structure', 'multipart/mixed(multipart/alternative(text/plain{charset=iso-8859-2} quoted-printable 28/2, text/html{charset=iso-8859-2} quoted-printable 1707/65), message/rfc822 7bit 641/31 attachment [Sat, 8 Jan 2011 14:16:36 +0100 | Subj 2 | from Some Name, SOMECOMPANY <recipient@example.com> | sender Some Name, SOMECOMPANY <recipient@example.com> | replyTo Some Name, SOMECOMPANY <recipient@example.com> | to Recipient <example@gmail.com> | reply to - | - text/plain{charset=iso-8859-2} quoted-printable 185/18 in cs], message/rfc822 7bit 50592/1669 attachment [Sat, 8 Jan 2011 13:58:39 +0100 | Subj 1 | from Some Name, SOMECOMPANY <recipient@example.com> | sender Some Name, SOMECOMPANY <recipient@example.com> | replyTo Some Name, SOMECOMPANY <recipient@example.com> | to Recipient <example@gmail.com> | reply to - | - multipart/alternative(text/plain{charset=iso-8859-2} quoted-printable 4296/345, text/html{charset=iso-8859-2} quoted-printable 45069/1295) in cs]) in cs'],
  TestParseBodyStructureWithBrokenMultipartRelated: ['structure', 'multipart/mixed(multipart/related(), text/html{charset=UTF8} 7bit 1115/70, text/html{charset=UTF8} quoted-printable 16/2)'],
  TestParseBodyStructureWithLiterals_LiteralsEverywhere: ['structure', 'multipart/alternative(text/plain{charset=iso-8859-1} quoted-printable 28/2 md5 md5sum inline{filename=body.txt} in en at http://www.google.com/body.txt, text/html{charset=iso-8859-1} quoted-printable 1707/65 md5 md5sum inline{filename=body.html} in en at http://www.google.com/body.html) inline{filename=alternative.txt} in en at http://www.google.com/alternative.txt'],
  TestParseBodyStructureWithBodyExtensions: ['structure', 'multipart/alternative(text/plain{charset=iso-8859-1} quoted-printable 28/2 md5 md5sum inline{filename=body.txt} in en at body.txt, text/html{charset=iso-8859-1} quoted-printable 1707/65 md5 md5sum inline{filename=body.html} in en at http://www.google.com/body.html) inline{filename=alternative.txt} in en at http://www.google.com/alternative.txt'],
  TestParseBadlyFormedBodyStructureWithEmptyStringMediaType: ['structure', 'multipart/mixed(text/plain{charset=windows-1251} base64 356/5, application/x-zip base64 4096)'],
  TestParseBadlyFormedBodyStructureWithMissingMediaSubtypeApplication: ['structure', 'multipart/mixed(application/octet-stream base64 356)'],
  TestParseBadlyFormedBodyStructureWithMissingMediaSubtypeMessage: ['structure', 'multipart/mixed(message/ base64 356)'],
  TestParseBadlyQuotedBodyStructure: ['structure', 'multipart/mixed(moundary="_006_5dbb50a5a54730ad4a54730ad4a54730ad4a54730ad42kos_"/octet-stream{name=test.dat} quoted-printable 383137 attachment{filename=test.dat}, moundary="_006_5dbb50a5d3abec4e85a03ead527ca5474b3d0af9e6exmbxsvr02kos_"/octet-stream{name=test.dat} quoted-printable 383137 attachment{filename=test.dat})'],
  TestParseMultipartBodyStructureWithNilBodyFldParam: ['structure', 'multipart/mixed(multipart/alternative(text/plain{charset=UTF-8} 7bit 148/12, text/html{charset=UTF-8} quoted-printable 337/6), multipart/x-zip(text/plain{charset=us-ascii} 7bit 0/0) attachment{filename=YSOZ 265230.ZIP})'],
  TestParseMultipartBodyStructureWithoutBodyFldDsp: ['structure', 'multipart/mixed(text/plain{charset=UTF-8} quoted-printable 209/6 "Message text" inline, text/xml{name=4441004299066.xml} base64 10642/137 "4441004299066.xml" inline{filename=4441004299066.xml}, application/pdf{name=4441004299066.pdf} base64 48448 "4441004299066.pdf" inline{filename=4441004299066.pdf})'],
  TestParseBodyStructureWithNonParenthesizedBodyFldDsp: ['structure', 'multipart/alternative(text/plain{charset=ISO-8859-1} quoted-printable 850/31 inline, text/html{charset=ISO-8859-1} quoted-printable 14692/502 inline)'],
  TestParseBodyStructureWithNilNilBodyFldDsp: ['structure', 'multipart/mixed(text/plain{charset=iso-8859-1} quoted-printable 2201/34 "Mail message body", application/msword base64 50446, application/msword base64 45544 attachment{filename=PREIS ANSPRUCHS FORMULAR.doc})'],
  TestParseBodyStructureWithSwappedBodyFldDspAndBodyFldLang: ['structure', 'multipart/related{charset=UTF-8 type=multipart/alternative}(multipart/alternative(text/plain{charset=UTF-8} 8bit 314/8, text/html{charset=UTF-8} 8bit 763/18), image/jpeg{name=18e5ca259ceb18af6dd3ea0659f83a4c} base64 334384 id <18e5ca259ceb18af6dd3ea0659f83a4c>, image/png{name=87c487a1ff757e32ee27ff267d28af35} base64 375634 id <87c487a1ff757e32ee27ff267d28af35>) inline'],
  TestParseBodyStructureWithNegativeOctetValue: ['structure', 'multipart/digest()'],
  TestParseBadlyFormedBodyStructureWithCompletelyNilBodyParts1: ['structure', 'multipart/mixed(multipart/related{type=multipart/alternative}(multipart/alternative(text/plain{charset=us-ascii} quoted-printable 44619/793, text/html{charset=us-ascii} quoted-printable 143984/2321), image/jpeg{name=~WRD0000.jpg} base64 1130 id <~WRD0000.jpg> "~WRD0000.jpg" inline{filename=~WRD0000.jpg}, image/png{name=image001.png} base64 8174 id image001.png@01D89786.45095140 "image001.png" inline{filename=image001.png}, image/png{name=image002.png} base64 3524 id image002.png@01D89786.45095140 "image002.png" inline{filename=image002.png}), message/rfc822 7bit 0/0 attachment [Thu, 14 Jul 2022 15:12:33 +0000 | Scrubbed | from Scrubbed <Scrubbed@Scrubbed> | to Scrubbed <Scrubbed@Scrubbed> | cc Scrubbed <Scrubbed@Scrubbed>, Scrubbed <Scrubbed@Scrubbed> | reply to Scrubbed@Scrubbed.com | Scrubbed@Scrubbed.com multipart/mixed(multipart/related{type=multipart/alternative}(multipart/alternative(text/plain{charset=utf-8} base64 53608/688, text/html{charset=utf-8} base64 176002/2257 id Scrubbed@NAMP221.PROD.OUTLOOK.COM), image/png{name=image001.png} base64 8174 id image001.png@01D89770.62F36800 "image001.png" inline{filename=image001.png}, image/jpeg{name=image002.jpg} base64 1130 id image002.jpg@01D89770.62F36800 "image002.jpg" inline{filename=image002.jpg}, image/png{name=image003.png} base64 3524 id image003.png@01D89770.62F36800 "image003.png" inline{filename=image003.png}), application/pdf{name=Scrubbed.pdf} base64 324012 id Scrubbed@NAMP221.PROD.OUTLOOK.COM "Scrubbed.pdf" attachment{filename=Scrubbed.pdf}, message/rfc822 7bit 0/0 id Scrubbed@NAMP221.PROD.OUTLOOK.COM attachment [Tue, 11 Jan 2022 16:34:33 +0000 | RE: Scrubbed | from Scrubbed <Scrubbed@Scrubbed> | to Scrubbed <Scrubbed@Scrubbed> | cc Scrubbed <Scrubbed@Scrubbed>, Scrubbed <Scrubbed@Scrubbed>, Scrubbed <Scrubbed@Scrubbed> | reply to Scrubbed@Scrubbed.com | Scrubbed@Scrubbed.CANPRD01.PROD.OUTLOOK.COM multipart/mixed(multipart/related{type=multipart/alternative}(application/octet-stream 7bit 0, application/octet-stream 7bit 0, application/octet-stream 7bit 0, application/octet-stream 7bit 0), application/pdf{name=Scrubbed.pdf} base64 215638 "Scrubbed.pdf" attachment{filename=Scrubbed.pdf}) in en-US], application/pdf{name=Scrubbed.pdf?=} base64 208376 id Scrubbed@NAMP221.PROD.OUTLOOK.COM "Scrubbed.pdf?=" attachment{filename=Scrubbed.pdf?=}) in en-US]) in en-US'],
  TestParseShortDovecotExampleThread: ['thread', '[[{"depth":0},{"number":352,"depth":1},{"number":381,"depth":1}]]'],
  TestParseAnnotationsExample1: ['annotation', 'other ANNOTATION (/comment (value.priv "My comment" value.shared NIL))'],
  TestParseFlagsList: ['flags', '\\Answered \\Flagged \\Deleted \\Seen \\Draft + TAG TAG2 a b c d e f g h i j k l m n o p q r s t u v w x y z'],
};

function runQuirks(folder: string): SuiteResult {
  const outcomes: Outcome[] = readTests<{ readonly test: string; readonly input: string }>(folder, 'mailkit-quirks.json').map(({ test, input }) => {
    const [kind, expected] = STATED[test] ?? ['structure', 'nothing is stated'];
    const [before, behind] = AROUND[kind];
    const octets = octetsOf(`${before}${input.replace(/\r\n$/, '')}${behind}\r\n* 7 EXISTS\r\n`);
    const [first = 'refused: nothing', second, ...others] = framesOf(octets).map((frame) => (typeof frame === 'string' ? frame : parseResponse(frame, CLIENT_LIMITS, false)));
    const resynchronised = others.length === 0 && typeof second === 'object' && second.type === 'data' && second.data.name === 'EXISTS';
    return { id: test, expected, actual: resynchronised ? describe(first) : 'the next response is lost' };
  });
  return tally('imap/mailkit-quirks', outcomes);
}

function describe(response: Response | string): string {
  if (typeof response === 'string') return response;
  if (response.type !== 'data') return response.type === 'unreadable' ? `refused: ${response.expected}` : response.type;
  const { data } = response;
  switch (data.name) {
    case 'FLAGS': return data.flags.join(' ');
    case 'THREAD': return JSON.stringify(data.threads);
    case 'FETCH': break;
    default: return data.name;
  }
  const { gmailLabels, bodyStructure, envelope, invalid, others } = data.data;
  const told = [
    ...(gmailLabels === undefined ? [] : [JSON.stringify(gmailLabels)]),
    ...(bodyStructure === undefined ? [] : [describeStructure(bodyStructure)]),
    ...(envelope === undefined ? [] : [describeEnvelope(envelope)]),
    ...invalid.map(({ name, value }) => `invalid ${name}: ${value.expected} in ${Buffer.from(value.raw).toString()}`),
    ...others.map(({ name, raw }) => `other ${name} ${Buffer.from(raw).toString()}`),
  ];
  return told.join(' and ');
}

const TELLING = ['charset', 'name', 'filename', 'type'];

/** `multipart/mixed(text/plain{charset=utf-8} base64 356/5, ...)`: type, some parameters, coding, octets and lines, then what is there of the rest. */
function describeStructure(part: BodyStructure): string {
  const parameters = (map: ReadonlyMap<string, string>): string => {
    const told = TELLING.flatMap((name) => (map.has(name) ? [`${name}=${map.get(name)}`] : []));
    return told.length === 0 ? '' : `{${told.join(' ')}}`;
  };
  const rest = [
    ...(part.disposition === undefined ? [] : [`${part.disposition.type}${parameters(part.disposition.parameters)}`]),
    ...part.languages.map((language) => `in ${language}`),
    ...(part.location === undefined ? [] : [`at ${part.location}`]),
  ];
  const type = `${part.type}/${part.subtype}${parameters(part.parameters)}`;
  if (part.kind === 'multipart') return [`${type}(${part.parts.map(describeStructure).join(', ')})`, ...rest].join(' ');
  const size = `${part.encoding} ${part.octetCount}${part.kind === 'basic' ? '' : `/${part.lineCount}`}`;
  const own = [
    ...(part.id === undefined ? [] : [`id ${part.id}`]),
    ...(part.description === undefined ? [] : [`"${part.description}"`]),
    ...(part.md5 === undefined ? [] : [`md5 ${part.md5}`]),
  ];
  return [type, size, ...own, ...rest, ...(part.kind === 'message' ? [`[${describeEnvelope(part.envelope)} ${describeStructure(part.body)}]`] : [])].join(' ');
}

function describeEnvelope(envelope: Envelope): string {
  const lists = (['from', 'sender', 'replyTo', 'to', 'cc', 'bcc'] as const).filter((field) => envelope[field].length > 0).map((field) => `${field} ${envelope[field].map(describeAddress).join(', ')}`);
  const texts = (['date', 'subject'] as const).map((field) => envelope[field] ?? '-');
  return [...texts, ...lists, `reply to ${envelope.inReplyTo ?? '-'}`, envelope.messageId ?? '-'].join(' | ');
}

const describeAddress = ({ name, mailbox, host }: EnvelopeAddress): string => `${name === undefined ? '' : `${name} `}<${mailbox ?? ''}@${host ?? ''}>`;

/** The suites of this file. */
export const suites: readonly ConformanceSuite[] = [{ suite: 'imap/mailkit-quirks', run: runQuirks }];
