/** `mailwright/imap` is `@mailwright/imap`. */
export * from '@mailwright/imap';
