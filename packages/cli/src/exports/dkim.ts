/** `mailwright/dkim` is `@mailwright/dkim`. */
export * from '@mailwright/dkim';
