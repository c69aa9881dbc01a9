import { CoreError } from "@twinpact/core"

/** Base of every error that `@twinpact/env` throws on purpose. */
export abstract class ContractError extends CoreError {}

/** A contract instance whose numbers make no sense; `key` names the field. */
export class InvalidInstanceError extends ContractError {
  readonly code = "INVALID_INSTANCE"
  readonly key: string

  constructor(key: string, expected: string, found: unknown) {
    super(`contract instance: expected ${key} to be ${expected}, found ${found}`)
    this.key = key
  }
}

/** A contract problem without an optimum: more data is always worth more than it costs. */
export class UnboundedContractError extends ContractError {
  readonly code = "UNBOUNDED_CONTRACT"
  readonly fairnessExponent: number

  constructor(fairnessExponent: number) {
    super(
      `the optimal data size has no finite value at fairnessExponent ${fairnessExponent}: ` +
        "set maximumDataSize, or raise fairnessExponent"
    )
    this.fairnessExponent = fairnessExponent
  }
}
