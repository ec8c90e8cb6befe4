/** What an account may do, each more than the one before. */
export type AccountRole = 'viewer' | 'responder' | 'operator' | 'admin'

/** The account a credential belongs to. */
export interface CredentialOwner {
  accountId: number
  name: string
  role: AccountRole
  hasPassword: boolean
}
