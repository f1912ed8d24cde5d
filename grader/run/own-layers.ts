import { realpathSync } from "node:fs";
import { join, relative } from "node:path";
import type { LayerOrigin } from "../harness/scenario.ts";
import type { Form } from "../sim/role.ts";
import { type Bundle, openSubmission, type Submission, UngradableError } from "../submission/index.ts";
import type { TypeProblem } from "./result.ts";

/** A layer that is to stand in place of ours below a submission. */
export interface OwnLayer {
  /** `raft`: what is imported as `consensus-labs/raft`. */
  readonly name: string;
  readonly origin: LayerOrigin;
  /** The folder that holds it, as the user named it. */
  readonly folder: string;
}

/** A layer whose sources are read. */
export interface OpenedLayer extends OwnLayer {
  readonly submission: Submission;
  /** What stands before its files' names where it lies in another folder than the submission: that folder; else empty. */
  readonly prefix: string;
}

/**
 * Opens a layer as a submission of the lab that it is written in.
 *
 * @param below what is to build on it. @param dir its folder, as the user named it.
 * @throws UngradableError when there is none.
 */
export function openLayer(layer: OwnLayer, below: Submission, dir: string): OpenedLayer {
  const { name, origin, folder } = layer;
  try {
    // Beside what builds on it, it may use that lab's API too.
    const advice = folder === dir ? `; --own-${name}=<folder> takes that of another folder` : "";
    const submission = openSubmission(folder, withApiOf(below.form, origin.form), advice);
    const home = relative(realpathSync(folder), submission.dir);
    return { ...layer, submission, prefix: submission.dir === below.dir ? "" : join(folder, home) };
  } catch (error) {
    if (!(error instanceof UngradableError)) throw error;
    throw new UngradableError(`--own-${name}: ${error.message}`);
  }
}

function withApiOf({ api }: Form, form: Form): Form {
  return api === undefined ? form : { ...form, api };
}

/** How a layer's bundle is named in stacks. */
export function layerFilename(name: string): string {
  return `${name}.js`;
}

/** A layer's bundle, with what is wrong with it told by places that are the layer's. */
export async function bundleOfLayer({ name, prefix }: OpenedLayer, bundle: Promise<Bundle>): Promise<Bundle> {
  try {
    return await bundle;
  } catch (error) {
    if (!(error instanceof UngradableError)) throw error;
    const { message, place } = error;
    if (place === undefined) throw new UngradableError(`--own-${name}: ${message}`);
    const at = `${place.file}:${place.line}:${place.column}: `;
    throw new UngradableError(message.slice(at.length), { ...place, file: join(prefix, place.file) });
  }
}

/** All problems of types, each once: a file may belong to both. */
export function joinTypeProblems(
  own: readonly TypeProblem[],
  layers: readonly { readonly layer: OpenedLayer; readonly problems: readonly TypeProblem[] }[],
): readonly TypeProblem[] {
  const known = new Set<string>();
  const others = layers.flatMap(({ layer: { prefix }, problems }) =>
    problems.map((problem) => ({ ...problem, file: join(prefix, problem.file) })),
  );
  return [...own, ...others].filter((problem) => {
    const key = JSON.stringify(problem);
    return !known.has(key) && known.add(key);
  });
}
