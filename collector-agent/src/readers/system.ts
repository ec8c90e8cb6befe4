import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { hostname, release } from 'node:os'
import { columnsOf, type Probe } from '@trunkline/probes'
import { createColumnar, type Columnar } from '../columnar.ts'
import type { Row } from '../instances/session.ts'

/** The texts that the kernel gives under /proc. */
export interface ProcTexts {
  loadavg: string
  stat: string
  meminfo: string
  uptime: string
}

/** Reads the host's figures from /proc; no process is started for it. */
export function createSystemReader(readTexts: () => ProcTexts = readProc) {
  const osName = readOsName()
  let before: CpuTimes | undefined
  return async function readSystem(probe: Probe): Promise<Columnar> {
    const texts = readTexts()
    const times = cpuTimes(texts.stat)
    const columnar = createColumnar(columnsOf(probe), 1)
    columnar.add({
      ...loadColumns(texts.loadavg),
      ...cpuColumns(texts.stat, times, before),
      ...memoryColumns(texts.meminfo),
      uptime_seconds: Number.parseFloat(texts.uptime),
      host_name: hostname(),
      os: await osName,
      kernel: release(),
    })
    before = times
    return columnar.result()
  }
}

/** The kernel answers from memory: handing this to other threads would cost many times as much. */
function readProc(): ProcTexts {
  const text = (name: string) => readFileSync(`/proc/${name}`, 'utf8')
  return {
    loadavg: text('loadavg'),
    stat: text('stat'),
    meminfo: text('meminfo'),
    uptime: text('uptime'),
  }
}

function loadColumns(loadavg: string): Row {
  const [load1, load5, load15] = loadavg.split(' ').map(Number)
  return { load1, load5, load15 }
}

type CpuTimes = Record<
  'user' | 'nice' | 'system' | 'idle' | 'iowait' | 'interrupt' | 'steal',
  number
>

// USER_HZ: what /proc counts in, on every Linux.
const ticksPerSecond = 100

function cpuTimes(stat: string): CpuTimes {
  const ticks = /^cpu +(.*)$/m.exec(stat)?.[1]?.split(' ').map(Number) ?? []
  const seconds = (index: number) => (ticks[index] ?? 0) / ticksPerSecond
  return {
    user: seconds(0),
    nice: seconds(1),
    system: seconds(2),
    idle: seconds(3),
    iowait: seconds(4),
    interrupt: seconds(5) + seconds(6),
    steal: seconds(7),
  }
}

function cpuColumns(stat: string, times: CpuTimes, before: CpuTimes | undefined): Row {
  const seconds = Object.entries(times).map(([mode, value]) => [`cpu_${mode}_seconds`, value])
  const bootedAt = Number(/^btime (\d+)$/m.exec(stat)?.[1])
  return {
    ...Object.fromEntries(seconds),
    cpu_count: stat.match(/^cpu\d+ /gm)?.length,
    cpu_utilization: before && utilization(times, before),
    booted_at: Number.isFinite(bootedAt) ? new Date(bootedAt * 1000).toISOString() : null,
  }
}

function utilization(times: CpuTimes, before: CpuTimes): number | null {
  const total = sum(times) - sum(before)
  const idle = times.idle + times.iowait - before.idle - before.iowait
  return total > 0 ? Math.min(1, Math.max(0, 1 - idle / total)) : null
}

function sum(times: CpuTimes): number {
  return Object.values(times).reduce((total, value) => total + value, 0)
}

function memoryColumns(meminfo: string): Row {
  const lines = meminfo.matchAll(/^(\w+): +(\d+) kB$/gm)
  const bytes = new Map([...lines].map(([, name = '', kB]) => [name, Number(kB) * 1024]))
  const of = (name: string) => bytes.get(name) ?? 0
  const cached = of('Cached') + of('SReclaimable')
  return {
    memory_total_bytes: bytes.get('MemTotal'),
    memory_available_bytes: bytes.get('MemAvailable'),
    memory_free_bytes: bytes.get('MemFree'),
    memory_buffers_bytes: bytes.get('Buffers'),
    memory_cached_bytes: cached,
    memory_used_bytes: Math.max(0, of('MemTotal') - of('MemFree') - of('Buffers') - cached),
    swap_free_bytes: bytes.get('SwapFree'),
    swap_used_bytes: of('SwapTotal') - of('SwapFree'),
  }
}

async function readOsName(): Promise<string | null> {
  const osRelease = await readFile('/etc/os-release', 'utf8').catch(() => '')
  return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(osRelease)?.[1] ?? null
}
