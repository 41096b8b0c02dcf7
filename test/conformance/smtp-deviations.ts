/**
 * The SMTP cases that we hold to be wrong, each with its reason and what we assert instead, and the cases that ask for what is
 * not built. The same rows stand in docs/conformance.md; `smtp.test.ts` checks that they do.
 *
 * An id is the input of its case, cut at 80 characters, with the options that matter in brackets behind it.
 */

/** A case that we hold to be wrong. */
export interface HeldWrong {
  readonly suite: string;
  readonly id: string;
  /** What our code must give, in the form of the suite's own expectations; `refused: CODE` for a refusal. */
  readonly ours: string;
  readonly reason: string;
}

/** A case of something that this project does not build yet. */
export interface NotBuilt {
  readonly suite: string;
  readonly id: string;
  readonly reason: string;
}

const BRACKETS = 'RFC 5321 4.1.2: a path stands in angle brackets';
const COLON = 'RFC 5321 4.1.1.2 and 3.3: one blank behind the verb, none before the colon, none inside the path';
const NULL_RECIPIENT = 'RFC 5321 4.1.1.3: a forward-path is never empty; the parameter is checked with RCPT TO:<a@b>';
const LENIENT = 'RFC 5321 4.1.2: dots stand between atoms only, a local-part has 64 octets; there is no lenient mode';
const AS_WRITTEN = 'RFC 5321 2.4: an address is kept as it was written; the same domain is found by canonicalDomain';

const MAILKIT_ENVID = 'MAIL FROM:<sender@example.com> BODY=8BITMIME ENVID=123456789+2B+3Dabc@+E5+90+8D+E3+81+8C+E3+83+89+E3+83+A1+E3+82+A4+E3+83+B3.com RET=FULL';

/** The table. */
export const HELD_WRONG: readonly HeldWrong[] = [
  { suite: 'smtp/stalwart-requests', id: 'AUTH SCRAM-SHA-256-PLUS base64_goes_here', ours: 'refused: syntax', reason: 'RFC 4954 4: the initial response is base64; an underscore is not in its alphabet' },
  { suite: 'smtp/stalwart-requests', id: 'MAIL  FROM : <>', ours: 'refused: syntax', reason: COLON },
  { suite: 'smtp/stalwart-requests', id: 'MAIL  FROM : < >', ours: 'refused: syntax', reason: COLON },
  { suite: 'smtp/stalwart-requests', id: 'RCPT TO:<>', ours: 'refused: bad-mailbox', reason: 'RFC 5321 4.1.1.3: a forward-path is never empty' },
  { suite: 'smtp/stalwart-requests', id: 'MAIL FROM:<> RET=HDRS RET=FULL', ours: 'refused: duplicate-parameter', reason: 'RFC 3461 4.3: RET says one thing; given twice it says nothing, and no other reading is safe' },
  { suite: 'smtp/stalwart-requests', id: 'RCPT TO:<> NOTIFY=FAILURE', ours: 'refused: bad-mailbox', reason: NULL_RECIPIENT },
  { suite: 'smtp/stalwart-requests', id: 'RCPT TO:<> ORCPT=rfc822;Bob@Example.COM', ours: 'refused: bad-mailbox', reason: NULL_RECIPIENT },
  { suite: 'smtp/stalwart-requests', id: 'RCPT TO:<> ORCPT=rfc822;George+20@Tax-+20ME+20.GOV', ours: 'refused: bad-mailbox', reason: NULL_RECIPIENT },
  { suite: 'smtp/haraka-gosmtp-paths', id: 'MAIL FROM:user', ours: 'refused: syntax', reason: BRACKETS },
  { suite: 'smtp/haraka-gosmtp-paths', id: 'MAIL FROM:user@domain size=1234', ours: 'refused: syntax', reason: BRACKETS },
  { suite: 'smtp/haraka-gosmtp-paths', id: 'RCPT TO:<abuse>', ours: 'refused: bad-mailbox', reason: 'RFC 5321 2.3.5 and 4.1.1.3: only Postmaster may stand without a domain' },
  { suite: 'smtp/haraka-gosmtp-paths', id: 'root@nsa.gov AUTH=asdf@example.org', ours: 'refused: syntax', reason: BRACKETS },
  { suite: 'smtp/smtp-server-address-command', id: 'MAIL FROM:<sender@example.com> CUSTOM=a+ABc+20foo', ours: '{"address":"sender@example.com","args":{"CUSTOM":"a+ABc+20foo"}}', reason: 'RFC 5321 4.1.1.11: what an unknown parameter holds is not known either; it is kept as it came' },
  { suite: 'smtp/smtp-server-address-command', id: 'MAIL FROM:<sender@[IPv6:0000:0000:0000:0000:0000:0000:0000:0001]>', ours: '{"address":"sender@[IPv6:0000:0000:0000:0000:0000:0000:0000:0001]","args":false}', reason: AS_WRITTEN },
  { suite: 'smtp/smtp-server-address-command', id: 'RCPT TO:<test@[IPv6:::ffff:c0a8:0101]>', ours: '{"address":"test@[IPv6:::ffff:c0a8:0101]","args":false}', reason: AS_WRITTEN },
  { suite: 'smtp/smtp-server-address-command', id: 'MAIL FROM:<ilo.@example.com> [lenient]', ours: 'refused: bad-mailbox', reason: LENIENT },
  { suite: 'smtp/smtp-server-address-command', id: 'MAIL FROM:<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa... [lenient]', ours: 'refused: path-too-long', reason: LENIENT },
  { suite: 'smtp/smtp-server-address-command', id: 'RCPT TO:<recipient@example.com> NOTIFY=INVALID', ours: 'refused: bad-parameter-value', reason: 'RFC 3461 4.1: NOTIFY has four words, and INVALID is none of them' },
  { suite: 'smtp/smtp-server-address-command', id: 'MAIL FROM:<sender@example.com> BODY=INVALID', ours: 'refused: bad-parameter-value', reason: 'RFC 6152 2: BODY has three words, and INVALID is none of them' },
  { suite: 'smtp/mailkit-transcripts', id: 'CreateDeliveryStatusNotificationWithHexEncodeCommands', ours: `${MAILKIT_ENVID} is refused: bad-parameter-value`, reason: 'RFC 3461 4.4: ENVID decodes to printable ASCII; MailKit puts UTF-8 octets into it' },
  { suite: 'smtp/mailkit-replay', id: 'CreateDeliveryStatusNotificationWithHexEncodeCommands', ours: `${MAILKIT_ENVID} is refused: bad-parameter-value`, reason: 'The same: our client never sends such an ENVID' },
  { suite: 'smtp/data-mode', id: '0', ours: '{"commands":["DATA","QUIT"],"message":"test1\\r\\n.test2\\r\\ntest3\\r\\n"}', reason: 'RFC 5321 4.5.2: a line that begins with a dot and goes on loses its first dot, `.test3` too' },
];

