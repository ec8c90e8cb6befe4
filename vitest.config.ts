import { defineConfig } from 'vitest/config'

const server = ['**/*.server.test.ts']

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...server, '**/node_modules/**', '**/dist/**'],
        },
      },
      {
        test: {
          name: 'server',
          include: server,
          exclude: ['**/node_modules/**', '**/dist/**'],
          globalSetup: ['deploy/test/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
    ],
  },
})
