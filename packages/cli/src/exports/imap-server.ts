/** `mailwright/imap-server` is `@mailwright/imap-server`. */
export * from '@mailwright/imap-server';
