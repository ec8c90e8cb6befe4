import type { Command } from 'commander'
import { Unavailable } from '../api-access.ts'
import { bad, type Finding } from '../doctor/finding.ts'
import { checkMachine } from '../doctor/machine.ts'
import { checkParts } from '../doctor/parts.ts'
import { checkSmtp } from '../doctor/smtp.ts'
import { apiUrlOf } from '../up/environment.ts'
import { lockOwner } from '../up/lock.ts'
import { cleanText } from './clean-text.ts'
import { CommandFailed, jsonOption, type Cli } from './context.ts'

export function addDoctorCommand(program: Command, cli: Cli): void {
  program
    .command('doctor')
    .description('check every part and say what mends what is wrong; exit 1 if something is')
    .option(...jsonOption)
    .action(async (options: { json?: boolean }) => {
      const findings = await examine(cli)
      cli.show(options, { items: findings }, () => findings.map(lineOf).join('\n'))
      const wrong = findings.filter((one) => one.ok === false).length
      if (wrong > 0)
        throw new CommandFailed(
          `${String(wrong)} of ${String(findings.length)} checks found something wrong.`,
        )
    })
}

async function examine(cli: Cli): Promise<Finding[]> {
  const config = cli.config()
  const running = lockOwner(config.home)
  const [machine, parts, mail] = await Promise.all([
    checkMachine(config, running),
    checkApi(cli, running?.apiUrl ?? apiUrlOf(config)),
    checkSmtp(config.values.smtpUrl),
  ])
  return [...machine, ...parts, mail]
}

async function checkApi(cli: Cli, url: string): Promise<Finding[]> {
  try {
    return await checkParts(cli.api(), url)
  } catch (error) {
    if (error instanceof Unavailable) return [bad('api', error.message, 'npx trunkline up')]
    return [
      bad(
        'api',
        error instanceof Error ? error.message : String(error),
        'Read log/api.log in the home.',
      ),
    ]
  }
}

function lineOf({ check, ok, says, mend }: Finding): string {
  const mark = ok === null ? '–' : ok ? '✓' : '✗'
  const line = `${mark} ${cleanText(check)}: ${cleanText(says)}`
  return mend === null ? line : `${line}\n    mend: ${cleanText(mend)}`
}
