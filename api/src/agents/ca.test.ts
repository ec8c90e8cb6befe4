import 'reflect-metadata'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { X509Certificate, type webcrypto } from 'node:crypto'
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openAuthority } from './ca.ts'
import { agentIdIn, issueAgentCertificate } from './issue-agent-certificate.ts'

const now = new Date('2026-11-20T12:00:00Z')
const agentId = '7b1d7a2e-4c1f-4c7e-8a53-0d5f6f0a9b11'

async function newHome(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'trunkline-ca-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

async function csr(
  algorithm: webcrypto.EcKeyGenParams | webcrypto.RsaHashedKeyGenParams,
): Promise<string> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: 'CN=<script>root</script>',
    keys,
    signingAlgorithm: { ...algorithm, hash: 'SHA-256' },
  })
  return request.toString('pem')
}

const p256 = () => csr({ name: 'ECDSA', namedCurve: 'P-256' })

describe('the authority', () => {
  test('is made once, readable by its owner alone', async () => {
    const folder = await newHome()
    const [one, two] = await Promise.all([openAuthority(folder, now), openAuthority(folder, now)])
    expect(one.certificate).toBe(two.certificate)
    expect((await openAuthority(folder, now)).pin).toBe(one.pin)
    expect((await stat(join(folder, 'ca.key'))).mode & 0o777).toBe(0o600)
  })
})

describe("an agent's certificate", () => {
  test('is for the agent the server names, whatever the request says', async () => {
    const authority = await openAuthority(await newHome(), now)
    const issued = await issueAgentCertificate(authority, { agentId, csr: await p256(), now })
    const certificate = new X509Certificate(issued.certificate)
    expect(agentIdIn(certificate.subjectAltName)).toBe(agentId)
    expect(certificate.subject).toBe('CN=trunkline')
    expect(certificate.serialNumber).toBe(issued.serial)
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
    expect(certificate.validToDate).toEqual(new Date('2026-11-27T12:00:00Z'))
  })

  test('is refused for another type of key, a broken signature and what is no request', async () => {
    const authority = await openAuthority(await newHome(), now)
    const issue = (request: string) =>
      issueAgentCertificate(authority, { agentId, csr: request, now })
    const rsa = csr({
      name: 'RSASSA-PKCS1-v1_5',
      hash: 'SHA-256',
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
    })
    await expect(issue(await rsa)).rejects.toThrow('its key must be P-256')
    await expect(issue(await tampered())).rejects.toThrow('its signature is not of its key')
    await expect(issue('hello')).rejects.toThrow('it must be one PKCS#10 request in PEM')
  })
})

async function tampered(): Promise<string> {
  const lines = (await p256()).trim().split('\n')
  const der = Buffer.from(lines.slice(1, -1).join(''), 'base64')
  const at = der.indexOf('<script>')
  der[at] = 'x'.charCodeAt(0)
  return `${lines[0]}\n${der.toString('base64')}\n${lines.at(-1)}\n`
}
