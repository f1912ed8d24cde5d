import { join } from "node:path";
import { shown } from "../names.ts";
import type { IntakeOptions } from "../types.ts";
import { ignoredPart } from "../unpack/paths.ts";
import { Refusal } from "../unpack/refusal.ts";
import { zipNames, zipText } from "../unpack/zip.ts";
import { canvasFiles, readCanvas } from "./canvas.ts";
import type { Source } from "./found.ts";
import { GRADESCOPE_METADATA, MAX_METADATA_BYTES, readGradescope } from "./gradescope.ts";

const MAX_ENTRIES = 1_000_000;

/** The submissions of an export that is still a zip file; null when it is none, but a submission like any other. */
export async function readZippedExport(path: string, options: IntakeOptions): Promise<Source | null> {
  let names: readonly string[];
  try {
    names = await zipNames(path, MAX_ENTRIES);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
  const files = names.filter((name) => !name.endsWith("/") && ignoredPart(name.split("/")) === undefined);
  const metadata = files.find((name) => /^([^/]+\/)?submission_metadata\.yml$/.test(name));
  if (metadata !== undefined) return readZippedGradescope(path, metadata, files);
  const canvas = canvasFiles(files.filter((name) => !name.includes("/")));
  if (canvas.length <= files.length / 2) return null;
  const others = files.filter((name) => !canvas.includes(name));
  return {
    found: readCanvas(canvas, (name) => join(path, name), options.mainFile, path),
    remarks: others.map((name) => `${shown(join(path, name))}: has no name as Canvas gives it, and was left out`),
  };
}

async function readZippedGradescope(path: string, metadata: string, files: readonly string[]): Promise<Source> {
  const top = metadata.slice(0, -GRADESCOPE_METADATA.length);
  const inner = files.filter((name) => name.startsWith(top)).map((name) => name.slice(top.length));
  const folders = new Set(inner.filter((name) => name.includes("/")).map((name) => name.slice(0, name.indexOf("/"))));
  return readGradescope(await zipText(path, metadata, MAX_METADATA_BYTES), {
    origin: (key) => join(path, top, key),
    material: (key) => ({ kind: "zipped-folder", zip: path, prefix: `${top}${key}/` }),
    folders: [...folders].sort(),
  });
}
