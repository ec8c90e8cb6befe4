import { expect, test } from 'vitest'
import { addSpace, isLocal, mountOf, parseMounts } from './filesystems.ts'

const mounts = parseMounts(`22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 27 254:1 / /data\\040one rw - xfs /dev/vdb rw
31 27 254:2 / /data rw - ext4 /dev/vdc rw
32 27 254:3 / /data rw - ext4 /dev/vdd rw
`)

test('finds the mount with the longest point, the later of two, and not one that is only similar', () => {
  expect(mountOf('/data/base', mounts)?.device).toBe('/dev/vdd')
  expect(mountOf('/data one/x', mounts)).toEqual({
    mountpoint: '/data one',
    device: '/dev/vdb',
    type: 'xfs',
  })
  expect(mountOf('/database', mounts)?.mountpoint).toBe('/')
  expect(mountOf('/data', mounts)?.mountpoint).toBe('/data')
})

test('adds the space of a path, and leaves out what is not on this host', async () => {
  const rows = [
    { role: 'data', path: '/tmp' },
    { role: 'wal', path: '/no/such/path' },
    { role: 'x', path: null },
  ]
  const found = await addSpace(rows)
  expect(found).toHaveLength(1)
  const { total_bytes: total, used_bytes: used, available_bytes: available } = found[0] ?? {}
  expect(Number(total)).toBeGreaterThan(0)
  expect(Number(used) + Number(available)).toBeLessThanOrEqual(Number(total))
})

test('knows its own addresses', async () => {
  expect(await isLocal('127.0.0.1')).toBe(true)
  expect(await isLocal('/var/run/postgresql')).toBe(true)
  expect(await isLocal('192.0.2.7')).toBe(false)
})
