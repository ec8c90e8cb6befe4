import { useNavigate } from '@solidjs/router'
import type { Alert } from '../../api.ts'
import { createKeys } from '../../keys.ts'
import { can } from '../../session.ts'

/** `j`, `k`: next and previous row; `Enter` opens it, being a link; `a` acknowledges it. */
export function createRowKeys(alerts: () => Alert[], acknowledge: (alert: Alert) => void) {
  const navigate = useNavigate()
  const links = () => [...document.querySelectorAll<HTMLAnchorElement>('a[data-alert]')]
  const current = () => links().findIndex((link) => link === document.activeElement)
  const go = (step: number) => {
    const all = links()
    const at = current()
    const next =
      at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step))
    all[next]?.focus()
  }
  const focused = () => {
    const id = links()[current()]?.dataset['alert']
    return alerts().find((alert) => alert.id === id)
  }
  createKeys({
    j: () => go(1),
    k: () => go(-1),
    o: () => {
      const alert = focused()
      if (alert) navigate(`/alerts/${alert.id}`)
    },
    a: () => {
      const alert = focused()
      if (alert && alert.condition !== 'normal' && can('responder')) acknowledge(alert)
    },
  })
}
