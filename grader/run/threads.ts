import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import { distFile } from "../sandbox/dist-file.ts";
import { readThreadUsage, type ThreadUsage } from "../sandbox/usage.ts";
import { Aborted } from "./player.ts";
import type { WorkerReply, WorkerRequest } from "./worker.ts";

/** What a thread says of itself before anything else: the system's number of it, 0 where the system does not tell. */
export interface ThreadReady {
  readonly tid: number;
}

/** A thread died in the middle of a run. The run itself can have brought it about, and so can the machine. */
export class ThreadDied extends Error {
  constructor(readonly isOutOfMemory: boolean) {
    super(isOutOfMemory ? "the thread of the grader ran out of memory" : "the thread of the grader died");
    this.name = "ThreadDied";
  }
}

/** A thread that plays runs, one at a time. Begins when it is told to, or with its first run. */
export class PlayThread {
  private worker: Worker | null = null;
  private tid = 0;
  private isReady = false;
  /** It plays nothing any more. */
  isOver = false;
  private ended: Promise<number> | null = null;
  private settle: { resolve(reply: WorkerReply): void; reject(reason: Error): void } | null = null;

  constructor(
    private readonly script: string,
    private readonly heapMb: number,
  ) {}

  begin(): void {
    this.begun();
  }

  /** Rejects with `ThreadDied`, or with the reason why there is no thread. */
  play(request: WorkerRequest): Promise<WorkerReply> {
    // Nobody would ever answer.
    if (this.isOver) return Promise.reject(new ThreadDied(false));
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
      const worker = this.begun();
      worker.ref();
      worker.postMessage(request);
    });
  }

  /** What it has used so far; null where that is not known. */
  usage(): ThreadUsage | null {
    return this.tid === 0 ? null : readThreadUsage(process.pid, this.tid);
  }

  /** Ends it, whatever it is at; a run that is under way rejects with `ThreadDied`. */
  async end(): Promise<void> {
    // At once: what it was at may still be answered, and it must not be lent again meanwhile.
    this.isOver = true;
    this.ended ??= this.worker?.terminate() ?? Promise.resolve(0);
    await this.ended;
  }

  private begun(): Worker {
    if (this.worker !== null) return this.worker;
    const worker = new Worker(this.script, {
      resourceLimits: { maxOldGenerationSizeMb: this.heapMb },
      // The files that threads read and write belong to this one.
      trackUnmanagedFds: false,
    });
    this.worker = worker;
    worker.on("message", (message: ThreadReady | WorkerReply) => this.hear(message));
    let fatal: NodeJS.ErrnoException | undefined;
    worker.on("error", (error: NodeJS.ErrnoException) => {
      this.isOver = true;
      fatal = error;
    });
    // Only here: an error overtakes what the thread said before, its end does not. One that never began has said why: it
    // cannot be loaded, or not be made.
    worker.on("exit", () => {
      const died = new ThreadDied(fatal?.code === "ERR_WORKER_OUT_OF_MEMORY");
      this.fail(fatal === undefined || this.isReady ? died : fatal);
    });
    worker.unref();
    return worker;
  }

  private hear(message: ThreadReady | WorkerReply): void {
    this.isReady = true;
    if ("tid" in message) {
      this.tid = message.tid;
      return;
    }
    this.worker?.unref();
    this.settle?.resolve(message);
    this.settle = null;
  }

  private fail(reason: Error): void {
    this.isOver = true;
    this.settle?.reject(reason);
    this.settle = null;
  }
}

interface Waiting {
  readonly isPatient: () => boolean;
  lend(thread: PlayThread): void;
  refuse(reason: Error): void;
}

/** Threads, lent for one run each. One that died is replaced when it is missed. */
export class PlayThreads {
  private readonly all = new Set<PlayThread>();
  private readonly idle: PlayThread[] = [];
  private readonly waiting: Waiting[] = [];

  /**
   * @param started so many begin at once, the others each with its first run
   * @param script another one than the pool's own, for tests
   * @param heapMb memory of a thread beyond which it dies
   */
  constructor(
    count: number,
    started: number,
    private readonly script = distFile("worker.js"),
    private readonly heapMb = HEAP_MB,
  ) {
    setFlagsFromString(COMPILE_LIGHTLY);
    // A limit on this process's heap, as NODE_OPTIONS may set it, would else hold for each of its threads.
    setFlagsFromString("--max-old-space-size=0");
    for (let i = 0; i < count; i++) this.idle.push(this.makeOne());
    // Those that are lent first.
    for (const thread of started > 0 ? this.idle.slice(-started) : []) thread.begin();
  }

  /** Gives a thread when one is free. Who is patient waits until nobody else does. Rejects with `Aborted` after `close`. */
  lend(isPatient: () => boolean): Promise<PlayThread> {
    const thread = this.idle.pop();
    if (thread !== undefined) return Promise.resolve(this.living(thread));
    return new Promise((lend, refuse) => this.waiting.push({ isPatient, lend, refuse }));
  }

  giveBack(thread: PlayThread): void {
    const next = this.waiting.findIndex(({ isPatient }) => !isPatient());
    const [waiting] = this.waiting.splice(Math.max(0, next), 1);
    if (waiting === undefined) this.idle.push(thread);
    else waiting.lend(this.living(thread));
  }

  /** Ends all of them. */
  async close(): Promise<void> {
    for (const { refuse } of this.waiting.splice(0)) refuse(new Aborted());
    await Promise.all([...this.all].map((thread) => thread.end()));
  }

  private living(thread: PlayThread): PlayThread {
    if (!thread.isOver) return thread;
    this.all.delete(thread);
    return this.makeOne();
  }

  private makeOne(): PlayThread {
    const thread = new PlayThread(this.script, this.heapMb);
    this.all.add(thread);
    return thread;
  }
}

/** Runs of right submissions need less than an eighth of it. Beyond it the thread dies, and no other. */
const HEAP_MB = 128;

/** Most code of a grading runs for a second or two: compiling large inlined functions for it, once a thread, does not pay. */
const COMPILE_LIGHTLY = "--max-inlined-bytecode-size-cumulative=250";
