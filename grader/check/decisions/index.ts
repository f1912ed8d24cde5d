/** Checks of consensus slot by slot, where each slot decides one value: pure, told of events in order of virtual time. */
export { DECISION_CHECKS, Decisions } from "./decisions.ts";
