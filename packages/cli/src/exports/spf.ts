/** `mailwright/spf` is `@mailwright/spf`. */
export * from '@mailwright/spf';
