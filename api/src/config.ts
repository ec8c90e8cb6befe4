import { z } from 'zod'

/** What the api is told by its environment. */
export interface Config {
  home: string
  repositoryUrl: string
  listen: Address
  agentListen: Address
  publicUrl: URL
  /** Folder of the built pages; without it only the API is served. */
  dashboardDir: string | null
  mail: { url: string; from: string; to: string[] } | null
}

export interface Address {
  host: string
  port: number
}

const address = z.string().transform((text, context): Address => {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text)
  const port = Number(match?.[3])
  if (match && port <= 65_535) return { host: match[1] ?? match[2] ?? '', port }
  context.addIssue('must be host:port, as in 127.0.0.1:7480')
  return z.NEVER
})

const url = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `must be a URL that begins with ${protocols.map((one) => `${one}//`).join(' or ')}`,
    )

const environment = z
  .object({
    TRUNKLINE_HOME: z.string('is not set: the folder of keys and state').min(1),
    TRUNKLINE_REPOSITORY_URL: z
      .string('is not set: postgres://user:password@host:port/database')
      .pipe(url('postgres:', 'postgresql:')),
    TRUNKLINE_LISTEN: address.default({ host: '127.0.0.1', port: 7480 }),
    TRUNKLINE_AGENT_LISTEN: address.default({ host: '127.0.0.1', port: 7481 }),
    TRUNKLINE_PUBLIC_URL: url('http:', 'https:').optional(),
    TRUNKLINE_DASHBOARD_DIR: z.string().optional(),
    TRUNKLINE_SMTP_URL: url('smtp:', 'smtps:').optional(),
    TRUNKLINE_MAIL_FROM: z.string().includes('@', 'must be a mail address').optional(),
    TRUNKLINE_MAIL_TO: z
      .string()
      .transform((text) => text.split(',').flatMap((one) => one.trim() || []))
      .pipe(z.array(z.string().includes('@', 'must be mail addresses, comma separated')).min(1))
      .optional(),
  })
  .superRefine((env, context) => {
    const missing = (['TRUNKLINE_MAIL_FROM', 'TRUNKLINE_MAIL_TO'] as const).filter(
      (key) => !env[key],
    )
    if (!env.TRUNKLINE_SMTP_URL) return
    for (const path of missing) {
      context.addIssue({
        code: 'custom',
        path: [path],
        message: 'is needed with TRUNKLINE_SMTP_URL',
      })
    }
  })

/** The environment as configuration; all its problems in one error. An empty variable counts as not set. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const { data, error } = environment.safeParse(set)
  if (error) {
    const problems = error.issues.map(({ path, message }) => `${path[0]?.toString()} ${message}`)
    throw new Error(problems.join('\n'))
  }
  const listen = data.TRUNKLINE_LISTEN
  const { TRUNKLINE_SMTP_URL: smtp, TRUNKLINE_MAIL_FROM: from, TRUNKLINE_MAIL_TO: to } = data
  return {
    home: data.TRUNKLINE_HOME,
    repositoryUrl: data.TRUNKLINE_REPOSITORY_URL,
    listen,
    agentListen: data.TRUNKLINE_AGENT_LISTEN,
    publicUrl: new URL(
      data.TRUNKLINE_PUBLIC_URL ?? `http://${hostInUrl(listen.host)}:${listen.port}`,
    ),
    dashboardDir: data.TRUNKLINE_DASHBOARD_DIR ?? null,
    mail: smtp && from && to ? { url: smtp, from, to } : null,
  }
}

/** A host as it stands in a URL; a wildcard becomes this machine. */
export function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
