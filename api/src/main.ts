import { once } from 'node:events'
import { readConfig, type Config } from './config.ts'
import { createLog } from './log.ts'
import { startApi } from './start-api.ts'

const configurationError = 78

function readEnvironment(): Config {
  try {
    return readConfig(process.env)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(configurationError)
  }
}

const config = readEnvironment()
if (process.argv.includes('--check')) process.exit(0)

const log = createLog('api', (line) => process.stdout.write(line))
try {
  await using _api = await startApi({ config, log, now: () => new Date() })
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')])
  log('stopping')
  // Whatever hangs then has had its time: the supervisor waits no longer.
  setTimeout(() => process.exit(1), 4_500).unref()
} catch (error) {
  log('failed', { error })
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
