/** `mailwright/arc` is `@mailwright/arc`. */
export * from '@mailwright/arc';
