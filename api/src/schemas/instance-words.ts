/** What an instance is looked at for, in the order it is shown. Data without imports: the browser has it too. */
export const areaNames = [
  'availability',
  'connections',
  'replication',
  'storage',
  'locks',
  'vacuum',
  'backup',
  'agent',
] as const

/** What an instance can be. */
export const instanceStates = [
  'up',
  'starting',
  'down',
  'unreachable',
  'no_slots',
  'refused',
  'unsupported',
  'unknown',
] as const
