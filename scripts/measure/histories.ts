import type { KeyOperation } from "../../grader/check/linearizability/index.ts";
import { checkGeneral, checkLinearizability, keyModel } from "../../grader/check/linearizability/index.ts";
import { spread } from "./figures.ts";
import { publishedFolder, readEtcd, VARIABLE } from "./published-histories.ts";

const ROUNDS = 5;
/** Rounds of what takes a few milliseconds, after which it is compiled. */
const WARM_UP = 20;
const CLIENTS = 50;
/** Virtual microseconds that an operation takes at most. */
const LONGEST_US = 10_000;

/** What the linearizability checks cost: CPU of this process, of rounds after a first one. */
export function historyFigures(): string[] {
  const one = (count: number) => {
    const history = busyHistory(count);
    return `  ${String(count).padStart(6)} operations of ${CLIENTS} clients on one key   ${spread(
      cpuMs(() => mustPass(history), WARM_UP),
      1,
    )}`;
  };
  return ["linearizability, CPU milliseconds (median, least … most)", one(1_000), one(20_000), etcdFigure()];
}

function etcdFigure(): string {
  const folder = publishedFolder();
  if (folder === null) return `  no published histories: ${VARIABLE} names no folder`;
  const histories = readEtcd(folder).map(({ history }) => history);
  const verdicts = cpuMs(() => {
    for (const history of histories) checkGeneral(keyModel(null), [["register", history]]);
  });
  const explained = cpuMs(() => {
    for (const history of histories) {
      const judgement = checkLinearizability(history, null);
      if (judgement.is === "violated") judgement.counterexample();
    }
  });
  return [
    `  ${histories.length} histories of etcd, verdicts                  ${spread(verdicts, 1)}`,
    `  the same, with a counterexample of each bad one ${spread(explained, 1)}`,
  ].join("\n");
}

/** CPU of each round, in milliseconds; those before are not counted, in which the code becomes warm. */
function cpuMs(use: () => void, warmUp = 1): number[] {
  for (let i = 0; i < warmUp; i++) use();
  return Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    use();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
}

function mustPass(history: readonly KeyOperation[]): void {
  const { is } = checkLinearizability(history);
  if (is !== "linearizable") throw new Error(`a history that is linearizable came out as ${is}`);
}

/**
 * So many operations on one key, by clients that call again as soon as they have an answer; linearizable, since each takes effect
 * at one moment. Of a hundred one never returns.
 */
export function busyHistory(count: number): KeyOperation[] {
  let state = 1;
  const draw = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const free = Array.from({ length: CLIENTS }, () => draw(LONGEST_US));
  const calls = Array.from({ length: count }, (_, i) => {
    const client = free.indexOf(Math.min(...free));
    const call = free[client] as number;
    const effect = call + 1 + draw(LONGEST_US);
    const at = effect + 1 + draw(LONGEST_US);
    free[client] = at + 1;
    return { client, call, effect, at, token: `${client}.${i};`, isLost: draw(100) === 0 };
  });
  let value = "";
  const done = [...calls].sort((a, b) => a.effect - b.effect);
  return done.map(({ client, call, at, token, isLost }): KeyOperation => {
    const base = { client, call, key: "key" };
    const returned = isLost ? null : { at };
    const dice = draw(20);
    if (dice < 9) return { ...base, kind: "get", returned: isLost ? null : { at, value } };
    if (dice < 11) {
      value = token;
      return { ...base, kind: "put", value: token, returned };
    }
    if (dice < 17) {
      value += token;
      return { ...base, kind: "append", value: token, returned };
    }
    const expected = dice < 19 ? value : "0.0;";
    const swapped = expected === value;
    if (swapped) value = token;
    return { ...base, kind: "cas", expected, value: token, returned: isLost ? null : { at, swapped, value } };
  });
}
