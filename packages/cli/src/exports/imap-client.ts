/** `mailwright/imap-client` is `@mailwright/imap-client`. */
export * from '@mailwright/imap-client';
