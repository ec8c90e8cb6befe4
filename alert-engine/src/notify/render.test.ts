import { describe, expect, test } from 'vitest'
import type { ClaimedNotification, NotificationBody } from '@trunkline/api/repository'
import { renderNotification } from './render.ts'
import { valueText } from './value-text.ts'

const publicUrl = 'https://trunkline.example.org/'
const createdAt = new Date('2026-01-02T03:04:05Z')

function body(given: Partial<NotificationBody> = {}): NotificationBody {
  return {
    kind: 'raised',
    rule: 'blockedSession',
    code: 'C01',
    summary: 'A session waits long for a lock.',
    area: 'locks',
    unit: 's',
    whatToDo: `
      Look at the root
      blocker.

      Then decide.`,
    fromLevel: 0,
    toLevel: 3,
    maxLevel: 3,
    at: '2026-01-02T03:04:05.678Z',
    raisedAt: '2026-01-02T03:04:05.678Z',
    dataAt: '2026-01-02T03:04:04.000Z',
    value: 75,
    threshold: 60,
    message: 'shop_app has been blocked for 75 s on shop.',
    reason: 'above',
    labels: {},
    evidence: [
      { waiter_pid: 42, waited_seconds: 75.12345, waiter_query: 'select 1', relation: null },
    ],
    instance: { id: 7, name: 'shop' },
    agent: null,
    runbooks: [{ runbook: 'terminateSession', parameters: { pid: 9, backend_start: 'then' } }],
    ...given,
  }
}

function claimed(given: Partial<ClaimedNotification> = {}): ClaimedNotification {
  return {
    id: 'n',
    alertId: 'alert-1',
    episodeId: 'e',
    channelId: 1,
    receiver: 'a@example.org',
    messageId: '<n@test>',
    inReplyTo: null,
    subject: '[critical] shop: blocked',
    body: body(),
    createdAt,
    expiresAt: new Date('2026-01-03T03:04:05Z'),
    attempt: 1,
    alert: null,
    actions: [],
    ...given,
  }
}

const render = (given: Partial<ClaimedNotification> = {}, now = createdAt) =>
  renderNotification(claimed(given), { now, publicUrl })

describe('the text', () => {
  test('says what, where, how bad, since when, what to do, with evidence and a link', () => {
    expect(render().text).toBe(`shop_app has been blocked for 75 s on shop.

Instance:  shop
Level:     critical
Value:     75 s
Threshold: 60 s
Since:     2026-01-02 03:04:05 UTC
Measured:  2026-01-02 03:04:04 UTC
Rule:      C01 blockedSession: A session waits long for a lock.

What to do
Look at the root blocker.

Then decide.

Proposed, to try and to run from the page
- terminateSession (pid 9, backend_start then): End a client's session. Its open transaction is rolled back and its locks are released.

Evidence
- waiter pid: 42; waited seconds: 75.123; waiter query: select 1

https://trunkline.example.org/alerts/alert-1
`)
  })

  test('of a resolved says how long it lasted and what was run, by whom, and that it was verified', () => {
    const { text } = render({
      body: body({ kind: 'resolved', at: '2026-01-02T03:09:05.678Z', fromLevel: 3, toLevel: 0 }),
      actions: [
        {
          runbook: 'terminateSession',
          state: 'succeeded',
          dryRun: false,
          requestedBy: 'alice',
          error: null,
        },
        {
          runbook: 'terminateSession',
          state: 'succeeded',
          dryRun: true,
          requestedBy: 'bob',
          error: null,
        },
        {
          runbook: 'cancelQuery',
          state: 'verifying',
          dryRun: false,
          requestedBy: 'carol',
          error: null,
        },
      ],
    })
    expect(text).toContain('Level:     resolved (was critical at worst)')
    expect(text).toContain('Lasted:    5 min')
    expect(text).toContain('- terminateSession, run by alice: it worked, as verified by samples\n')
    expect(text).toContain('- cancelQuery, run by carol: it ran, and the alert is over\n')
    expect(text).not.toMatch(/bob|What to do/)
  })

  test.each([
    ['delayed by 7 min', {}, 7 * 60_000],
    ['attempt 3', { attempt: 3 }, 0],
    [
      'has been resolved since',
      { alert: { condition: 'normal', level: 0, value: null, message: '', acknowledgedBy: null } },
      0,
    ],
    [
      'The level is warning now: less',
      { alert: { condition: 'firing', level: 2, value: 1, message: 'less', acknowledgedBy: null } },
      0,
    ],
    [
      'Acknowledged by alice',
      { alert: { condition: 'firing', level: 3, value: 1, message: '', acknowledgedBy: 'alice' } },
      0,
    ],
  ])('says "%s"', (says, given, laterMs) => {
    const { text, html } = render(given, new Date(createdAt.getTime() + laterMs))
    expect(text).toContain(says)
    expect(html).toContain(says)
  })
})

describe('hostile text', () => {
  const hostile = `<script>alert(1)</script> "'& \u202E\u0000\r\n 🐘 ${'x'.repeat(3_000)}`

  test('stays text in HTML, stays in its line, and is bounded', () => {
    const { html, text, problem } = render({
      body: body({
        message: hostile,
        summary: hostile,
        instance: { id: 1, name: hostile },
        evidence: [{ [hostile]: hostile, waiter_query: 'a\nb\u2028c' }],
        runbooks: [{ runbook: hostile, parameters: { [hostile]: hostile } }],
      }),
    })
    expect(problem).toBeNull()
    for (const mark of ['<script', '\u202E', '\u0000', '\u2028']) {
      expect(html).not.toContain(mark)
    }
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &quot;&#39;&amp; 🐘')
    expect(html).not.toMatch(/(src|href)="(?!https:\/\/trunkline\.example\.org\/)/)
    expect(text).toContain('waiter query: a b c')
    expect(text.length).toBeLessThan(10_000)
  })

  test('a body that is not one is sent plain, with the error, as text', () => {
    const { html, text, problem } = render({
      body: { message: hostile },
      subject: '[critical] <b>',
    })
    expect(problem).toContain('expected')
    expect(text).toContain('[critical] <b>')
    expect(text).toContain('could not be laid out')
    expect(html).not.toMatch(/<script|<b>/)
  })
})

test.each([
  [75, 's', '75 s'],
  [1_610_612_736, 'By', '1.5 GiB'],
  [91.24, '%', '91.2 %'],
  [1, '{session}', '1 session'],
  [6, '{session}', '6 sessions'],
  [0.5, '1', '0.5'],
  [Number.NaN, 's', 'unknown'],
  [2, '', null],
  [null, 's', null],
])('%d in %s is %s', (value, unit, expected) => {
  expect(valueText(value, unit)).toBe(expected)
})
