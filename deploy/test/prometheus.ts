import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { type HttpServer, startHttpServer } from './http-server.ts'

/** A Prometheus that scrapes `host:port`s, every second unless told. */
export async function startPrometheus(options: {
  scrape: string[]
  everySeconds?: number
  /** Paths of rule files. */
  rules?: string[]
  /** `host:port` of an Alertmanager. */
  alertmanager?: string
}): Promise<HttpServer> {
  const port = await freePort()
  return startHttpServer({
    program: 'prometheus',
    port,
    flags: (folder) => {
      const file = join(folder, 'prometheus.yml')
      mkdirSync(join(folder, 'data'))
      writeFileSync(file, JSON.stringify(configuration(options)))
      return [
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=warn',
      ]
    },
    ready: '/-/ready',
  })
}

/** JSON is YAML. */
function configuration(options: Parameters<typeof startPrometheus>[0]) {
  const every = `${options.everySeconds ?? 1}s`
  return {
    global: { scrape_interval: every, scrape_timeout: every, evaluation_interval: every },
    scrape_configs: [{ job_name: 'trunkline', static_configs: [{ targets: options.scrape }] }],
    rule_files: options.rules ?? [],
    alerting: options.alertmanager
      ? { alertmanagers: [{ static_configs: [{ targets: [options.alertmanager] }] }] }
      : {},
  }
}
