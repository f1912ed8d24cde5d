/**
 * What the compiler says about calls between peers. The proofs are the types themselves: each `@ts-expect-error` is a
 * line that must not compile, and `npm run typecheck` fails when it does.
 */
import type { ApplyMsg, ClientEnd, Persister, RaftPeer, RpcArgs, RpcName, RpcReply } from "consensus-labs";
import { expect, expectTypeOf, it } from "vitest";

interface VoteArgs {
  term: number;
  candidateId: number;
}
interface VoteReply {
  term: number;
  voteGranted: boolean;
}

class Raft implements RaftPeer {
  readonly me: number;
  term = 0;
  // biome-ignore lint/suspicious/noExplicitAny: what a student may write
  anything: any = null;
  onElected: (() => void) | undefined = undefined;

  constructor(
    private readonly peers: ClientEnd<Raft>[],
    me: number,
    private readonly persister: Persister,
    private readonly apply: (msg: ApplyMsg) => void,
  ) {
    this.me = me;
  }

  getState() {
    return { term: this.term, isLeader: false };
  }
  start(_command: unknown) {
    return { index: 1, term: 0, isLeader: false };
  }
  snapshot(index: number, snapshot: Uint8Array) {
    this.persister.save(snapshot);
    this.apply({ kind: "noop", index });
  }
  kill() {}

  requestVote(args: VoteArgs): VoteReply {
    return { term: args.term, voteGranted: true };
  }
  async appendEntries(args: { entries: string[] }): Promise<{ success: boolean }> {
    return { success: args.entries.length > 0 };
  }
  /** Its type comes from a call, which must not make the types go round in circles. */
  async relay(args: { to: number }) {
    const reply = await this.peers[args.to]?.call("requestVote", { term: this.term, candidateId: this.me });
    return { granted: reply?.voteGranted ?? false };
  }
  ping() {
    return "pong";
  }
  twoArguments(a: number, b: number) {
    return a + b;
  }
  private helper(args: VoteArgs) {
    return args.term;
  }
  protected other() {
    return this.helper({ term: 1, candidateId: 2 });
  }
}

it("takes public methods with at most one parameter for RPCs, except the four local ones", () => {
  expectTypeOf<RpcName<Raft>>().toEqualTypeOf<"requestVote" | "appendEntries" | "relay" | "ping">();
});

it("takes arguments and reply from the method's own signature, without its promise", () => {
  expectTypeOf<RpcArgs<Raft, "requestVote">>().toEqualTypeOf<VoteArgs>();
  expectTypeOf<RpcReply<Raft, "requestVote">>().toEqualTypeOf<VoteReply>();
  expectTypeOf<RpcReply<Raft, "appendEntries">>().toEqualTypeOf<{ success: boolean }>();
  expectTypeOf<RpcReply<Raft, "relay">>().toEqualTypeOf<{ granted: boolean }>();
  expectTypeOf<RpcArgs<Raft, "ping">>().toEqualTypeOf<null | Record<string, never>>();
});

it("refuses wrong names, wrong arguments and wrong uses of the reply", () => {
  async function calls(peer: ClientEnd<Raft>) {
    const reply = await peer.call("requestVote", { term: 1, candidateId: 2 });
    expectTypeOf(reply).toEqualTypeOf<VoteReply | null>();
    expectTypeOf(await peer.call("ping", null)).toEqualTypeOf<string | null>();
    await peer.call("ping", {});

    // @ts-expect-error there is no such method
    await peer.call("requestVotes", { term: 1, candidateId: 2 });
    // @ts-expect-error a local method is no RPC
    await peer.call("getState", null);
    // @ts-expect-error a local method is no RPC
    await peer.call("start", 1);
    // @ts-expect-error a field is no RPC
    await peer.call("term", 1);
    // @ts-expect-error a field that may hold a function is no RPC
    await peer.call("onElected", null);
    // @ts-expect-error a field of type any is no RPC
    await peer.call("anything", null);
    // @ts-expect-error a private method is no RPC
    await peer.call("helper", { term: 1, candidateId: 2 });
    // @ts-expect-error a handler is given one argument only
    await peer.call("twoArguments", 1);
    // @ts-expect-error a field is missing
    await peer.call("requestVote", { term: 1 });
    // @ts-expect-error a field has the wrong type
    await peer.call("requestVote", { term: "1", candidateId: 2 });
    // @ts-expect-error a field too many
    await peer.call("requestVote", { term: 1, candidateId: 2, lastLogIndex: 3 });
    // @ts-expect-error no arguments
    await peer.call("requestVote");
    // @ts-expect-error arguments for a method that takes none
    await peer.call("ping", { term: 1 });
    // @ts-expect-error the reply may be null
    reply.voteGranted;
    // @ts-expect-error the reply has no such field
    reply?.success;
  }
  expect(calls).toBeTypeOf("function");
});

it("asks for the whole of the interface", () => {
  // @ts-expect-error snapshot and kill are missing
  class Incomplete implements RaftPeer {
    getState() {
      return { term: 0, isLeader: false };
    }
    start() {
      return { index: 0, term: 0, isLeader: false };
    }
  }
  expect(Incomplete).toBeTypeOf("function");
});
