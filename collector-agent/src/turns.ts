/** Makes a gate that lets one piece of work through at a time, in the order of asking. */
export function createTurns() {
  let last: Promise<void> = Promise.resolve()
  return async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const previous = last
    const { promise, resolve } = Promise.withResolvers<void>()
    last = promise
    await previous
    try {
      return await work()
    } finally {
      resolve()
    }
  }
}
