/** Cyrus 3.6, as Debian 12 has it: few capabilities before the login, all that there are behind it, in the answer to the login. */
import { announceAs } from './announcement.ts';
import type { Personality } from './personality.ts';

export const cyrus: Personality = {
  name: 'cyrus',
  capabilities: [
    'IMAP4rev1', 'LITERAL+', 'ID', 'ENABLE', 'ACL', 'RIGHTS=kxten', 'BINARY', 'CATENATE', 'CHILDREN', 'CONDSTORE', 'CREATE-SPECIAL-USE', 'ESEARCH', 'ESORT', 'LIST-EXTENDED', 'LIST-METADATA', 'LIST-MYRIGHTS',
    'LIST-STATUS', 'METADATA', 'MOVE', 'MULTIAPPEND', 'NAMESPACE', 'OBJECTID', 'PREVIEW', 'QRESYNC', 'QUOTA', 'SAVEDATE', 'SEARCH=FUZZY', 'SORT', 'SORT=DISPLAY', 'SPECIAL-USE', 'STATUS=SIZE',
    'THREAD=ORDEREDSUBJECT', 'THREAD=REFERENCES', 'UIDPLUS', 'UNSELECT', 'WITHIN', 'IDLE', 'SASL-IR', 'COMPRESS=DEFLATE',
  ],
  mechanisms: ['PLAIN', 'LOGIN'],
  greeting: 'mail.example.com Cyrus IMAP 3.6.1-Debian-3.6.1-4 server ready',
  id: { name: 'Cyrus IMAPD', version: '3.6.1', 'support-url': 'https://www.cyrusimap.org' },
  capabilityCodes: true,
  rewrite: announceAs({
    before: 'IMAP4rev1 LITERAL+ ID ENABLE AUTH=PLAIN AUTH=LOGIN SASL-IR',
    after: 'IMAP4rev1 LITERAL+ ID ENABLE ACL ANNOTATE-EXPERIMENT-1 BINARY CATENATE CHILDREN CONDSTORE CREATE-SPECIAL-USE ESEARCH ESORT LIST-EXTENDED LIST-MYRIGHTS LIST-STATUS MAILBOX-REFERRALS METADATA MOVE MULTIAPPEND NAMESPACE OBJECTID PREVIEW QRESYNC QUOTA RIGHTS=kxten SAVEDATE SEARCH=FUZZY SORT SORT=DISPLAY SPECIAL-USE STATUS=SIZE THREAD=ORDEREDSUBJECT THREAD=REFERENCES UIDPLUS UNSELECT WITHIN DIGEST=SHA1 LIST-METADATA NO_ATOMIC_RENAME SCAN SORT=MODSEQ SORT=UID THREAD=REFS X-CREATEDMODSEQ XLIST XMOVE COMPRESS=DEFLATE IDLE',
    change: (text, { points }) => (points.includes('LOGIN') || points.includes('AUTHENTICATE') ? text.replace(/(\] ).*\r\n$/, '$1User logged in SESSIONID=<cyrus-24475-1547459545-1>\r\n') : text),
  }),
};
