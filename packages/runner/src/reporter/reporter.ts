import { Context } from "effect"
import type { TrialState } from "../coordination/trial-state.ts"
import type { SerialisedError } from "../pool/serialised-error.ts"

/** What happens while a study runs, for people who watch. Nothing here is part of the results. */
export class Reporter extends Context.Service<
  Reporter,
  {
    /** Work begins: `complete` of `total` trials were there already. */
    started(total: number, complete: number): void
    /** An attempt ended and left its trial in `state`. */
    ended(trialId: string, state: TrialState, error: SerialisedError | null): void
    /** The user asked to stop; `running` trials are still to give up their place. */
    stopping(running: number): void
    /** Work is over: whatever stood on the screen is put in order. */
    finished(): void
  }
>()("twinpact/Reporter") {}
