import { describe, expect, it } from "vitest";
import { type ActiveRule, type Fate, type Message, Network, type NetworkModel } from "../../grader/sim/network.ts";
import { Tape } from "../../grader/sim/tape.ts";

const MESSAGES = 10_000;
type Kind = Message["kind"];

const message = (kind: Kind, nth: number): Message => ({
  kind,
  from: 0,
  to: 1,
  method: "m",
  nth,
  sizeBytes: 3,
  timeMs: nth,
});

function network(model: NetworkModel, { seed = 1, tape = new Tape(seed) } = {}): Network {
  const net = new Network(5, tape);
  net.model = model;
  return net;
}

/** What becomes of the first 10 000 messages of a link. */
function fates(kind: Kind, model: NetworkModel, seed = 1): Fate[] {
  const net = network(model, { seed });
  return Array.from({ length: MESSAGES }, (_, i) => net.fate(kind, `${kind} 0>1 m #${i}`, () => message(kind, i)));
}

const delays = (all: readonly Fate[]): (readonly number[])[] =>
  all.flatMap((fate) => (fate.kind === "deliver" ? [fate.extraUs] : []));
const firsts = (all: readonly Fate[]): number[] => delays(all).map(([first]) => first as number);
const told = (all: readonly Fate[]): number[] => all.flatMap((fate) => (fate.kind === "lost" ? [fate.toldUs] : []));

/** That these are whole numbers spread evenly over min … max, both reached but for a hundredth of the span. */
function expectEven(values: readonly number[], min: number, max: number): void {
  const span = max - min;
  expect(values.filter((value) => !Number.isInteger(value) || value < min || value > max)).toEqual([]);
  const thirds = [0, 1, 2].map((third) =>
    values.filter((us) => Math.min(2, Math.floor(((us - min) / span) * 3)) === third),
  );
  expect(Math.min(...values)).toBeLessThan(min + span / 100);
  expect(Math.max(...values)).toBeGreaterThan(max - span / 100);
  for (const { length } of thirds) expect(Math.abs(length - values.length / 3)).toBeLessThan(0.06 * values.length);
}

/** That a count out of 10 000 is what its chance says, within four standard deviations. */
function expectChance(count: number, chance: number): void {
  expect(Math.abs(count - MESSAGES * chance)).toBeLessThan(4 * Math.sqrt(MESSAGES * chance * (1 - chance)));
}

