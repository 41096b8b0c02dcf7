/**
 * The whole list of globals that the sans-IO packages may use. They compile with `"types": []`, so the compiler refuses
 * everything else: no `Buffer`, `setTimeout`, `console`, `node:net`. Each of these exists in Node and in browsers.
 */
declare class TextDecoder {
  constructor(label?: string, options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean });
  readonly encoding: string;
  decode(input?: ArrayBufferView | ArrayBuffer, options?: { readonly stream?: boolean }): string;
}
declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
  encodeInto(source: string, destination: Uint8Array): { read: number; written: number };
}
/** Used for one thing: turning a domain's U-labels into A-labels (UTS 46), the same way in Node and in browsers. */
declare class URL {
  constructor(url: string, base?: string);
  readonly hostname: string;
}
