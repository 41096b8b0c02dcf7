/** `mailwright/dmarc` is `@mailwright/dmarc`. */
export * from '@mailwright/dmarc';
