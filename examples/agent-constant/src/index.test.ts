import { describeAgent } from "@twinpact/core/testing"
import constant from "./index.ts"

describeAgent(constant, { config: { position: 0.25 } })
