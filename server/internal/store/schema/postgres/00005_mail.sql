-- +goose Up
-- When what must be done from time to time was done last, and who is at it.
CREATE TABLE timers (
    name TEXT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL,
    owner TEXT NOT NULL,
    lease BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    retry BIGINT NOT NULL
);
-- The daily mails, one for each recipient and day, with what they say.
CREATE TABLE mails (
    id TEXT NOT NULL PRIMARY KEY,
    day TEXT NOT NULL,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    role TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next BIGINT NOT NULL,
    owner TEXT NOT NULL,
    planned BIGINT NOT NULL,
    begun BIGINT NOT NULL,
    ended BIGINT NOT NULL,
    code TEXT NOT NULL,
    said TEXT NOT NULL,
    doc TEXT NOT NULL,
    CONSTRAINT mails_state_check CHECK (state IN ('planned', 'sending', 'sent', 'failed', 'given_up')),
    CONSTRAINT mails_role_check CHECK (role IN ('top', 'admin'))
);
CREATE UNIQUE INDEX mails_recipient_key ON mails (user_id, day);
CREATE INDEX mails_due ON mails (state, next);
CREATE INDEX mails_day ON mails (day, id);
-- What is older than the retention is looked for by its age.
CREATE INDEX visure_created ON visure (created);
CREATE INDEX known_ids_until ON known_ids (until);
