/**
 * Sessions to mutate: some lines of our own for every extension, which are always there, and what servers and clients say in the public cases where that folder is.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const lines = (...text: readonly string[]): Uint8Array => new Uint8Array(Buffer.from(`${text.join('\r\n')}\r\n`, 'latin1'));

/** What a server says: a session, data of the extensions, structures with their oddities, literals. */
const RESPONSES: readonly Uint8Array[] = [
  lines(
    '* CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ QRESYNC AUTH=PLAIN QUOTA=RES-STORAGE', '* LIST (\\HasChildren \\Sent) "/" "&AOQ-/b" ("CHILDINFO" ("SUBSCRIBED") "OLDNAME" ("c"))', '* LSUB () NIL x', '* XLIST (\\Inbox) "/" INBOX',
    '* STATUS b (MESSAGES 2 UIDNEXT 9 UIDVALIDITY 1 UNSEEN 0 DELETED 1 SIZE 5 HIGHESTMODSEQ 7 APPENDLIMIT NIL MAILBOXID (M1) X-OTHER (1 2))', '* NAMESPACE (("" "/")) NIL (("#shared/" "/" "X-P" ("a" "b")))', '* ENABLED CONDSTORE QRESYNC', 'A2 OK done',
  ),
  lines(
    '* FLAGS (\\Seen \\Deleted $Junk)', '* 6 EXISTS', '* 0 RECENT', '* OK [PERMANENTFLAGS (\\Seen \\*)] p', '* OK [UIDVALIDITY 7] v', '* OK [UIDNEXT 70] n', '* OK [HIGHESTMODSEQ 90] m', '* OK [UNSEEN 2] u', '* OK [NOMODSEQ] x', '* OK [CLOSED] c', '* OK [MAILBOXID (a)] i',
    '* VANISHED (EARLIER) 1:4,8', '* VANISHED 12,20:22', '* 3 EXPUNGE', '* 1 FETCH (UID 10 FLAGS (\\Seen) MODSEQ (91))', '* 2 FETCH (FLAGS ())', '* 9 EXISTS', 'A2 OK [READ-WRITE] selected', '* 1 FETCH (FLAGS (\\Recent))', '* 4294967295 EXISTS',
  ),
  lines(
    '* 1 FETCH (UID 10 FLAGS (\\Seen) INTERNALDATE " 1-Jan-2024 00:00:00 +0100" RFC822.SIZE 9 ENVELOPE ("d" {7}', 'sub"jec ((NIL NIL "m" "h")("n" "r" "m" "h")) NIL NIL ((NIL NIL "g" NIL)(NIL NIL NIL NIL)) NIL NIL "<r>" "<i>"))',
    '* 2 FETCH (BODYSTRUCTURE (("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "7BIT" 9 1 NIL ("inline" NIL) ("en" "de") "loc")("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 9 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) ("TEXT" "HTML" NIL NIL NIL "BASE64" 3 1) 2)("image" "png" NIL "<i>" "d" "base64" -1) "MIXED" ("BOUNDARY" "b") NIL NIL NIL "x" 5 (1 2)) BODY ("multipart" "digest" NIL NIL NIL "7bit" 0))',
    '* 3 FETCH (BODY[HEADER.FIELDS (FROM "X Y")] {6}', 'From: BODY[1.2.MIME]<5> "abc" BODY[] NIL RFC822.TEXT {0}', ' BINARY[1.2]<0> ~{4}', 'a\0bc BINARY.SIZE[1] 4)', '* 4 FETCH (UID 4 BODY[] {40}', `${'0123456789'.repeat(4)} FLAGS (\\Seen))`,
    '* 5 FETCH (X-GM-MSGID 12345678901234567890 X-GM-THRID 1 X-GM-LABELS (\\Inbox "a b" &AOQ-) EMAILID (M1) THREADID NIL SAVEDATE "01-Jan-2024 00:00:00 +0000" PREVIEW "p" MODSEQ (5) X-NEW (1 "2") ANNOTATION (/c (value.priv "x")))', '* 12 UIDFETCH (FLAGS (\\Seen))', 'A3 OK done',
  ),
  lines(
    '* SEARCH 1 2 3 (MODSEQ 5)', '* ESEARCH (TAG "A3") UID MIN 1 MAX 9 COUNT 3 ALL 1:3,9 MODSEQ 4 PARTIAL (1:2 1:2)', '* ESEARCH (TAG "A3" MAILBOX b UIDVALIDITY 7) UID ALL 1,3:5', '* ESEARCH (TAG "A3") ADDTO (0 1:2) REMOVEFROM (5 7)', '* ESEARCH (TAG "A3") RELEVANCY (4 99 42)', '* SORT 3 1 2', '* THREAD (2)(3 6 (4 23)(44 7 96))((1)(2))',
    '* NO [BADCHARSET (utf-8 us-ascii)] c', '* OK [INPROGRESS ("A3" 1 9)] still', '* NO [MESSAGELIMIT 1000 23221] m', 'A3 OK [MODIFIED 7,9] c', '* UIDBATCHES (TAG "A3") 99:50,49:1', 'A4 NO [TRYCREATE] no', 'A5 OK [COPYUID 7 1:3 4:6] done',
  ),
  lines(
    '* QUOTA "" (STORAGE 10 512 MESSAGE 1 2)', '* QUOTAROOT INBOX "" r', '* ACL INBOX ann lrswipkxtecda -bob r', '* LISTRIGHTS INBOX ann la r s w', '* MYRIGHTS INBOX lr', '* METADATA INBOX (/private/comment "x" /shared/c NIL)', '* METADATA "" /shared/comment /private/x', '* ID ("name" "x" "version" NIL)', '* ID NIL',
    '* GENURLAUTH "imap://x/;urlauth=anonymous:internal:abc"', '* URLFETCH "imap://x" {3}', 'abc', '* LANGUAGE (EN DE)', '* COMPARATOR i;octet (i;ascii-casemap)', '* JMAPACCESS "https://x"', '* OK [METADATA LONGENTRIES 9] l', '* BAD [CLIENTBUG] b', '* OK [REFERRAL imap://x/] r', '* OK [XNEW a b] c', '* OK [', '* BYE [UNAVAILABLE] gone', '* PREAUTH x', '+ go on', '+ cGFzcw==', '+',
  ),
];

