import { isIPv6 } from 'node:net'

/**
 * What one person has of the address space: an IPv4 address, or the 64 bits of an IPv6 network, in which every host may
 * take as many addresses as it likes.
 */
export function networkOf(address: string): string {
  // As a socket that listens on both shows IPv4.
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!isIPv6(address)) return address
  const [before = '', after] = address.split('::')
  const head = before.split(':').filter(Boolean)
  const tail = (after ?? '').split(':').filter(Boolean)
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0')
  const groups = [...head, ...(after === undefined ? [] : zeros), ...tail].slice(0, 4)
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}
