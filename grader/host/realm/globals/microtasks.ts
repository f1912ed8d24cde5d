import { define, wrongType } from "../define.ts";

/** Replaces `queueMicrotask`: an exception in the engine's own would end the whole process. */
export function installMicrotasks(failed: (where: string, error: unknown) => void): void {
  const settled = Promise.resolve();
  // Its own `then`: one that a submission replaced is not called.
  define(settled, "then", Promise.prototype.then);
  define(globalThis, "queueMicrotask", function queueMicrotask(callback: () => void) {
    if (typeof callback !== "function") throw wrongType("callback", "function", callback);
    settled.then(() => {
      try {
        callback();
      } catch (error) {
        failed("a queueMicrotask callback", error);
      }
    });
  });
}
