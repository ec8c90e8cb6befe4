export {
  connectRepository,
  type ConnectOptions,
  type Sql,
  type TransactionSql,
} from './connection/connect-repository.ts'
export { isRepositoryUnavailable, RepositoryUnavailable } from './connection/unavailable.ts'
