/**
 * Tests of single parts, without a grading: `npm test`, or `npx --no vitest`, which runs them again at each save. They run in
 * plain Node, with real time, and count for nothing: what counts is what scenarios see.
 */
import { expect, test } from "vitest";
import { Paxos } from "./paxos.ts";

/** A peer with nobody to talk to, and what it saved last. */
function alone() {
  const disk: { saved: Uint8Array } = { saved: new Uint8Array() };
  const persister = {
    readState: () => disk.saved,
    readSnapshot: () => new Uint8Array(),
    stateSize: () => disk.saved.length,
    save: (bytes: Uint8Array) => {
      disk.saved = bytes;
    },
  };
  const boot = () => new Paxos([], 0, persister, () => {});
  return { boot, disk };
}

test("a peer that nothing was asked of knows of no slot", () => {
  expect(alone().boot().getState()).toEqual({ max: -1, min: 0 });
});

test.todo("an acceptor refuses a ballot that is lower than one it promised");
test.todo("an acceptor says what it accepted, and under which ballot");
test.todo("what was promised and accepted is there after another boot()");
