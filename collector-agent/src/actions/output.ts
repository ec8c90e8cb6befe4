/** What an action printed: all of it counted, its beginning and its end kept. */
export interface Output {
  line(text: string): void
  result(): { outputHead: string; outputTail: string; outputBytes: number }
}

// In characters, which is what the api counts; the tail starts where the head ends.
const keptCharacters = 65_536

export function createOutput(): Output {
  let head = ''
  let tail = ''
  let bytes = 0
  return {
    line(text) {
      const whole = `${text.toWellFormed()}\n`
      bytes += Buffer.byteLength(whole)
      const space = keptCharacters - head.length
      head += whole.slice(0, space)
      tail = (tail + whole.slice(space)).slice(-keptCharacters)
    },
    result: () => ({ outputHead: head, outputTail: tail, outputBytes: bytes }),
  }
}
