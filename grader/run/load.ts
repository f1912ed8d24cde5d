import { readFileSync } from "node:fs";
import type { Load } from "../host/wire.ts";
import { distFile } from "../sandbox/dist-file.ts";
import type { Form } from "../sim/role.ts";
import type { Bundle } from "../submission/index.ts";

export type { Form } from "../sim/role.ts";

/** What a peer host is to run: a bundled submission of that form, with the layers that the lab gives to build on. */
export function loadOf({ code, filename }: Pick<Bundle, "code" | "filename">, { roles, layers = {} }: Form): Load {
  const names = Object.keys(layers);
  if (names.length === 0) return { code, filename, roles };
  return { code, filename, roles, layers: Object.fromEntries(names.map((name) => [name, layerText(name)])) };
}

const texts = new Map<string, string>();

/** As scripts/bundles.mjs built it. */
function layerText(name: string): string {
  let text = texts.get(name);
  if (text === undefined) {
    text = readFileSync(distFile(`layers/${name}.js`), "utf8");
    texts.set(name, text);
  }
  return text;
}
