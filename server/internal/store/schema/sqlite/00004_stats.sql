-- +goose Up

-- How many requests of the services ended, by day and by month in the body's
-- time zone: written in the transaction that writes the row of the activity.
-- bucket is the day as yyyymmdd, or the month as yyyymm. What a STANDARDPS
-- user does cannot stand here, as it cannot stand in the activity.
-- Those with the user are for questions about users; those without are small
-- and answer all others.
CREATE TABLE counts_day (
	bucket INTEGER NOT NULL,
	department TEXT NOT NULL,
	role TEXT NOT NULL,
	service TEXT NOT NULL,
	type TEXT NOT NULL,
	outcome TEXT NOT NULL,
	code TEXT NOT NULL,
	n INTEGER NOT NULL,
	PRIMARY KEY (bucket, department, role, service, type, outcome, code),
	CHECK (role IN ('top', 'admin', 'standard')),
	CHECK (n > 0)
) STRICT, WITHOUT ROWID;
CREATE TABLE counts_month (
	bucket INTEGER NOT NULL,
	department TEXT NOT NULL,
	role TEXT NOT NULL,
	service TEXT NOT NULL,
	type TEXT NOT NULL,
	outcome TEXT NOT NULL,
	code TEXT NOT NULL,
	n INTEGER NOT NULL,
	PRIMARY KEY (bucket, department, role, service, type, outcome, code),
	CHECK (role IN ('top', 'admin', 'standard')),
	CHECK (n > 0)
) STRICT, WITHOUT ROWID;
CREATE TABLE counts_user_day (
	bucket INTEGER NOT NULL,
	user_id TEXT NOT NULL,
	department TEXT NOT NULL,
	role TEXT NOT NULL,
	service TEXT NOT NULL,
	type TEXT NOT NULL,
	outcome TEXT NOT NULL,
	code TEXT NOT NULL,
	n INTEGER NOT NULL,
	PRIMARY KEY (bucket, user_id, department, role, service, type, outcome, code),
	CHECK (role IN ('top', 'admin', 'standard')),
	CHECK (n > 0)
) STRICT, WITHOUT ROWID;
CREATE TABLE counts_user_month (
	bucket INTEGER NOT NULL,
	user_id TEXT NOT NULL,
	department TEXT NOT NULL,
	role TEXT NOT NULL,
	service TEXT NOT NULL,
	type TEXT NOT NULL,
	outcome TEXT NOT NULL,
	code TEXT NOT NULL,
	n INTEGER NOT NULL,
	PRIMARY KEY (bucket, user_id, department, role, service, type, outcome, code),
	CHECK (role IN ('top', 'admin', 'standard')),
	CHECK (n > 0)
) STRICT, WITHOUT ROWID;
CREATE INDEX counts_day_department_idx ON counts_day (department, bucket);
CREATE INDEX counts_user_day_department_idx ON counts_user_day (department, bucket);
CREATE INDEX counts_user_month_department_idx ON counts_user_month (department, bucket);
CREATE INDEX counts_user_day_user_id_idx ON counts_user_day (user_id, bucket);
-- With the counter itself: all users over years are added up in its order.
CREATE INDEX counts_user_month_user_id_idx ON counts_user_month (user_id, bucket, n);

-- The monitor's pages, newest first. That something was begun is not shown, nor
-- are the single rows of lists, so they are in none of these. What is rare (an outcome other than found, a
-- reason, a service other than the visure, an act other than a request) has a
-- small index of its own; what is common is found soon by time.
DROP INDEX activity_at_idx;
DROP INDEX activity_user_id_at_idx;
DROP INDEX activity_department_at_idx;
CREATE INDEX activity_page_idx ON activity (at, id) WHERE kind NOT IN ('visura.asked', 'approval.requested', 'job.row');
CREATE INDEX activity_user_page_idx ON activity (user_id, at, id) WHERE kind NOT IN ('visura.asked', 'approval.requested', 'job.row');
CREATE INDEX activity_department_page_idx ON activity (department, at, id) WHERE kind NOT IN ('visura.asked', 'approval.requested', 'job.row');
CREATE INDEX activity_workstation_page_idx ON activity (workstation, at, id) WHERE kind NOT IN ('visura.asked', 'approval.requested', 'job.row');
CREATE INDEX activity_type_page_idx ON activity (type, at, id) WHERE kind NOT IN ('visura.asked', 'approval.requested', 'job.row');
CREATE INDEX activity_outcome_page_idx ON activity (outcome, at, id) WHERE kind NOT IN ('visura.asked', 'approval.requested', 'job.row') AND outcome <> 'found';
CREATE INDEX activity_code_page_idx ON activity (code, at, id) WHERE kind NOT IN ('visura.asked', 'approval.requested', 'job.row') AND code <> '';
CREATE INDEX activity_service_page_idx ON activity (service, at, id) WHERE kind NOT IN ('visura.asked', 'approval.requested', 'job.row') AND service <> 'visure';
CREATE INDEX activity_kind_page_idx ON activity (kind, at, id) WHERE kind NOT IN ('visura.asked', 'approval.requested', 'job.row') AND kind <> 'visura.ended';
DROP INDEX access_at_idx;
DROP INDEX access_user_id_at_idx;
DROP INDEX access_workstation_at_idx;
CREATE INDEX access_page_idx ON access (at, id);
CREATE INDEX access_user_page_idx ON access (user_id, at, id);
CREATE INDEX access_workstation_page_idx ON access (workstation, at, id);
CREATE INDEX access_kind_page_idx ON access (kind, at, id);
CREATE INDEX access_department_page_idx ON access (department, at, id);
DROP INDEX history_at_idx;
DROP INDEX history_target_department_at_idx;
DROP INDEX history_target_idx;
CREATE INDEX history_page_idx ON history (at, id);
CREATE INDEX history_user_page_idx ON history (user_id, at, id);
CREATE INDEX history_target_page_idx ON history (target, at, id);
CREATE INDEX history_kind_page_idx ON history (kind, at, id);
-- What is a department's: the acts of its own, and those of others about it.
CREATE INDEX history_department_page_idx ON history (department, at, id);
CREATE INDEX history_target_department_page_idx ON history (target_department, at, id) WHERE target_department <> department;
