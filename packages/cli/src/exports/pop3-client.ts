/** `mailwright/pop3-client` is `@mailwright/pop3-client`. */
export * from '@mailwright/pop3-client';
