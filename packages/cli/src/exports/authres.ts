/** `mailwright/authres` is `@mailwright/authres`. */
export * from '@mailwright/authres';
