import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../deploy/test/database.ts'
import { startPostgres, type TestPostgres } from '../../deploy/test/postgres.ts'
import { connectAs, createMonitor, urlFor } from '../../deploy/test/monitored.ts'
import { startProxy, type TestProxy } from '../../deploy/test/proxy.ts'
import { startSmtpSink, type SmtpSink } from '../../deploy/test/smtp.ts'
import { startWholeSystem, type WholeSystem } from './whole-system.fixture.ts'

const browserPath = '/usr/bin/chromium'
const isInstalled = existsSync(browserPath)
const password = 'correct horse battery staple'
const hostileName = `<script>document.title='hit'</script> "☂️" 'shop'`
const patient = { timeout: 45_000 }

let shop: TestPostgres
let sink: SmtpSink
let repository: TestDatabase
/** Between Trunkline and its repository. */
let wire: TestProxy
let system: WholeSystem
let browser: Browser
let page: Page
let shopId = 0
/** What the browser refused or what failed on a page; nothing of it is allowed. */
const complaints: string[] = []

describe.runIf(isInstalled || process.env['CI'])(
  'the pages, in a browser, over the whole system (apt-get install chromium)',
  () => {
    beforeAll(async () => {
      ;[shop, sink, repository] = await Promise.all([
        startPostgres(),
        startSmtpSink(),
        createTestDatabase(),
      ])
      const url = new URL(repository.url)
      wire = await startProxy({ to: Number(url.port) })
      url.port = String(wire.port)
      system = await startWholeSystem({
        TRUNKLINE_REPOSITORY_URL: url.href,
        TRUNKLINE_SMTP_URL: sink.url,
        TRUNKLINE_MAIL_FROM: 'trunkline@example.net',
        TRUNKLINE_MAIL_TO: 'oncall@example.net',
      })
      shopId = await addShop()
      const flags = [
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
      ]
      browser = await chromium.launch({
        executablePath: browserPath,
        args: [
          '--headless',
          '--no-sandbox',
          '--disable-component-update',
          '--disable-sync',
          ...flags,
        ],
      })
      page = await openPage({ colorScheme: 'dark', timezoneId: 'America/New_York' })
    }, 180_000)

    afterAll(async () => {
      await browser?.close()
      await system?.[Symbol.asyncDispose]()
      await wire?.[Symbol.asyncDispose]()
      await repository?.[Symbol.asyncDispose]()
      await Promise.all([shop?.[Symbol.asyncDispose](), sink?.[Symbol.asyncDispose]()])
    })

    test('a one-time link, then a password, then that password', async () => {
      await page.goto(system.signInLink)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByLabel('New password').fill(password)
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Overview' }).waitFor()
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.getByLabel('Name').fill('admin')
      await page.getByLabel('Password').fill('something else')
      await page.keyboard.press('Enter')
      await page.getByRole('alert').waitFor()
      await page.getByLabel('Password').fill(password)
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Overview' }).waitFor()
    })

    test('the overview shows the instance live, its hostile name as text', async () => {
      await page.goto(`${system.url}/`)
      await page.getByRole('link', { name: hostileName }).waitFor(patient)
      await page.getByRole('link', { name: 'availability: up' }).waitFor(patient)
      await page.getByText('live', { exact: true }).waitFor(patient)
      expect(await page.title()).not.toContain('hit')
      const age = await page.locator('td.age time').first().textContent()
      expect(age).toMatch(/^\d+ s$/)
    })

    test('dark follows the system, and the button overrides it', async () => {
      const ground = () =>
        page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
      expect(await ground()).toBe('rgb(13, 17, 22)')
      await page.getByRole('button', { name: /^Colours/ }).click()
      expect(await ground()).toBe('rgb(239, 241, 244)')
      await page.getByRole('button', { name: /^Colours/ }).click()
      await page.getByRole('button', { name: /^Colours/ }).click()
      expect(await ground()).toBe('rgb(13, 17, 22)')
    })

    test('the charts draw what was collected, over a range that a link can carry', async () => {
      await page.goto(`${system.url}/instances/${shopId}?from=now-5m&to=now`)
      const chart = page.getByRole('img', { name: /^Connections by state\./ })
      await chart.waitFor(patient)
      const plot = page.locator('.u-over').first()
      const box = await plot.boundingBox()
      if (!box) throw new Error('the chart has no plot')
      await page.mouse.move(box.x + 40, box.y + 40)
      await page.mouse.down()
      await page.mouse.move(box.x + box.width - 40, box.y + 45, { steps: 4 })
      await page.mouse.up()
      await page.waitForURL(/from=\d{4}-\d\d-\d\dT/)
      const before = page.url()
      await page.reload()
      await page.getByText(/\d\d:\d\d:\d\d – \d\d:\d\d:\d\d (EST|EDT)/).waitFor(patient)
      expect(page.url()).toBe(before)
    })

    test('a blocker is dry-run, then ended, from its alert', async () => {
      await using blocked = await blockWriter()
      await page.goto(`${system.url}/alerts?area=locks`)
      await page
        .getByRole('link', { name: /has waited/ })
        .first()
        .click(patient)
      const repair = page.locator('.repair', { hasText: 'terminateSession' })
      await repair.getByRole('button', { name: 'Dry run' }).click(patient)
      await repair.getByText('Nothing was changed.').waitFor(patient)
      await repair.getByRole('heading', { name: 'It would act on' }).waitFor()
      expect(await blocked.isHeld()).toBe(true)
      await repair.getByRole('button', { name: 'Run…' }).click()
      const dialog = page.getByRole('alertdialog', { name: 'Run terminateSession?' })
      await dialog.getByRole('button', { name: 'Run it' }).click()
      await repair.getByText('Done, and the effect is proven.').waitFor(patient)
      expect(await blocked.isHeld()).toBe(false)
    })

    test('when data stops the overview says stale, and is green for nothing of it', async () => {
      await page.goto(`${system.url}/`)
      await page.getByRole('link', { name: 'availability: up' }).waitFor(patient)
      system.signalAgent('SIGSTOP')
      try {
        await page.getByRole('link', { name: 'availability: stale' }).waitFor({ timeout: 90_000 })
        expect(await page.locator('td[data-area=availability] [data-mark=ok]').count()).toBe(0)
        await page.locator('td.age.late').waitFor(patient)
        await page
          .getByRole('link', { name: 'availability: unwatched' })
          .waitFor({ timeout: 90_000 })
        expect(await page.locator('.matrix [data-mark=ok]').count()).toBe(0)
      } finally {
        system.signalAgent('SIGCONT')
      }
      await page.getByRole('link', { name: 'availability: up' }).waitFor({ timeout: 90_000 })
    }, 240_000)

    test.each(['drop', 'half-open'] as const)(
      'while the repository is away (%s) the page says how old its data is, and nothing on it is green',
      async (mode) => {
        await page.goto(`${system.url}/`)
        await page.getByRole('link', { name: 'availability: up' }).waitFor(patient)
        await page.locator('.matrix [data-mark=ok]').first().waitFor(patient)
        wire.set(mode)
        try {
          await page.getByText('Not live.').waitFor({ timeout: 90_000 })
          await expect
            .poll(() => page.locator('[data-mark=ok]').count(), { timeout: 90_000 })
            .toBe(0)
          const said = await page.locator('.lost').textContent()
          expect(said).toMatch(/Everything here is \d+ \S+ old: The repository cannot be reached/)
          expect((await fetch(`${system.url}/livez`)).status).toBe(200)
        } finally {
          wire.set('pass')
        }
        await page.getByRole('link', { name: 'availability: up' }).waitFor({ timeout: 90_000 })
        await page.getByText('Not live.').waitFor({ state: 'detached', timeout: 90_000 })
      },
      300_000,
    )

    test('a server that is killed is down on the overview, and acknowledged by keyboard alone', async () => {
      await page.goto(`${system.url}/`)
      await page.getByRole('link', { name: 'availability: up' }).waitFor(patient)
      await shop.kill()
      await page.getByRole('link', { name: 'availability: down' }).waitFor(patient)
      await page.locator('td[data-area=availability] [data-mark=critical]').waitFor(patient)
      await page.keyboard.press('g')
      await page.keyboard.press('a')
      await page.getByRole('heading', { name: 'Alerts' }).waitFor()
      await page.locator('a[data-alert]', { hasText: 'shop' }).first().waitFor(patient)
      await page.keyboard.press('j')
      await page.keyboard.press('a')
      await page.getByRole('dialog', { name: 'Acknowledge' }).waitFor()
      await page.keyboard.type('starting it again')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await page.getByText('starting it again').waitFor(patient)
      // The dialog gives the focus back to the row it came from.
      await page.locator('a[data-alert]:focus').waitFor()
      await page.keyboard.press('Enter')
      await page.getByText('Acknowledged by admin').waitFor(patient)
      await page
        .locator('#notifications + ul', { hasText: 'oncall@example.net' })
        .getByText('sent')
        .first()
        .waitFor(patient)
      await shop.start()
    })

    test('every page fits 320 pixels, and 1280, also with everything on it unfolded', async () => {
      await using narrow = await openNarrow()
      const pages = [
        '/',
        `/instances/${shopId}`,
        '/alerts?state=all',
        '/actions',
        '/notifications',
        '/agents',
        '/rules',
        '/probes',
      ]
      const overflow = () =>
        narrow.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      for (const path of pages) {
        await narrow.page.setViewportSize({ width: 320, height: 640 })
        await narrow.page.goto(`${system.url}${path}`)
        await narrow.page.locator('main .panel, main .chart').first().waitFor(patient)
        expect(await overflow(), path).toBeLessThanOrEqual(0)
        await unfold(narrow.page)
        expect(await overflow(), `${path}, unfolded`).toBeLessThanOrEqual(0)
        await narrow.page.setViewportSize({ width: 1_280, height: 800 })
        expect(await overflow(), `${path}, unfolded and wide`).toBeLessThanOrEqual(0)
      }
    })

    test('when the server is gone the page says since when, and nothing on it is green', async () => {
      await system.stop()
      await page.getByText('Not live.').waitFor(patient)
      await expect.poll(() => page.locator('.matrix [data-mark=ok]').count(), patient).toBe(0)
      expect(await page.locator('.live').textContent()).toContain('lost')
    })

    test('through all of this the policy refused nothing and no script failed', () => {
      expect(complaints).toEqual([])
    })
  },
)