describe.each(["request", "reply"] as const)("of 10 000 messages, each a %s,", (kind) => {
  const isRequest = kind === "request";

  it("a quiet network delays none, loses none, doubles none, and draws nothing", () => {
    const tape = new Tape(1, undefined, true);
    const net = network({ longDelays: false }, { tape });
    const all = Array.from({ length: MESSAGES }, (_, i) => net.fate(kind, `#${i}`, () => message(kind, i)));
    expect(all).toEqual(all.map(() => ({ kind: "deliver", extraUs: [0] })));
    expect(tape.recorded().size).toBe(0);
  });

  it("unreliable loses a tenth; requests take 0–26 ms more, replies nothing; the caller is told as soon", () => {
    const all = fates(kind, { unreliable: true });
    const lost = told(all);
    expectChance(lost.length, 0.1);
    for (const values of [firsts(all), lost]) {
      if (isRequest) expectEven(values, 0, 26_000);
      else expect(new Set(values)).toEqual(new Set([0]));
    }
    expect(delays(all).every((copies) => copies.length === 1)).toBe(true);
  });

  it("longReordering delays two thirds of the replies, 200 ms + rand(0 … rand(0 … 2 s)), and no request", () => {
    const all = firsts(fates(kind, { longReordering: true }));
    expect(all).toHaveLength(MESSAGES);
    const late = all.filter((us) => us > 0);
    if (isRequest) return expect(late).toEqual([]);
    expectChance(late.length, 2 / 3);
    const rests = late.map((us) => us - 200_000).sort((a, b) => a - b);
    expect(rests[0]).toBeGreaterThanOrEqual(0);
    expect(rests.at(-1)).toBeLessThan(2_000_000);
    expect(rests.at(-1)).toBeGreaterThan(1_700_000);
    const mean = rests.reduce((sum, us) => sum + us, 0) / rests.length;
    expect(Math.abs(mean - 500_000)).toBeLessThan(25_000);
    // Even draws would put half below a second: of draws below a draw it is 85 %.
    expect(rests.filter((us) => us < 1_000_000).length / rests.length).toBeCloseTo(0.847, 1);
  });

  it("delayMs adds that many milliseconds, both ends included", () => {
    expectEven(firsts(fates(kind, { delayMs: [5, 9] })), 5_000, 9_000);
    expectEven(firsts(fates(kind, { delayMs: [0, 1.5] })), 0, 1_500);
    expect(new Set(firsts(fates(kind, { delayMs: [3, 3] })))).toEqual(new Set([3_000]));
  });

  it("drop 0.2 loses a fifth, and the caller is told as of a peer that is down", () => {
    const all = fates(kind, { drop: 0.2 });
    expectChance(told(all).length, 0.2);
    expectEven(told(all), 0, 6_999_999);
    expectEven(told(fates(kind, { drop: 0.2, longDelays: false })), 0, 99_999);
    expect(new Set(firsts(all))).toEqual(new Set([0]));
    expect(told(fates(kind, { drop: 1 }))).toHaveLength(MESSAGES);
  });

  it("duplicate 0.3 delivers three tenths of the requests twice, the copy 0–20 ms after the first, and no reply", () => {
    const all = delays(fates(kind, { duplicate: 0.3, delayMs: [0, 50] }));
    expect(all).toHaveLength(MESSAGES);
    const twice = all.filter((copies) => copies.length > 1);
    if (!isRequest) return expect(twice).toEqual([]);
    expectChance(twice.length, 0.3);
    expect(twice.every((copies) => copies.length === 2)).toBe(true);
    expectEven(
      twice.map(([first = 0, second = 0]) => second - first),
      0,
      20_000,
    );
  });

  it("reorder 0.25 holds a quarter back by 0–200 ms, so that later ones overtake them", () => {
    const all = firsts(fates(kind, { reorder: 0.25 }));
    expect(all).toHaveLength(MESSAGES);
    const late = all.filter((us) => us > 0);
    expectChance(late.length, 0.25);
    expectEven(late, 0, 200_000);
    // One is sent each millisecond: how many arrive after the one that was sent next?
    const overtaken = all.filter((us, i) => us > 1_000 + (all[i + 1] ?? Number.POSITIVE_INFINITY)).length;
    expect(overtaken).toBeGreaterThan(1_800);
  });

  it("weathers add up", () => {
    const all = firsts(fates(kind, { unreliable: true, delayMs: [40, 40], longReordering: true, reorder: 1 }));
    const least = 40_000;
    const most = least + 200_000 + (isRequest ? 26_000 : 2_200_000);
    expect(Math.min(...all)).toBeGreaterThanOrEqual(least);
    expect(Math.max(...all)).toBeLessThanOrEqual(most);
    expect(Math.max(...all)).toBeGreaterThan(0.8 * most);
  });

  it("is the same for the same seed, and another for another", () => {
    const model: NetworkModel = { unreliable: true, duplicate: 0.3, reorder: 0.2, drop: 0.1 };
    expect(fates(kind, model)).toEqual(fates(kind, model));
    expect(fates(kind, model, 2)).not.toEqual(fates(kind, model));
  });

  it("draws each choice for itself: with duplicates and reordering, the same are lost", () => {
    const isLost = (model: NetworkModel): boolean[] => fates(kind, model).map((fate) => fate.kind === "lost");
    const alone = isLost({ drop: 0.1 });
    expect(isLost({ drop: 0.1, duplicate: 0.3, reorder: 0.2, delayMs: [0, 9] })).toEqual(alone);
    expect(fates(kind, { drop: 0.1 }, 2).map((fate) => fate.kind === "lost")).not.toEqual(alone);
  });
});

describe("a call that finds nobody", () => {
  const silences = (model: NetworkModel): number[] => {
    const net = network(model);
    return Array.from({ length: MESSAGES }, (_, i) => net.silenceUs(`0>1 m #${i}`));
  };

  it("gives null after 0–6999 ms", () => {
    expectEven(silences({}), 0, 6_999_999);
    expect(silences({ longDelays: true })).toEqual(silences({}));
  });

  it("gives null after 0–99 ms without long delays", () => expectEven(silences({ longDelays: false }), 0, 99_999));
});

