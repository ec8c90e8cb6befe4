import { z } from 'zod'

/** What the embedded repository's process tells the supervisor once it answers. */
export const repositoryReady = z.object({
  url: z.string(),
  monitorUrl: z.string(),
  actorUrl: z.string(),
})

export type RepositoryReady = z.infer<typeof repositoryReady>
