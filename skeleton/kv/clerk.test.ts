/**
 * Tests of single parts, without a grading: `npm test`, or `npx --no vitest`, which runs them again at each save. They run in
 * plain Node, with real time, and count for nothing: what counts is what scenarios see.
 */
import type { ClientEnd } from "consensus-labs/kv";
import { expect, test } from "vitest";
import { Clerk } from "./clerk.ts";
import type { Reply } from "./operations.ts";
import type { KvServer } from "./server.ts";

/** A server that gives these answers, one for each call; null: the call was lost. */
function serverThat(...answers: (Reply | null)[]): ClientEnd<KvServer> {
  const call = async () => answers.shift() ?? null;
  return { call } as unknown as ClientEnd<KvServer>;
}

test("get gives the value that a server has under the key", async () => {
  const clerk = new Clerk([serverThat({ kind: "done", swapped: false, value: "blue" })], 1);
  expect(await clerk.get("colour")).toBe("blue");
});

test.todo("a clerk asks the next server when one does not lead");
test.todo("a clerk asks again when its call was lost, and says that it is the same operation");
