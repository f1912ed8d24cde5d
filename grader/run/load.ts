import type { Load } from "../host/wire.ts";
import type { Form } from "../sim/role.ts";
import type { Bundle } from "../submission/index.ts";

export type { Form } from "../sim/role.ts";

/** What a peer host is to run: a bundled submission of that form. */
export function loadOf({ code, filename }: Pick<Bundle, "code" | "filename">, { roles }: Form): Load {
  return { code, filename, roles };
}
