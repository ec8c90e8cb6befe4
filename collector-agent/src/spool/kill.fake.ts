import { argv } from 'node:process'
import { openSpool } from './spool.ts'

// A writer to be killed: it tells of every record as soon as the spool has said that it is kept.
const directory = argv[2] ?? ''
const spool = await openSpool({ directory, sinks: ['api'], segmentBytes: 20_000 })
for (;;) {
  const texts = Array.from({ length: 5 }, () => Buffer.from('x'.repeat(Math.random() * 400)))
  const sequences = await Promise.all(texts.map((text) => spool.append(text)))
  for (const sequence of sequences) process.send?.(sequence)
}
