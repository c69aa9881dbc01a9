import { newsvendor } from "./newsvendor.ts"

export default newsvendor
