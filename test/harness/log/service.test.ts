import { expect, test } from "vitest";
import { makeSnapshot, readSnapshot } from "../../../grader/harness/log/service.ts";
import { decode, encode } from "../../../labs/api/codec.ts";

const SIZE_BYTES = 400;
const made = makeSnapshot(12, "d1", SIZE_BYTES);
const fields = decode(made) as Record<string, unknown>;

test("a snapshot that the service made is read back", () => {
  expect(readSnapshot(made, SIZE_BYTES)).toEqual({ index: 12, digest: "d1" });
});

test.each([
  ["more fields", encode({ ...fields, hidden: ["a log"] })],
  ["other padding", encode({ ...fields, padding: new Uint8Array(SIZE_BYTES).fill(1) })],
  ["longer padding", encode({ ...fields, padding: new Uint8Array(SIZE_BYTES + 90).fill(12) })],
  ["less of it", encode({ service: fields.service, index: fields.index, digest: fields.digest })],
  ["its fields in another order", encode(Object.fromEntries(Object.entries(fields).reverse()))],
  ["something behind it", Uint8Array.from([...made, 0])],
  ["something else", encode(["a log"])],
  ["nothing", new Uint8Array(0)],
])("one with %s is not one that the service made", (_, bytes) => {
  expect(readSnapshot(bytes, SIZE_BYTES)).toBeNull();
});