/** What a client says: every command, literals of each kind, logins and IDLE. */
const COMMANDS: readonly Uint8Array[] = [
  lines(
    'a1 CAPABILITY', 'a2 LOGIN {3}', 'ann "se\\"cret"', 'a3 ENABLE CONDSTORE QRESYNC UTF8=ACCEPT', 'a4 SELECT INBOX (QRESYNC (7 20 1:5 (1,3 10,12)) CONDSTORE)', 'a5 FETCH 1:* (FLAGS UID BODY.PEEK[HEADER.FIELDS (FROM "X Y")]<0.10> BODY[1.2.MIME] BINARY.PEEK[1] PREVIEW (LAZY) MODSEQ) (CHANGEDSINCE 5 VANISHED)', 'a6 UID FETCH $ ALL (PARTIAL -1:-5)',
    'a7 STORE 1,3:2 (UNCHANGEDSINCE 7) +FLAGS.SILENT (\\Seen $Junk)', 'a8 UID STORE 10 X-GM-LABELS ("a b" \\Inbox)', 'a9 COPY 1 b', 'b1 UID MOVE 10:* "&AOQ-"', 'b2 EXPUNGE', 'b3 UID EXPUNGE 1:9', 'b4 IDLE', 'DONE', 'b5 CLOSE', 'b6 UNSELECT', 'b7 NOOP', 'b8 CHECK', 'b9 LOGOUT',
  ),
  lines(
    'c1 APPEND b (\\Seen) " 1-Jan-2024 00:00:00 +0000" {5+}', 'hello (\\Draft) ~{4+}', 'a\0bc', 'c2 APPEND b CATENATE (URL "/b;uid=1" TEXT {3}', 'abc)', 'c3 APPEND b UTF8 (~{2+}', 'hi)', 'c4 REPLACE 1 b {2+}', 'hi', 'c5 APPEND x {70000}', 'c6 LIST (SUBSCRIBED RECURSIVEMATCH) "" ("%" "b*") RETURN (CHILDREN STATUS (MESSAGES UNSEEN) SPECIAL-USE MYRIGHTS METADATA (/c))',
    'c7 LSUB "" *', 'c8 STATUS b (MESSAGES SIZE HIGHESTMODSEQ)', 'c9 CREATE "[x]/a" (USE (\\Sent))', 'd1 RENAME a b', 'd2 DELETE {1}', 'a', 'd3 SUBSCRIBE a', 'd4 NAMESPACE', 'd5 ID ("name" "x" "v" NIL)', 'd6 GETQUOTAROOT INBOX', 'd7 SETQUOTA "" (STORAGE 512)', 'd8 SETACL b ann +lr', 'd9 GETMETADATA (MAXSIZE 9 DEPTH 1) "" (/a /b)', 'e1 SETMETADATA b (/a "x" /b NIL /c {2+}', 'hi)',
  ),
  lines(
    'f1 SEARCH RETURN (MIN MAX COUNT ALL SAVE PARTIAL 1:5) CHARSET UTF-8 OR (FROM {3+}', 'a b SUBJECT "c") NOT (SINCE 1-Jan-2024 LARGER 5) 1:* UID 1,3 HEADER X-Y "" KEYWORD $Junk YOUNGER 60 FUZZY BODY x MODSEQ "/flags/\\\\seen" all 5 EMAILID M1 SAVEDBEFORE 1-Jan-2024 X-GM-RAW "has:x"',
    'f2 UID SORT RETURN (PARTIAL -1:-9 UPDATE) (REVERSE DATE DISPLAYFROM) UTF-8 ALL', 'f3 THREAD REFERENCES US-ASCII SEEN', 'f4 ESEARCH IN (mailboxes b subtree (c d) personal) RETURN (COUNT) ALL', 'f5 CANCELUPDATE "f2"', 'f6 NOTIFY SET STATUS (selected (MessageNew (UID FLAGS) MessageExpunge)) (subtree (a b) (MessageNew MessageExpunge FlagChange))', 'f7 NOTIFY NONE', 'f8 UIDBATCHES 100 1:2',
    'f9 AUTHENTICATE PLAIN AGEAYg==', 'g1 AUTHENTICATE PLAIN', 'AGEAYg==', '*', 'g2 STARTTLS', 'g3 COMPRESS DEFLATE', 'g4 GENURLAUTH "imap://x" INTERNAL', 'g5 URLFETCH "imap://x"', 'g6 RESETKEY b INTERNAL', 'g7 LANGUAGE DE', 'g8 COMPARATOR i;octet', 'g9 GETJMAPACCESS', 'h1 UNAUTHENTICATE', 'h2 XNEW a', 'h3', 'h4 UID', '',
  ),
];

