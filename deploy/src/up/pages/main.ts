import { buildDashboard } from '@trunkline/dashboard/build'

/** Builds the pages if they are missing or old, in a process of its own (the bundler's memory goes with it), and prints their folder. */
process.stdout.write(`${await buildDashboard()}\n`)
