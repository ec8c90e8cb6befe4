import type { Client } from '@trunkline/api/client'
import type { Command } from 'commander'
import { connectApi } from '../api-access.ts'
import type { Config } from '../config.ts'
import { loadConfig } from '../home.ts'
import { apiUrlOf } from '../up/environment.ts'
import { lockOwner } from '../up/lock.ts'

/** What a command gets from the process it runs in; tests give their own. */
export interface CliContext {
  argv: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  write: (text: string) => void
  writeError: (text: string) => void
  /** Width of the terminal; undefined when the output is no terminal: then nothing is cut or coloured. */
  columns: number | undefined
  signal: AbortSignal
}

/** What every group of commands works with. */
export interface Cli extends CliContext {
  config: () => Config
  api: () => Client
  line: (text: string) => void
  /** The value as JSON when `--json` is given, else its text. */
  show: (options: { json?: boolean }, value: unknown, text: () => string) => void
}

/** A wish that was understood and did not come true: told in one sentence, exit 1. */
export class CommandFailed extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'CommandFailed'
  }
}

export function createCli(context: CliContext, program: Command): Cli {
  const config = () =>
    loadConfig({ home: program.opts<{ home?: string }>().home, env: context.env })
  const line = (text: string) => context.write(`${text}\n`)
  return {
    ...context,
    config,
    api() {
      const found = config()
      // A running server says where it is, whatever flags it was started with.
      return connectApi({ url: lockOwner(found.home)?.apiUrl ?? apiUrlOf(found), home: found.home })
    },
    line,
    show(options, value, text) {
      line(options.json ? JSON.stringify(value, null, 2) : text())
    },
  }
}

export const jsonOption = ['--json', 'print JSON'] as const
