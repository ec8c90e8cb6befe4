// A sender in a process of its own, for tests that kill it. Its arguments: the repository's URL, messages a minute.
import { hostname } from 'node:os'
import { connectRepository } from '@trunkline/api/repository'
import { createLeaseOwner, isProcessAlive } from './lease-owner.ts'
import { runSendLoop } from './send-loop.ts'
import { openSeal, testContext } from './spool.fixture.ts'

const [, , url = '', perMinute = ''] = process.argv
const sql = connectRepository({ url, max: 4, deadlineMs: 5_000, applicationName: 'sender' })
const owner = createLeaseOwner({ host: hostname(), pid: process.pid, isAlive: isProcessAlive })
const context = { ...testContext(sql, { owner }), unseal: openSeal.unseal }
await runSendLoop(context, new AbortController().signal, { perMinute: Number(perMinute) })
