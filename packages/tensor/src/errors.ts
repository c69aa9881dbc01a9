/** Base of every error that `@twinpact/tensor` throws on purpose; `code` is stable and may be matched. */
export abstract class TensorError extends Error {
  abstract readonly code: string

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
  }
}

/** Operands that do not fit together: shapes, element types or attributes. */
export class ShapeError extends TensorError {
  readonly code = "SHAPE"
}

/** A graph that breaks the rules of its own representation: always a bug of this package. */
export class GraphError extends TensorError {
  readonly code = "GRAPH"
}

/** A program that cannot be built, or a call that does not fit it. */
export class ProgramError extends TensorError {
  readonly code = "PROGRAM"
}

/** A file that is damaged, truncated or of another format. */
export class FormatError extends TensorError {
  readonly code = "FORMAT"
}

/** An engine that cannot do what was asked on this machine; `remedy` says what the user can do. */
export class EngineError extends TensorError {
  readonly code = "ENGINE"
  readonly engine: string
  readonly reason: string
  readonly remedy: string

  constructor(engine: string, reason: string, remedy: string, options?: ErrorOptions) {
    super(`engine ${engine} ${reason}: ${remedy}`, options)
    this.engine = engine
    this.reason = reason
    this.remedy = remedy
  }
}