export const OWN_IMAP_SEEDS: readonly Uint8Array[] = [...RESPONSES, ...COMMANDS];

interface Step { readonly client: unknown; readonly server?: unknown; readonly serverFile?: unknown }

/** Ours, then lines, whole sessions and commands of the folder. */
export function imapSeeds(): readonly Uint8Array[] {
  const folder = join(process.env['MAILWRIGHT_CONFORMANCE'] ?? fileURLToPath(new URL('../../../shared/conformance', import.meta.url)), 'imap');
  if (!existsSync(folder)) return OWN_IMAP_SEEDS;
  const tests = <T>(file: string): readonly T[] => (JSON.parse(readFileSync(join(folder, file), 'utf8')) as { readonly tests: readonly T[] }).tests;
  const files = readdirSync(join(folder, 'mailkit')).sort().map((name) => withLineEnds(readFileSync(join(folder, 'mailkit', name), 'latin1')));
  const sessions = tests<{ readonly steps: readonly Step[] }>('mailkit-transcripts.json').flatMap(({ steps }) => [
    Buffer.from(steps.map(({ client }) => (typeof client === 'string' ? client : '')).join(''), 'latin1'),
    Buffer.from(steps.map(({ server }) => (typeof server === 'string' ? server : '')).join(''), 'utf8'),
  ]);
  const quirks = tests<{ readonly test: string; readonly input: string }>('mailkit-quirks.json').map(({ test, input }) => Buffer.from(`* 1 FETCH (${test.includes('Envelope') ? 'ENVELOPE' : 'BODYSTRUCTURE'} ${input.trimEnd()})\r\n`));
  const flow = tests<{ readonly args: readonly unknown[] }>('imapflow-parser.json').flatMap(({ args: [line] }) => (typeof line === 'string' ? [Buffer.from(`${line}\r\n`)] : []));
  return [...OWN_IMAP_SEEDS, ...[...files, ...sessions, ...quirks, ...flow].filter(({ length }) => length > 0).map((octets) => new Uint8Array(octets))];
}

