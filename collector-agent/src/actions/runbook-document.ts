import { z } from 'zod'
import type { Parameters } from './bind.ts'

const duration = z.string().regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/)

const sqlStepSchema = z.strictObject({
  kind: z.literal('sql'),
  says: z.string(),
  preview: z.string(),
  sql: z.string(),
})
const startStepSchema = z.strictObject({ kind: z.literal('start'), says: z.string() })

/** What an agent can carry out. A document with anything else in it is not run: half an understanding is none. */
const documentSchema = z.strictObject({
  name: z.string(),
  summary: z.string(),
  risk: z.enum(['R0', 'R1', 'R2', 'R3']),
  parameters: z.record(
    z.string().regex(/^[a-z][a-z0-9_]*$/),
    z.strictObject({ type: z.enum(['integer', 'text', 'timestamp']), description: z.string() }),
  ),
  deadline: duration,
  steps: z.array(z.discriminatedUnion('kind', [sqlStepSchema, startStepSchema])).min(1),
  verify: z.strictObject({ probe: z.string(), sql: z.string(), within: duration }),
})

export type SqlStep = z.infer<typeof sqlStepSchema>
export type StartStep = z.infer<typeof startStepSchema>
export type RunbookDocument = z.infer<typeof documentSchema>

/** Reads a document whose signature has been verified. */
export function parseDocument(bytes: Buffer): RunbookDocument | undefined {
  try {
    return documentSchema.parse(JSON.parse(bytes.toString()))
  } catch {
    return undefined
  }
}

const parameterSchemas = {
  integer: z.int(),
  text: z
    .string()
    .max(10_000)
    .refine((text) => !text.includes('\0')),
  timestamp: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}(:?\d{2})?)$/),
}

/** Why these parameters are not those that the document wants; `undefined` when they are. */
export function parameterProblem(
  document: RunbookDocument,
  parameters: Parameters,
): string | undefined {
  for (const name of Object.keys(parameters))
    if (!Object.hasOwn(document.parameters, name)) return `There is no parameter "${name}".`
  for (const [name, { type }] of Object.entries(document.parameters)) {
    if (!Object.hasOwn(parameters, name)) return `The parameter "${name}" is missing.`
    if (!parameterSchemas[type].safeParse(parameters[name]).success)
      return `The parameter "${name}" is not of the type ${type}.`
  }
  return undefined
}
