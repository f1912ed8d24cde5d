/** A call that the service of a peer makes by itself. */
export interface OwnCall {
  readonly method: string;
  /** As the codec encodes a list of them. */
  readonly args: Uint8Array;
}

/**
 * What the service of one peer does by itself, where it follows from what that peer handed it and from nothing else. A search looks at
 * peers one by one; in a run the monitor plays the services of all. `State` is never changed, only made anew.
 */
export interface SoloService<State = unknown> {
  /** The service of a peer that boots, out of what it once gave the peer to keep; nothing of a service is kept elsewhere. */
  begin(kept: Uint8Array): State;
  /** After the peer handed over that message; `call`: what the service will do about it, at any later moment. */
  after(state: State, peer: number, message: Uint8Array): { readonly state: State; readonly call: OwnCall | null };
}
