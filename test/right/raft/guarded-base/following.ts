import type { Server } from "./server.ts";
import type { AppendArgs, AppendReply, HeartbeatArgs, InstallArgs, InstallReply, TermReply } from "./types.ts";

export function answerHeartbeat(server: Server, { term, commit }: HeartbeatArgs): TermReply {
  if (server.hearLeader(term)) server.service.commitTo(commit);
  return { term: server.durable.term };
}

export function answerAppend(server: Server, { term, previous, entries, commit }: AppendArgs): AppendReply {
  const isLeader = server.hearLeader(term);
  const { durable, service } = server;
  const { log } = durable;
  if (!isLeader) return { term: durable.term };
  // What is committed here is in the leader's log, too.
  if (previous.index < service.commit) return { term, match: service.commit };
  if (!log.holds(previous)) return { term, hint: log.lastUpTo(previous) };
  if (log.merge(previous, entries)) durable.save();
  // Nothing is known of what may follow in this log.
  const match = previous.index + entries.length;
  service.commitTo(Math.min(commit, match));
  return { term, match };
}

export function answerInstall(server: Server, { term, end, snapshot }: InstallArgs): InstallReply {
  const isLeader = server.hearLeader(term);
  const { durable, service } = server;
  if (!isLeader) return { term: durable.term };
  if (end.index <= service.commit) return { term, match: service.commit };
  if (durable.log.holds(end)) {
    // Nothing is missing but the news that all of it is committed.
    service.commitTo(end.index);
  } else {
    durable.log.restartAt(end);
    durable.save(snapshot);
    service.restore(end, snapshot);
  }
  return { term, match: end.index };
}

/** The service has a snapshot of its own. It may be late: a leader's may have overtaken it. */
export function takeSnapshot({ durable, service }: Server, index: number, snapshot: Uint8Array): void {
  if (index <= durable.log.base.index || index > service.commit) return;
  durable.log.compactTo(index);
  durable.save(snapshot);
}
