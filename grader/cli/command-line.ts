import { openStdio } from "./output/stdio.ts";
import { reportError, runCommand } from "./run-command.ts";

const stdio = openStdio();
// Node's own exit status would be 1, which says that the submission did not pass.
process.on("uncaughtException", (error) => process.exit(reportError(error, stdio)));
// What is still under way is of no use any more, such as a compiler after Ctrl-C.
process.exit(await runCommand(process.argv, stdio));
