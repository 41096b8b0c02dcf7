/** Commands and their answers, word by word. The mailbox is the same for all: three messages, one of them seen. */
import { describe, expect, test } from 'vitest';
import { literal, login, makeServer, makeStore } from './line-client.ts';

const DATE = new Date(Date.UTC(2026, 0, 2, 3, 4, 5));
const MULTIPART = [
  'Subject: three', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b', '', '--b', 'Content-Type: text/plain', '', 'Hello', '--b',
  'Content-Type: application/octet-stream', 'Content-Transfer-Encoding: base64', '', 'AAEC', '--b--', '',
].join('\n');

const store = () =>
  makeStore({
    INBOX: [
      { raw: 'From: Ann <ann@example.org>\nSubject: one\nMessage-ID: <1@x>\n\nFirst body\n', internalDate: DATE },
      { raw: 'From: Bob <bob@example.org>\nSubject: Re: one\nReferences: <1@x>\nMessage-ID: <2@x>\n\nSecond\n', flags: ['\\Seen', '$Work'], internalDate: DATE },
      { raw: MULTIPART, internalDate: DATE },
    ],
    'Work/Deep/Down': [],
    Sent: { specialUse: ['\\Sent'], subscribed: true },
    'Ä': [],
  });

/** What is said before, the command, the answer. */
const CASES: readonly (readonly [title: string, before: readonly string[], command: string, answer: readonly string[]])[] = [
  // SELECT
  ['rfc9051 6.3.2: SELECT tells all there is', [], 'SELECT INBOX', [
    '* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Work)', '* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Work \\*)] Flags that last',
    '* 3 EXISTS', '* 0 RECENT', '* OK [UNSEEN 1] First unseen', '* OK [UIDVALIDITY 1] UIDs valid', '* OK [UIDNEXT 4] Predicted next UID', '* OK [HIGHESTMODSEQ 2] Highest',
    '* OK [MAILBOXID (F1)] Ok', '. OK [READ-WRITE] SELECT completed']],
  ['rfc9051 6.3.2: in IMAP4rev2 without RECENT and UNSEEN, with LIST', ['ENABLE IMAP4rev2'], 'EXAMINE INBOX', [
    '* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Work)', '* OK [PERMANENTFLAGS ()] No flags can be changed', '* 3 EXISTS', '* OK [UIDVALIDITY 1] UIDs valid',
    '* OK [UIDNEXT 4] Predicted next UID', '* OK [HIGHESTMODSEQ 2] Highest', '* OK [MAILBOXID (F1)] Ok', '* LIST () "/" INBOX', '. OK [READ-ONLY] EXAMINE completed']],
  ['rfc9051 6.3.2: no such mailbox', [], 'SELECT nowhere', ['. NO [NONEXISTENT] There is no such mailbox']],
  ['rfc9051 6.3.2: a SELECT that fails leaves none selected', ['SELECT INBOX', 'SELECT nowhere'], 'FETCH 1 UID', ['. BAD FETCH is not for the authenticated state']],
  ['rfc9051 6.4.6: a mailbox to be read is not written', ['EXAMINE INBOX'], 'STORE 1 FLAGS (\\Seen)', ['. NO [READ-ONLY] The mailbox can only be read']],
  // FETCH
  ['rfc9051 6.4.5: metadata', ['SELECT INBOX'], 'FETCH 2 (UID FLAGS INTERNALDATE RFC822.SIZE)', [
    '* 2 FETCH (UID 2 FLAGS (\\Seen $Work) INTERNALDATE " 2-Jan-2026 03:04:05 +0000" RFC822.SIZE 95)', '. OK FETCH completed']],
  ['rfc9051 6.4.5: FAST is a macro', ['SELECT INBOX'], 'FETCH 1 FAST', ['* 1 FETCH (FLAGS () INTERNALDATE " 2-Jan-2026 03:04:05 +0000" RFC822.SIZE 76)', '. OK FETCH completed']],
  ['rfc9051 6.4.5: ENVELOPE and BODYSTRUCTURE', ['SELECT INBOX'], 'FETCH 1 (ENVELOPE BODYSTRUCTURE)', [
    '* 1 FETCH (ENVELOPE (NIL "one" (("Ann" NIL "ann" "example.org")) (("Ann" NIL "ann" "example.org")) (("Ann" NIL "ann" "example.org")) NIL NIL NIL NIL "<1@x>") ' +
      'BODYSTRUCTURE ("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 12 1 NIL NIL NIL NIL))', '. OK FETCH completed']],
  ['rfc9051 6.4.5: BODY[] sets \\Seen and says so', ['SELECT INBOX'], 'FETCH 1 BODY[TEXT]', ['* 1 FETCH (FLAGS (\\Seen) BODY[TEXT] {12}\r\nFirst body\r\n)', '. OK FETCH completed']],
  ['rfc9051 6.4.5: BODY.PEEK[] does not', ['SELECT INBOX'], 'FETCH 1 BODY.PEEK[TEXT]<6.3>', ['* 1 FETCH (BODY[TEXT]<6> {3}\r\nbod)', '. OK FETCH completed']],
  ['rfc9051 6.4.5: in EXAMINE nothing is set', ['EXAMINE INBOX'], 'FETCH 1 BODY[TEXT]', ['* 1 FETCH (BODY[TEXT] {12}\r\nFirst body\r\n)', '. OK FETCH completed']],
  ['rfc9051 6.4.5: parts, and one that is not there', ['SELECT INBOX'], 'FETCH 3 (BODY.PEEK[1] BODY.PEEK[1.MIME] BODY.PEEK[7])', [
    '* 3 FETCH (BODY[1] {5}\r\nHello BODY[1.MIME] {28}\r\nContent-Type: text/plain\r\n\r\n BODY[7] NIL)', '. OK FETCH completed']],
  ['rfc9051 6.4.5: fields by name', ['SELECT INBOX'], 'FETCH 2 BODY.PEEK[HEADER.FIELDS (SUBJECT X)]', ['* 2 FETCH (BODY[HEADER.FIELDS (SUBJECT X)] {20}\r\nSubject: Re: one\r\n\r\n)', '. OK FETCH completed']],
  ['rfc3501 6.4.5: RFC822 of old', ['SELECT INBOX'], 'FETCH 1 (RFC822.TEXT RFC822.HEADER)', [
    '* 1 FETCH (FLAGS (\\Seen) RFC822.HEADER {64}\r\nFrom: Ann <ann@example.org>\r\nSubject: one\r\nMessage-ID: <1@x>\r\n\r\n RFC822.TEXT {12}\r\nFirst body\r\n)', '. OK FETCH completed']],
  ['rfc3516 4.3: BINARY decodes', ['SELECT INBOX'], 'FETCH 3 (BINARY.PEEK[2] BINARY.SIZE[2])', ['* 3 FETCH (BINARY[2] ~{3}\r\n\0\x01\x02 BINARY.SIZE[2] 3)', '. OK FETCH completed']],
  ['rfc8970 3: PREVIEW', ['SELECT INBOX'], 'FETCH 1 PREVIEW', ['* 1 FETCH (PREVIEW "First body")', '. OK FETCH completed']],
  ['rfc8474 5: ids, rfc8514 4.2: SAVEDATE', ['SELECT INBOX'], 'FETCH 1 (EMAILID THREADID SAVEDATE)', ['* 1 FETCH (EMAILID (M1) THREADID NIL SAVEDATE " 2-Jan-2026 03:04:05 +0000")', '. OK FETCH completed']],
  ['rfc7162 3.1.4: CHANGEDSINCE', ['SELECT INBOX', 'STORE 2 +FLAGS (\\Flagged)'], 'FETCH 1:* (UID) (CHANGEDSINCE 2)', ['* 2 FETCH (UID 2 MODSEQ (3))', '. OK FETCH completed']],
  ['rfc9394 3.3: PARTIAL', ['SELECT INBOX'], 'UID FETCH 1:* (UID) (PARTIAL -1:-2)', ['* 2 FETCH (UID 2)', '* 3 FETCH (UID 3)', '. OK FETCH completed']],
  ['rfc9586 3.3: UIDONLY', ['ENABLE UIDONLY', 'SELECT INBOX'], 'UID FETCH 2 FLAGS', ['* 2 UIDFETCH (FLAGS (\\Seen $Work))', '. OK FETCH completed']],
  ['rfc9051 9: a number that no message has', ['SELECT INBOX'], 'FETCH 4 UID', ['. BAD No message has that number']],
  ['rfc9051 6.4.9: a UID that no message has', ['SELECT INBOX'], 'UID FETCH 99 UID', ['. OK FETCH completed']],
  // STORE
  ['rfc9051 6.4.6: STORE', ['SELECT INBOX'], 'STORE 1:2 +FLAGS (\\Flagged)', ['* 1 FETCH (FLAGS (\\Flagged))', '* 2 FETCH (FLAGS (\\Flagged \\Seen $Work))', '. OK STORE completed']],
  ['rfc9051 6.4.6: what did not change is told, too', ['SELECT INBOX'], 'STORE 2 +FLAGS (\\Seen)', ['* 2 FETCH (FLAGS (\\Seen $Work))', '. OK STORE completed']],
  ['rfc9051 6.4.6: .SILENT', ['SELECT INBOX'], 'UID STORE 1 FLAGS.SILENT (\\Draft)', ['. OK STORE completed']],
  ['rfc7162 3.1.3: .SILENT tells the MODSEQ', ['SELECT INBOX (CONDSTORE)'], 'UID STORE 1 FLAGS.SILENT (\\Draft)', ['* 1 FETCH (UID 1 MODSEQ (3))', '. OK STORE completed']],
  ['rfc7162 3.1.3: UNCHANGEDSINCE', ['SELECT INBOX', 'STORE 2 +FLAGS (\\Flagged)'], 'STORE 1:2 (UNCHANGEDSINCE 2) +FLAGS.SILENT (\\Draft)', [
    '* 1 FETCH (MODSEQ (4))', '. OK [MODIFIED 2] Some messages have changed']],
  ['rfc9051 7.3.5: a new keyword is told before it is used', ['SELECT INBOX'], 'STORE 1 FLAGS ($New)', [
    '* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Work $New)', '* 1 FETCH (FLAGS ($New))', '. OK STORE completed']],
  // EXPUNGE, COPY, MOVE
  ['rfc9051 6.4.3: EXPUNGE tells numbers from above', ['SELECT INBOX', 'STORE 1,3 +FLAGS.SILENT (\\Deleted)'], 'EXPUNGE', ['* 3 EXPUNGE', '* 1 EXPUNGE', '. OK EXPUNGE completed']],
  ['rfc4315 2.1: UID EXPUNGE', ['SELECT INBOX', 'STORE 1,3 +FLAGS.SILENT (\\Deleted)'], 'UID EXPUNGE 2:3', ['* 3 EXPUNGE', '. OK EXPUNGE completed']],
  ['rfc7162 3.2.7: VANISHED and HIGHESTMODSEQ', ['ENABLE QRESYNC', 'SELECT INBOX', 'STORE 1,2 +FLAGS.SILENT (\\Deleted)'], 'EXPUNGE', ['* VANISHED 1:2', '. OK [HIGHESTMODSEQ 4] EXPUNGE completed']],
  ['rfc9051 6.4.1: CLOSE removes without a word', ['SELECT INBOX', 'STORE 1 +FLAGS.SILENT (\\Deleted)', 'CLOSE'], 'STATUS INBOX (MESSAGES)', ['* STATUS INBOX (MESSAGES 2)', '. OK STATUS completed']],
  ['rfc9051 6.4.2: UNSELECT removes nothing', ['SELECT INBOX', 'STORE 1 +FLAGS.SILENT (\\Deleted)', 'UNSELECT'], 'STATUS INBOX (MESSAGES DELETED)', ['* STATUS INBOX (MESSAGES 3 DELETED 1)', '. OK STATUS completed']],
  ['rfc4315 3: COPY tells the UIDs', ['SELECT INBOX'], 'COPY 1,3 Sent', ['. OK [COPYUID 3 1,3 1:2] COPY completed']],
  ['rfc9051 6.4.7: COPY to nowhere', ['SELECT INBOX'], 'COPY 1 nowhere', ['. NO [TRYCREATE] There is no such mailbox']],
  ['rfc6851 4.3: MOVE tells the UIDs before the numbers', ['SELECT INBOX'], 'MOVE 1,3 Sent', ['* OK [COPYUID 3 1,3 1:2] Moved', '* 3 EXPUNGE', '* 1 EXPUNGE', '. OK MOVE completed']],
  // SEARCH and its like
  ['rfc9051 6.4.4: by header', ['SELECT INBOX'], 'SEARCH FROM bob', ['* SEARCH 2', '. OK SEARCH completed']],
  ['rfc9051 6.4.4: by text', ['SELECT INBOX'], 'UID SEARCH BODY hello', ['* SEARCH 3', '. OK SEARCH completed']],
  ['rfc9051 6.4.4: nothing', ['SELECT INBOX'], 'SEARCH DELETED', ['* SEARCH', '. OK SEARCH completed']],
  ['rfc9051 6.4.4: charset', ['SELECT INBOX'], 'SEARCH CHARSET KOI8-R ALL', ['. NO [BADCHARSET (US-ASCII UTF-8)] Charsets are US-ASCII and UTF-8']],
  ['rfc4731 3.1: ESEARCH', ['SELECT INBOX'], 'SEARCH RETURN (MIN MAX COUNT ALL) ALL', ['* ESEARCH (TAG "$TAG") MIN 1 MAX 3 COUNT 3 ALL 1:3', '. OK SEARCH completed']],
  ['rfc5182 2.1: $', ['SELECT INBOX', 'SEARCH RETURN (SAVE) UNSEEN'], 'FETCH $ UID', ['* 1 FETCH (UID 1)', '* 3 FETCH (UID 3)', '. OK FETCH completed']],
  ['rfc5256 3: SORT', ['SELECT INBOX'], 'SORT (REVERSE ARRIVAL SUBJECT) UTF-8 ALL', ['* SORT 1 2 3', '. OK SORT completed']],
  ['rfc5256 3: THREAD', ['SELECT INBOX'], 'UID THREAD REFERENCES UTF-8 ALL', ['* THREAD (1 2)(3)', '. OK THREAD completed']],
  ['rfc7377 2: many mailboxes', ['SELECT INBOX', 'COPY 1 Sent'], 'ESEARCH IN (mailboxes (INBOX Sent)) RETURN (COUNT) SUBJECT one', [
    '* ESEARCH (TAG "$TAG" MAILBOX INBOX UIDVALIDITY 1) UID COUNT 2', '* ESEARCH (TAG "$TAG" MAILBOX Sent UIDVALIDITY 3) UID COUNT 1', '. OK ESEARCH completed']],
  ['rfc5466 2: a filter', ['SELECT INBOX', 'SETMETADATA "" (/private/filters/values/bobs "FROM bob")'], 'SEARCH FILTER bobs', ['* SEARCH 2', '. OK SEARCH completed']],
  ['rfc5466 2: a filter that is not there', ['SELECT INBOX'], 'SEARCH FILTER none', ['. NO [UNDEFINED-FILTER none] No such filter']],
  ['rfc10022 3: batches are large', ['SELECT INBOX'], 'UIDBATCHES 10', ['. NO [TOOFEW] A batch has 500 messages at least']],
  ['rfc10022 3: batches', ['SELECT INBOX'], 'UIDBATCHES 500', ['* UIDBATCHES (TAG "$TAG") 3:1', '. OK UIDBATCHES completed']],
  // LIST
  ['rfc9051 6.3.9: % stops at a level, and a level that does not exist is told', [], 'LIST "" %', [
    '* LIST (\\HasNoChildren) "/" INBOX', '* LIST (\\HasNoChildren \\Sent) "/" Sent', '* LIST (\\NonExistent \\HasChildren) "/" Work', '* LIST (\\HasNoChildren) "/" &AMQ-', '. OK LIST completed']],
  ['rfc9051 6.3.9: * does not', [], 'LIST Work *Down', ['* LIST (\\HasNoChildren) "/" Work/Deep/Down', '. OK LIST completed']],
  ['rfc9051 6.3.9: the separator', [], 'LIST "" ""', ['* LIST (\\Noselect) "/" ""', '. OK LIST completed']],
  ['rfc9051 5.1: INBOX in any case', [], 'LIST "" inBox', ['* LIST (\\HasNoChildren) "/" INBOX', '. OK LIST completed']],
  ['rfc9755 3: names in UTF-8', ['ENABLE UTF8=ACCEPT'], 'LIST "" "\xc3\x84"', ['* LIST (\\HasNoChildren) "/" "\xc3\x84"', '. OK LIST completed']],
  ['rfc5258 3: SUBSCRIBED', ['SUBSCRIBE Gone/Away'], 'LIST (SUBSCRIBED) "" *', ['* LIST (\\HasNoChildren \\Subscribed \\Sent) "/" Sent', '* LIST (\\NonExistent \\HasNoChildren \\Subscribed) "/" Gone/Away', '. OK LIST completed']],
  ['rfc5258 3.5: RECURSIVEMATCH', ['SUBSCRIBE Work/Deep/Down'], 'LIST (SUBSCRIBED RECURSIVEMATCH) "" Work', ['* LIST (\\NonExistent \\HasChildren) "/" Work ("CHILDINFO" ("SUBSCRIBED"))', '. OK LIST completed']],
  ['rfc5258 3.1: RECURSIVEMATCH alone', [], 'LIST (RECURSIVEMATCH) "" *', ['. BAD RECURSIVEMATCH needs another option']],
  ['rfc6154 2: SPECIAL-USE', [], 'LIST (SPECIAL-USE) "" *', ['* LIST (\\HasNoChildren \\Sent) "/" Sent', '. OK LIST completed']],
  ['rfc5819 2, rfc8440 3, rfc9590 3: what RETURN adds', ['SETMETADATA Sent (/private/comment "x")'], 'LIST "" Sent RETURN (STATUS (MESSAGES SIZE) MYRIGHTS METADATA (/private/comment))', [
    '* LIST (\\HasNoChildren \\Sent) "/" Sent', '* STATUS Sent (MESSAGES 0 SIZE 0)', '* MYRIGHTS Sent lrswipkxteacd', '* METADATA Sent (/private/comment "x")', '. OK LIST completed']],
  ['rfc3501 6.3.9: LSUB tells levels above', ['SUBSCRIBE Work/Deep/Down'], 'LSUB "" %', ['* LSUB () "/" Sent', '* LSUB (\\Noselect) "/" Work', '. OK LSUB completed']],
  // STATUS and names
  ['rfc9051 6.3.11: STATUS', [], 'STATUS INBOX (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN DELETED SIZE HIGHESTMODSEQ MAILBOXID APPENDLIMIT DELETED-STORAGE)', [
    '* STATUS INBOX (MESSAGES 3 RECENT 0 UIDNEXT 4 UIDVALIDITY 1 UNSEEN 2 DELETED 0 APPENDLIMIT 52428800 HIGHESTMODSEQ 2 MAILBOXID (F1) DELETED-STORAGE 0 SIZE 386)', '. OK STATUS completed']],
  ['rfc9051 6.3.4: CREATE', [], 'CREATE New/', ['. OK [MAILBOXID (F5)] CREATE completed']],
  ['rfc6154 3: CREATE for a use', ['CREATE Bin (USE (\\Trash))'], 'LIST "" Bin', ['* LIST (\\HasNoChildren \\Trash) "/" Bin', '. OK LIST completed']],
  ['rfc6154 3: CREATE for a use that is a view', [], 'CREATE All (USE (\\All))', ['. NO [USEATTR] There is no mailbox for that use']],
  ['rfc9051 6.3.4: CREATE twice', [], 'CREATE Sent', ['. NO [ALREADYEXISTS] The mailbox exists already']],
  ['rfc9051 6.3.5: DELETE INBOX', [], 'DELETE inbox', ['. NO [CANNOT] INBOX stays']],
  ['rfc9051 6.3.6: RENAME takes what is below', ['CREATE Work', 'RENAME Work Job'], 'LIST "" Job*', ['* LIST (\\HasChildren) "/" Job', '* LIST (\\NonExistent \\HasChildren) "/" Job/Deep', '* LIST (\\HasNoChildren) "/" Job/Deep/Down', '. OK LIST completed']],
  // APPEND
  ['rfc9051 6.3.12: APPEND', ['SELECT INBOX'], `APPEND INBOX (\\Flagged) " 1-Feb-2020 00:00:00 +0100" ${literal('Subject: x\r\n\r\ny')}`, ['* 4 EXISTS', '* 1 RECENT', '. OK [APPENDUID 1 4] APPEND completed']],
  ['rfc9051 6.3.12: to nowhere', [], `APPEND nowhere ${literal('x')}`, ['. NO [TRYCREATE] There is no such mailbox']],
  ['rfc3502 6.3.11: two at once', [], `APPEND Sent ${literal('a')} (\\Seen) ${literal('bc')}`, ['. OK [APPENDUID 3 1:2] APPEND completed']],
  ['rfc3502 6.3.11: all or none', [`APPEND Sent ${literal('a')} (\\Wrong%Flag) ${literal('bc')}`], 'STATUS Sent (MESSAGES)', ['* STATUS Sent (MESSAGES 0)', '. OK STATUS completed']],
  ['rfc4469 3: CATENATE', ['SELECT INBOX', `APPEND Sent CATENATE (URL "/INBOX/;UID=1/;SECTION=HEADER" TEXT ${literal('New body\r\n')})`, 'SELECT Sent'], 'FETCH 1 BODY.PEEK[TEXT]', [
    '* 1 FETCH (BODY[TEXT] {10}\r\nNew body\r\n)', '. OK FETCH completed']],
  ['rfc4469 4: a URL that gives nothing', [], 'APPEND Sent CATENATE (URL "/INBOX/;UID=77")', ['. NO [BADURL /INBOX/;UID=77] The URL stands for nothing here']],
  ['rfc8508 3: REPLACE', ['SELECT INBOX'], `REPLACE 2 INBOX ${literal('Subject: new\r\n\r\n')}`, ['* OK [APPENDUID 1 4] Replacement is there', '* 2 EXPUNGE', '* 3 EXISTS', '* 1 RECENT', '. OK REPLACE completed']],
  // The rest
  ['rfc9208 4.1: quota', [], 'GETQUOTAROOT INBOX', ['* QUOTAROOT INBOX ""', '* QUOTA "" ()', '. OK GETQUOTAROOT completed']],
  ['rfc4314 3: rights', ['SETACL Sent bob +lr'], 'GETACL Sent', ['* ACL Sent ann lrswipkxteacd bob lr', '. OK GETACL completed']],
  ['rfc4314 4: rights are enforced', ['SETACL Sent ann lra', 'SELECT INBOX'], 'COPY 1 Sent', ['. NO [NOPERM] You may not do this']],
  ['rfc4314 4: who may only read, reads', ['SETACL Sent ann lra'], 'SELECT Sent', [
    '* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)', '* OK [PERMANENTFLAGS ()] No flags can be changed', '* 0 EXISTS', '* 0 RECENT', '* OK [UIDVALIDITY 3] UIDs valid',
    '* OK [UIDNEXT 1] Predicted next UID', '* OK [HIGHESTMODSEQ 1] Highest', '* OK [MAILBOXID (F3)] Ok', '. OK [READ-ONLY] SELECT completed']],
  ['rfc5464 4: annotations', ['SETMETADATA INBOX (/shared/a/b "1" /shared/a "2222")'], 'GETMETADATA (DEPTH 1 MAXSIZE 2) INBOX /shared/a', [
    '* METADATA INBOX (/shared/a/b "1")', '. OK [METADATA LONGENTRIES 4] GETMETADATA completed']],
  ['rfc9051 6.3.10: NAMESPACE', [], 'NAMESPACE', ['* NAMESPACE (("" "/")) NIL NIL', '. OK NAMESPACE completed']],
  ['rfc2971 3: ID', [], 'ID NIL', ['* ID ("name" "mailwright")', '. OK ID completed']],
  ['rfc5255 3.2: LANGUAGE', [], 'LANGUAGE de en', ['* LANGUAGE (en)', '. OK LANGUAGE completed']],
  ['rfc8437 2: UNAUTHENTICATE', ['SELECT INBOX', 'UNAUTHENTICATE'], 'SELECT INBOX', ['. BAD SELECT is not for the not-authenticated state']],
  ['rfc4467 7: a URL that nobody signed', [], 'URLFETCH "imap://ann@localhost/INBOX/;uid=1;urlauth=anonymous:INTERNAL:0123"', ['* URLFETCH imap://ann@localhost/INBOX/;uid=1;urlauth=anonymous:INTERNAL:0123 NIL', '. OK URLFETCH completed']],
];

describe('commands', () => {
  test.each(CASES)('%s', async (_title, before, command, answer) => {
    await using server = makeServer({ store: store() });
    const client = await login(server, ...before);
    const lines = await client.say(command);
    expect(lines).toEqual(answer.map((line) => line.replaceAll('$TAG', client.tag)));
  });

  test('the machine says no to what is switched off', async () => {
    await using server = makeServer({ store: store(), capabilities: ['IMAP4rev1'] });
    const client = await login(server, 'SELECT INBOX');
    expect(await client.say('MOVE 1 Sent')).toEqual(['. BAD Unknown command MOVE']);
    expect(await client.say('COPY 1 Sent')).toEqual(['. OK COPY completed']);
  });
});
