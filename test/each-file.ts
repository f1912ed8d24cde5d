import { afterAll } from "vitest";
import { removeFolders } from "./cli/run-cli.ts";

// Files share their modules: what a helper registers while it is loaded is registered for the first file alone.
afterAll(removeFolders);
