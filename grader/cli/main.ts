#!/usr/bin/env node
import { pathToFileURL } from "node:url";
import { distFile } from "../sandbox/dist-file.ts";
import { EXIT } from "./exit-code.ts";
import { runApart } from "./thread/run-apart.ts";

/** What is through in a moment needs no thread of its own. */
const SHORT: ReadonlySet<string | undefined> = new Set([
  "list",
  "init",
  "test",
  "help",
  "completion",
  "--help",
  "-h",
  "--version",
  "-V",
]);

if (process.platform === "win32") {
  process.stderr.write(
    "error: the grader needs Linux or macOS; on Windows, install Node and run it inside WSL (wsl --install)\n",
  );
  process.exit(EXIT.usage);
}
const commandLine = distFile("command-line.js");
if (SHORT.has(process.argv[2])) await import(pathToFileURL(commandLine).href);
else runApart(commandLine);
