import { existsSync } from 'node:fs'
import { debianProgram } from './debian.ts'
import { allMajors, postgresMajors } from './postgres-binaries.ts'

/** What some tests run against and is not installed here: without `CI` in the environment they are skipped. */
export function missingPrograms(): string[] {
  const majors = allMajors.filter((major) => !postgresMajors().includes(major))
  return [
    ...(majors.length === 0 ? [] : [`PostgreSQL ${majors.join(', ')}`]),
    ...(debianProgram('victoria-metrics') ? [] : ['VictoriaMetrics']),
    ...(debianProgram('prometheus') ? [] : ['Prometheus']),
    ...(existsSync('/usr/bin/chromium') ? [] : ['Chromium']),
  ]
}
