-- What people are told: certificates that end, decisions made, decisions that wait. One row for each person; a row that is no longer
-- true (the certificate was renewed, the chip decided) is taken away.
CREATE TABLE notifications (
  id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id text NOT NULL,
  kind text NOT NULL,
  thing_id text NOT NULL,
  threshold integer,
  target_id text,
  about text NOT NULL,
  note text,
  search_key text NOT NULL,
  ends_at integer,
  at integer NOT NULL,
  mail_due text,
  dismissed_at integer,
  FOREIGN KEY (account_id) REFERENCES accounts(id),
  CHECK (kind IN ('ca-ends', 'signing-ca-stops', 'partner-certificate-ends', 'mosip-signed-ends', 'chip-certificate-ends',
    'chip-approved', 'chip-rejected', 'chip-deactivated', 'partner-deactivated', 'chip-waiting', 'mails-given-up')),
  CHECK (threshold IS NULL OR threshold BETWEEN 0 AND 10 OR threshold IN (15, 30)),
  CHECK ((threshold IS NULL) = (ends_at IS NULL)),
  CHECK ((threshold IS NULL) = (kind NOT IN ('ca-ends', 'signing-ca-stops', 'partner-certificate-ends', 'mosip-signed-ends', 'chip-certificate-ends'))),
  CHECK (mail_due IN ('at-once', 'gathered'))
) STRICT;

-- Nothing is told to anybody twice.
CREATE UNIQUE INDEX notifications_once ON notifications (account_id, kind, thing_id, coalesce(threshold, -1));
CREATE INDEX notifications_account ON notifications (account_id, id);
CREATE INDEX notifications_thing ON notifications (thing_id);
CREATE INDEX notifications_unread ON notifications (account_id, id) WHERE dismissed_at IS NULL;
CREATE INDEX notifications_mail_due ON notifications (mail_due, account_id, id) WHERE mail_due IS NOT NULL;

-- Mails that wait to be sent, are sent, or were given up (neither sent nor to be tried again). None of them carries a token (rules 7).
CREATE TABLE outbox_mails (
  id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id text NOT NULL,
  subject text NOT NULL,
  text text NOT NULL,
  created_at integer NOT NULL,
  attempts integer NOT NULL,
  next_attempt_at integer,
  sent_at integer,
  last_error text,
  FOREIGN KEY (account_id) REFERENCES accounts(id),
  CHECK (sent_at IS NULL OR next_attempt_at IS NULL)
) STRICT;

CREATE INDEX outbox_mails_due ON outbox_mails (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX outbox_mails_sent ON outbox_mails (sent_at) WHERE sent_at IS NOT NULL;

-- The weeks, by the date of their Monday, whose summary an admin has had.
CREATE TABLE weekly_summaries (
  account_id text NOT NULL,
  week text NOT NULL,
  at integer NOT NULL,
  PRIMARY KEY (account_id, week),
  FOREIGN KEY (account_id) REFERENCES accounts(id)
) STRICT, WITHOUT ROWID;

-- What ends when, and what was decided when, without reading everything.
CREATE INDEX certificates_end ON certificates (not_after, id);
CREATE INDEX mosip_signed_certificates_end ON mosip_signed_certificates (not_after, certificate_id);
CREATE INDEX chip_decisions_at ON chip_decisions (at);
