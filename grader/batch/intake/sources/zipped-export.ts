import { join } from "node:path";
import type { NamedFile, ZippedExport } from "../material.ts";
import { shown } from "../names.ts";
import type { IntakeOptions } from "../types.ts";
import { ignoredPart } from "../unpack/paths.ts";
import { Refusal } from "../unpack/refusal.ts";
import { itemText, listZip, type ZipItem } from "../unpack/zip.ts";
import { canvasFiles, readCanvas } from "./canvas.ts";
import type { Source } from "./found.ts";
import { GRADESCOPE_METADATA, MAX_METADATA_BYTES, readGradescope } from "./gradescope.ts";

const MAX_ENTRIES = 1_000_000;

/** The submissions of an export that is still a zip file; null when it is none, but a submission like any other. */
export async function readZippedExport(path: string, options: IntakeOptions): Promise<Source | null> {
  let items: readonly ZipItem[];
  try {
    items = await listZip(path, MAX_ENTRIES);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
  const zip = { path, items: new Map(items.map((item) => [item.name, item])) };
  const files = [...zip.items.keys()].filter(
    (name) => !name.endsWith("/") && ignoredPart(name.split("/")) === undefined,
  );
  const metadata = files.find((name) => /^([^/]+\/)?submission_metadata\.yml$/.test(name));
  if (metadata !== undefined) return readZippedGradescope(zip, metadata, files);
  const canvas = canvasFiles(files.filter((name) => !name.includes("/")));
  if (canvas.length <= files.length / 2) return null;
  const isCanvas = new Set(canvas);
  return {
    found: readCanvas(canvas, (name) => join(path, name), options.mainFile, zip),
    remarks: files
      .filter((name) => !isCanvas.has(name))
      .map((name) => `${shown(join(path, name))}: has no name as Canvas gives it, and was left out`),
  };
}

async function readZippedGradescope(zip: ZippedExport, metadata: string, files: readonly string[]): Promise<Source> {
  const top = metadata.slice(0, -GRADESCOPE_METADATA.length);
  const folders = new Map<string, NamedFile[]>();
  for (const path of files) {
    const inner = path.startsWith(top) ? path.slice(top.length) : "";
    const end = inner.indexOf("/");
    if (end <= 0) continue;
    const folder = inner.slice(0, end);
    const others = folders.get(folder) ?? [];
    others.push({ path, as: inner.slice(end + 1) });
    folders.set(folder, others);
  }
  const item = zip.items.get(metadata);
  return readGradescope(item === undefined ? "" : await itemText(zip.path, item, MAX_METADATA_BYTES), {
    origin: (key) => join(zip.path, top, key),
    material: (key) => ({ kind: "zipped-folder", zip, files: folders.get(key) ?? [] }),
    folders: [...folders.keys()].sort(),
  });
}
