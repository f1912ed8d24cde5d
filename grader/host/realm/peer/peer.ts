import { describeThrown, stackHere } from "../errors.ts";
import type { Timers } from "../globals/timers.ts";
import { Op, type RawHook, type RealmEntries, type RealmOptions } from "../hook.ts";
import { inspect } from "../inspect/inspect.ts";
import type { Buffers } from "./buffers.ts";
import { createEnds } from "./ends.ts";
import { RoleMethods } from "./method-names.ts";
import { createPersister } from "./persister.ts";

type Role = RealmOptions["roles"][number];
type Given = Role["given"][number];

/** The parts of a realm that a peer is made of. */
export interface PeerParts {
  readonly options: RealmOptions;
  readonly hook: RawHook;
  readonly buffers: Buffers;
  readonly timers: Timers;
  readonly importModule: (name: string) => unknown;
  /** Prototypes of the classes of layers that were imported, and their names, in turn. */
  readonly foreign: readonly unknown[];
  setNow(nowUs: number): void;
}

/** What the host can do to a peer, and what its realm tells of it. */
export interface Peer extends Omit<RealmEntries, "renew"> {
  failed(where: string, thrown: unknown): void;
}

/** The peer of a realm: what its class is given, and what the host can do to it. */
export function createPeer(parts: PeerParts): Peer {
  const { options, hook, buffers, timers } = parts;
  const role = options.roles[options.role] as Role;
  let peer: Record<string, unknown> | null = null;
  /** What the constructor was given, and what that is called, in turn. */
  const named: unknown[] = [];
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

  const methods = new RoleMethods(options);
  const ends = createEnds({ options, hook, methods, send });

  const answer = (requestId: number, method: string, from: number, reply: unknown) => {
    const handler = `handler ${method} called by ${ends.nameOf(from)}`;
    if (reply === undefined || reply === null) {
      misuse(`${handler} answered ${reply}: a handler must return its reply, and null means a lost reply`);
      return;
    }
    const length = send(reply, "reply", handler);
    if (length !== null) hook(Op.reply, requestId, length);
  };

  const upcall = (name: string) => (message: unknown) => {
    const length = send(message, "message", name);
    if (length !== null) hook(Op.upcall, length);
  };

  const name = (object: object, called: string) => {
    named[named.length] = object;
    named[named.length] = called;
  };

  const give = (given: Given, index: number, persister: object, data: unknown): unknown => {
    switch (given.kind) {
      case "ends": {
        const others = options.ends[index] ?? [];
        const list = ends.list(others, given.name);
        for (let i = 0; i < list.length; i++) name(list[i] as object, `end to ${ends.nameOf(others[i] as number)}`);
        return list;
      }
      case "me":
        return options.me;
      case "persister":
        name(persister, "Persister");
        return persister;
      case "upcall":
        return upcall(given.name);
      case "options":
        return data;
    }
  };

  const returned = (invokeId: number, method: string, value: unknown) => {
    const length = send(value === undefined ? null : value, "result", method);
    if (length !== null) hook(Op.result, invokeId, length);
  };

  const load = (submission: Submission): (new (...args: unknown[]) => Record<string, unknown>) => {
    const module: { exports: Record<string, unknown> } = { exports: {} };
    submission(module.exports, module, parts.importModule);
    methods.loaded(module.exports);
    const Class = module.exports[role.className];
    if (typeof Class !== "function") {
      const seen = Class === undefined ? "nothing of that name" : inspect(Class, { depth: 0 });
      throw new TypeError(`${role.file} must export a class ${role.className}; it exports ${seen}`);
    }
    return Class as new (
      ...args: unknown[]
    ) => Record<string, unknown>;
  };

  return {
    promisePrototype: Promise.prototype,
    inner: { self: () => peer, given: named, foreign: parts.foreign },
    failed: exception,
    makers: { object: () => ({}), list: () => [], bytes: (size) => new Uint8Array(size) },
    objectPrototype: Object.prototype,

    boot(nowUs, submission, data, state, snapshot) {
      parts.setNow(nowUs);
      const persister = createPersister(hook, misuse, state, snapshot);
      let where = "loading the submission";
      try {
        const Class = load(submission as Submission);
        where = `the constructor of ${role.className}`;
        // Without spreading, which a submission may have changed.
        const given = role.given.map((one, i) => give(one, i, persister, data));
        peer = Reflect.construct(Class, given) as Record<string, unknown>;
        methods.constructed(peer);
      } catch (error) {
        exception(where, error);
      }
    },

    request(nowUs, requestId, from, method, args) {
      parts.setNow(nowUs);
      if (peer === null) return;
      const where = `handler ${method} called by ${ends.nameOf(from)}`;
      try {
        const problem = methods.problem(method, options.role);
        if (problem !== null) {
          misuse(`${where}: ${problem}`);
          return;
        }
        const { object, name } = methods.target(method);
        const handler = object[name];
        if (typeof handler !== "function") {
          misuse(`${where}: ${methods.withoutMethod(object, name)}`);
          return;
        }
        const reply: unknown = Reflect.apply(handler, object, [args]);
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
      ends.reply(callId, reply);
    },

    invoke(nowUs, invokeId, method, args) {
      parts.setNow(nowUs);
      if (peer === null) return;
      try {
        const local = peer[method];
        if (typeof local !== "function") {
          misuse(methods.withoutMethod(peer, method));
          return;
        }
        const result: unknown = Reflect.apply(local, peer, args as unknown[]);
        if (!isThenable(result)) {
          returned(invokeId, method, result);
        } else if (role.local[method] === "later") {
          Promise.resolve(result).then(
            (value) => returned(invokeId, method, value),
            (error) => exception(method, error),
          );
        } else misuse(`${method} returned a promise: it must return its result at once, so it cannot be async`);
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
      const { observer } = role;
      if (peer === null || observer === undefined) return;
      try {
        const look = peer[observer];
        if (typeof look !== "function") {
          if (!isBlind) misuse(methods.withoutMethod(peer, observer));
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
