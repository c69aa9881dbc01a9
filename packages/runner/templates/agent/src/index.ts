import { definition } from "./definition.ts"

export default definition
