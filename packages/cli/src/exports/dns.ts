/** `mailwright/dns` is `@mailwright/dns`. */
export * from '@mailwright/dns';
