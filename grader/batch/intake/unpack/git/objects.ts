import { createHash } from "node:crypto";
import { shown } from "../../names.ts";
import { Refusal } from "../refusal.ts";
import type { GitProcess } from "./command.ts";
import type { WallTime } from "./limits.ts";

export type ObjectType = "blob" | "tree" | "commit";

/**
 * Reads objects through `git cat-file --batch`, one at a time, so that git is never ahead of what is wanted. Each is
 * checked against its id, which git does not do for everything that it reads: what was graded is what the commit names.
 */
export class ObjectReader {
  private rest: Buffer = Buffer.alloc(0);
  private readonly chunks: AsyncIterator<Buffer>;

  constructor(
    private readonly child: GitProcess,
    private readonly time: WallTime,
  ) {
    this.chunks = child.stdout[Symbol.asyncIterator]();
  }

  /**
   * The content of an object, in pieces.
   *
   * @param name what it is to people. @param start is told its size, and gives what takes the pieces; may throw.
   * @throws Refusal when it is missing, of another type, or not what its id says.
   */
  async read(id: string, type: ObjectType, name: string, start: (bytes: number) => (chunk: Buffer) => void) {
    this.child.stdin.write(`${id}\n`);
    const [, foundType, sizeText] = (await this.line()).split(" ");
    if (foundType !== type || sizeText === undefined) {
      throw new Refusal(`the repository lacks the content of ${shown(name)}`);
    }
    const use = start(Number(sizeText));
    const hash = createHash(id.length === 40 ? "sha1" : "sha256").update(`${type} ${sizeText}\0`);
    for (let left = Number(sizeText); left > 0; ) {
      const chunk = await this.some();
      const piece = chunk.subarray(0, left);
      hash.update(piece);
      use(piece);
      this.rest = chunk.subarray(piece.length);
      left -= piece.length;
    }
    // One line end follows the content.
    await this.line();
    if (hash.digest("hex") !== id)
      throw new Refusal(`the repository is broken: ${shown(name)} is not what its id says`);
  }

  /** A whole object. @throws Refusal also when it is larger. */
  async readAll(id: string, type: ObjectType, name: string, maxBytes: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    await this.read(id, type, name, (bytes) => {
      if (bytes > maxBytes) throw new Refusal(`${shown(name)} is too large; hand in the sources only`);
      return (chunk) => pieces.push(chunk);
    });
    return Buffer.concat(pieces);
  }

  /** Ends the process. */
  end(): void {
    this.child.stdin.end();
    this.child.kill("SIGKILL");
  }

  private async line(): Promise<string> {
    let text = "";
    for (;;) {
      const chunk = await this.some();
      const end = chunk.indexOf(10);
      text += chunk.toString("latin1", 0, end < 0 ? chunk.length : end);
      this.rest = end < 0 ? Buffer.alloc(0) : chunk.subarray(end + 1);
      if (end >= 0) return text;
    }
  }

  private async some(): Promise<Buffer> {
    if (this.rest.length > 0) return this.rest;
    const next = await this.chunks.next();
    if (next.done !== true) return next.value;
    this.time.check();
    throw new Refusal("the repository is broken: git could not read it to the end");
  }
}
