import { z } from '@hono/zod-openapi'

/** Something wrong and what mends it; both one sentence or command a person can use as it is. */
export const mendableSchema = z.object({ problem: z.string(), mend: z.string().nullable() })

/** RFC 9457. `problems` lists what can be mended, `field`s name what in a request was wrong. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    requestId: z.string().optional(),
    problems: z.array(mendableSchema).optional(),
    fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem')

export type Problem = z.infer<typeof problemSchema>

const problem = <D extends string>(description: D) => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
})

const failures = {
  400: problem('The request is malformed; `fields` says where.'),
  401: problem('Nobody is signed in.'),
  403: problem('The role does not allow this, or the request came from another site.'),
  404: problem('There is no such thing.'),
  500: problem('A fault of ours; `requestId` finds it in the log.'),
  503: problem('The repository or an agent is away; `Retry-After` says when to ask again.'),
} as const

const changeFailures = {
  409: problem('Its state does not allow this now.'),
  422: problem('Understood, but cannot be done; `problems` says what mends it.'),
  429: problem('Too many attempts; `Retry-After` says when to ask again.'),
} as const

/**
 * The answers of a route that only reads. Merged by `Object.assign`, not by spreading: spread numeric keys become
 * strings in the type (TypeScript 7.0), and the client then knows of no failures.
 */
export function answers<S extends z.ZodType>(description: string, schema: S) {
  return Object.assign({ 200: json(description, schema) }, failures)
}

/** The answers of a route that changes something. */
export function changeAnswers<S extends z.ZodType>(description: string, schema: S) {
  return Object.assign({ 200: json(description, schema) }, failures, changeFailures)
}

/** The answers of a route that makes something new. */
export function createAnswers<S extends z.ZodType>(description: string, schema: S) {
  return Object.assign({ 201: json(description, schema) }, failures, changeFailures)
}

/** The answers of a route whose effect comes later. */
export function acceptAnswers<S extends z.ZodType>(description: string, schema: S) {
  return Object.assign({ 202: json(description, schema) }, failures, changeFailures)
}

/** A required body in JSON. Without `required` a body of another content type would pass unchecked. */
export const jsonBody = <S extends z.ZodType>(schema: S) => ({
  required: true as const,
  content: { 'application/json': { schema } },
})

function json<S extends z.ZodType>(description: string, schema: S) {
  return { description, content: { 'application/json': { schema } } }
}
