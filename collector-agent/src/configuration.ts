import { setTimeout as sleep } from 'node:timers/promises'
import type { AgentConfig } from '@trunkline/api/agent-client'
import { answerOf } from './identity/answer.ts'
import type { Api } from './identity/api.ts'
import { readCachedConfig, writeCachedConfig } from './identity/home.ts'
import { messageOf, type Log } from './log.ts'

/** What this agent is to watch, as the api last said. */
export interface Configuration {
  readonly current: AgentConfig | undefined
  /** Asks the api, and applies what it says. */
  refresh: () => Promise<void>
}

export interface ConfigurationOptions {
  api: Api
  home: string
  apply: (config: AgentConfig) => Promise<void>
  log: Log
}

/** Starts with what was last known, so that an api that is away stops nothing. */
export async function openConfiguration(options: ConfigurationOptions): Promise<Configuration> {
  const { api, home, apply, log } = options
  let current = await readCachedConfig(home)
  if (current) await apply(current)
  else await refresh().catch((error: unknown) => log('config_failed', { error: messageOf(error) }))

  async function refresh(): Promise<void> {
    const fetched = await answerOf(api.client.config.$get())
    await apply(fetched)
    current = fetched
    await writeCachedConfig(home, fetched).catch((error: unknown) =>
      log('config_not_kept', { error: messageOf(error) }),
    )
    log('config_applied', { version: fetched.version, instances: fetched.instances.length })
  }

  return {
    get current() {
      return current
    },
    async refresh() {
      // The long poll asks again at once while the version differs: not faster than this.
      await refresh().catch(async (error: unknown) => {
        log('config_failed', { error: messageOf(error) })
        await sleep(1_000)
      })
    },
  }
}
