/** `mailwright/smtp-server` is `@mailwright/smtp-server`. */
export * from '@mailwright/smtp-server';
