/** Extensions of a few lines each. */
import { appendLimit, appendLimitValue } from '../../src/extensions/append-limit.ts';
import { compressDeflate } from '../../src/extensions/compress.ts';
import { enable } from '../../src/extensions/enable.ts';
import { i18nLevel2 } from '../../src/extensions/i18n-level.ts';
import { inProgress } from '../../src/extensions/in-progress.ts';
import { jmapAccess } from '../../src/extensions/jmap-access.ts';
import { language } from '../../src/extensions/language.ts';
import { messageLimit } from '../../src/extensions/message-limit.ts';
import { namespace } from '../../src/extensions/namespace.ts';
import { objectId } from '../../src/extensions/object-id.ts';
import { preview } from '../../src/extensions/preview.ts';
import { saveDate } from '../../src/extensions/save-date.ts';
import { createSpecialUse, specialUse } from '../../src/extensions/special-use.ts';
import { statusSize } from '../../src/extensions/status-size.ts';
import { unauthenticate } from '../../src/extensions/unauthenticate.ts';
import { unselect } from '../../src/extensions/unselect.ts';
import { urlAuth } from '../../src/extensions/url-auth.ts';
import { encodeUtf8 } from '@mailwright/wire';
import { testWire } from './wire-cases.ts';

testWire('rfc7889', [appendLimit, appendLimitValue], [
  { kind: 'status', wire: 'APPENDLIMIT 257890', value: 257890 },
  { kind: 'status', wire: 'APPENDLIMIT NIL', value: null },
]);

testWire('rfc4978', [compressDeflate], [
  { kind: 'command', wire: 'COMPRESS DEFLATE', value: { name: 'COMPRESS', algorithm: 'DEFLATE' } },
  { kind: 'code', wire: 'COMPRESSIONACTIVE', value: { name: 'COMPRESSIONACTIVE' } },
]);

testWire('rfc5161', [enable], [
  { kind: 'command', wire: 'ENABLE CONDSTORE X-GOOD-IDEA', value: { name: 'ENABLE', capabilities: ['CONDSTORE', 'X-GOOD-IDEA'] } },
  { kind: 'data', wire: '* ENABLED X-GOOD-IDEA', value: { name: 'ENABLED', capabilities: ['X-GOOD-IDEA'] } },
  { kind: 'data', wire: '* ENABLED', value: { name: 'ENABLED', capabilities: [] } },
]);

testWire('rfc5255 comparators', [i18nLevel2], [
  { kind: 'command', wire: 'COMPARATOR', value: { name: 'COMPARATOR', comparators: [] } },
  { kind: 'data', wire: '* COMPARATOR i;unicode-casemap', value: { name: 'COMPARATOR', active: 'i;unicode-casemap', matching: [] } },
  { kind: 'command', wire: 'COMPARATOR "cz;*" i;basic', value: { name: 'COMPARATOR', comparators: ['cz;*', 'i;basic'] } },
  { kind: 'data', wire: '* COMPARATOR i;basic', value: { name: 'COMPARATOR', active: 'i;basic', matching: [] } },
  { kind: 'data', wire: '* COMPARATOR a (b c)', value: { name: 'COMPARATOR', active: 'a', matching: ['b', 'c'] } },
  { kind: 'code', wire: 'BADCOMPARATOR', value: { name: 'BADCOMPARATOR' } },
]);

testWire('rfc5255 languages', [language], [
  { kind: 'command', wire: 'LANGUAGE', value: { name: 'LANGUAGE', ranges: [] } },
  { kind: 'data', wire: '* LANGUAGE (EN DE IT i-default)', value: { name: 'LANGUAGE', tags: ['EN', 'DE', 'IT', 'i-default'] } },
  { kind: 'command', wire: 'LANGUAGE DE', value: { name: 'LANGUAGE', ranges: ['DE'] } },
  { kind: 'data', wire: '* LANGUAGE (DE)', value: { name: 'LANGUAGE', tags: ['DE'] } },
  { kind: 'command', wire: 'LANGUAGE FR-CA EN-CA', value: { name: 'LANGUAGE', ranges: ['FR-CA', 'EN-CA'] } },
]);

testWire('rfc9585', [inProgress], [
  { kind: 'code', wire: 'INPROGRESS', value: { name: 'INPROGRESS', tag: undefined, progress: undefined, goal: undefined } },
  { kind: 'code', wire: 'INPROGRESS ("A001" 454 1000)', value: { name: 'INPROGRESS', tag: 'A001', progress: 454, goal: 1000 } },
  { kind: 'code', wire: 'INPROGRESS ("A001" 454 NIL)', value: { name: 'INPROGRESS', tag: 'A001', progress: 454, goal: undefined } },
  { kind: 'code', wire: 'INPROGRESS ("A001" NIL NIL)', value: { name: 'INPROGRESS', tag: 'A001', progress: undefined, goal: undefined } },
  { kind: 'code', wire: 'INPROGRESS (NIL NIL NIL)', value: { name: 'INPROGRESS', tag: undefined, progress: undefined, goal: undefined }, printed: 'INPROGRESS' },
]);

