#!/usr/bin/env node
// Plain JavaScript for whatever Node the machine has (20 or newer): it finds the Node 24 that npm installed beside us
// and goes on in that one, since only that runs TypeScript directly.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const [major, minor] = process.versions.node.split('.').map(Number)

if (major > 24 || (major === 24 && minor >= 12)) await import(main)
else goOnIn(findNode24(), ['--disable-warning=ExperimentalWarning', main, ...process.argv.slice(2)])

/** @returns {string} */
function findNode24() {
  const name = `node-linux-${process.arch}`
  try {
    return join(
      dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)),
      'bin',
      'node',
    )
  } catch {
    process.stderr.write(
      `trunkline needs Node 24.12 or newer; this is ${process.versions.node} and the npm package ${name} is not ` +
        'installed. Run `npm ci` without --omit=optional on Linux x64 or arm64, or install Node 24.\n',
    )
    process.exit(69)
  }
}

/**
 * The child has an IPC channel only so that it hears when this process is killed.
 * @param {string} node
 * @param {string[]} args
 */
function goOnIn(node, args) {
  const child = spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`trunkline cannot run ${node}: ${error.message}\n`)
    process.exit(69)
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}
