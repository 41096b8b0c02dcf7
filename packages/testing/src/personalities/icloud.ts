/**
 * iCloud: a long list of capabilities behind the login and a short one before it, QRESYNC, much of Sun's; the answers say how long they took. As seen in 2024 (MailKit's
 * transcripts). What it announces and the server below has not (X-APPLE-REMOTE-LINKS and the like) is a word only.
 */
import { announceAs } from './announcement.ts';
import type { Personality } from './personality.ts';

export const icloud: Personality = {
  name: 'icloud',
  capabilities: ['IMAP4rev1', 'CONDSTORE', 'ENABLE', 'QRESYNC', 'QUOTA', 'NAMESPACE', 'UIDPLUS', 'CHILDREN', 'BINARY', 'UNSELECT', 'SORT', 'CATENATE', 'URLAUTH', 'LANGUAGE', 'ESEARCH', 'ESORT', 'THREAD=ORDEREDSUBJECT', 'THREAD=REFERENCES', 'CONTEXT=SEARCH', 'CONTEXT=SORT', 'WITHIN', 'SASL-IR', 'SEARCHRES', 'METADATA', 'ID', 'MULTISEARCH', 'IDLE', 'LIST-STATUS'],
  mechanisms: ['PLAIN', 'XOAUTH2'],
  greeting: '(2428B47-26126cfe23cd) p00-iscream-f9f7bf749-qjr87',
  id: { name: 'iscream', vendor: 'Apple' },
  capabilityCodes: true,
  rewrite: announceAs({
    before: 'XAPPLEPUSHSERVICE IMAP4 IMAP4rev1 SASL-IR AUTH=ATOKEN AUTH=PLAIN AUTH=ATOKEN2 AUTH=XOAUTH2',
    after: 'XAPPLEPUSHSERVICE IMAP4 IMAP4rev1 CONDSTORE ENABLE QRESYNC QUOTA XAPPLELITERAL NAMESPACE UIDPLUS CHILDREN BINARY UNSELECT SORT CATENATE URLAUTH LANGUAGE ESEARCH ESORT THREAD=ORDEREDSUBJECT THREAD=REFERENCES CONTEXT=SEARCH CONTEXT=SORT WITHIN SASL-IR SEARCHRES METADATA ID XMSEARCH X-SUN-SORT ANNOTATE-EXPERIMENT-1 X-UNAUTHENTICATE X-SUN-IMAP XUM1 MULTISEARCH IDLE X-APPLE-REMOTE-LINKS LIST-STATUS',
    change: (text, { points }) => {
      if (points.includes('LOGIN') || points.includes('AUTHENTICATE')) return text.replace(/^(\S+ OK) .*\r\n$/i, '$1 user authenticated\r\n');
      return points.includes('NAMESPACE') ? text.replace(/^(\S+ OK) .*\r\n$/i, '$1 NAMESPACE completed (took 0 ms)\r\n') : text;
    },
  }),
};
