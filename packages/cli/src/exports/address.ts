/** `mailwright/address` is `@mailwright/address`. */
export * from '@mailwright/address';