testWire('rfc9698', [jmapAccess], [
  { kind: 'command', wire: 'GETJMAPACCESS', value: { name: 'GETJMAPACCESS' } },
  { kind: 'data', wire: '* JMAPACCESS "https://example.com/.well-known/jmap"', value: { name: 'JMAPACCESS', url: 'https://example.com/.well-known/jmap' } },
]);

testWire('rfc9738', [messageLimit], [
  { kind: 'code', wire: 'MESSAGELIMIT 1000 23221', value: { name: 'MESSAGELIMIT', limit: 1000, lowestUid: 23221 } },
  { kind: 'search', wire: 'UIDAFTER 25000', value: { key: 'UIDAFTER', uid: 25000 } },
  { kind: 'search', wire: 'UIDBEFORE 4294967295', value: { key: 'UIDBEFORE', uid: 4294967295 } },
  { kind: 'code', wire: 'MESSAGELIMIT 1000', value: { name: 'MESSAGELIMIT', limit: 1000, lowestUid: undefined } },
]);

const none = new Map();
testWire('rfc2342', [namespace], [
  { kind: 'command', wire: 'NAMESPACE', value: { name: 'NAMESPACE' } },
  // 5
  { kind: 'data', wire: '* NAMESPACE (("" "/")) NIL NIL', value: { name: 'NAMESPACE', personal: [{ prefix: '', delimiter: '/', extensions: none }], others: [], shared: [] } },
  { kind: 'data', wire: '* NAMESPACE NIL NIL (("" "."))', value: { name: 'NAMESPACE', personal: [], others: [], shared: [{ prefix: '', delimiter: '.', extensions: none }] } },
  {
    kind: 'data',
    wire: '* NAMESPACE (("" "/")("#mh/" "/" "X-PARAM" ("FLAG1" "FLAG2"))) (("~" "/")) (("#shared/" "/")("#public/" "/"))',
    value: {
      name: 'NAMESPACE',
      personal: [{ prefix: '', delimiter: '/', extensions: none }, { prefix: '#mh/', delimiter: '/', extensions: new Map([['X-PARAM', ['FLAG1', 'FLAG2']]]) }],
      others: [{ prefix: '~', delimiter: '/', extensions: none }],
      shared: [{ prefix: '#shared/', delimiter: '/', extensions: none }, { prefix: '#public/', delimiter: '/', extensions: none }],
    },
  },
  { kind: 'data', wire: '* NAMESPACE (("" NIL)) NIL NIL', value: { name: 'NAMESPACE', personal: [{ prefix: '', delimiter: undefined, extensions: none }], others: [], shared: [] } },
  // RFC 5255 3.4
  {
    kind: 'data',
    wire: '* NAMESPACE (("" "/")) (("Other Users/" "/" "TRANSLATION" ("Andere Ben&APw-tzer/"))) NIL',
    value: {
      name: 'NAMESPACE',
      personal: [{ prefix: '', delimiter: '/', extensions: none }],
      others: [{ prefix: 'Other Users/', delimiter: '/', extensions: new Map([['TRANSLATION', ['Andere Ben&APw-tzer/']]]) }],
      shared: [],
    },
  },
]);

testWire('rfc8474', [objectId], [
  { kind: 'code', wire: 'MAILBOXID (F2212ea87-6097-4256-9d51-71338625)', value: { name: 'MAILBOXID', mailboxId: 'F2212ea87-6097-4256-9d51-71338625' } },
  { kind: 'status', wire: 'MAILBOXID (F2212ea87-6097-4256-9d51-71338625)', value: 'F2212ea87-6097-4256-9d51-71338625' },
  { kind: 'request', wire: 'EMAILID', value: { name: 'EMAILID' } },
  { kind: 'request', wire: 'THREADID', value: { name: 'THREADID' } },
  { kind: 'fetch', wire: 'EMAILID (M6d99ac3275bb4e)', value: 'M6d99ac3275bb4e' },
  { kind: 'fetch', wire: 'THREADID (T64b478a75b7ea9)', value: 'T64b478a75b7ea9' },
  { kind: 'fetch', wire: 'THREADID NIL', value: null },
  { kind: 'search', wire: 'EMAILID M6d99ac3275bb4e', value: { key: 'EMAILID', id: 'M6d99ac3275bb4e' } },
  { kind: 'search', wire: 'THREADID T64b478a75b7ea9', value: { key: 'THREADID', id: 'T64b478a75b7ea9' } },
]);

