import { mkdir, mkdtemp, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { copyBinaries } from './unpack-binaries.ts'

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'binaries-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

test('links stay inside the copy, whether npm made them or we do', async () => {
  const from = await newFolder()
  for (const folder of ['bin', 'lib']) await mkdir(join(from, folder))
  for (const file of ['lib/libx.so.1.2', 'bin/postgres']) await writeFile(join(from, file), '')
  const links = ['libx.so', 'libx.so.1'].map((name) => ({
    source: 'native/lib/libx.so.1.2',
    target: `native/lib/${name}`,
  }))
  await writeFile(join(from, 'pg-symlinks.json'), JSON.stringify(links))
  await symlink('libx.so.1.2', join(from, 'lib', 'libx.so.1'))
  const to = await newFolder()
  await copyBinaries(from, to)
  for (const name of ['libx.so', 'libx.so.1']) {
    expect(await readlink(join(to, 'lib', name))).toBe('libx.so.1.2')
  }
})
