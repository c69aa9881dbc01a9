import { describeEnvironment } from "./describe-environment.ts"
import { boxBandit, discreteBandit, truncatingBox, twoRoles } from "./toy-environments.ts"

for (const toy of [boxBandit, discreteBandit, truncatingBox, twoRoles]) describeEnvironment(toy)
