import { describe, expect, test } from 'vitest'
import { ConfigError, resolveConfig, type ConfigSources } from './config.ts'

const nothing: ConfigSources = {
  home: '/home/noc/state',
  flags: {},
  env: {},
  file: null,
  readSecret: () => {
    throw new Error('ENOENT')
  },
}
const yaml = (text: string) => ({ path: 'trunkline.yaml', text })

function problemsOf(sources: Partial<ConfigSources>): readonly string[] {
  try {
    resolveConfig({ ...nothing, ...sources })
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

describe('which source wins', () => {
  const file = yaml('listen: 127.0.0.1:3\n')
  const env = { TRUNKLINE_LISTEN: '127.0.0.1:2' }
  const flags = { listen: '127.0.0.1:1' }
  test.each([
    ['flag over all', { flags, env, file }, 1, '--listen'],
    ['environment over file', { env, file }, 2, 'TRUNKLINE_LISTEN'],
    [
      'an empty variable is as none',
      { env: { TRUNKLINE_LISTEN: '' }, file },
      3,
      'trunkline.yaml:1:9',
    ],
    ['file over default', { file }, 3, 'trunkline.yaml:1:9'],
    ['default', {}, 7480, 'default'],
  ] as const)('%s', (...[, sources, port, origin]) => {
    const config = resolveConfig({ ...nothing, ...sources })
    expect(config.values.listen).toEqual({ host: '127.0.0.1', port })
    expect(config.origins.listen).toBe(origin)
  })
})

describe('what is refused, and how it is said', () => {
  test.each<[string, Partial<ConfigSources>, string[]]>([
    [
      'an unknown key, with line and column and what was meant',
      { file: yaml('# comment\nlisten: 127.0.0.1:1\nagent_listen: 127.0.0.1:2\n') },
      ['trunkline.yaml:3:1: unknown key "agent_listen"; did you mean agentListen?'],
    ],
    [
      'a value that is not valid, with line and column of the value',
      { file: yaml('listen:    nowhere\n') },
      ['trunkline.yaml:1:12: listen must be host:port, as in 127.0.0.1:7480'],
    ],
    [
      'YAML that does not parse',
      { file: yaml('listen: [\n') },
      [expect.stringMatching(/^trunkline\.yaml:\d+:\d+: /) as string],
    ],
    [
      'a file that is no mapping',
      { file: yaml('- listen\n') },
      ['trunkline.yaml:1:1: must be a list of "name: value" lines'],
    ],
    [
      'all problems at once, whatever source they come from',
      {
        flags: { embeddedPort: '70000' },
        env: { TRUNKLINE_REPOSITORY_URL: 'mysql://x' },
        file: yaml('publicUrl: ftp://x\n'),
      },
      [
        'trunkline.yaml:1:12: public-url must be a URL that begins with http:// or https://',
        'TRUNKLINE_REPOSITORY_URL: repository-url must be a URL that begins with postgres:// or postgresql://',
        '--embedded-port: embedded-port must be between 1 and 65535',
      ],
    ],
    [
      'half a mail channel',
      { env: { TRUNKLINE_SMTP_URL: 'smtp://mail:25' } },
      [
        'TRUNKLINE_SMTP_URL, TRUNKLINE_MAIL_FROM and TRUNKLINE_MAIL_TO belong together: set all three or none of them',
      ],
    ],
    [
      'a secret file that is not there',
      { env: { TRUNKLINE_REPOSITORY_URL_FILE: '/run/secrets/url' } },
      ['TRUNKLINE_REPOSITORY_URL_FILE: the file cannot be read: ENOENT'],
    ],
  ])('%s', (_, sources, problems) => {
    expect([...problemsOf(sources)].sort()).toEqual([...problems].sort())
  })
})

test('an empty file, and one with comments only, change nothing', () => {
  expect(problemsOf({ file: yaml('') })).toEqual([])
  expect(problemsOf({ file: yaml('# nothing here\n') })).toEqual([])
})

test('an unknown variable of the environment is told, not refused', () => {
  const env = {
    TRUNKLINE_LISTN: '127.0.0.1:1',
    // Only what may hold a password is read from a file.
    TRUNKLINE_LISTEN_FILE: '/run/secrets/listen',
    TRUNKLINE_METRICS_QUERY_URL: 'http://127.0.0.1:8428',
  }
  expect(resolveConfig({ ...nothing, env }).warnings).toEqual(
    Object.keys(env).map((name) => `${name} is not a setting of this version; it changes nothing`),
  )
})

test('lists may be comma separated or YAML lists; secrets may come from files', () => {
  const config = resolveConfig({
    ...nothing,
    env: { TRUNKLINE_METRICS_WRITE_URL: 'http://a/write, http://b/write' },
    file: yaml(
      'smtpUrlFile: /secrets/smtp\nmailFrom: pg@example.org\nmailTo: [a@x.org, b@x.org]\n',
    ),
    readSecret: () => 'smtp://user:secret@mail:25\n',
  })
  expect(config.values.metricsWriteUrl).toEqual(['http://a/write', 'http://b/write'])
  expect(config.values.mailTo).toEqual(['a@x.org', 'b@x.org'])
  expect(config.values.smtpUrl).toBe('smtp://user:secret@mail:25')
})