async function openPage(options: Parameters<Browser['newContext']>[0]): Promise<Page> {
  const context = await browser.newContext(options)
  const opened = await context.newPage()
  opened.setDefaultTimeout(20_000)
  opened.on('pageerror', (error) => complaints.push(error.message))
  opened.on('console', (message) => {
    if (/Content.Security.Policy|Refused to/i.test(message.text())) complaints.push(message.text())
  })
  return opened
}

async function openNarrow() {
  const context = await browser.newContext({
    viewport: { width: 320, height: 640 },
    storageState: await page.context().storageState(),
  })
  return { page: await context.newPage(), [Symbol.asyncDispose]: () => context.close() }
}

/** The shop is watched, and may be repaired; a session that waits for two seconds is an alert there. */
async function addShop(): Promise<number> {
  const monitor = await createMonitor(shop)
  const sql = connectAs(shop, 'postgres')
  await sql`create role actor login password 'test' in role pg_signal_backend, pg_monitor`
  await sql`create role app login password 'test'`
  await sql`create table stock (amount int)`
  await sql`insert into stock values (1)`
  await sql`grant select, update on stock to app`
  await sql.end()
  const added = await system.api.instances.$post({
    json: { uri: monitor, actorUri: urlFor(shop, 'actor'), name: hostileName },
  })
  if (!added.ok) throw new Error(JSON.stringify(await added.json()))
  const { id } = await added.json()
  const levels = { warning: { above: 2, clear: 2, for: '0s' } }
  const json = { instanceId: id, levels }
  const changed = await system.api.rules[':name'].override.$put({
    param: { name: 'blockedSession' },
    json,
  })
  if (!changed.ok) throw new Error(JSON.stringify(await changed.json()))
  return id
}

