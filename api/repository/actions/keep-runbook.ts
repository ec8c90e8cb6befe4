import type postgres from 'postgres'

export interface SignedRunbook {
  name: string
  version: string
  document: Buffer
  signature: Buffer
  keyId: string
}

/** Stores a signed runbook. Its version is the hash of its bytes, so a version never changes; a new key signs anew. */
export async function keepRunbook(
  { sql }: { sql: postgres.ISql },
  runbook: SignedRunbook,
): Promise<void> {
  const { name, version, document, signature, keyId } = runbook
  await sql`
    insert into pem.runbook (name, version, document, signature, key_id)
    values (${name}, ${version}, ${document}, ${signature}, ${keyId})
        on conflict (name, version)
        do update set signature = excluded.signature, key_id = excluded.key_id, signed_at = now()
        where runbook.key_id <> excluded.key_id`
}

/** The newest signed version of each runbook. */
export async function listSignedRunbooks({
  sql,
}: {
  sql: postgres.ISql
}): Promise<{ name: string; version: string; keyId: string; signedAt: Date }[]> {
  return await sql<{ name: string; version: string; keyId: string; signedAt: Date }[]>`
    select name, version, key_id as "keyId", signed_at as "signedAt" from pem.runbook`
}
