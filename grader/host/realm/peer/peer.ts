import { describeThrown, stackHere } from "../errors.ts";
import type { Timers } from "../globals/timers.ts";
import { Op, type RawHook, type RealmEntries, type RealmOptions } from "../hook.ts";
import { inspect } from "../inspect/inspect.ts";
import type { Buffers } from "./buffers.ts";
import { MethodNames } from "./method-names.ts";
import { createPersister } from "./persister.ts";

type Method = (this: object, ...args: unknown[]) => unknown;

/** The parts of a realm that a peer is made of. */
export interface PeerParts {
  readonly options: RealmOptions;
  readonly hook: RawHook;
  readonly buffers: Buffers;
  readonly timers: Timers;
  readonly importModule: (name: string) => unknown;
  setNow(nowUs: number): void;
}

/** The peer of a realm: what its class is given, and what the host can do to it. */
export function createPeer(parts: PeerParts): RealmEntries & { failed(where: string, thrown: unknown): void } {
  const { options, hook, buffers, timers } = parts;
  /** Calls that wait for their reply. */
  const calls = new Map<number, (reply: unknown) => void>();
  let callIds = 0;
  let peer: Record<string, unknown> | null = null;
  let methods = new MethodNames(null, options);
  /** The submission's class has no observer, and that was said. */
  let isBlind = false;

  const misuse = (message: string) => {
    hook(Op.misuse, message, stackHere());
  };
  const exception = (where: string, thrown: unknown) => {
    const { name, message, stack } = describeThrown(thrown);
    hook(Op.exception, where, name, message, stack);
  };
  /** Encodes for the operation that follows; null after a misuse was reported. `context` begins the message. */
  const send = (value: unknown, rootName: string, context: string): number | null => {
    try {
      return buffers.send(value, rootName);
    } catch (error) {
      const { name, message } = describeThrown(error);
      if (name !== "EncodeError") throw error;
      misuse(`${context}: ${message}`);
      return null;
    }
  };

  class ClientEnd {
    readonly #to: number;

    constructor(to: number) {
      this.#to = to;
    }

    call(method: unknown, args: unknown): Promise<unknown> {
      const problem = methods.problem(method, peer);
      if (problem !== null) {
        misuse(`peers[${this.#to}].call: ${problem}`);
        return new Promise(() => {});
      }
      // A method without a parameter is called without arguments, or with null.
      const data = args === undefined ? null : args;
      const length = send(data, "args", `call of ${method} on peer ${this.#to}`);
      if (length === null) return new Promise(() => {});
      const callId = ++callIds;
      hook(Op.call, this.#to, callId, method as string, length);
      return new Promise((resolve) => calls.set(callId, resolve));
    }
  }

  const answer = (requestId: number, method: string, from: number, reply: unknown) => {
    const handler = `handler ${method} called by peer ${from}`;
    if (reply === undefined || reply === null) {
      misuse(`${handler} answered ${reply}: a handler must return its reply, and null means a lost reply`);
      return;
    }
    const length = send(reply, "reply", handler);
    if (length !== null) hook(Op.reply, requestId, length);
  };

  const upcall = (message: unknown) => {
    const length = send(message, "message", "apply");
    if (length !== null) hook(Op.upcall, length);
  };

  const load = (submission: Submission): (new (...args: unknown[]) => Record<string, unknown>) => {
    const module: { exports: Record<string, unknown> } = { exports: {} };
    submission(module.exports, module, parts.importModule);
    const Class = module.exports[options.className];
    if (typeof Class !== "function") {
      const seen = Class === undefined ? "nothing of that name" : inspect(Class, { depth: 0 });
      throw new TypeError(`${options.file} must export a class ${options.className}; it exports ${seen}`);
    }
    return Class as new (
      ...args: unknown[]
    ) => Record<string, unknown>;
  };

  return {
    promisePrototype: Promise.prototype,
    failed: exception,
    makers: { object: () => ({}), list: () => [], bytes: (size) => new Uint8Array(size) },
    objectPrototype: Object.prototype,

    boot(nowUs, submission, size, state, snapshot) {
      parts.setNow(nowUs);
      const persister = createPersister(hook, misuse, state, snapshot);
      let where = "loading the submission";
      try {
        const Class = load(submission as Submission);
        methods = new MethodNames(Class.prototype, options);
        where = `the constructor of ${options.className}`;
        const peers = Array.from({ length: size }, (_, to) => new ClientEnd(to));
        peer = new Class(peers, options.me, persister, upcall);
      } catch (error) {
        exception(where, error);
      }
    },

    request(nowUs, requestId, from, method, args) {
      parts.setNow(nowUs);
      if (peer === null) return;
      const where = `handler ${method} called by peer ${from}`;
      try {
        const problem = methods.problem(method, peer);
        if (problem !== null) {
          misuse(`${where}: ${problem}`);
          return;
        }
        const reply = (peer[method] as Method)(args);
        if (!isThenable(reply)) {
          answer(requestId, method, from, reply);
          return;
        }
        Promise.resolve(reply).then(
          (value) => answer(requestId, method, from, value),
          (error) => exception(where, error),
        );
      } catch (error) {
        exception(where, error);
      }
    },

    reply(nowUs, callId, reply) {
      parts.setNow(nowUs);
      const resolve = calls.get(callId);
      if (resolve === undefined) return;
      calls.delete(callId);
      resolve(reply);
    },

    invoke(nowUs, invokeId, method, args) {
      parts.setNow(nowUs);
      if (peer === null) return;
      try {
        const local = peer[method];
        if (typeof local !== "function") {
          misuse(`class ${options.className} has no method ${method}`);
          return;
        }
        const result: unknown = Reflect.apply(local, peer, args as unknown[]);
        if (isThenable(result)) {
          misuse(`${method} returned a promise: it must return its result at once, so it cannot be async`);
          return;
        }
        const size = send(result === undefined ? null : result, "result", method);
        if (size !== null) hook(Op.result, invokeId, size);
      } catch (error) {
        exception(method, error);
      }
    },

    timer(nowUs, id) {
      parts.setNow(nowUs);
      const where = timers.label(id);
      try {
        timers.fire(id);
      } catch (error) {
        exception(where, error);
      }
    },

    observe() {
      if (peer === null) return;
      const { observer } = options;
      try {
        const look = peer[observer];
        if (typeof look !== "function") {
          if (!isBlind) misuse(`class ${options.className} has no method ${observer}`);
          isBlind = true;
          return;
        }
        const length = send(Reflect.apply(look, peer, []), "result", observer);
        if (length !== null) hook(Op.observed, length);
      } catch (error) {
        exception(observer, error);
      }
    },

    rejected(reason) {
      exception("a promise whose rejection nobody handled", reason);
    },
  };
}

type Submission = (exports: object, module: object, importModule: (name: string) => unknown) => void;

function isThenable(value: unknown): value is PromiseLike<unknown> {
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  return isObject && typeof (value as { then?: unknown }).then === "function";
}
