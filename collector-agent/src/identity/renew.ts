import { X509Certificate } from 'node:crypto'
import { rename } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf, type Log } from '../log.ts'
import { answerOf } from './answer.ts'
import type { Api } from './api.ts'
import { createCertificateRequest } from './certificate-request.ts'
import { homePaths, nextKeyPath, readIdentity, writeDurably, type Identity } from './home.ts'

/** When a certificate is to be replaced: after two thirds of its life. */
export function renewAt(certificate: string): number {
  const { validFrom, validTo } = new X509Certificate(certificate)
  const from = Date.parse(validFrom)
  return from + ((Date.parse(validTo) - from) * 2) / 3
}

/** Gets a certificate for a new key. At every instant the files on disk hold a key and its certificate. */
export async function renew(home: string, api: Api): Promise<Identity> {
  const { key, csr } = await createCertificateRequest()
  const { certificate } = await answerOf(api.client.renew.$post({ json: { csr } }))
  await writeDurably(nextKeyPath(home), key)
  await writeDurably(homePaths(home).certificate, certificate)
  await rename(nextKeyPath(home), homePaths(home).key)
  const identity = await readIdentity(home)
  api.use(identity)
  return identity
}

/** Renews in time, until the signal is aborted. */
export async function keepCertificate(options: {
  home: string
  api: Api
  log: Log
  signal: AbortSignal
}): Promise<void> {
  const { home, api, log, signal } = options
  let { certificate } = await readIdentity(home)
  while (!signal.aborted) {
    // Looked at anew at least every hour: a clock may be set, a machine may sleep.
    const waitMs = Math.min(renewAt(certificate) - Date.now(), 3_600_000)
    if (waitMs > 0) {
      await sleep(waitMs, undefined, { signal, ref: false }).catch(() => undefined)
      continue
    }
    try {
      certificate = (await renew(home, api)).certificate
      log('certificate_renewed', { renewAt: new Date(renewAt(certificate)).toISOString() })
    } catch (error) {
      log('certificate_not_renewed', { error: messageOf(error) })
      await sleep(60_000, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }
}
