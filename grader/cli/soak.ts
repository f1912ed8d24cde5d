import { distFile } from "../sandbox/dist-file.ts";
import { runApart } from "./thread/run-apart.ts";

runApart(distFile("soak-thread.js"));
