import { td3 } from "./definition.ts"

export default td3
