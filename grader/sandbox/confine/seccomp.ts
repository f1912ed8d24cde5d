import { CLONE, CLONE3, FORBIDDEN_CALLS, PROCESS_CALLS } from "./syscalls.ts";

/**
 * The filter of system calls that a confined process runs under: classic BPF, as `bwrap --seccomp` takes it. What is
 * forbidden fails with EPERM, so that the program can say so; calls of another architecture end the process, since their
 * numbers mean something else. Null where it has not been made for the processor.
 */
export function seccompFilter(options: { readonly mayFork: boolean }, arch: string = process.arch): Uint8Array | null {
  if (arch !== "x64") return null;
  const forbidden = Object.values(options.mayFork ? FORBIDDEN_CALLS : { ...FORBIDDEN_CALLS, ...PROCESS_CALLS });
  const program = new Assembler();
  program.load(ARCH_OFFSET);
  program.jump(JEQ, ARCH_X86_64, "next", "kill");
  program.load(NUMBER_OFFSET);
  program.jump(JGE, X32_BIT, "kill", "next");
  program.jump(JEQ, CLONE3, "missing", "next");
  for (const number of forbidden) program.jump(JEQ, number, "deny", "next");
  if (!options.mayFork) {
    program.jump(JEQ, CLONE, "next", "allow");
    program.load(FIRST_ARGUMENT_OFFSET);
    program.jump(JSET, CLONE_THREAD, "allow", "deny");
  }
  program.answer("allow", ALLOW);
  program.answer("deny", ERRNO | EPERM);
  program.answer("missing", ERRNO | ENOSYS);
  program.answer("kill", KILL_PROCESS);
  return program.bytes();
}

/** Fields of `struct seccomp_data`. Of an argument the low half is read, where all the flags of `clone` are. */
const NUMBER_OFFSET = 0;
const ARCH_OFFSET = 4;
const FIRST_ARGUMENT_OFFSET = 16;

const ARCH_X86_64 = 0xc000003e;
const X32_BIT = 0x40000000;
const CLONE_THREAD = 0x10000;
const EPERM = 1;
const ENOSYS = 38;

const ALLOW = 0x7fff0000;
const ERRNO = 0x00050000;
const KILL_PROCESS = 0x80000000;

const LOAD_WORD = 0x20;
const JEQ = 0x15;
const JGE = 0x35;
const JSET = 0x45;
const RETURN = 0x06;

type Target = "next" | Answer;
type Answer = "allow" | "deny" | "missing" | "kill";

interface Instruction {
  readonly code: number;
  readonly operand: number;
  readonly yes: Target;
  readonly no: Target;
}

const BYTES_EACH = 8;
const JUMP_MAX = 255;

/** Instructions, whose jumps name an answer at the end of the program. */
class Assembler {
  private readonly instructions: Instruction[] = [];
  private readonly answers = new Map<Answer, number>();

  load(offset: number): void {
    this.instructions.push({ code: LOAD_WORD, operand: offset, yes: "next", no: "next" });
  }

  jump(code: number, operand: number, yes: Target, no: Target): void {
    this.instructions.push({ code, operand, yes, no });
  }

  answer(name: Answer, value: number): void {
    this.answers.set(name, this.instructions.length);
    this.instructions.push({ code: RETURN, operand: value, yes: "next", no: "next" });
  }

  bytes(): Uint8Array {
    const view = new DataView(new ArrayBuffer(this.instructions.length * BYTES_EACH));
    this.instructions.forEach(({ code, operand, yes, no }, i) => {
      view.setUint16(i * BYTES_EACH, code, true);
      view.setUint8(i * BYTES_EACH + 2, this.distance(i, yes));
      view.setUint8(i * BYTES_EACH + 3, this.distance(i, no));
      view.setUint32(i * BYTES_EACH + 4, operand >>> 0, true);
    });
    return new Uint8Array(view.buffer);
  }

  private distance(from: number, target: Target): number {
    if (target === "next") return 0;
    const distance = (this.answers.get(target) as number) - from - 1;
    if (distance > JUMP_MAX) throw new Error(`the filter is too long: a jump over ${distance} instructions`);
    return distance;
  }
}
