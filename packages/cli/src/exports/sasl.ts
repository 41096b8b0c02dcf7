/** `mailwright/sasl` is `@mailwright/sasl`. */
export * from '@mailwright/sasl';
