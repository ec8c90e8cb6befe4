import type { Sample } from '@trunkline/api/agent-client'

/** What names the target of a sample in a metrics store. */
export type TargetAttributes = Record<string, string>

/** A sample on its way: its place in the spool is not yet known, and it knows its target's name. */
export interface Taken {
  sample: Omit<Sample, 'sequence'>
  attributes: TargetAttributes
}

export function encodeTaken(taken: Taken): Buffer {
  return Buffer.from(JSON.stringify(taken))
}

/** `undefined` when the bytes are nothing that this version wrote. */
export function decodeTaken(payload: Buffer): Taken | undefined {
  try {
    const { sample, attributes } = JSON.parse(payload.toString()) as Partial<Taken>
    return sample && attributes ? { sample, attributes } : undefined
  } catch {
    return undefined
  }
}

/** The attributes of an instance's points. `instance` itself is Prometheus' own label. */
export function instanceAttributes(instance: {
  name: string
  connection: { address: string; port: number }
}): TargetAttributes {
  const { address, port } = instance.connection
  return {
    'postgresql.instance.name': instance.name,
    'server.address': address,
    'server.port': String(port),
  }
}

export function hostAttributes(hostName: string): TargetAttributes {
  return { 'host.name': hostName }
}
