export { RunnerError, StoreError, StudyFileError, StudyHeldError, UsageError } from "./errors.ts"
