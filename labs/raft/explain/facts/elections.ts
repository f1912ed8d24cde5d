import { scalarsOf } from "../../../../grader/explain/fields.ts";
import type { ToldFact } from "../../../../grader/explain/types.ts";
import { at, counted, listed, named, peersText } from "../../../../grader/explain/words.ts";
import type { Micros } from "../../../../grader/sim/peer-host.ts";
import type { Onlooker } from "../events.ts";
import { type Position, positionText } from "../messages.ts";

/** A vote that was given to somebody else. */
interface Grant {
  readonly voter: number;
  readonly boot: number;
  readonly candidate: number;
  readonly term: number;
  readonly timeUs: Micros;
}

/** A peer that began to lead, and by what. */
export interface Leadership {
  readonly peer: number;
  readonly boot: number;
  readonly term: number;
  readonly timeUs: Micros;
  /** Where it said that its log ends, when it asked for votes. */
  readonly last: Position | null;
  readonly voters: readonly number[];
}

interface Boot {
  readonly boot: number;
  readonly timeUs: Micros;
  readonly crashUs: Micros;
  readonly saved: Uint8Array | null;
}

/** Of a run that goes through terms without end, the last ones. */
const KEPT = 4_000;

/** Who voted for whom, and who led by that. */
export class ElectionFacts {
  readonly #grants: Grant[] = [];
  readonly leaderships: Leadership[] = [];
  readonly #last = new Map<string, Position | null>();
  readonly #boots = new Map<number, Boot[]>();

  readonly look: Onlooker = (event) => {
    const { peer, timeUs } = event;
    if (event.kind === "answers") {
      const { request } = event.handled;
      if (request?.method !== "requestVote" || event.reply?.yes !== true) return;
      keep(this.#grants, {
        voter: peer.id,
        boot: peer.boot,
        candidate: request.candidateId,
        term: request.term,
        timeUs,
      });
    } else if (event.kind === "asks") {
      const { request } = event;
      if (request?.method !== "requestVote" || request.candidateId !== peer.id) return;
      if (this.#last.size < KEPT) this.#last.set(`${peer.id} ${peer.boot} ${request.term}`, request.last);
    } else if (event.kind === "shows") {
      if (!event.isLeader || (peer.isLeader && peer.ledTerm === event.term)) return;
      keep(this.leaderships, {
        peer: peer.id,
        boot: peer.boot,
        term: event.term,
        timeUs,
        last: this.#last.get(`${peer.id} ${peer.boot} ${event.term}`) ?? null,
        voters: peer.campaign === event.term ? [...peer.voters.keys()].filter((id) => id !== peer.id) : [],
      });
    } else if (event.kind === "boots") {
      const boots = this.#boots.get(peer.id) ?? [];
      this.#boots.set(peer.id, boots);
      keep(boots, { boot: peer.boot + 1, timeUs, crashUs: peer.crashUs, saved: event.saved });
    }
  };

  /** "peer 4 won term 6 at 2.4 s with a log that ends with entry (2, 4), by the votes of peers 0 and 1". */
  won({ peer, boot, term, timeUs, last, voters }: Leadership): string {
    const log = last === null ? "" : ` with a log that ends with ${positionText(last)}`;
    return `${named(peer, boot)} won term ${term} at ${at(timeUs)}${log}${voters.length === 0 ? "" : `, by the votes of ${peersText(voters)}`}`;
  }

  /** All votes of a term that more than one peer led, and who gave two. */
  termFacts(term: number): ToldFact[] {
    const leaders = this.leaderships.filter((one) => one.term === term);
    const grants = this.#grants.filter((one) => one.term === term);
    // Without votes that can be read there is nothing to tell.
    if (leaders.length === 0 || grants.length === 0) return [];
    const facts = leaders.map((leader): ToldFact => {
      const given = leader.voters.map((voter) => {
        const grant = grants.find((one) => one.voter === voter && one.candidate === leader.peer);
        return grant === undefined ? `peer ${voter}` : `peer ${voter} at ${at(grant.timeUs)}${this.#bootMark(grant)}`;
      });
      return {
        label: "votes",
        text: `${named(leader.peer, leader.boot)} in term ${term}: ${listed(["its own", ...given])}`,
      };
    });
    const twice = new Set(
      grants
        .filter((one) => grants.some((other) => other.voter === one.voter && other.candidate !== one.candidate))
        .map(({ voter }) => voter),
    );
    for (const { voter } of grants)
      if (
        leaders.some(({ peer }) => peer === voter) &&
        grants.some((one) => one.voter === voter && one.candidate !== voter)
      )
        twice.add(voter);
    if (twice.size > 0) facts.push({ label: "votes", text: `voted twice in term ${term}: ${peersText(twice)}` });
    return [...facts, ...[...twice].sort((a, b) => a - b).flatMap((voter) => this.#bootFacts(voter, grants))];
  }

  #bootMark({ voter, boot }: Grant): string {
    return (this.#boots.get(voter)?.length ?? 0) > 1 ? ` (boot ${boot})` : "";
  }

  /** What a peer that voted twice remembered when it booted in between. */
  #bootFacts(voter: number, grants: readonly Grant[]): ToldFact[] {
    const own = grants.filter((one) => one.voter === voter);
    const [first, second] = [own[0], own.at(-1)];
    const boot = this.#boots
      .get(voter)
      ?.find(
        ({ timeUs }) => first !== undefined && second !== undefined && timeUs > first.timeUs && timeUs <= second.timeUs,
      );
    if (boot === undefined) return [];
    const [currentTerm, votedFor] = scalarsOf(boot.saved, ["currentTerm", "votedFor"]) ?? [];
    const isKnown =
      currentTerm !== undefined && votedFor !== undefined && currentTerm !== "other" && votedFor !== "other";
    const size = boot.saved === null || boot.saved.length === 0 ? "nothing saved" : counted(boot.saved.length, "byte");
    const saved = isKnown ? `{ currentTerm: ${currentTerm}, votedFor: ${votedFor} }` : size;
    return [
      {
        label: "between",
        text: `peer ${voter} crashed at ${at(boot.crashUs)} and booted at ${at(boot.timeUs)} with ${saved}`,
      },
    ];
  }
}

function keep<T>(list: T[], one: T): void {
  list.push(one);
  if (list.length > 2 * KEPT) list.splice(0, KEPT);
}
