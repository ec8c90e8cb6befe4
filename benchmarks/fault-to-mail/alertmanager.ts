import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { debianProgram } from '../../deploy/test/debian.ts'
import { freePort } from '../../deploy/test/free-port.ts'
import { waitForUrl } from '../../deploy/src/up/wait.ts'

/**
 * Debian's build reads its templates from a fixed path; it is unpacked, not installed, so it gets that path in a mount
 * namespace of its own and the machine stays as it is.
 */
const inNamespace = `
  mount -t tmpfs none /usr/share && mkdir -p /usr/share/prometheus &&
  ln -s "$0/usr/share/prometheus/alertmanager" /usr/share/prometheus/alertmanager &&
  exec setpriv --pdeathsig KILL "$0/usr/bin/prometheus-alertmanager" "$@"`

/** An Alertmanager as it ships that mails to this port: group_wait 30 s, group_interval 5 min. */
export async function startAlertmanager(
  folder: string,
  smtpPort: number,
): Promise<AsyncDisposable & { address: string }> {
  const file = join(folder, 'alertmanager.yml')
  mkdirSync(join(folder, 'alertmanager'))
  writeFileSync(file, JSON.stringify(configuration(smtpPort)))
  const address = `127.0.0.1:${await freePort()}`
  const root = (debianProgram('alertmanager') ?? '').replace(/\/usr\/bin\/[^/]*$/, '')
  const rights = process.getuid?.() === 0 ? [] : ['--map-root-user']
  const flags = [
    `--config.file=${file}`,
    `--storage.path=${join(folder, 'alertmanager')}`,
    `--web.listen-address=${address}`,
    '--cluster.listen-address=',
    '--log.level=error',
  ]
  const child = spawn('unshare', [...rights, '--mount', 'sh', '-c', inNamespace, root, ...flags], {
    stdio: 'inherit',
  })
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  try {
    const signal = AbortSignal.timeout(30_000)
    await waitForUrl(`http://${address}/-/ready`, {
      what: 'Alertmanager',
      timeoutMs: 30_000,
      signal,
    })
  } catch (error) {
    await stop()
    throw error
  }
  return { address, [Symbol.asyncDispose]: stop }
}

function configuration(smtpPort: number) {
  const email = { to: 'oncall@example.org', send_resolved: true, require_tls: false }
  return {
    global: { smtp_smarthost: `127.0.0.1:${smtpPort}`, smtp_from: 'am@example.org' },
    route: { receiver: 'oncall' },
    receivers: [{ name: 'oncall', email_configs: [email] }],
  }
}
