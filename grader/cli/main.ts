#!/usr/bin/env node
import { pathToFileURL } from "node:url";
import { distFile } from "../sandbox/dist-file.ts";
import { runApart } from "./thread/run-apart.ts";

/** What is through in a moment needs no thread of its own. */
const SHORT: ReadonlySet<string | undefined> = new Set(["list", "init", "help", "--help", "-h", "--version", "-V"]);

const commandLine = distFile("command-line.js");
if (SHORT.has(process.argv[2])) await import(pathToFileURL(commandLine).href);
else runApart(commandLine);
