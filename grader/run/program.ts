import type { Form } from "../sim/role.ts";
import {
  type Bundle,
  joinSourceMappers,
  makeSourceMapper,
  openSubmission,
  type SourceMapper,
  type Submission,
} from "../submission/index.ts";
import { BUILD_LIMITS, type BuildOptions, buildBundle, buildSubmission } from "./build.ts";
import { withSourceMap } from "./inspect.ts";
import { loadOf } from "./load.ts";
import {
  bundleOfLayer,
  joinTypeProblems,
  layerFilename,
  type OpenedLayer,
  type OwnLayer,
  openLayer,
} from "./own-layers.ts";
import type { Load } from "./player.ts";
import type { OwnLayerResult, TypeProblem } from "./result.ts";

/** What is to be played, once its sources are read. */
export interface Sources {
  readonly submission: Submission;
  /** Layers that stand in place of ours. */
  readonly layers: readonly OpenedLayer[];
}

/** What runs are played with. */
export interface Program {
  readonly load: Load;
  /** Finds places in the submission and in its own layers. */
  readonly mapper: SourceMapper;
}

/**
 * Reads a submission, and the layers that it shall be played over in place of ours.
 *
 * @throws UngradableError when one of them is not there.
 */
export function openSources(dir: string, form: Form, layers: readonly OwnLayer[] = []): Sources {
  const submission = openSubmission(dir, form);
  return { submission, layers: layers.map((layer) => openLayer(layer, submission, dir)) };
}

/** Which layers stand in place of ours, as results have it. */
export function aboutLayers({ layers }: Sources): OwnLayerResult[] {
  return layers.map(({ name, origin, folder, submission: { hash } }) => {
    return { name, title: origin.title, lab: origin.lab, submission: folder, submissionHash: hash };
  });
}

/**
 * Bundles all of it. Rejects with UngradableError when something cannot be loaded. With `isInspected` the code tells debuggers of
 * the files that it was made from.
 */
export function buildProgram(
  { submission, layers }: Sources,
  options: BuildOptions & { readonly isInspected?: boolean } = {},
): Promise<Program> {
  const limits = { ...BUILD_LIMITS, ...options.limits };
  const bundleOf = async (one: Submission) => {
    const bundle = await buildBundle(one, options.sandbox?.confinement, limits);
    return options.isInspected ? withSourceMap(bundle, one.dir) : bundle;
  };
  return programOf(
    submission.form,
    bundleOf(submission),
    layers.map((layer) => ({ layer, bundle: bundleOf(layer.submission) })),
  );
}

/** Bundles all of it and checks the types beside, as `buildSubmission` does. `types` never rejects. */
export function buildSources(
  { submission, layers }: Sources,
  options: BuildOptions = {},
): { readonly program: Promise<Program>; readonly types: Promise<readonly TypeProblem[]> } {
  const { bundle, types } = buildSubmission(submission, options);
  const below = layers.map((layer) => ({ layer, ...buildSubmission(layer.submission, options) }));
  const checked = below.map(async ({ layer, types: problems }) => ({ layer, problems: await problems }));
  return {
    program: programOf(submission.form, bundle, below),
    types: Promise.all([types, Promise.all(checked)]).then(([own, others]) => joinTypeProblems(own, others)),
  };
}

async function programOf(
  form: Form,
  own: Promise<Bundle>,
  below: readonly { readonly layer: OpenedLayer; readonly bundle: Promise<Bundle> }[],
): Promise<Program> {
  const built = below.map(async ({ layer, bundle }) => {
    const { code, sourceMap } = await bundleOfLayer(layer, bundle);
    return { code, sourceMap, name: layer.name, prefix: layer.prefix, filename: layerFilename(layer.name) };
  });
  const [bundle, layers] = await Promise.all([own, Promise.all(built)]);
  const mappers = layers.map(({ sourceMap, filename, prefix }) => makeSourceMapper(sourceMap, { filename, prefix }));
  return {
    load: loadOf(bundle, form, layers),
    mapper: joinSourceMappers([makeSourceMapper(bundle.sourceMap), ...mappers]),
  };
}
