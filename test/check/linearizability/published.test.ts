import { describe, expect, test } from "vitest";
import {
  checkGeneral,
  checkLinearizability,
  checkUnique,
  keyModel,
  partsOf,
  Written,
} from "../../../grader/check/linearizability/index.ts";
import {
  type Published,
  publishedFolder,
  readEtcd,
  readKnossos,
  readKv,
  VARIABLE,
} from "../../../scripts/measure/published-histories.ts";

const folder = publishedFolder();
if (folder === null) console.log(`published histories are left out: ${VARIABLE} names no folder`);

/** Those whose verdict is another than the published one. */
function wrongOf(list: readonly Published[], verdictOf: (published: Published) => string): string[] {
  return list.flatMap((published) => {
    const verdict = verdictOf(published);
    return (verdict === "linearizable") === published.isLinearizable && verdict !== "undecided"
      ? []
      : [`${published.name}: ${verdict}`];
  });
}

const byKey = ({ history }: Published) => partsOf(history, (operation) => operation.key);

// Histories of other projects, which stay where they are.
describe.skipIf(folder === null)(`published histories (left out unless ${VARIABLE} names their folder)`, () => {
  const from = folder ?? "";

  test("the search decides 102 of etcd as published", () => {
    const list = readEtcd(from);
    expect(list).toHaveLength(102);
    expect(wrongOf(list, (one) => checkGeneral(keyModel(null), byKey(one)).is)).toEqual([]);
  });

  test("the search decides those of knossos as published", () => {
    const list = readKnossos(from);
    expect(list.length).toBeGreaterThanOrEqual(50);
    expect(wrongOf(list, (one) => checkGeneral(keyModel(null), byKey(one)).is)).toEqual([]);
  });

  test("the search decides those of a key/value store as published", () => {
    const list = readKv(from);
    expect(list).toHaveLength(6);
    expect(wrongOf(list, (one) => checkGeneral(keyModel(""), byKey(one)).is)).toEqual([]);
  });

  test("so does the choice of the check by key", () => {
    expect(wrongOf(readKv(from), (one) => checkLinearizability(one.history).is)).toEqual([]);
    expect(wrongOf(readEtcd(from), (one) => checkLinearizability(one.history, null).is)).toEqual([]);
    expect(wrongOf(readKnossos(from), (one) => checkLinearizability(one.history, null).is)).toEqual([]);
  });

  test("where it applies, the exact check agrees with the search, key by key", () => {
    const counts = { linearizable: 0, violated: 0, undecided: 0 };
    for (const one of readKv(from)) {
      for (const [key, operations] of byKey(one)) {
        const written = Written.of(operations);
        if (typeof written === "string") continue;
        const { is } = checkUnique(key, operations, written, "");
        counts[is]++;
        expect([one.name, key, is]).toEqual([one.name, key, checkGeneral(keyModel(""), [[key, operations]]).is]);
      }
    }
    expect(counts.linearizable).toBeGreaterThan(10);
    expect(counts.violated).toBeGreaterThan(2);
  });
});
