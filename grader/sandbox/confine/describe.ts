import { existsSync, readFileSync } from "node:fs";
import type { Tier } from "./confinement.ts";
import type { TierProblem } from "./sandbox.ts";
import type { Attempt, SelfTestResult } from "./self-test.ts";

/** Sentences about sandboxes, for people. */

const DESCRIPTIONS: Readonly<Record<Tier, string>> = {
  full: "bubblewrap with a filter of system calls: no network, no files but its own code, no further process, limits kept by the system",
  "no-seccomp":
    "bubblewrap without a filter of system calls: no network, no files but its own code, a limited number of processes",
  namespaces: "namespaces made with util-linux: no network, no files but its own code, a limited number of processes",
  plain: "none: submissions run as ordinary processes of the user who grades, and can do what that user can do",
};

/** One line: what the sandbox does, and, where it is not the full one, why not and how to get that. */
export function describeSandbox(tier: Tier, problems: readonly TierProblem[]): string {
  const missing = problems.find((problem) => problem.tier === "full");
  if (tier === "plain" || missing === undefined) return DESCRIPTIONS[tier];
  const [, ...advice] = adviceFor([missing]);
  if (advice.length === 0) advice.push("GRADING.md says more, in section Sandbox.");
  return `${DESCRIPTIONS[tier]}; not the full sandbox, since it does not work here: ${missing.reason}. ${advice.join(" ")}`;
}

const ATTEMPTS: Readonly<Record<Attempt, string>> = {
  socket: "open a network connection",
  spawn: "start processes",
  write: "write a file",
  read: "read a file of the machine",
  environment: "see the environment",
  signal: "send the grader a signal",
};

/** What a self-test found, one line for each attempt. */
export function describeSelfTest(results: readonly SelfTestResult[]): string[] {
  return results.map(({ attempt, ok, seen }) => {
    return `${ok ? "ok  " : "FAIL"} ${ATTEMPTS[attempt].padEnd(28)} ${seen}`;
  });
}

/**
 * What a self-test found that must not be, and how to mend it; empty when it found nothing.
 *
 * @param problems of the better tiers, which may have no such hole
 */
export function describeHoles(results: readonly SelfTestResult[], problems: readonly TierProblem[] = []): string[] {
  const holes = results.filter(({ ok }) => !ok);
  if (holes.length === 0) return [];
  const advice = [
    "Something does not keep what it promises: a program in the place of bubblewrap or util-linux (`command -v bwrap prlimit`), " +
      "or a kernel that is only imitated, as in gVisor or WSL 1. Install those of the distribution, bubblewrap 0.8 or later, " +
      "and grade where a Linux kernel runs.",
  ];
  if (holes.some(({ attempt }) => attempt === "spawn")) {
    advice.push(
      "No number limits the processes of root: grade as an ordinary user if submissions cannot run as `nobody`.",
    );
  }
  return [...describeSelfTest(holes), ...advice, ...adviceFor(problems)];
}

/** How to get the better tiers to work here. */
export function adviceFor(problems: readonly TierProblem[]): string[] {
  const lines = problems.map(({ tier, reason }) => `${tier}: ${reason}`);
  const reasons = problems.map(({ reason }) => reason).join("\n");
  if (/`bwrap` is not installed/.test(reasons)) {
    lines.push(
      "Install bubblewrap: `apt-get install bubblewrap`, `dnf install bubblewrap`, `pacman -S bubblewrap` or `apk add bubblewrap`.",
    );
  }
  if (/`(prlimit|setpriv|unshare|mount)` is not installed/.test(reasons)) lines.push("Install util-linux.");
  if (/Unknown option|unrecognized option/.test(reasons)) lines.push("bubblewrap 0.8 or later is needed.");
  if (/no filter of system calls/.test(reasons)) lines.push("The full sandbox needs a processor of x86-64.");
  if (/uid map|new namespace|RTM_NEWADDR|unshare failed|Operation not permitted/i.test(reasons)) {
    lines.push(...namespaceAdvice());
  }
  if (
    /(No such file|Permission denied|Can't find source)/i.test(reasons) &&
    !/uid map/.test(reasons) &&
    process.getuid?.() === 0
  ) {
    lines.push(
      "The grader is root and starts submissions as `nobody`, who must be able to read Node and this package: " +
        "keep them outside of folders such as /root that only root can enter, or grade as an ordinary user.",
    );
  }
  return lines;
}

/** Ordinary users may be forbidden to make namespaces; which switch does it depends on the system. */
function namespaceAdvice(): string[] {
  const advice = ["The system does not let this user make user namespaces, which a sandbox is built of."];
  if (setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") === "1") {
    advice.push(
      "AppArmor forbids them. Give bubblewrap a profile: put " +
        "`abi <abi/4.0>, include <tunables/global> profile bwrap /usr/bin/bwrap flags=(unconfined) { userns, }` " +
        "into /etc/apparmor.d/bwrap and run `systemctl reload apparmor`; or, for the whole machine, " +
        "`sysctl kernel.apparmor_restrict_unprivileged_userns=0`.",
    );
  }
  if (setting("/proc/sys/kernel/unprivileged_userns_clone") === "0") {
    advice.push("They are switched off: `sysctl kernel.unprivileged_userns_clone=1`.");
  }
  if (setting("/proc/sys/user/max_user_namespaces") === "0") {
    advice.push("They are switched off: `sysctl user.max_user_namespaces=10000`.");
  }
  if (existsSync("/.dockerenv") || existsSync("/run/.containerenv")) {
    advice.push(
      "This is a container, whose own filter may forbid namespaces: start it with `--security-opt seccomp=unconfined`, or grade outside of it.",
    );
  }
  return advice;
}

function setting(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return null;
  }
}
