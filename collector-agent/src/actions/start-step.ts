import { nobodyListens } from '../instances/failure.ts'
import type { InstanceDefinition } from '../instances/instance.ts'
import type { Row } from '../instances/session.ts'
import { connectSocket } from '../instances/socket.ts'
import { messageOf } from '../log.ts'
import type { StartCommand } from './allow-list.ts'
import type { Output } from './output.ts'
import type { ReadyStep } from './run-steps.ts'
import { runCommand } from './run-command.ts'
import type { StartStep } from './runbook-document.ts'

export interface StartOptions {
  instance: InstanceDefinition
  /** By address and port, from the allow-list of this host. */
  startCommands: Readonly<Record<string, StartCommand>>
}

const connectMs = 3_000

/** Starts an instance by this host's own command, if connections to it are refused, looked at right before. */
export function startStep({ says }: StartStep, options: StartOptions): ReadyStep {
  const { instance, startCommands } = options
  const place = `${instance.connection.address}:${instance.connection.port}`
  const command = Object.hasOwn(startCommands, place) ? startCommands[place] : undefined
  const look = async (): Promise<Row> => ({
    place,
    command: command?.join(' ') ?? null,
    problem: (await problemAt(instance, place)) ?? (command ? null : noCommand(place)),
  })

  async function start(leftMs: number, output: Output): Promise<Row> {
    const seen = await look()
    if (seen['problem'] !== null || !command) return { ...seen, done: false }
    const ended = await runCommand(command, {
      deadlineMs: leftMs,
      onLine: (line) => output.line(line),
    })
    return { place, command: command.join(' '), ...ended, done: ended.problem === null }
  }

  return {
    says,
    preview: async () => [await look()],
    effect: async (leftMs, output) => [await start(leftMs, output)],
  }
}

function noCommand(place: string): string {
  return (
    `This host has no command that starts ${place}. Its owner can give one there: ` +
    `npx trunkline agent allow startInstance --server ${place} -- /usr/bin/pg_ctlcluster 18 main start`
  )
}

/** Only where the host itself says that nobody listens is there something to start. */
async function problemAt(
  { connection }: InstanceDefinition,
  place: string,
): Promise<string | undefined> {
  try {
    const socket = await connectSocket(connection, AbortSignal.timeout(connectMs))
    socket.destroy()
    return `Something answers at ${place}, so it is not started.`
  } catch (error) {
    if (nobodyListens(error)) return undefined
    return `Nobody can say whether it runs: ${place} neither answers nor refuses (${messageOf(error)}).`
  }
}
