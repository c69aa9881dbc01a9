export { type DescribeAgentOptions, describeAgent } from "./describe-agent.ts"
export { describeEnvironment } from "./describe-environment.ts"
export { boxBandit, defineToy, discreteBandit, truncatingBox, twoRoles } from "./toy-environments.ts"
