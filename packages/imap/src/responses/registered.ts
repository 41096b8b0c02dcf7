/**
 * The untagged data of RFC 9051 and 3501 that no extension file brings.
 */
import type { FetchResponse } from '../fetch/fetch-data.ts';
import { fetchData } from '../fetch/fetch-response.ts';
import { type CapabilityData, capabilityData } from './capability.ts';
import { type FlagsData, flagsData } from './flags.ts';
import { type ListData, listData, type LsubData, lsubData, type XlistData, xlistData } from './list.ts';
import { type ExistsData, existsData, type ExpungeData, expungeData, type RecentData, recentData } from './numbers.ts';
import { type SearchData, searchData } from './search.ts';
import { type StatusData, statusData } from './status.ts';

export type BaseData =
  | CapabilityData | ListData | LsubData | XlistData | StatusData | FlagsData | SearchData | ExistsData | RecentData | ExpungeData | FetchResponse;

/** Their specs; a list of many types, which `tables.ts` looks up by name. */
export function baseData(): readonly { readonly name: BaseData['name'] }[] {
  return [
    capabilityData, listData, lsubData, xlistData, statusData, flagsData, searchData, existsData, recentData, expungeData, fetchData,
  ];
}
