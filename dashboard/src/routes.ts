import type { RouteDefinition } from '@solidjs/router'
import { lazy } from 'solid-js'

/** Every page; each is loaded when it is first opened. */
export const routes: RouteDefinition[] = [
  {
    path: '/',
    component: lazy(async () => ({
      default: (await import('./routes/overview/overview-page.tsx')).OverviewPage,
    })),
  },
  {
    path: '/sign-in',
    component: lazy(async () => ({
      default: (await import('./routes/sign-in/sign-in-page.tsx')).SignInPage,
    })),
  },
  {
    path: '/instances/:id',
    component: lazy(async () => ({
      default: (await import('./routes/instance/instance-page.tsx')).InstancePage,
    })),
  },
  {
    path: '/alerts',
    component: lazy(async () => ({
      default: (await import('./routes/alerts/alerts-page.tsx')).AlertsPage,
    })),
  },
  {
    path: '/alerts/:id',
    component: lazy(async () => ({
      default: (await import('./routes/alert/alert-page.tsx')).AlertPage,
    })),
  },
  {
    path: '/actions',
    component: lazy(async () => ({
      default: (await import('./routes/actions/actions-page.tsx')).ActionsPage,
    })),
  },
  {
    path: '/actions/:id',
    component: lazy(async () => ({
      default: (await import('./routes/actions/action-page.tsx')).ActionPage,
    })),
  },
  {
    path: '/notifications',
    component: lazy(async () => ({
      default: (await import('./routes/notifications/notifications-page.tsx')).NotificationsPage,
    })),
  },
  {
    path: '/agents',
    component: lazy(async () => ({
      default: (await import('./routes/agents/agents-page.tsx')).AgentsPage,
    })),
  },
  {
    path: '/probes',
    component: lazy(async () => ({
      default: (await import('./routes/probes/probes-page.tsx')).ProbesPage,
    })),
  },
  {
    path: '/rules',
    component: lazy(async () => ({
      default: (await import('./routes/rules/rules-page.tsx')).RulesPage,
    })),
  },
  {
    path: '*',
    component: lazy(async () => ({
      default: (await import('./routes/missing/missing-page.tsx')).MissingPage,
    })),
  },
]
