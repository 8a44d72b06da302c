export { createPropFlow, newKey, type PropFlow, type PropFlowOptions } from './client.js'
export { liveEvents, type Live, type LiveOptions } from './live.js'
export { ProblemError, unwrap, type UnreadableAnswer } from './problem.js'
export type * from './schema.js'
