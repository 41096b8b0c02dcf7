/** Dovecot 2.3.19, as Debian 12 has it: the capabilities stand in the greeting and in the answer to the login. */
import { announceAs } from './announcement.ts';
import type { Personality } from './personality.ts';

export const dovecot: Personality = {
  name: 'dovecot',
  capabilities: [
    'IMAP4rev1', 'LITERAL+', 'SASL-IR', 'ID', 'ENABLE', 'IDLE', 'SORT', 'SORT=DISPLAY', 'THREAD=REFERENCES', 'THREAD=ORDEREDSUBJECT', 'MULTIAPPEND', 'CATENATE', 'UNSELECT', 'CHILDREN', 'NAMESPACE', 'UIDPLUS',
    'LIST-EXTENDED', 'CONDSTORE', 'QRESYNC', 'ESEARCH', 'ESORT', 'SEARCHRES', 'WITHIN', 'CONTEXT=SEARCH', 'LIST-STATUS', 'BINARY', 'MOVE', 'PREVIEW', 'STATUS=SIZE', 'SAVEDATE', 'SPECIAL-USE',
  ],
  mechanisms: ['PLAIN', 'LOGIN'],
  greeting: 'Dovecot (Debian) ready.',
  id: { name: 'Dovecot' },
  capabilityCodes: true,
  rewrite: announceAs({
    before: 'IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ AUTH=PLAIN AUTH=LOGIN',
    after: 'IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT SORT=DISPLAY THREAD=REFERENCES THREAD=REFS THREAD=ORDEREDSUBJECT MULTIAPPEND URL-PARTIAL CATENATE UNSELECT CHILDREN NAMESPACE UIDPLUS LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT SEARCHRES WITHIN CONTEXT=SEARCH LIST-STATUS BINARY MOVE SNIPPET=FUZZY PREVIEW=FUZZY PREVIEW STATUS=SIZE SAVEDATE LITERAL+ SPECIAL-USE',
    change: (text, { points }) => (points.includes('LOGIN') || points.includes('AUTHENTICATE') ? text.replace(/(\] ).*\r\n$/, '$1Logged in\r\n') : text),
  }),
};
