import { mkdir, readFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import { createAgentClient, fetchPinnedCa } from '@trunkline/api/agent-client'
import { createCertificateRequest } from './certificate-request.ts'
import { answerOf } from './answer.ts'
import { homePaths, writeDurably } from './home.ts'

export interface EnrolOptions {
  /** Where agents reach the server: `https://host:7481`. */
  server: string
  token: string
  /** `sha256:<hex>` of the authority's public key. Without it nothing is sent: the first answer is never just trusted. */
  caPin: string
  /** Folder for the key, the certificate and what else the agent keeps. */
  home: string
}

/** Makes this host's agent known to a server. The key never leaves this host. */
export async function enrol({ server, token, caPin, home }: EnrolOptions): Promise<void> {
  if (!/^sha256:[0-9a-f]{64}$/.test(caPin)) {
    throw new Error(
      'To enrol, the server must be known by its pin: pass --ca-pin sha256:… as `trunkline agent token` prints it.',
    )
  }
  const url = new URL(server).origin
  const ca = await fetchPinnedCa({ url, pin: caPin })
  const { key, csr } = await createCertificateRequest()
  using client = createAgentClient({ url, ca, deadlineMs: 15_000 })
  const json = { token, csr, hostName: hostname(), machineId: await machineId() }
  const answer = await answerOf(client.enrol.$post({ json }))
  const paths = homePaths(home)
  await mkdir(home, { recursive: true, mode: 0o700 })
  await writeDurably(paths.key, key)
  await writeDurably(paths.certificate, answer.certificate)
  await writeDurably(paths.ca, ca)
  await writeDurably(paths.runbookKey, answer.runbookKey)
  // Last: with this file the agent is enrolled.
  await writeDurably(paths.identity, JSON.stringify({ server: url, agentId: answer.agentId }))
}

async function machineId(): Promise<string> {
  const id = await readFile('/etc/machine-id', 'utf8').catch(() => '')
  return id.trim() || createHash('sha256').update(hostname()).digest('hex').slice(0, 32)
}
