import type { Run } from "./run.ts";

/** Kinds of events by what a reader looks for; what is in no group is always shown. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  messages: ["call", "deliver-request", "reply", "deliver-reply", "lost", "held"],
  state: ["observed"],
  saves: ["save"],
  applied: ["upcall"],
  "grader's calls": ["invoke", "result"],
  console: ["log"],
};
const GROUP_OF = new Map(
  Object.entries(GROUPS).flatMap(([group, kinds]) => kinds.map((kind) => [kind, group] as const)),
);

/** What a reader wants to see. */
export interface Filter {
  readonly hiddenPeers: ReadonlySet<number>;
  readonly hiddenGroups: ReadonlySet<string>;
  readonly hiddenMethods: ReadonlySet<string>;
  /** Exchanges that say the same as the one before on the same link are left out. */
  readonly isFolded: boolean;
}

/** The numbers of the events that are shown, in order. `always`: shown whatever the filter says. */
export function rowsOf(run: Run, filter: Filter, repeats: Uint8Array, always: readonly number[]): Int32Array {
  const wanted = new Set(always);
  const rows: number[] = [];
  for (let i = 0; i < run.size; i++) {
    if (wanted.has(i) || (!(filter.isFolded && repeats[i] === 1) && passes(run, filter, i))) rows.push(i);
  }
  return Int32Array.from(rows);
}

function passes(run: Run, { hiddenPeers, hiddenGroups, hiddenMethods }: Filter, event: number): boolean {
  const peer = run.peer[event] as number;
  const group = GROUP_OF.get(run.kind(event));
  if (group !== undefined && hiddenGroups.has(group)) return false;
  if (hiddenMethods.size > 0 && group === "messages" && hiddenMethods.has(run.method(event))) return false;
  if (peer < 0 || hiddenPeers.size === 0 || !hiddenPeers.has(peer)) return true;
  // A message is seen while one of its ends is.
  const mate = run.mate[event] as number;
  const other = mate >= 0 ? (run.peer[mate] as number) : (run.other[event] as number);
  return group === "messages" && other >= 0 && !hiddenPeers.has(other);
}

/** Marks each event of an exchange that is the same as the one before it between the same two, of the same method. */
export function repeatsOf(run: Run): Uint8Array {
  const repeats = new Uint8Array(run.size);
  const before = new Map<string, string>();
  for (const { call, requests, replies, answers, lost, held } of run.exchanges.values()) {
    if (call < 0) continue;
    const link = `${run.peer[call]} ${run.other[call]} ${run.text(call)}`;
    const values = [call, ...replies, ...answers].map((event) => run.value[event]);
    const course = `${values.join()} ${requests.length} ${lost.length} ${held.length}`;
    if (before.get(link) === course) {
      for (const event of [call, ...requests, ...replies, ...answers, ...lost, ...held]) repeats[event] = 1;
    }
    before.set(link, course);
  }
  return repeats;
}

/** The same, but that no exchange is a repeat of which one of these events is part, or an event at one of these moments. */
export function foldedOf(run: Run, events: readonly number[], momentsMs: ReadonlySet<number>): Uint8Array {
  const repeats = repeatsOf(run);
  const told = new Set(events);
  for (const exchange of run.exchanges.values()) {
    const { call, requests, replies, answers, lost, held } = exchange;
    const all = [call, ...requests, ...replies, ...answers, ...lost, ...held].filter((event) => event >= 0);
    const isTold = all.some(
      (event) => told.has(event) || momentsMs.has(Math.round((run.timeUs[event] as number) / 1_000)),
    );
    if (isTold) for (const event of all) repeats[event] = 0;
  }
  return repeats;
}

/** Moments that a text names, as "3.914 s", in milliseconds. */
export function momentsIn(text: string): number[] {
  return [...text.matchAll(/(\d{1,9}\.\d{3,6}) s\b/g)].map(([, seconds]) => Math.round(Number(seconds) * 1_000));
}

/** What was heard and told last before an event by its peer, for each of those that it talks with. */
export function lastMessagesBefore(run: Run, event: number): number[] {
  const peer = run.peer[event] as number;
  const last = new Map<string, number>();
  if (peer < 0) return [];
  for (let i = event; i >= 0 && last.size < 2 * run.peers; i--) {
    if (run.peer[i] !== peer || run.exchangeOf(i) === undefined) continue;
    const link = `${run.kind(i)} ${run.other[i]}`;
    if (run.kind(i) !== "deliver-request" && run.kind(i) !== "deliver-reply") continue;
    if (!last.has(link)) last.set(link, i);
  }
  return [...last.values()];
}

/** Where an event stands among those shown, or would stand. */
export function rankOf(rows: Int32Array, event: number): number {
  let from = 0;
  let to = rows.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((rows[middle] as number) < event) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Names of methods that were called, the busiest first. */
export function methodsOf(run: Run): string[] {
  const counts = new Map<string, number>();
  for (const { call } of run.exchanges.values()) {
    if (call >= 0) counts.set(run.text(call), (counts.get(run.text(call)) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([name]) => name);
}
