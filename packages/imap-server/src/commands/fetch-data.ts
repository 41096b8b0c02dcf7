/** What FETCH answers, made of the few fields that are known. */
import { emptyFetchData, type FetchData } from '@mailwright/imap';

/** Fields as they can be given. */
export type FetchFields = { -readonly [K in keyof FetchData]: FetchData[K] };

/** A fresh object with all fields. */
export function newFetchData(): FetchFields {
  return { ...emptyFetchData() };
}

/** `given`, the rest undefined. */
export function fetchDataOf(given: Partial<FetchData>): FetchData {
  return { ...emptyFetchData(), ...given };
}