/** The table of what is not built. */
export const NOT_BUILT: readonly NotBuilt[] = [
  ...['LHLO bar.com', 'LHLO'].map((id) => ({ id, reason: 'LMTP (RFC 2033)' })),
  ...['ETRN Hello', 'ETRN ""', 'ETRN'].map((id) => ({ id, reason: 'ETRN (RFC 1985)' })),
  { id: 'ATRN example.org,example.com,example.net', reason: 'ATRN (RFC 2645)' },
  { id: 'BURL imap://harry@gryffindor.example.com/outbox;uidvalidity=1078863300/;uid=25;u...', reason: 'BURL (RFC 4468)' },
  { id: 'BURL', reason: 'BURL (RFC 4468)' },
  { id: 'RCPT TO:<> CONNEG', reason: 'CONNEG (RFC 4141)' },
  ...['BY=-10;RT', 'BY=+22;NT', 'BY=120;0', 'BY=120;;', 'BY=;'].map((text) => ({ id: `MAIL FROM:<> ${text}`, reason: 'DELIVERBY (RFC 2852)' })),
  ...['HOLDUNTIL=0ABC', 'HOLDUNTIL='].map((text) => ({ id: `MAIL FROM:<> ${text}`, reason: 'FUTURERELEASE (RFC 4865)' })),
  ...['TRANSID=<12345@claremont.edu>', 'MTRK=', 'MTRK=:'].map((text) => ({ id: `MAIL FROM:<> ${text}`, reason: 'message tracking and checkpoints (RFC 1845, 3885)' })),
  ...['MT-PRIORITY=3', 'MT-PRIORITY=-6', 'MT-PRIORITY=', 'MT-PRIORITY=-'].map((text) => ({ id: `MAIL FROM:<> ${text}`, reason: 'MT-PRIORITY (RFC 6710)' })),
  ...['RRVS=1997-11-24T14:22:01-08:00;C', 'RRVS=', 'RRVS=2022-01-02', 'RRVS=2022-01-02T01:01:01ZZ', 'RRVS=ABC'].map((text) => ({ id: `RCPT TO:<> ${text}`, reason: 'RRVS (RFC 7293)' })),
].map((row) => ({ suite: 'smtp/stalwart-requests', ...row }));
