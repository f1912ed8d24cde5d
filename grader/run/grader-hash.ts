import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../sandbox/dist-file.ts";

/**
 * SHA-256 of everything that was built, and of the exact versions that it depends on: results of two builds with one hash
 * may be put together.
 */
export function graderHash(): string {
  const root = packageRoot();
  const dist = join(root, "dist");
  const hash = createHash("sha256").update(readFileSync(join(root, "package.json")));
  const files = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((path) => /\.(m?js|json)$/.test(path));
  for (const path of files.sort()) {
    const content = readFileSync(join(dist, path));
    hash.update(`${path.replaceAll("\\", "/")}\n${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}
