import { describe, expect, test } from "vitest";
import { seccompFilter } from "../../../grader/sandbox/confine/seccomp.ts";

const X86_64 = 0xc000003e;
const I386 = 0x40000003;
const THREAD_FLAGS = 0x3d0f00;
const SIGCHLD = 17;

const CALLS = { read: 0, write: 1, mmap: 9, socket: 41, connect: 42, clone: 56, fork: 57, vfork: 58, execve: 59 };
const MORE = { kill: 62, ptrace: 101, prlimit64: 302, tgkill: 234, unshare: 272, futex: 202, bpf: 321, clone3: 435 };

/** A small machine for classic BPF, as the kernel has it: what the filter answers to one system call. */
function answer(filter: Uint8Array, call: { nr: number; arch?: number; args?: number[] }): string {
  const data = new DataView(new ArrayBuffer(64));
  data.setUint32(0, call.nr, true);
  data.setUint32(4, call.arch ?? X86_64, true);
  for (const [i, arg] of (call.args ?? []).entries()) data.setUint32(16 + 8 * i, arg, true);
  const program = new DataView(filter.buffer, filter.byteOffset, filter.byteLength);
  let accumulator = 0;
  for (let at = 0; at < filter.length / 8; at++) {
    const code = program.getUint16(at * 8, true);
    const operand = program.getUint32(at * 8 + 4, true);
    const jump = (yes: boolean) => program.getUint8(at * 8 + (yes ? 2 : 3));
    if (code === 0x20) accumulator = data.getUint32(operand, true);
    else if (code === 0x15) at += jump(accumulator === operand);
    else if (code === 0x35) at += jump(accumulator >= operand);
    else if (code === 0x45) at += jump((accumulator & operand) !== 0);
    else if (code === 0x06) return NAMES[operand] ?? operand.toString(16);
    else throw new Error(`instruction ${at} has the code ${code}`);
  }
  throw new Error("the filter has no end");
}

const NAMES: Record<number, string> = {
  2147418112: "allow",
  327681: "EPERM",
  327718: "ENOSYS",
  2147483648: "kill",
};

const host = seccompFilter({ mayFork: false }, "x64") as Uint8Array;
const build = seccompFilter({ mayFork: true }, "x64") as Uint8Array;

describe("the filter of a host", () => {
  test.each([
    ["read", CALLS.read, "allow"],
    ["write", CALLS.write, "allow"],
    ["mmap", CALLS.mmap, "allow"],
    ["futex", MORE.futex, "allow"],
    ["execve, which the limits are set before", CALLS.execve, "allow"],
    ["prlimit64", MORE.prlimit64, "allow"],
    ["tgkill, which abort() needs", MORE.tgkill, "allow"],
    ["socket", CALLS.socket, "EPERM"],
    ["connect", CALLS.connect, "EPERM"],
    ["fork", CALLS.fork, "EPERM"],
    ["vfork", CALLS.vfork, "EPERM"],
    ["kill", MORE.kill, "EPERM"],
    ["ptrace", MORE.ptrace, "EPERM"],
    ["unshare", MORE.unshare, "EPERM"],
    ["bpf", MORE.bpf, "EPERM"],
    ["clone3, so that the C library falls back to clone", MORE.clone3, "ENOSYS"],
  ] as const)("%s", (_name, nr, expected) => {
    expect(answer(host, { nr })).toBe(expected);
  });

  test("clone makes threads, and no processes", () => {
    expect(answer(host, { nr: CALLS.clone, args: [THREAD_FLAGS] })).toBe("allow");
    expect(answer(host, { nr: CALLS.clone, args: [SIGCHLD] })).toBe("EPERM");
  });

  test("calls of another architecture end the process: their numbers mean something else", () => {
    expect(answer(host, { nr: CALLS.read, arch: I386 })).toBe("kill");
    expect(answer(host, { nr: 0x40000000 + CALLS.socket })).toBe("kill");
    expect(answer(host, { nr: 0xffffffff })).toBe("kill");
  });
});

describe("the filter of a build", () => {
  test.each([
    ["fork", CALLS.fork, "allow"],
    ["kill", MORE.kill, "allow"],
    ["socket", CALLS.socket, "EPERM"],
    ["ptrace", MORE.ptrace, "EPERM"],
    ["unshare", MORE.unshare, "EPERM"],
    ["clone3", MORE.clone3, "ENOSYS"],
  ] as const)("%s", (_name, nr, expected) => {
    expect(answer(build, { nr })).toBe(expected);
  });

  test("clone makes processes too", () => {
    expect(answer(build, { nr: CALLS.clone, args: [SIGCHLD] })).toBe("allow");
  });
});

test("there is none for a processor whose numbers are not known", () => {
  expect(seccompFilter({ mayFork: false }, "arm64")).toBeNull();
});
