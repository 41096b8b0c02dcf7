/** `mailwright/auth` is `@mailwright/auth`. */
export * from '@mailwright/auth';
