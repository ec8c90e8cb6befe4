import { z } from '@hono/zod-openapi'

/** A list, and the cursor of what follows; `null` at the end. */
export const pageOf = <S extends z.ZodType>(item: S) =>
  z.object({ items: z.array(item), next: z.string().nullable() })

/** A whole number written in a path or query. */
export const wholeNumber = z
  .string()
  .regex(/^\d{1,9}$/, 'must be a whole number')
  .transform(Number)
  .openapi({ type: 'integer' })

/** How many items of a list at most, from `?limit=`. */
export const limit = wholeNumber
  .refine((count) => count >= 1 && count <= 500, 'must be between 1 and 500')
  .optional()

export const cursor = z.string().max(200).optional()

export const numberedParams = z.object({ id: wholeNumber })
export const uuidParams = z.object({ id: z.uuid() })

/** RFC 3339, UTC. */
export const time = z.string().openapi({ format: 'date-time' })

/** What another thing is called, for showing and linking. */
export const instanceRef = z.object({ id: z.int(), name: z.string() })
export const agentRef = z.object({ id: z.uuid(), name: z.string() })
