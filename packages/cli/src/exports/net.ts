/** `mailwright/net` is `@mailwright/net`. */
export * from '@mailwright/net';