testWire('rfc8970', [preview], [
  { kind: 'request', wire: 'PREVIEW', value: { name: 'PREVIEW', lazy: false } },
  { kind: 'request', wire: 'PREVIEW (LAZY)', value: { name: 'PREVIEW', lazy: true } },
  { kind: 'fetch', wire: 'PREVIEW "Preview text!"', value: 'Preview text!' },
  { kind: 'fetch', wire: 'PREVIEW ""', value: '' },
  { kind: 'fetch', wire: 'PREVIEW NIL', value: null },
]);

testWire('rfc8514', [saveDate], [
  { kind: 'request', wire: 'SAVEDATE', value: { name: 'SAVEDATE' } },
  { kind: 'fetch', wire: 'SAVEDATE "01-Jan-2015 18:50:53 +0000"', value: { ms: Date.UTC(2015, 0, 1, 18, 50, 53), offsetMinutes: 0 }, printed: 'SAVEDATE " 1-Jan-2015 18:50:53 +0000"' },
  { kind: 'fetch', wire: 'SAVEDATE NIL', value: null },
  { kind: 'search', wire: 'SAVEDBEFORE 28-Dec-2014', value: { key: 'SAVEDBEFORE', date: { year: 2014, month: 12, day: 28 } } },
  { kind: 'search', wire: 'SAVEDON 28-Dec-2014', value: { key: 'SAVEDON', date: { year: 2014, month: 12, day: 28 } } },
  { kind: 'search', wire: 'SAVEDSINCE 28-Dec-2014', value: { key: 'SAVEDSINCE', date: { year: 2014, month: 12, day: 28 } } },
  { kind: 'search', wire: 'SAVEDATESUPPORTED', value: { key: 'SAVEDATESUPPORTED' } },
]);

testWire('rfc6154', [specialUse, createSpecialUse], [
  { kind: 'LIST-SELECT', wire: 'SPECIAL-USE', value: true },
  { kind: 'LIST-RETURN', wire: 'SPECIAL-USE', value: true },
  { kind: 'CREATE', wire: 'USE (\\All)', value: ['\\All'] },
  { kind: 'CREATE', wire: 'USE (\\Drafts \\Sent)', value: ['\\Drafts', '\\Sent'] },
  { kind: 'CREATE', wire: 'USE ()', value: [] },
  { kind: 'code', wire: 'USEATTR', value: { name: 'USEATTR' } },
]);

testWire('rfc8438', [statusSize], [{ kind: 'status', wire: 'SIZE 44421', value: 44421 }]);
testWire('rfc8437', [unauthenticate], [{ kind: 'command', wire: 'UNAUTHENTICATE', value: { name: 'UNAUTHENTICATE' } }]);
testWire('rfc3691', [unselect], [{ kind: 'command', wire: 'UNSELECT', value: { name: 'UNSELECT' } }]);

const rump = 'imap://joe@example.com/INBOX/;uid=20/;section=1.2;expire=2004-12-30T23:59:59-08:00;urlauth=submit+fred';
testWire('rfc4467', [urlAuth], [
  { kind: 'command', wire: `GENURLAUTH ${rump} INTERNAL`, value: { name: 'GENURLAUTH', urls: [{ url: rump, mechanism: 'INTERNAL' }] } },
  { kind: 'data', wire: `* GENURLAUTH ${rump}:internal:91354a473744909de610943775f92038`, value: { name: 'GENURLAUTH', urls: [`${rump}:internal:91354a473744909de610943775f92038`] } },
  { kind: 'command', wire: 'RESETKEY', value: { name: 'RESETKEY', mailbox: undefined, mechanisms: [] } },
  { kind: 'command', wire: 'RESETKEY INBOX INTERNAL', value: { name: 'RESETKEY', mailbox: 'INBOX', mechanisms: ['INTERNAL'] } },
  { kind: 'command', wire: 'URLFETCH a b', value: { name: 'URLFETCH', urls: ['a', 'b'] } },
  { kind: 'data', wire: '* URLFETCH a {5}\r\nHello b NIL', value: { name: 'URLFETCH', results: [{ url: 'a', octets: Uint8Array.from(encodeUtf8('Hello')) }, { url: 'b', octets: undefined }] } },
  { kind: 'code', wire: 'URLMECH INTERNAL XSAMPLE', value: { name: 'URLMECH', mechanisms: ['INTERNAL', 'XSAMPLE'] } },
  { kind: 'code', wire: 'URLMECH INTERNAL XSAMPLE=P34OKhO7VEkCbsiYY8rGEg==', value: { name: 'URLMECH', mechanisms: ['INTERNAL', 'XSAMPLE=P34OKhO7VEkCbsiYY8rGEg=='] } },
]);
