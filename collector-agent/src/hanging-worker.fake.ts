import { basename } from 'node:path'
import type { ToWorker } from './watchdog.ts'

// A worker whose event loop stops turning: after as many words as the name of its home says.
process.on('message', (message: ToWorker) => {
  if (message.kind === 'start') speak(Number(basename(message.config.home)))
})

function speak(words: number): void {
  if (words === 0) for (;;);
  process.send?.({ kind: 'alive' })
  setTimeout(speak, 20, words - 1)
}
