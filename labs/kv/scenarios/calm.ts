import { type Draft, first, groupsOf, keysOf, NEEDS_BASIC } from "./support.ts";

/** Nothing goes wrong, or only the network is bad. */
export const CALM: readonly Draft[] = [
  {
    id: "lab3a/basic",
    title: "one clerk, no faults",
    groups: groupsOf(5, 1),
    about:
      "One clerk does all four kinds of operations, one after the other. What it reads is what it wrote; a cas that does not find what it expects changes nothing.",
    run: (c) => {
      const clerk = first(c.clerks);
      c.leaderWithin();
      c.ended([c.get(clerk, "a")]);
      c.ended([c.put(clerk, "a")]);
      c.ended([c.append(clerk, "a")]);
      const [value] = c.ended([c.get(clerk, "a")]);
      c.ended([c.cas(clerk, "a", "not that")]);
      c.ended([c.cas(clerk, "a", value ?? "")]);
      c.ended([c.append(clerk, "b")]);
      c.load({ clerks: [clerk], keys: ["a", "b"], limit: 30 });
      c.sleep(3_000);
      c.settle();
    },
  },
  {
    id: "lab3a/concurrent",
    title: "five clerks at once, on keys of their own and on shared ones",
    groups: groupsOf(5, 5),
    about: "Five clerks do operations at the same time, each on a key of its own and on keys of all. No faults.",
    dependsOn: NEEDS_BASIC,
    run: (c) => {
      c.leaderWithin();
      for (const clerk of c.clerks) c.load({ clerks: [clerk], keys: ["shared", "common", `own${clerk}`], limit: 40 });
      c.sleep(4_000);
      c.settle();
      c.readFromEach();
    },
  },
  {
    id: "lab3a/unreliable",
    title: "requests and replies are lost and delayed",
    groups: groupsOf(5, 5),
    about:
      "Five clerks on a network that loses a tenth of all requests and a tenth of all replies, and delays the others.",
    dependsOn: NEEDS_BASIC,
    setup: (s) => s.network({ unreliable: true }),
    run: (c) => {
      c.load({ clerks: c.clerks, keys: keysOf(3), limit: 40 });
      c.sleep(6_000);
      c.settle();
    },
  },
  {
    id: "lab3a/one-key",
    title: "everybody appends to one key, on a bad network",
    groups: groupsOf(3, 5),
    about:
      "Five clerks append to one key, ten times each, while requests and replies are lost. Each text stands there once, and those of one clerk in their order.",
    dependsOn: NEEDS_BASIC,
    setup: (s) => s.network({ unreliable: true, duplicate: 0.1, reorder: 0.1 }),
    run: (c) => {
      c.load({ clerks: c.clerks, keys: ["k"], mix: { append: 1, get: 0, put: 0, cas: 0 }, limit: 10 });
      c.sleep(5_000);
      c.settle();
    },
  },
  {
    id: "lab3a/cas",
    title: "compare and swap by several clerks on one key",
    groups: groupsOf(3, 3),
    about:
      "Three clerks swap the value of one key, at the same moments and on a bad network. Of those that expected the same value one at most has swapped it, and each is told what became of its own.",
    dependsOn: NEEDS_BASIC,
    run: (c) => {
      c.leaderWithin();
      const clerk = first(c.clerks);
      for (let round = 0; round < 4; round++) {
        const [value = ""] = c.ended([c.get(clerk, "k")]);
        c.ended(c.clerks.map((each) => c.cas(each, "k", value)));
      }
      c.check();
      c.network({ unreliable: true });
      c.load({
        clerks: c.clerks,
        keys: ["k"],
        mix: { cas: 4, get: 1, append: 1, put: 1 },
        thinkMs: [1, 30],
        limit: 30,
      });
      c.sleep(4_000);
      c.settle();
    },
  },
  {
    id: "lab3a/overlapping-calls",
    title: "one clerk is called again before it has answered",
    groups: groupsOf(3, 1),
    about:
      "One clerk gets eight calls at one moment, again and again, and its requests overtake each other. Each call gets the answer to its own operation.",
    dependsOn: NEEDS_BASIC,
    run: (c) => {
      const clerk = first(c.clerks);
      c.leaderWithin();
      for (let round = 0; round < 5; round++) {
        c.network(round % 2 === 0 ? {} : { reorder: 0.4, delayMs: [0, 10] });
        c.ended([
          c.get(clerk, "a"),
          c.append(clerk, "a"),
          c.put(clerk, "b"),
          c.get(clerk, "b"),
          c.append(clerk, "c"),
          c.get(clerk, "c"),
          c.append(clerk, "a"),
          c.get(clerk, "a"),
        ]);
      }
      c.settle();
    },
  },
];
