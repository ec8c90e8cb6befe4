import { describe, expect, test } from 'vitest'
import type { Lane } from '@trunkline/api/repository'
import { planNotifications } from './plan.ts'
import type { ToldTransition } from './told-transition.ts'

const rule = {
  name: 'blockedSession',
  code: 'C01',
  summary: 'A session waits long for a lock.',
  area: 'locks',
  unit: 's',
  whatToDo: 'Look at the root blocker.',
} as const

const route = { channelId: 1, rule: null, minLevel: 2, receivers: ['a@example.org'] }
const episodeId = 'ab12cdef-0000-4000-8000-000000000000'

function transition(given: Partial<ToldTransition> = {}): ToldTransition {
  return {
    alertId: '11111111-0000-4000-8000-000000000000',
    sequence: 2,
    episodeId,
    kind: 'raised',
    fromLevel: 0,
    toLevel: 2,
    maxLevel: 2,
    at: new Date('2026-01-02T03:04:05Z'),
    raisedAt: new Date('2026-01-02T03:04:05Z'),
    dataAt: new Date('2026-01-02T03:04:04Z'),
    value: 75,
    threshold: 60,
    message: 'shop_app has been blocked for 75 s.',
    labels: {},
    evidence: [],
    instance: { id: 7, name: 'shop' },
    agent: null,
    reason: 'above',
    mutedBy: null,
    runbooks: [],
    ...given,
  }
}

function lane(given: Partial<Lane> = {}): Lane {
  return {
    episodeId,
    channelId: 1,
    receiver: 'a@example.org',
    rootMessageId: '<root@test>',
    subject: '[warning] shop: shop_app has been blocked for 75 s. #ab12cd',
    seen: true,
    tried: false,
    waiting: false,
    ...given,
  }
}

function plan(given: Partial<Parameters<typeof planNotifications>[0]> = {}) {
  const transitions = [transition()]
  return planNotifications({
    rule,
    transitions,
    routes: [route],
    lanes: [],
    mailDomain: 'test',
    ...given,
  })
}

describe('a raise', () => {
  test('goes once to each receiver of the routes that take it, under an id that replanning repeats', () => {
    const routes = [
      { ...route, receivers: ['a@example.org', 'b@example.org'] },
      { ...route, rule: 'blockedSession', minLevel: 1 },
      { ...route, rule: 'instanceDown', receivers: ['c@example.org'] },
      { ...route, minLevel: 3, receivers: ['d@example.org'] },
    ]
    const { notifications, told, supersede } = plan({ routes })
    expect(notifications.map(({ receiver }) => receiver)).toEqual([
      'a@example.org',
      'b@example.org',
    ])
    expect(new Set(notifications.map(({ messageId }) => messageId)).size).toBe(2)
    expect(notifications[0]?.messageId).toMatch(
      /^<[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}@test>$/,
    )
    expect(notifications[0]).toMatchObject({ kind: 'raised', inReplyTo: null, sequence: 2 })
    expect(told).toEqual(['told'])
    expect(supersede).toEqual([])
    expect(plan({ routes })).toEqual(plan({ routes }))
  })

  test.each([
    ['no_route', [], {}],
    ['no_route', [{ ...route, rule: 'instanceDown' }], {}],
    ['below_route', [route], { toLevel: 1 }],
    ['muted_by:instanceDown', [route], { mutedBy: 'instanceDown' }],
    ['not_notifying', [route], { kind: 'pending' }],
    ['not_notifying', [route], { kind: 'acknowledged' }],
  ])('is not told, and says why: %s', (reason, routes, given) => {
    const made = plan({ routes, transitions: [transition(given)] })
    expect(made).toEqual({ notifications: [], supersede: [], told: [reason] })
  })

  test('that was muted is told as a raise when the muting ends', () => {
    const { notifications } = plan({ transitions: [transition({ kind: 'unmuted' })] })
    expect(notifications[0]).toMatchObject({ kind: 'raised', inReplyTo: null })
  })

  test('has a subject that stays one line whatever the database calls things', () => {
    const message = `a\r\nBcc: evil@example.org\u2028\u202Eb ${'x'.repeat(500)}`
    const [row] = plan({ transitions: [transition({ message })] }).notifications
    expect(row?.subject).toMatch(/^\[warning\] shop: a Bcc: evil@example\.org b x+… #ab12cd$/)
    expect(row?.subject.length).toBeLessThan(200)
  })
})

describe('later messages of an episode', () => {
  test('reply to the first that may have been seen, with the same tail of the subject', () => {
    const up = transition({ kind: 'level_up', sequence: 3, toLevel: 3, message: 'other' })
    const { notifications } = plan({ transitions: [up], lanes: [lane()] })
    expect(notifications[0]).toMatchObject({
      inReplyTo: '<root@test>',
      subject: '[critical] shop: shop_app has been blocked for 75 s. #ab12cd',
    })
  })

  test('lower goes to the lanes that have the alert, whatever the routes say now', () => {
    const down = transition({ kind: 'level_down', sequence: 3, toLevel: 1 })
    expect(plan({ transitions: [down], lanes: [lane()], routes: [] }).notifications).toHaveLength(1)
    expect(plan({ transitions: [down] }).told).toEqual(['never_told'])
  })

  test('a rise takes the place of what is not seen yet', () => {
    const up = transition({ kind: 'level_up', sequence: 3, toLevel: 3 })
    const waiting = lane({ seen: false, waiting: true, rootMessageId: null })
    const { notifications, supersede } = plan({ transitions: [up], lanes: [waiting] })
    expect(supersede).toEqual([
      { episodeId, channelId: 1, receiver: 'a@example.org', beforeSequence: 3 },
    ])
    expect(notifications[0]?.inReplyTo).toBeNull()
  })
})

describe('a resolved', () => {
  const resolved = transition({ kind: 'resolved', sequence: 5, toLevel: 0 })

  const unseen = { seen: false, rootMessageId: null }

  test.each([
    { says: 'to who may have seen the alert', lanes: [lane()], messages: 1 },
    { says: 'also while muted', lanes: [lane()], mutedBy: 'instanceDown', messages: 1 },
    {
      says: 'to who saw it, without the update still waiting',
      lanes: [lane({ waiting: true })],
      messages: 1,
      superseded: 1,
    },
    {
      says: 'to whom it was tried in vain, in place of the raise',
      lanes: [lane({ ...unseen, tried: true, waiting: true })],
      messages: 1,
      superseded: 1,
    },
    {
      says: 'to nobody when the raise never went out: both fall away',
      lanes: [lane({ ...unseen, waiting: true })],
      told: 'superseded',
      superseded: 1,
    },
    { says: 'to nobody whose raise is dead', lanes: [lane(unseen)], told: 'never_told' },
  ])('goes $says', ({ lanes, mutedBy = null, told = 'told', messages = 0, superseded = 0 }) => {
    const made = plan({ transitions: [{ ...resolved, mutedBy }], lanes })
    expect(made.told).toEqual([told])
    expect(made.notifications).toHaveLength(messages)
    expect(made.supersede).toHaveLength(superseded)
  })

  test('in the same pass as its raise leaves nothing to send', () => {
    const made = plan({ transitions: [transition(), resolved] })
    expect(made.told).toEqual(['told', 'superseded'])
    expect(made.supersede).toEqual([
      { episodeId, channelId: 1, receiver: 'a@example.org', beforeSequence: 5 },
    ])
  })
})
