import { createPrivateKey, X509Certificate } from 'node:crypto'
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

/** Where the key waits while its certificate is being replaced. */
export function nextKeyPath(home: string): string {
  return `${homePaths(home).key}.next`
}

/** Who this agent is. Throws one sentence when it has not been enrolled. */
export async function readIdentity(home: string): Promise<Identity> {
  try {
    return await readFiles(home)
  } catch (error) {
    throw new Error(
      `This agent is not enrolled (nothing usable in ${home}). Run: trunkline agent enrol --server … --token … --ca-pin …`,
      { cause: error },
    )
  }
}

async function readFiles(home: string): Promise<Identity> {
  const paths = homePaths(home)
  const text = (path: string) => readFile(path, 'utf8')
  const { server, agentId } = JSON.parse(await text(paths.identity)) as Pick<
    Identity,
    'server' | 'agentId'
  >
  const [ca, certificate] = await Promise.all([text(paths.ca), text(paths.certificate)])
  const key = await text(paths.key)
  if (isPair(certificate, key)) return { server, agentId, ca, certificate, key }
  // Stopped in the middle of a renewal: the certificate is already the new key's.
  const nextKey = await text(nextKeyPath(home))
  if (!isPair(certificate, nextKey)) throw new Error('The certificate is not that of the key.')
  await rename(nextKeyPath(home), paths.key)
  return { server, agentId, ca, certificate, key: nextKey }
}

function isPair(certificate: string, key: string): boolean {
  return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))
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
