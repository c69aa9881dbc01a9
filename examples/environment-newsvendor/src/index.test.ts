import { describeEnvironment } from "@twinpact/core/testing"
import newsvendor from "./index.ts"

describeEnvironment(newsvendor)
