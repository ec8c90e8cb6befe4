import { createSignal } from 'solid-js'
import { answerOf, client, onAnswer, type Role, type Session } from './api.ts'

const nobody: Session = { account: null, needsPassword: false }
const ranks = ['viewer', 'responder', 'operator', 'admin'] as const satisfies readonly Role[]
const [current, setCurrent] = createSignal<Session>()

/** Who is signed in; `undefined` until the server was asked. */
export const session = current
export const setSession = setCurrent

/** Asks the server who is signed in, and from then on notices when that ends. */
export function startSession(): () => void {
  return onAnswer(({ status }) => {
    if (status === 401) setCurrent(nobody)
  })
}

export async function loadSession(): Promise<void> {
  setCurrent(await answerOf(client.session.$get()))
}

export async function signOut(): Promise<void> {
  await client.session.$delete()
  setCurrent(nobody)
}

/** The role that is signed in allows what at least `role` may do. The server decides; this only hides what it would refuse. */
export function can(role: Role): boolean {
  const account = current()?.account
  return account ? ranks.indexOf(account.role) >= ranks.indexOf(role) : false
}
