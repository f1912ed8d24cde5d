import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import * as z from "zod";
import { shown } from "../../batch/index.ts";
import { CiError } from "../ci-error.ts";

/** GitHub sends no event that is larger. Source: docs.github.com/en/webhooks/webhook-events-and-payloads, "Payload cap". */
const EVENT_BYTES = 25 * 1024 * 1024;

/** What is known of a change from the event that began the check. No text of it is kept: titles and branches are anybody's. */
export type CiEvent =
  | {
      readonly kind: "pull-request";
      readonly number: number;
      readonly head: string;
      readonly base: string;
      /** It comes from another repository than it goes to. */
      readonly isFork: boolean;
    }
  /** `before`: null for a branch that is new. `after`: null for one that was deleted. */
  | { readonly kind: "push"; readonly before: string | null; readonly after: string | null }
  | { readonly kind: "other" };

const commitId = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
const repository = z.object({ full_name: z.string() }).nullable();
const pullRequest = z.object({
  pull_request: z.object({
    number: z.int().positive(),
    head: z.object({ sha: commitId, repo: repository }),
    base: z.object({ sha: commitId, repo: repository }),
  }),
});
const push = z.object({ ref: z.string(), before: commitId, after: commitId });

/** Reads an event file. @throws CiError when it is none, or too large. */
export function readEvent(path: string): CiEvent {
  let text: string;
  let fd: number | undefined;
  try {
    // Without waiting, should it be a pipe that nobody writes to.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw new CiError(`the event ${shown(path)} is no file; name the JSON file of the event`);
    if (stats.size > EVENT_BYTES)
      throw new CiError(`the event ${shown(path)} has more than ${EVENT_BYTES} bytes, and is none that GitHub sends`);
    text = readFileSync(fd, "utf8");
  } catch (error) {
    if (error instanceof CiError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new CiError(
      code === "ENOENT"
        ? `there is no event file ${shown(path)}; leave --event out, or name the file that GITHUB_EVENT_PATH names`
        : `the event ${shown(path)} cannot be read (${code ?? "unknown reason"})`,
    );
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
  return parseEvent(text, shown(path));
}

/** @param name of the file, for messages. @throws CiError when it is no event, or one of a kind known that is not whole. */
export function parseEvent(text: string, name: string): CiEvent {
  let data: unknown;
  try {
    data = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    throw new CiError(`the event ${name} is no JSON`);
  }
  if (typeof data !== "object" || data === null || Array.isArray(data))
    throw new CiError(`the event ${name} is no JSON object`);
  if (Object.hasOwn(data, "pull_request")) {
    const { head, base, number } = checked(pullRequest, data, name, "a pull request").pull_request;
    // A fork that was deleted since has no repository any more.
    const isFork = head.repo === null || head.repo.full_name !== base.repo?.full_name;
    return { kind: "pull-request", number, head: head.sha, base: base.sha, isFork };
  }
  if (Object.hasOwn(data, "before") && Object.hasOwn(data, "after")) {
    const { before, after } = checked(push, data, name, "a push");
    return { kind: "push", before: unlessZero(before), after: unlessZero(after) };
  }
  return { kind: "other" };
}

function checked<T>(schema: z.ZodType<T>, data: unknown, name: string, what: string): T {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const place = result.error.issues[0]?.path.join(".") ?? "";
  throw new CiError(`the event ${name} is not as GitHub sends one of ${what}: ${place} is missing or of another kind`);
}

/** Of a branch that is new or gone, GitHub writes zeros. */
function unlessZero(id: string): string | null {
  return /^0+$/.test(id) ? null : id;
}
