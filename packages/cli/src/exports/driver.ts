/** `mailwright/driver` is `@mailwright/driver`. */
export * from '@mailwright/driver';
