import type { Probe } from './probe.ts'

export const host = {
  summary: 'Load, processor, memory and swap of the host.',
  scope: 'host',
  role: 'any',
  every: '15s',
  timeout: '2s',
  retention: '30d',
  maxRows: 1,
  reader: 'system',
  sql: {},
  labels: {},
  since: 'booted_at',
  metrics: {
    'system.cpu.load_average.1m': {
      kind: 'gauge',
      unit: '{thread}',
      description: 'Threads running or waiting, average of 1 minute.',
      columns: { load1: {} },
    },
    'system.cpu.load_average.5m': {
      kind: 'gauge',
      unit: '{thread}',
      description: 'Threads running or waiting, average of 5 minutes.',
      columns: { load5: {} },
    },
    'system.cpu.load_average.15m': {
      kind: 'gauge',
      unit: '{thread}',
      description: 'Threads running or waiting, average of 15 minutes.',
      columns: { load15: {} },
    },
    'system.cpu.logical.count': {
      kind: 'gauge',
      unit: '{cpu}',
      description: 'Logical processors.',
      columns: { cpu_count: {} },
    },
    'system.cpu.utilization': {
      kind: 'gauge',
      unit: '1',
      description: 'Share of the processors in use since the sample before.',
      columns: { cpu_utilization: {} },
    },
    'system.cpu.time': {
      kind: 'counter',
      unit: 's',
      description: 'Time of all processors, by what they did.',
      columns: {
        cpu_user_seconds: { 'cpu.mode': 'user' },
        cpu_nice_seconds: { 'cpu.mode': 'nice' },
        cpu_system_seconds: { 'cpu.mode': 'system' },
        cpu_idle_seconds: { 'cpu.mode': 'idle' },
        cpu_iowait_seconds: { 'cpu.mode': 'iowait' },
        cpu_interrupt_seconds: { 'cpu.mode': 'interrupt' },
        cpu_steal_seconds: { 'cpu.mode': 'steal' },
      },
    },
    'system.memory.limit': {
      kind: 'gauge',
      unit: 'By',
      description: 'Memory of the host.',
      columns: { memory_total_bytes: {} },
    },
    'system.memory.usage': {
      kind: 'gauge',
      unit: 'By',
      description: 'Memory by what it holds.',
      columns: {
        memory_used_bytes: { 'system.memory.state': 'used' },
        memory_free_bytes: { 'system.memory.state': 'free' },
        memory_buffers_bytes: { 'system.memory.state': 'buffers' },
        memory_cached_bytes: { 'system.memory.state': 'cached' },
      },
    },
    'system.memory.linux.available': {
      kind: 'gauge',
      unit: 'By',
      description: 'Memory that programs can get without swapping.',
      columns: { memory_available_bytes: {} },
    },
    'system.paging.usage': {
      kind: 'gauge',
      unit: 'By',
      description: 'Swap space.',
      columns: {
        swap_used_bytes: { 'system.paging.state': 'used' },
        swap_free_bytes: { 'system.paging.state': 'free' },
      },
    },
    'system.uptime': {
      kind: 'gauge',
      unit: 's',
      description: 'Time since the host was started.',
      columns: { uptime_seconds: {} },
    },
  },
  details: {
    host_name: 'text',
    os: 'text',
    kernel: 'text',
  },
} satisfies Probe
