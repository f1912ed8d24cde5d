import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { type Box, type Confinement, commonBinds, type Launch, limitedNode, SCRATCH } from "./confinement.ts";
import type { Bind } from "./programs.ts";

/**
 * Without bubblewrap: `unshare` makes the namespaces, and a shell script a root of its own with nothing in it but what
 * the box names. Slower to start, and without a filter of system calls.
 */
export function namespacesLaunch(confinement: Confinement, box: Box): Launch {
  const { tools } = confinement;
  const unshareFlags = ["--user", "--map-root-user", "--mount", "--net", "--ipc", "--uts", "--pid", "--fork"];
  const script = newRootScript(confinement, box);
  return {
    file: tools.unshare as string,
    args: [...unshareFlags, "--kill-child", tools.sh as string, "-c", script, "sh", ...limitedNode(confinement, box)],
    env: box.env,
    uid: confinement.uid,
    filter: null,
    depth: 1,
  };
}

function newRootScript(confinement: Confinement, box: Box): string {
  const { libraries } = confinement;
  const tool = (name: string) => quoted(confinement.tools[name] as string);
  const setpriv = confinement.tools.setpriv as string;
  const binds: Bind[] = [...commonBinds(confinement), [setpriv, setpriv], ...box.binds];
  const root = emptyPlace(binds);
  const libraryFolders = [...new Set(libraries.map(([, inside]) => `/old${dirname(inside)}`))];
  const lines = [
    "set -e",
    `${tool("mount")} -n -t tmpfs -o mode=755,size=1m,nosuid,nodev none ${root}`,
    ...binds.flatMap((bind) => bindLines(bind, root, tool("mount"))),
    `mkdir -p ${root}/old`,
  ];
  if (box.workshop !== null) {
    const size = box.workshop.temporaryBytes;
    lines.push(
      `mkdir -p ${root}/proc ${root}${SCRATCH} ${root}/dev`,
      `${tool("mount")} -n -t proc none ${root}/proc`,
      `: > ${root}/dev/null`,
      `${tool("mount")} -n --bind /dev/null ${root}/dev/null`,
      `${tool("mount")} -n -t tmpfs -o mode=755,size=${size},nosuid,nodev none ${root}${SCRATCH}`,
    );
  }
  lines.push(
    `cd ${root}`,
    `${tool("pivot_root")} . old`,
    "cd /",
    // `mount` is not in the new root, so it comes from the old one with its libraries. What is mounted over cannot be had back.
    `export LD_LIBRARY_PATH=${libraryFolders.map(quoted).join(":")}`,
    `/old${tool("mount")} -n -o remount,bind,ro,nosuid,nodev /`,
    `/old${tool("mount")} -n -t tmpfs -o ro,size=4k none /old`,
    "unset LD_LIBRARY_PATH OLDPWD",
    `exec ${tool("setpriv")} --no-new-privs --bounding-set=-all --inh-caps=-all "$@"`,
  );
  return lines.join("\n");
}

/** Puts a file or a folder into the new root, read-only. Flags that a mount has already must be given again. */
function bindLines([outside, inside]: Bind, root: string, mount: string): string[] {
  const target = quoted(root + inside);
  const isFolder = statSync(outside).isDirectory();
  return [
    `mkdir -p ${isFolder ? target : quoted(dirname(root + inside))}`,
    ...(isFolder ? [] : [`: > ${target}`]),
    `${mount} -n --bind ${quoted(outside)} ${target}`,
    `${mount} -n -o remount,bind,ro,nosuid,nodev ${target}`,
  ];
}

/** A folder of the system that nothing is needed from: what is mounted there hides it in the new namespace only. */
function emptyPlace(binds: readonly Bind[]): string {
  const candidates = ["/mnt", "/media", "/srv", "/opt", "/tmp"];
  const free = candidates.find((folder) => {
    return existsSync(folder) && !binds.some(([outside]) => outside.startsWith(`${folder}/`));
  });
  if (free === undefined) throw new Error(`none of ${candidates.join(", ")} is free for a new root`);
  return free;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
