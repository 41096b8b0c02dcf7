/** The fields that stand once in a header section, and the groups of fields that are read alike. Shared by lint and by the search for ambiguities. */

/** Names in lower case. @rfc 5322 3.6 @rfc 2045 3 @rfc 2183 2 @rfc 2369 3 @rfc 2919 3 @rfc 8058 5 */
export const SINGLE_FIELDS: ReadonlySet<string> = new Set([
  'date', 'from', 'sender', 'reply-to', 'to', 'cc', 'bcc', 'message-id', 'in-reply-to', 'references', 'subject',
  'mime-version', 'content-type', 'content-transfer-encoding', 'content-id', 'content-description', 'content-disposition',
  'list-id', 'list-help', 'list-subscribe', 'list-unsubscribe', 'list-post', 'list-owner', 'list-archive', 'list-unsubscribe-post',
]);

/** Fields of mailboxes and groups. @rfc 5322 3.6.2 @rfc 5322 3.6.3 @rfc 5322 3.6.6 */
export const ADDRESS_FIELDS: ReadonlySet<string> = new Set([
  'from', 'sender', 'reply-to', 'to', 'cc', 'bcc', 'resent-from', 'resent-sender', 'resent-to', 'resent-cc', 'resent-bcc', 'resent-reply-to',
]);
