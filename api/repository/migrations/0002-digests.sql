-- When a receiver has got many messages in a minute, what else is due for him goes as lines of one of them: the carrier,
-- which carries itself too. Kept while it is not known whether the carrier arrived, so that a repeat is the same mail.
alter table pem.notification add column carried_by uuid references pem.notification;
create index notification_carried on pem.notification (carried_by) where carried_by is not null;
