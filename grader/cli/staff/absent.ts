import type { Command } from "commander";
import { packageRoot } from "../../sandbox/dist-file.ts";
import { UsageError } from "../input/usage-error.ts";
import type * as Staff from "./commands.ts";

// What stands in a kit in place of `commands.ts` beside this file: staff's commands are not there, and say so.

export const addStaffCommands: typeof Staff.addStaffCommands = (program: Command) => {
  for (const name of ["batch", "plan", "merge", "report", "similar", "calibrate", "release"]) {
    program
      .command(`${name} [anything...]`)
      .allowUnknownOption()
      .action(() => {
        throw new UsageError(`${name} is for staff, and not in a kit: it needs a clone of the course`);
      });
  }
};

/** A student has one submission. */
export const addReplayOptions: typeof Staff.addReplayOptions = () => {};
export const replayStaffs: typeof Staff.replayStaffs = async () => null;

/** A kit gives itself on. */
export const packageForStudents: typeof Staff.packageForStudents = async () => packageRoot();

/** The guide for staff is not in a kit either. */
export const STAFF_HELP: typeof Staff.STAFF_HELP = {
  seeGuide: "",
  about:
    "This is a students' kit: batch, plan, merge, report, similar, calibrate and release are for staff, and not in it.\n",
  exitStatus: "",
  topics: {},
};
