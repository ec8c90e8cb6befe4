import { z } from '@hono/zod-openapi'
import { time } from './paging.ts'

export const roleSchema = z.enum(['viewer', 'responder', 'operator', 'admin']).openapi('Role')

export const sessionSchema = z
  .object({
    account: z.object({ name: z.string(), role: roleSchema }).nullable(),
    /** The account has no password yet: it came by a one-time link and must set one to come back. */
    needsPassword: z.boolean(),
  })
  .openapi('Session')

const accountName = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\s\p{C}](?:[^\p{C}]*[^\s\p{C}])?$/u, 'must not begin or end with a space')

export const credentialsSchema = z.object({
  name: z.string().max(100),
  password: z.string().max(1_000),
})
export const linkTokenSchema = z.object({ token: z.string().min(20).max(200) })
export const passwordSchema = z.object({
  password: z.string().min(10, 'must have at least 10 characters').max(1_000),
})
/** For whom; absent: for the caller. */
export const linkForSchema = z.object({ name: accountName.optional() })
export const signInLinkSchema = z.object({ url: z.string(), expiresAt: time }).openapi('SignInLink')

export const userSchema = z
  .object({
    id: z.int(),
    name: z.string(),
    role: roleSchema,
    createdAt: time,
    disabledAt: time.nullable(),
    hasPassword: z.boolean(),
  })
  .openapi('User')

export const newUserSchema = z.object({ name: accountName, role: roleSchema })
export const newUserAnswerSchema = z.object({
  user: userSchema,
  signInUrl: z.string(),
  expiresAt: time,
})

export type Role = z.infer<typeof roleSchema>
export type Session = z.infer<typeof sessionSchema>
export type User = z.infer<typeof userSchema>
