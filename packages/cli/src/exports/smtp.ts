/** `mailwright/smtp` is `@mailwright/smtp`. */
export * from '@mailwright/smtp';
