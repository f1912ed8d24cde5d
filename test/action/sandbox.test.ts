import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeMachine, root, writeFiles } from "./machine.ts";

/**
 * What a machine has: programs of these names, each a line of shell. `$STATE` is a file that they may write what they did
 * into, and read what others did.
 */
function setUp(wanted: string, programs: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
  const machine = makeMachine();
  const bin = join(machine, "bin");
  const state = join(machine, "state");
  writeFileSync(state, "");
  // As a runner's user, who is not root, and whose sudo asks for no password.
  const common = { id: "echo 1000", uname: "echo Linux", sudo: 'shift; echo "sudo $*" >>"$STATE"; "$@"' };
  for (const [name, line] of Object.entries({ ...common, ...programs })) {
    writeFiles(bin, { [name]: `#!/bin/bash\n${line}\n` });
    chmodSync(join(bin, name), 0o755);
  }
  for (const name of ["bash", "env", "tail", "cat", "mktemp", "realpath", "dirname", "grep"]) {
    writeFiles(bin, { [name]: `#!/bin/bash\nexec /usr/bin/${name} "$@"\n` });
    chmodSync(join(bin, name), 0o755);
  }
  const output = join(machine, "output");
  writeFileSync(output, "");
  const { status, stdout, stderr } = spawnSync("/bin/bash", [join(root, "action/sandbox.sh")], {
    encoding: "utf8",
    env: { PATH: bin, STATE: state, TMPDIR: machine, GITHUB_OUTPUT: output, INPUT_SANDBOX: wanted, ...env },
  });
  return { status, log: stdout + stderr, output: readFileSync(output, "utf8"), did: readFileSync(state, "utf8") };
}

const RESTRICTED = "echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1";
const restrictedUntil = (word: string) => `grep -q ${word} "$STATE" || { ${RESTRICTED}; }`;
const UBUNTU = { sysctl: "echo 1", apparmor_parser: `cat "$2" >>"$STATE"` };

describe("the sandbox on a runner", () => {
  it("is left as it is where bubblewrap works", () => {
    const { status, output, did } = setUp("auto", { bwrap: "exit 0", ...UBUNTU });
    expect({ status, output, did }).toEqual({ status: 0, output: "option=\n", did: "" });
  });

  it("is installed where it is missing, with a look for new packages only when that is needed", () => {
    const install = `[ "$1" = update ] && exit; grep -q 'apt-get update' "$STATE" || exit 100
      printf '#!/bin/bash\\n' >"\${0%/*}/bwrap"; /bin/chmod +x "\${0%/*}/bwrap"`;
    const { status, output, did } = setUp("required", { "apt-get": install });
    expect({ status, output }).toEqual({ status: 0, output: "option=--sandbox\n" });
    expect(did.match(/apt-get (install|update)/g)).toEqual(["apt-get install", "apt-get update", "apt-get install"]);
  });

  // https://ubuntu.com/blog/ubuntu-23-10-restricted-unprivileged-user-namespaces
  it("gets a profile for bubblewrap alone where AppArmor restricts user namespaces", () => {
    const { status, output, did } = setUp("required", { bwrap: restrictedUntil("userns,"), ...UBUNTU });
    expect({ status, output }).toEqual({ status: 0, output: "option=--sandbox\n" });
    expect(did).toMatch(
      /^sudo apparmor_parser --replace \S+\nabi <abi\/4\.0>,\nprofile consensus-labs-bwrap \/\S+\/bin\/bwrap flags=\(unconfined\) \{\n {2}userns,\n\}\n$/,
    );
  });

  it("opens a machine to all programs where that is thrown away after the job, and nowhere else", () => {
    const programs = { bwrap: restrictedUntil("userns"), ...UBUNTU, sysctl: `[ "$1" = --write ] || echo 1` };
    expect(setUp("auto", programs).did).not.toContain("sysctl");
    expect(setUp("auto", programs, { RUNNER_ENVIRONMENT: "self-hosted" }).did).not.toContain("sysctl");
    const { status, did } = setUp("required", programs, { RUNNER_ENVIRONMENT: "github-hosted" });
    expect({ status, did }).toEqual({
      status: 0,
      did: "sudo sysctl --write kernel.apparmor_restrict_unprivileged_userns=0\n",
    });
  });

  it("is done without where nothing helps, saying why, unless it is required", () => {
    const programs = { bwrap: RESTRICTED, sysctl: "exit 1" };
    const without = setUp("auto", programs);
    expect({ status: without.status, output: without.output }).toEqual({ status: 0, output: "option=\n" });
    expect(without.log).toContain(
      "No sandbox: bubblewrap does not work here (bwrap: setting up uid map: Permission denied)",
    );
    const required = setUp("required", programs);
    expect({ status: required.status, output: required.output }).toEqual({ status: 2, output: "" });
    expect(required.log).toMatch(/^::error::no sandbox, .* required: bubblewrap does not work here \(bwrap: .*\)\n$/);
  });

  it("needs Linux", () => {
    const { status, log } = setUp("required", { uname: "echo Darwin", bwrap: "exit 127" });
    expect(status).toBe(2);
    expect(log).toContain("it needs Linux");
  });

  it("is not set up where it is not wanted", () => {
    const { output, did } = setUp("none", { bwrap: RESTRICTED, ...UBUNTU });
    expect({ output, did }).toEqual({ output: "option=--no-sandbox\n", did: "" });
  });

  it.each(["true", "Auto", "auto\n::warning::x"])("takes no other word: %j", (word) => {
    const { status, log, output } = setUp(word, { bwrap: "exit 0" });
    expect({ status, output }).toEqual({ status: 2, output: "" });
    expect(log).toMatch(/^::error::the input sandbox is auto, required or none, and not [^\n]*\n$/);
  });
});
