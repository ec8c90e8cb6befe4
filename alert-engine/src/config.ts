import { z } from 'zod'

/** What the engine is told by its environment. */
export interface Config {
  readonly home: string
  readonly repositoryUrl: string
  /** Where the links in messages lead. */
  readonly publicUrl: string
  readonly listen: { readonly host: string; readonly port: number }
}

/** The environment as configuration; all its problems in one error. An empty variable counts as not set. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const { data, error } = environment.safeParse(set)
  if (error) {
    const problems = error.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
    throw new Error(`The engine's configuration is wrong: ${problems.join('; ')}.`)
  }
  return {
    home: data.TRUNKLINE_HOME,
    repositoryUrl: data.TRUNKLINE_REPOSITORY_URL,
    publicUrl: (data.TRUNKLINE_PUBLIC_URL ?? `http://${data.TRUNKLINE_LISTEN}`).replace(/\/+$/, ''),
    listen: data.TRUNKLINE_ENGINE_LISTEN,
  }
}

const url = (...protocols: string[]) =>
  z
    .string(`is not set`)
    .refine(
      (text) => protocols.includes(URL.parse(text)?.protocol ?? ''),
      `must be a URL that begins with ${protocols.map((one) => `${one}//`).join(' or ')}`,
    )

const listen = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[^:\s]+):[0-9]{1,5}$/, 'must look like 127.0.0.1:7483')
  .transform((text) => {
    const colon = text.lastIndexOf(':')
    return {
      host: text.slice(0, colon).replace(/^\[|\]$/g, ''),
      port: Number(text.slice(colon + 1)),
    }
  })
  .refine(({ port }) => port <= 65_535, 'must have a port up to 65535')

const environment = z.object({
  TRUNKLINE_HOME: z
    .string('is not set: the folder of keys and state')
    .startsWith('/', 'must be an absolute path'),
  TRUNKLINE_REPOSITORY_URL: url('postgres:', 'postgresql:'),
  TRUNKLINE_PUBLIC_URL: url('http:', 'https:').optional(),
  TRUNKLINE_LISTEN: z.string().default('127.0.0.1:7480'),
  TRUNKLINE_ENGINE_LISTEN: listen.default({ host: '127.0.0.1', port: 7483 }),
})
