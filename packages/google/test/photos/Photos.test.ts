/** The conformance suite, in every world there is. */
import { conformance } from "./conformance.ts"
import { worlds } from "./support.ts"

for (const [name, world] of worlds) conformance(name, world)
