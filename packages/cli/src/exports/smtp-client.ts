/** `mailwright/smtp-client` is `@mailwright/smtp-client`. */
export * from '@mailwright/smtp-client';