/** Opens all there is to open; on an instance's page also what comes only then. */
async function unfold(on: Page) {
  const open = () =>
    on.evaluate(() => {
      for (const one of document.querySelectorAll('details')) one.open = true
    })
  const isInstance = on.url().includes('/instances/')
  if (isInstance) {
    await on.locator('.chart-table summary').first().waitFor(patient)
    await on.locator('#agent summary').first().waitFor(patient)
  }
  await open()
  if (!isInstance) return
  await on.locator('.runs details').first().waitFor(patient)
  await open()
  await on.locator('.runs table').first().waitFor(patient)
}

/** One session left idle in its transaction, and one that waits for it. */
async function blockWriter() {
  const ended = () => undefined
  const [holder, waiter, looker] = [
    connectAs(shop, 'app'),
    connectAs(shop, 'app'),
    connectAs(shop, 'app'),
  ]
  const session = await holder.reserve()
  await session`begin`
  const [row] = await session<
    { pid: number }[]
  >`select pg_backend_pid() as pid from stock for update`
  const waiting = waiter`update stock set amount = amount + 1`.catch(ended)
  return {
    isHeld: async () => {
      const rows = await looker`select from pg_stat_activity where pid = ${row?.pid ?? 0}`
      return rows.length > 0
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([holder, waiter, looker].map((sql) => sql.end({ timeout: 1 })))
      await waiting
    },
  }
}
