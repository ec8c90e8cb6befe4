import { z } from 'zod'

const endpoint = z.string().transform((text, context) => {
  const match = /^(\[[0-9a-fA-F:]+\]|[^:\s]+):(\d{1,5})$/.exec(text)
  const port = Number(match?.[2])
  if (match?.[1] !== undefined && port >= 1 && port <= 65_535) return { host: match[1], port }
  context.addIssue({ code: 'custom', message: 'must be host:port, as in 127.0.0.1:7480' })
  return z.NEVER
})

const port = z.coerce
  .number('must be a port number')
  .int('must be a port number')
  .min(1, 'must be between 1 and 65535')
  .max(65_535, 'must be between 1 and 65535')

const url = (protocols: readonly string[]) => {
  const message = `must be a URL that begins with ${protocols.map((name) => `${name}://`).join(' or ')}`
  return z
    .string()
    .refine((text) => protocols.includes(URL.parse(text)?.protocol.slice(0, -1) ?? ''), message)
}

const list = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

const address = z
  .string()
  .regex(/^[^\s,<>]+@[^\s,<>]+$/, 'must be a mail address, as in oncall@example.org')

/** Everything that can be set: how it is called, what it may be, what it is when nobody says. Plain data. */
export const settings = {
  listen: {
    env: 'TRUNKLINE_LISTEN',
    says: 'where users reach the pages and the API',
    schema: endpoint,
    preset: '127.0.0.1:7480',
  },
  agentListen: {
    env: 'TRUNKLINE_AGENT_LISTEN',
    says: 'where agents reach the server (mutual TLS)',
    schema: endpoint,
    preset: '127.0.0.1:7481',
  },
  agentMetricsListen: {
    env: 'TRUNKLINE_AGENT_METRICS_LISTEN',
    says: "the local agent's /metrics, for Prometheus",
    schema: endpoint,
    preset: '127.0.0.1:7482',
  },
  engineListen: {
    env: 'TRUNKLINE_ENGINE_LISTEN',
    says: "the alert engine's /metrics and /healthz",
    schema: endpoint,
    preset: '127.0.0.1:7483',
  },
  publicUrl: {
    env: 'TRUNKLINE_PUBLIC_URL',
    says: 'how browsers reach the pages; links in messages begin with it (default: http:// and --listen)',
    schema: url(['http', 'https']),
  },
  repositoryUrl: {
    env: 'TRUNKLINE_REPOSITORY_URL',
    says: 'PostgreSQL 15 or newer to keep everything in, instead of the embedded one',
    schema: url(['postgres', 'postgresql']),
    secret: true,
  },
  embeddedPort: {
    env: 'TRUNKLINE_EMBEDDED_PORT',
    says: 'port of the embedded repository',
    schema: port,
    preset: '7432',
  },
  metricsWriteUrl: {
    env: 'TRUNKLINE_METRICS_WRITE_URL',
    says: 'OTLP/HTTP endpoints for metrics, comma separated, used exactly as given',
    schema: z
      .string()
      .transform(list)
      .pipe(z.array(url(['http', 'https']))),
    secret: true,
  },
  smtpUrl: {
    env: 'TRUNKLINE_SMTP_URL',
    says: 'mail server, as in smtp://user:password@mail.example.org:587 or smtps://…',
    schema: url(['smtp', 'smtps']),
    secret: true,
  },
  mailFrom: {
    env: 'TRUNKLINE_MAIL_FROM',
    says: 'sender of alert mail',
    schema: address,
  },
  mailTo: {
    env: 'TRUNKLINE_MAIL_TO',
    says: 'receivers of alert mail, comma separated',
    schema: z.string().transform(list).pipe(z.array(address)),
  },
} satisfies Record<string, Setting>

export interface Setting {
  env: `TRUNKLINE_${string}`
  says: string
  schema: z.ZodType<unknown, unknown>
  preset?: string
  /** May hold a password: masked whenever it is shown, and `…File` / `…_FILE` may name a file to read it from. */
  secret?: true
}

export type SettingName = keyof typeof settings
export const settingNames = Object.keys(settings) as SettingName[]

/** `agentListen` → `--agent-listen`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
