import { describe, expect, test } from "vitest";
import { Seats } from "../../grader/run/seats.ts";
import type { HostHandle, HostKeeper } from "../../grader/sandbox/keeper.ts";

const OWN = Promise.resolve() as never;
const OTHER = Promise.resolve() as never;

/** Seats over hosts that are numbers, and which of these were ended. */
function seatsFor(idleMax: number): { readonly seats: Seats; readonly ended: number[] } {
  let started = 0;
  const ended: number[] = [];
  const keeper = {
    start: (count: number) => Array.from({ length: count }, () => ({ slot: started++ }) as HostHandle),
    canPlay: () => true,
    end: async ({ slot }: HostHandle) => void ended.push(slot),
  };
  return { seats: new Seats(keeper as unknown as HostKeeper, idleMax), ended };
}

describe("which host goes when a fresh one was added", () => {
  test("that of the confirmation, and not the one that is warm", async () => {
    const { seats, ended } = seatsFor(1);
    for (let run = 0; run < 3; run++) await seats.giveBack(seats.take(OWN, false), true);
    for (let failure = 0; failure < 2; failure++) await seats.giveBack(seats.take(OWN, true), true);
    expect(ended).toEqual([1, 2]);
    expect(seats.take(OWN, false).handle.slot).toBe(0);
  });

  test("of equally warm ones the one that waits longest", async () => {
    const { seats, ended } = seatsFor(1);
    const [first, second] = [seats.take(OWN, true), seats.take(OWN, true)];
    await seats.giveBack(first, true);
    await seats.giveBack(second, true);
    expect(ended).toEqual([0]);
  });

  test("one of another submission that waits longer, however warm", async () => {
    const { seats, ended } = seatsFor(1);
    for (let run = 0; run < 3; run++) await seats.giveBack(seats.take(OTHER, false), true);
    await seats.giveBack(seats.take(OWN, true), true);
    expect(ended).toEqual([0]);
  });
});
