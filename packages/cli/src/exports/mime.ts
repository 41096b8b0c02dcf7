/** `mailwright/mime` is `@mailwright/mime`. */
export * from '@mailwright/mime';