/** The scripts have LF, and their tags are put in later. */
const withLineEnds = (text: string): Buffer => Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'latin1');

/** Pieces of the grammar, and lines of it. */
export const IMAP_WORDS: readonly string[] = [
  '\r\n', '\n', '\r', '\0', ' ', '\t', '(', ')', '()', '((', '))', '"', '\\', '\\"', '{', '}', '{0}\r\n', '{1}\r\n', '{3}\r\n', '{3+}\r\n', '{5}\r\nabc', '~{2}\r\n', '~{2+}\r\nab', '{4097+}\r\n', '{99999999999999999999}\r\n', '{9007199254740991}\r\n', '{70000}\r\n', '{-1}\r\n', '{+}\r\n',
  '[', ']', '[]', '<0>', '<0.1>', '*', '%', ':', ',', '1:*', '*:4294967295', '4294967296', '18446744073709551615', '99999999999999999999', '9007199254740993', '-1', '0', '00', 'NIL', 'nil', '""', '$', '&', '&-', '&AOQ-', '&AOQ', '\xff', '\xc3\xa4', '\x7f', '\x01', '+', '+ \r\n', '+ x\r\n', '* ', 'A3 ', 'UID ', '.PEEK', 'NOT ', 'OR ', '(((((((((((((((',
  'A1 OK x\r\n', 'A2 OK x\r\n', 'A3 OK [READ-ONLY] x\r\n', 'A4 NO x\r\n', 'A5 BAD x\r\n', 'A99 OK x\r\n', '* 5 EXISTS\r\n', '* 2 EXPUNGE\r\n', '* 1 EXPUNGE\r\n', '* VANISHED 1:4294967295\r\n', '* VANISHED 10\r\n', '* 4294967295 EXISTS\r\n', '* 1 FETCH (UID 4294967295)\r\n', '* 2 FETCH (UID 5 FLAGS (\\Seen))\r\n',
  '* OK [UIDVALIDITY 9] x\r\n', '* OK [CLOSED] x\r\n', '* BYE x\r\n', '* ESEARCH (TAG "A3") ALL 1:5\r\n', '* SEARCH\r\n', '* THREAD ((((((((1))))))))\r\n', '* LIST () "/" x\r\n', 'DONE\r\n', '*\r\n', 'z1 NOOP\r\n', 'z2 IDLE\r\n', 'z3 SELECT INBOX\r\n', 'z4 LOGOUT\r\n', 'z5 AUTHENTICATE PLAIN\r\n', 'z6 FETCH 1:* (BODY[])\r\n', 'z7 APPEND x {3}\r\n', 'z8 EXPUNGE\r\n', 'z9 STARTTLS\r\n',
];
