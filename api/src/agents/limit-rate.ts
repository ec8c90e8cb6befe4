import { createMiddleware } from 'hono/factory'
import { ProblemError } from '../problem-error.ts'
import type { AgentEnv } from './identity.ts'
import { createTokenBuckets } from './token-bucket.ts'

/** No agent, and no stranger's address, may keep the api from the others. */
export function limitRate(now: () => Date) {
  const agents = createTokenBuckets({ perSecond: 50, burst: 200 })
  const strangers = createTokenBuckets({ perSecond: 20, burst: 100 })
  return createMiddleware<AgentEnv>(async (c, next) => {
    const agent = c.get('agent') as AgentEnv['Variables']['agent'] | undefined
    const isAllowed = agent
      ? agents.take(agent.id, now().getTime())
      : strangers.take(c.env.incoming.socket.remoteAddress ?? '', now().getTime())
    if (!isAllowed) {
      const detail = 'Too many requests; wait a second.'
      throw new ProblemError({ status: 429, detail, retryAfterSeconds: 1 })
    }
    await next()
  })
}
