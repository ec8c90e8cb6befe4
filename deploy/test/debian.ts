import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheDir, makeOnce } from './cache.ts'

/**
 * Programs of Debian's sid, unpacked into the cache without being installed: its VictoriaMetrics takes OTLP,
 * the one of Debian 12 does not. They are Go programs and run as they are.
 */
export const debianPrograms = {
  'victoria-metrics': 'usr/bin/victoria-metrics',
  prometheus: 'usr/bin/prometheus',
  alertmanager: 'usr/bin/prometheus-alertmanager',
  amtool: 'usr/bin/amtool',
  'postgres-exporter': 'usr/bin/prometheus-postgres-exporter',
  'node-exporter': 'usr/bin/prometheus-node-exporter',
  vmagent: 'usr/bin/vmagent',
} as const

export type DebianProgram = keyof typeof debianPrograms

const packageOf: Record<DebianProgram, string> = {
  'victoria-metrics': 'victoria-metrics',
  prometheus: 'prometheus',
  alertmanager: 'prometheus-alertmanager',
  amtool: 'prometheus-alertmanager',
  'postgres-exporter': 'prometheus-postgres-exporter',
  'node-exporter': 'prometheus-node-exporter',
  vmagent: 'victoria-metrics',
}

/** Its path, or `undefined` where it is not installed. */
export function debianProgram(name: DebianProgram): string | undefined {
  const path = join(packageFolder(packageOf[name]), debianPrograms[name])
  return existsSync(path) ? path : undefined
}

/** Fetches what is missing of all programs. */
export function installDebianPrograms(say: (line: string) => void): void {
  const missing = [...new Set(Object.values(packageOf))].filter(
    (name) => !existsSync(packageFolder(name)),
  )
  if (missing.length === 0) return
  const apt = openSid()
  try {
    for (const name of missing) {
      say(`fetching Debian's ${name}`)
      makeOnce(packageFolder(name), (folder) => unpack({ apt, name, folder }))
    }
  } finally {
    rmSync(apt.folder, { recursive: true, force: true })
  }
}

function packageFolder(name: string): string {
  return join(cacheDir(), 'debian', name)
}

interface Apt {
  folder: string
  options: string[]
}

/** A private view of sid: this machine's own sources, lists and packages stay as they are. */
function openSid(): Apt {
  mkdirSync(cacheDir(), { recursive: true })
  const folder = mkdtempSync(join(cacheDir(), 'apt-'))
  const sources = join(folder, 'sid.list')
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
  writeFileSync(sources, `deb [signed-by=${keyring}] http://deb.debian.org/debian sid main\n`)
  for (const name of ['lists/partial', 'cache/archives/partial']) {
    mkdirSync(join(folder, name), { recursive: true })
  }
  const options = [
    `Dir::Etc::sourcelist=${sources}`,
    'Dir::Etc::sourceparts=-',
    `Dir::State::lists=${join(folder, 'lists')}`,
    `Dir::Cache=${join(folder, 'cache')}`,
    'Acquire::Languages=none',
    // Its unprivileged downloader cannot write to the cache.
    'APT::Sandbox::User=',
  ].flatMap((option) => ['-o', option])
  execFileSync('apt-get', ['-q', ...options, 'update'], { stdio: ['ignore', 'ignore', 'pipe'] })
  return { folder, options }
}

function unpack({ apt, name, folder }: { apt: Apt; name: string; folder: string }): void {
  const cwd = mkdtempSync(join(apt.folder, 'download-'))
  const stdio: ['ignore', 'ignore', 'pipe'] = ['ignore', 'ignore', 'pipe']
  execFileSync('apt-get', ['-q', ...apt.options, 'download', name], { cwd, stdio })
  const file = readdirSync(cwd).find((entry) => entry.endsWith('.deb'))
  if (!file) throw new Error(`apt-get downloaded nothing for ${name}`)
  execFileSync('dpkg', ['-x', join(cwd, file), folder], { stdio })
  execFileSync('chmod', ['-R', 'a+rX', folder])
}
