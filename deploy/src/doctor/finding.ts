/** What one check found. `ok: null`: it could not be checked, and why. `mend` is a command or a sentence to follow. */
export interface Finding {
  check: string
  ok: boolean | null
  says: string
  mend: string | null
}

export const good = (check: string, says: string): Finding => ({
  check,
  ok: true,
  says,
  mend: null,
})
export const bad = (check: string, says: string, mend: string): Finding => ({
  check,
  ok: false,
  says,
  mend,
})
export const unknown = (check: string, says: string): Finding => ({
  check,
  ok: null,
  says,
  mend: null,
})
