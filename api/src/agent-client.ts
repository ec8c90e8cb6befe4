import { hc } from 'hono/client'
import type { AgentApp } from './agents/app.ts'
import { createTlsFetch, type TlsFetchOptions } from './agents/tls-fetch.ts'

export { fetchPinnedCa } from './agents/pinned-ca.ts'
export type * from './agents/wire.ts'

/**
 * The agents' API with full types, over mutual TLS. Bodies beyond a kilobyte go gzipped. Every call ends by the deadline;
 * `init: { signal }` of a call ends it sooner. Without `cert` and `key` only `enrol` is answered.
 */
export function createAgentClient(options: TlsFetchOptions & { url: string }) {
  const { fetch, close } = createTlsFetch(options)
  return { ...pick(hc<AgentApp>(options.url, { fetch }).agent.v1), close, [Symbol.dispose]: close }
}

export type AgentClient = ReturnType<typeof createAgentClient>

/** `hc` answers any property with a deeper path; naming those there are keeps `close` from being one of them. */
function pick(api: ReturnType<typeof hc<AgentApp>>['agent']['v1']) {
  const { enrol, renew, config, work, requests, samples, heartbeat, actions } = api
  return { enrol, renew, config, work, requests, samples, heartbeat, actions }
}
