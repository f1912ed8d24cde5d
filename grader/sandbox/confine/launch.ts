import { type Box, type Confinement, commonBinds, type Launch, limitedNode, SCRATCH } from "./confinement.ts";
import { namespacesLaunch } from "./namespaces.ts";
import { seccompFilter } from "./seccomp.ts";

/** How to start the process of a box. `filterFd`: a free file descriptor of the new process, for the filter. */
export function launch(confinement: Confinement, box: Box, filterFd: number): Launch {
  switch (confinement.tier) {
    case "full":
    case "no-seccomp":
      return bubblewrapLaunch(confinement, box, filterFd);
    case "namespaces":
      return namespacesLaunch(confinement, box);
    case "plain":
      throw new Error("a plain process is not confined");
  }
}

function bubblewrapLaunch(confinement: Confinement, box: Box, filterFd: number): Launch {
  const filter = confinement.tier === "full" ? seccompFilter({ mayFork: box.workshop !== null }) : null;
  const args: string[] = [
    ...(filter === null ? [] : ["--seccomp", String(filterFd)]),
    ...["--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session"],
    ...["--clearenv", "--cap-drop", "ALL"],
  ];
  for (const [name, value] of Object.entries(box.env)) args.push("--setenv", name, value);
  for (const [outside, inside] of [...commonBinds(confinement), ...box.binds]) args.push("--ro-bind", outside, inside);
  if (box.workshop !== null) {
    args.push("--proc", "/proc", "--dir", "/dev", "--dev-bind", "/dev/null", "/dev/null");
    args.push("--size", String(box.workshop.temporaryBytes), "--tmpfs", SCRATCH);
  }
  // Its root would be writable otherwise.
  args.push("--remount-ro", "/", "--chdir", "/", "--", ...limitedNode(confinement, box));
  const file = confinement.tools.bwrap as string;
  return { file, args, env: {}, uid: confinement.uid, filter, depth: 2 };
}
