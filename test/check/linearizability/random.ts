import type { KeyOperation, Value } from "../../../grader/check/linearizability/index.ts";

/** Numbers below `below`, the same for the same seed. */
export function numbers(seed: number): (below: number) => number {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export interface Shape {
  readonly operations: number;
  /** Each written value once, so that the exact check applies. */
  readonly isUnique: boolean;
  readonly initial: "" | null;
}

type Drawn = { -readonly [K in keyof KeyOperation]: unknown } & {
  expected?: Value;
  value?: string;
  returned: object | null;
};

/**
 * A history on one key: operations at random times, what they returned by some order of them, mostly one that their times allow;
 * and now and then another result in the place of one.
 */
export function drawHistory(seed: number, { operations, isUnique, initial }: Shape): KeyOperation[] {
  const draw = numbers(seed);
  const isTimely = draw(4) > 0;
  const span = 2 + draw(3 * operations);
  const drafts = Array.from({ length: operations }, (_, client) => {
    const call = draw(span);
    const at = call + draw(1 + draw(span));
    return { client, call, at, effect: call + draw(at - call + 1), mix: draw(1_000), isLost: draw(5) === 0 };
  });
  const order = [...drafts].sort((a, b) => (isTimely ? a.effect - b.effect : 0) || a.mix - b.mix);
  const texts = isUnique ? "abcdefghijkl" : "ab";
  let left = [...texts];
  let state: Value = initial;
  const met: Value[] = [initial];
  const write = () => {
    const value = left[draw(left.length)] as string;
    if (isUnique) left = left.filter((text) => text !== value);
    return value;
  };
  const made = order.map(({ client, call, at, isLost }) => {
    const kind = ["get", "get", "put", "append", "cas"][draw(5)] as KeyOperation["kind"];
    const drawn: Drawn = { client, kind, key: "k", call, returned: null };
    const takesEffect = !isLost || draw(2) === 0;
    let result = {};
    if (kind === "get") result = { value: state };
    else {
      drawn.value = write();
      if (kind === "cas") drawn.expected = draw(3) > 0 ? state : (met[draw(met.length)] as Value);
      const swapped = kind === "cas" && drawn.expected === state;
      const after: Value =
        kind === "put" || swapped ? drawn.value : kind === "append" ? (state ?? "") + drawn.value : state;
      if (kind === "cas") {
        const isSilent = !isUnique && draw(2) === 0;
        result = isSilent ? { swapped } : { swapped, value: after };
      }
      if (takesEffect) state = after;
      met.push(after);
    }
    if (!isLost) drawn.returned = { at, ...result };
    return drawn;
  });
  for (const drawn of made) if (draw(6) === 0) spoil(drawn, met, draw);
  return made as unknown as KeyOperation[];
}

/** Another result: one that stood there at some time, a longer one, or one that nobody wrote. */
function spoil(drawn: Drawn, met: readonly Value[], draw: (below: number) => number): void {
  if (drawn.returned === null) return;
  const one = met[draw(met.length)] as Value;
  const value = [one, one, (one ?? "") + (met[draw(met.length)] ?? ""), "z"][draw(4)] as Value;
  if (drawn.kind === "get") drawn.returned = { ...drawn.returned, value };
  if (drawn.kind === "cas") drawn.returned = { ...drawn.returned, ...[{ swapped: draw(2) === 0 }, { value }][draw(2)] };
}
