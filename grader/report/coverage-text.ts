import type { Instance } from "../harness/instance.ts";
import type { Coverage } from "../search/search.ts";

/** What a search played, said exactly: all orders, or how many of how many at least. */
export function coverageText({ orders, prefixes, leftAtLeast }: Coverage, instance: Instance): string {
  const faults = faultsText(instance);
  if (leftAtLeast === null) return `all ${count(orders)} orders of this instance${faults}`;
  const least = count(prefixes + leftAtLeast);
  return `${count(prefixes)} of at least ${least} beginnings of orders${faults}, and ${count(orders)} orders to their end`;
}

/** Which faults there were among them. */
export function faultsText({ lost = 0, duplicated = 0, crashes = 0 }: Instance): string {
  const all = [
    some(lost, "loss that its caller is told of", "losses that their callers are told of"),
    some(duplicated, "duplicate", "duplicates"),
    some(crashes, "crash", "crashes"),
  ].filter((text) => text !== "");
  return all.length === 0 ? ", without a fault" : `, with at most ${all.join(" and ")}`;
}

/** What it took. */
export function effortText({ prefixes, histories, lives, checked }: Coverage): string {
  return `${count(prefixes)} beginnings looked at, ${count(histories)} steps of the submission in ${count(lives)} lives of peers, ${count(checked)} runs judged`;
}

function some(times: number, one: string, many: string): string {
  return times === 0 ? "" : times === 1 ? `one ${one}` : `${times} ${many}`;
}

/** With a space at each thousand. */
function count(value: number): string {
  const digits = String(value);
  const first = digits.length % 3 || 3;
  const groups = [digits.slice(0, first)];
  for (let at = first; at < digits.length; at += 3) groups.push(digits.slice(at, at + 3));
  return groups.join(" ");
}
