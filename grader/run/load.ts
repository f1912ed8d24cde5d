import { readFileSync } from "node:fs";
import type { LayerCode, Load } from "../host/wire.ts";
import { distFile } from "../sandbox/dist-file.ts";
import type { Form } from "../sim/role.ts";
import type { Bundle } from "../submission/index.ts";

export type { Form } from "../sim/role.ts";

type Code = Pick<Bundle, "code" | "filename">;

/**
 * What a peer host is to run: a bundled submission of that form, with the layers that the lab gives to build on. `own`: those
 * that stand in place of ours.
 */
export function loadOf(
  { code, filename }: Code,
  { roles, layers = {} }: Form,
  own: readonly (Code & { readonly name: string })[] = [],
): Load {
  const names = Object.keys(layers);
  if (names.length === 0) return { code, filename, roles };
  const layerOf = (name: string): LayerCode => {
    const found = own.find((layer) => layer.name === name);
    return found === undefined ? { code: layerText(name) } : { code: found.code, filename: found.filename };
  };
  return { code, filename, roles, layers: Object.fromEntries(names.map((name) => [name, layerOf(name)])) };
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
