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

export function describeTier(tier: Tier): string {
  return DESCRIPTIONS[tier];
}

const ATTEMPTS: Readonly<Record<Attempt, string>> = {
  socket: "open a network connection",
  spawn: "start a process",
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

/** What a self-test found that must not be; empty when it found nothing. */
export function describeHoles(results: readonly SelfTestResult[]): string[] {
  return describeSelfTest(results.filter(({ ok }) => !ok));
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
