import { expect, test } from "vitest";
import { keyText } from "../../grader/text/key-text.ts";

test("a key that is a word stands as it is, and any other one on one line, where it begins and ends", () => {
  expect(["k", "key12", "__proto__"].map(keyText)).toEqual(["k", "key12", "__proto__"]);
  expect(["", " ", "a,b", 'x"\\\t\n', "\u001b[2J"].map(keyText)).toEqual([
    '""',
    '" "',
    '"a,b"',
    '"x\\"\\\\\\t\\n"',
    '"\\u001b[2J"',
  ]);
});
