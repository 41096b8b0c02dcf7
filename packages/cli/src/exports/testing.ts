/** `mailwright/testing` is `@mailwright/testing`. */
export * from '@mailwright/testing';
