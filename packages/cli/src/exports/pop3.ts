/** `mailwright/pop3` is `@mailwright/pop3`. */
export * from '@mailwright/pop3';
