-- Rows that people read keep their columns in the order in which their query names them; jsonb sorts them by length.
alter table pemhistory.alert
  alter column evidence drop default,
  alter column evidence type json using evidence::json,
  alter column evidence set default '[]';
alter table pem.action
  alter column preview type json using preview::json,
  alter column result type json using result::json;
alter table pem.notification alter column body type json using body::json;
