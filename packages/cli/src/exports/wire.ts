/** `mailwright/wire` is `@mailwright/wire`. */
export * from '@mailwright/wire';
