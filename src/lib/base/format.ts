/** Numbers, sizes and times as people read them; never used for what stands in a cell. */

const grouped = new Intl.NumberFormat('en-US');

/** 16044 → "16,044". */
export const formatCount = (n: number): string => grouped.format(n);

/** 1 "row", 2 "rows". */
export const plural = (n: number, one: string, many = `${one}s`): string => `${formatCount(n)} ${n === 1 ? one : many}`;

/** Bytes in units of 1000: "561 kB", "1.0 MB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = -1;
  do {
    value /= 1000;
    unit++;
  } while (value >= 999.5 && unit < units.length - 1);
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** Milliseconds: "0.4 ms", "18 ms", "1.25 s", "2 min 5 s". */
export function formatDuration(ms: number): string {
  if (ms < 1) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** Names one after another: "a", "a and b", "a, b and c"; of many the first few, and how many more. */
export function listInWords(names: readonly string[], most = 5): string {
  const shown: string[] = names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} more`] : [...names];
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}

/** The time of a day: "14:31". */
export const formatClock = (at: number): string =>
  new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });

/** When something was, seen from now: "just now", "2 minutes ago", "yesterday", "3 March". */
export function formatWhen(at: number, now = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 45) return 'just now';
  if (seconds < 3600) return `${plural(Math.max(1, Math.round(seconds / 60)), 'minute')} ago`;
  const then = new Date(at);
  const today = new Date(now);
  if (then.toDateString() === today.toDateString()) return formatClock(at);
  if (then.toDateString() === new Date(now - 86_400_000).toDateString()) return 'yesterday';
  return then.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: then.getFullYear() === today.getFullYear() ? undefined : 'numeric'
  });
}
