/** Numbers and times for people. Always the same spelling, whatever the machine's locale. */

const KILO = 1024;

/** `1,234,567` */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 message`, `2 messages` */
export function formatPlural(count: number, one: string, many: string = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** `512 octets`, `1.5 KB`, `25.0 MB`: powers of 1024. */
export function formatOctets(octets: number): string {
  if (octets < KILO) return formatPlural(octets, 'octet');
  const kilobytes = octets / KILO;
  return kilobytes < KILO ? `${kilobytes.toFixed(1)} KB` : `${(kilobytes / KILO).toFixed(1)} MB`;
}

/** `12 ms`, `1.25 s`, `3 min 05 s` */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(2)} s`;
  return `${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, '0')} s`;
}

/** `14:02:11`, in UTC. */
export function formatTime(wallTimeMs: number): string {
  return new Date(wallTimeMs).toISOString().slice(11, 19);
}
