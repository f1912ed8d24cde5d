/** What the main file may be named: TypeScript, or plain JavaScript. `file`: without its extension. */
export function mainFilesOf(file: string): readonly [typescript: string, javascript: string] {
  return [`${file}.ts`, `${file}.js`];
}

/**
 * Which of the names in a folder is the main file; undefined when none is. TypeScript comes first: what lies beside it is
 * most often what a compiler made of it. `remark`: one line that says so where both are there.
 */
export function chooseMain(file: string, names: readonly string[]): { main?: string; remark?: string } {
  const [typescript, javascript] = mainFilesOf(file);
  const [hasTypescript, hasJavascript] = [names.includes(typescript), names.includes(javascript)];
  if (hasTypescript && hasJavascript) return { main: typescript, remark: bothAreThere(typescript, javascript) };
  if (hasTypescript) return { main: typescript };
  return hasJavascript ? { main: javascript } : {};
}

function bothAreThere(typescript: string, javascript: string): string {
  return `${typescript} is what is graded, and ${javascript} beside it is not; remove the one that should not count`;
}

const SHOWN = 3;
/** Enough for any extension and what is put behind it; longer names are nobody's slip of the pen. */
const MAX_SLIP = 64;
const SCRIPT = /\.([mc]?[tj]s|[tj]sx)(?![a-z0-9])/;

/**
 * What to do when there is no main file but something that may be meant for it: `raft.mjs`, `Raft.ts`, `raft.ts.txt`,
 * `raft (1).ts`. To be put behind what has it; null when there is nothing of the kind.
 *
 * @param print makes a name fit to be shown.
 */
export function describeSlips(file: string, names: readonly string[], print: (name: string) => string): string | null {
  const slips = names.flatMap((name) => {
    const wanted = meantFor(file, name.slice(name.lastIndexOf("/") + 1));
    return wanted === null ? [] : [{ name, wanted }];
  });
  const [first] = slips;
  if (first === undefined) return null;
  const found = slips.slice(0, SHOWN).map(({ name }) => print(name));
  const rest = slips.length - found.length;
  const advice =
    slips.length === 1
      ? `${first.name.includes("/") ? "move and rename" : "rename"} it to ${first.wanted}`
      : `give the right one that name`;
  return `${found.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}, but the file must be named ${mainFilesOf(file).join(" or ")}; ${advice}`;
}

/** The main file that a name may be meant for; null when it is something else. */
function meantFor(file: string, name: string): string | null {
  if (name.length > file.length + MAX_SLIP || /\.d\.[mc]?ts$/i.test(name)) return null;
  const plain = asLatin(name.normalize("NFKC")).toLowerCase();
  const at = plain.indexOf(file.toLowerCase());
  const before = plain.slice(0, Math.max(0, at));
  const after = plain.slice(at + file.length);
  // As a word of its own: not `draft.ts`, nor `rafting.ts`.
  if (at < 0 || /[a-z0-9]$/.test(before) || /^[a-z]/.test(after)) return null;
  const [, extension] = SCRIPT.exec(after) ?? [];
  if (extension === undefined)
    return before === "" && /^(?:\.(?:txt|text|typescript)){0,3}$/.test(after) ? mainFilesOf(file)[0] : null;
  // `raft.test.ts`, `raft-node.ts`: other words beside it make it another file.
  if (hasOtherWords(after.slice(0, after.indexOf(`.${extension}`))) || hasOtherWords(before)) return null;
  return mainFilesOf(file)[extension.includes("t") ? 0 : 1];
}

/** Letters of other alphabets that look like Latin ones. */
const ALIKE: Readonly<Record<string, string>> = {
  а: "a",
  е: "e",
  о: "o",
  р: "p",
  с: "c",
  х: "x",
  у: "y",
  ѕ: "s",
  і: "i",
  т: "t",
  ο: "o",
  α: "a",
  τ: "t",
};

/** As it looks: with Latin letters for those that look so, and without marks that nobody sees. */
function asLatin(name: string): string {
  return name.replace(/\p{Cf}/gu, "").replace(/[\u0370-\u04ff]/g, (letter) => ALIKE[letter] ?? letter);
}

/** Beyond what copies, downloads and versions put into names. */
function hasOtherWords(text: string): boolean {
  const words = text.split(/[^a-z]/).filter((word) => word !== "");
  return words.some(
    (word) => !/^(copy|of|kopie|von|copie|de|copia|final|new|old|fixed|v|version|submission)$/.test(word),
  );
}