describe("a rule", () => {
  const fateUnder = (kind: Kind, ...rules: ActiveRule["decide"][]): Fate => {
    const net = network({ drop: 1, longDelays: false });
    net.rules.push(...rules.map((decide) => ({ decide })));
    return net.fate(kind, "key", () => message(kind, 7));
  };

  it("sees the message, and not what it says", () => {
    const seen: Message[] = [];
    fateUnder("request", (one) => {
      seen.push(one);
      return "pass";
    });
    expect(seen).toEqual([message("request", 7)]);
  });

  it("decides before the weather, and the first that does not pass decides alone", () => {
    const late = { kind: "deliver", extraUs: [2_500] };
    const rest = () => ({ delayMs: 2.5 });
    expect(
      fateUnder(
        "request",
        () => "pass",
        rest,
        () => "drop",
      ),
    ).toEqual(late);
    expect(fateUnder("reply", rest)).toEqual(late);
    expect(fateUnder("request", () => "pass")).toMatchObject({ kind: "lost" });
  });

  it("that drops lets the caller wait as for a peer that is down", () => {
    const all = Array.from({ length: MESSAGES }, (_, i) => {
      const net = network({ longDelays: false });
      net.rules.push({ decide: () => "drop" });
      return net.fate("request", `#${i}`, () => message("request", i));
    });
    expectEven(told(all), 0, 99_999);
  });

  it("that holds is named with what it holds", () => {
    const hold: ActiveRule = { decide: () => "hold" };
    const net = network({});
    net.rules.push(hold);
    const fate = net.fate("reply", "key", () => message("reply", 1));
    expect(fate.kind === "held" && fate.rule === hold).toBe(true);
  });

  it("that duplicates adds so many copies of a request, each 0–20 ms later, and none of a reply", () => {
    const copies = (kind: Kind): (readonly number[])[] =>
      Array.from({ length: MESSAGES / 4 }, (_, i) => {
        const net = network({});
        net.rules.push({ decide: () => ({ duplicate: 4 }) });
        return delays([net.fate(kind, `#${i}`, () => message(kind, i))])[0] as readonly number[];
      });
    const requests = copies("request");
    expect(requests.every(([first, ...more]) => first === 0 && more.length === 4)).toBe(true);
    expectEven(
      requests.flatMap(([, ...more]) => more),
      0,
      20_000,
    );
    expect(copies("reply")).toEqual(requests.map(() => [0]));
  });
});

describe("links", () => {
  /** Who reaches whom, as one line for each sender. */
  const links = (net: Network): string =>
    [0, 1, 2, 3, 4].map((from) => [0, 1, 2, 3, 4].filter((to) => net.reaches(from, to)).join("")).join(" ");
  const ALL = "01234 01234 01234 01234 01234";

  it("join everybody at first", () => expect(links(network({}))).toBe(ALL));

  it("of a disconnected peer are dead both ways, also to itself, until it is connected again", () => {
    const net = network({});
    net.setConnected(2, false);
    expect(links(net)).toBe("0134 0134  0134 0134");
    expect([0, 1, 2, 3, 4].map((peer) => net.isConnected(peer))).toEqual([true, true, false, true, true]);
    net.setConnected(2, true);
    expect(links(net)).toBe(ALL);
  });

  it("are cut from one to the other only", () => {
    const net = network({});
    net.setCut(1, 3, true);
    expect(links(net)).toBe("01234 0124 01234 01234 01234");
    net.setCut(1, 3, false);
    expect(links(net)).toBe(ALL);
  });

  it("stay within the groups of a partition, and a peer in no group is alone", () => {
    const net = network({});
    net.partition([[0, 3], [1]]);
    expect(links(net)).toBe("03 1 2 03 4");
    net.partition([[1, 2, 4]]);
    expect(links(net)).toBe("0 124 124 3 124");
    net.partition([]);
    expect(links(net)).toBe(ALL);
  });

  it("are all healed at once", () => {
    const net = network({});
    net.setConnected(0, false);
    net.setCut(1, 2, true);
    net.partition([[0, 1], [2]]);
    net.healLinks();
    expect(links(net)).toBe(ALL);
  });
});
