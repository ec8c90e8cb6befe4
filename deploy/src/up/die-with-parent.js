// Preloaded into every process that the supervisor starts. The channel closes when the supervisor ends, however it ends,
// so nothing it started outlives it. Plain JavaScript, since a preload in TypeScript loads Node's compiler into each of them.
if (process.channel !== undefined) {
  process.once('disconnect', () => {
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 8_000).unref()
  })
  // Listening would keep a process alive that has nothing else to do.
  process.channel.unref()
  // With the supervisor gone its pipes are closed; a log line must not then end a clean stop.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
}
