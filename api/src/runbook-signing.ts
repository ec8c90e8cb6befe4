import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
} from 'node:crypto'
import { join } from 'node:path'
import { runbookBytes, runbooks, type RunbookName } from '@trunkline/rules'
import { keepRunbook, type Sql } from '../repository/index.ts'
import { keepSecret, writeSecret } from './key-files.ts'

/** Signs runbooks; agents learn the public key when they enrol, and run nothing that another key signed. */
export interface RunbookSigner {
  keyId: string
  /** PEM. */
  publicKey: string
  sign(document: Uint8Array): Buffer
}

/** The signing key of this home; made when it is started for the first time. */
export async function openRunbookSigner(folder: string): Promise<RunbookSigner> {
  const pem = await keepSecret(join(folder, 'runbook.key'), async () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  })
  const key = createPrivateKey(pem)
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()
  await writeSecret(join(folder, 'runbook.pub'), publicKey)
  const keyId = createHash('sha256').update(publicKey).digest('hex').slice(0, 16)
  return { keyId, publicKey, sign: (document) => sign(null, document, key) }
}

/** A runbook's version is what it says: another text is another version. */
export function runbookVersion(name: RunbookName): string {
  return versionOf(runbookBytes(name, runbooks[name]))
}

/** Signs the catalogue as it ships. */
export async function signCatalogue({
  sql,
  signer,
}: {
  sql: Sql
  signer: RunbookSigner
}): Promise<void> {
  for (const name of runbookNames()) {
    const document = runbookBytes(name, runbooks[name])
    await keepRunbook(
      { sql },
      {
        name,
        version: versionOf(document),
        document: Buffer.from(document),
        signature: signer.sign(document),
        keyId: signer.keyId,
      },
    )
  }
}

/** The catalogue's names, typed. */
export function runbookNames(): RunbookName[] {
  return Object.keys(runbooks).filter(isRunbookName)
}

export function isRunbookName(name: string): name is RunbookName {
  return Object.hasOwn(runbooks, name)
}

function versionOf(document: Uint8Array): string {
  return createHash('sha256').update(document).digest('hex').slice(0, 16)
}
