import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { AgentConfig } from '@trunkline/api/agent-client'

/** Where an agent keeps what it must not lose. */
export function homePaths(home: string) {
  return {
    identity: join(home, 'agent.json'),
    key: join(home, 'agent.key'),
    certificate: join(home, 'agent.crt'),
    ca: join(home, 'ca.crt'),
    runbookKey: join(home, 'runbook.pub'),
    allowList: join(home, 'allow-list.json'),
    config: join(home, 'config.json'),
    spool: join(home, 'spool'),
    journal: join(home, 'journal'),
    quarantine: join(home, 'quarantine'),
  }
}

export interface Identity {
  server: string
  agentId: string
  key: string
  certificate: string
  ca: string
}

/** Who this agent is. Throws one sentence when it has not been enrolled. */
export async function readIdentity(home: string): Promise<Identity> {
  const paths = homePaths(home)
  try {
    const [identity, key, certificate, ca] = await Promise.all(
      [paths.identity, paths.key, paths.certificate, paths.ca].map((path) =>
        readFile(path, 'utf8'),
      ),
    )
    const { server, agentId } = JSON.parse(identity ?? '') as { server: string; agentId: string }
    return { server, agentId, key: key ?? '', certificate: certificate ?? '', ca: ca ?? '' }
  } catch (error) {
    throw new Error(
      `This agent is not enrolled (nothing usable in ${home}). Run: trunkline agent enrol --server … --token … --ca-pin …`,
      { cause: error },
    )
  }
}

/** The newest configuration the api gave, so that collecting goes on while the api is away. */
export async function readCachedConfig(home: string): Promise<AgentConfig | undefined> {
  try {
    return JSON.parse(await readFile(homePaths(home).config, 'utf8')) as AgentConfig
  } catch {
    return undefined
  }
}

/** Holds passwords: only the owner may read it. */
export function writeCachedConfig(home: string, config: AgentConfig): Promise<void> {
  return writeDurably(homePaths(home).config, JSON.stringify(config))
}

/** Replaces a file so that after any crash either the old or the new text is there. */
export async function writeDurably(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  {
    await using file = await open(`${path}.new`, 'w', 0o600)
    await file.writeFile(text)
    await file.sync()
  }
  await rename(`${path}.new`, path)
  await syncFolder(dirname(path))
}

/** Makes the names in a folder outlive a power failure. */
export async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r')
  await folder.sync()
}
