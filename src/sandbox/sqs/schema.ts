import type { Store } from '../store.ts';

/**
 * Visibility is not a state that something must flip: a message is visible when `visible_at` has
 * passed. Hidden and received here (`receives_here` > 0) means in flight, hidden and never
 * received here means delayed.
 */
const schema = `
CREATE TABLE IF NOT EXISTS sqs_queues (
  -- AUTOINCREMENT: a receipt handle of a deleted queue must not fit the next one.
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  arn TEXT NOT NULL UNIQUE,
  attributes TEXT NOT NULL,
  tags TEXT NOT NULL,
  dead_letter_target TEXT,
  created_at INTEGER NOT NULL,
  modified_at INTEGER NOT NULL,
  purged_at INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS sqs_queues_by_target ON sqs_queues (dead_letter_target, arn)
  WHERE dead_letter_target IS NOT NULL;

CREATE TABLE IF NOT EXISTS sqs_deleted_queues (
  arn TEXT PRIMARY KEY,
  deleted_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS sqs_messages (
  position INTEGER PRIMARY KEY,
  queue_id INTEGER NOT NULL REFERENCES sqs_queues ON DELETE CASCADE,
  message_id TEXT NOT NULL,
  body TEXT NOT NULL,
  body_md5 TEXT NOT NULL,
  message_attributes TEXT NOT NULL,
  trace_header TEXT,
  sender_id TEXT NOT NULL,
  group_id TEXT,
  -- Every message of a FIFO queue has one, no message of a standard queue has.
  deduplication_id TEXT,
  sequence_number TEXT,
  dead_letter_source TEXT,
  sent_at INTEGER NOT NULL,
  -- Start of the retention period; differs from sent_at for nothing but a FIFO dead-letter move.
  stored_at INTEGER NOT NULL,
  visible_at INTEGER NOT NULL,
  -- Across all queues: a dead-letter queue goes on counting.
  receive_count INTEGER NOT NULL DEFAULT 0,
  receives_here INTEGER NOT NULL DEFAULT 0,
  first_received_at INTEGER,
  received_at INTEGER,
  -- The event source mapping that took it last; NULL for a caller's own receive.
  holder TEXT,
  -- 0: none, 1: one more delivery is owed after the delete, 2: given.
  duplicate INTEGER NOT NULL DEFAULT 0,
  -- Into this dead-letter queue; its metric of age counts from then.
  moved_at INTEGER
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS sqs_messages_by_id ON sqs_messages (queue_id, message_id);
CREATE INDEX IF NOT EXISTS sqs_messages_by_visibility
  ON sqs_messages (queue_id, visible_at, position, receives_here);
CREATE INDEX IF NOT EXISTS sqs_messages_by_age ON sqs_messages (queue_id, stored_at);
CREATE INDEX IF NOT EXISTS sqs_messages_by_end_of_hiding
  ON sqs_messages (visible_at, holder, queue_id, receives_here);
-- What earlier versions had instead.
DROP INDEX IF EXISTS sqs_messages_by_return;
DROP INDEX IF EXISTS sqs_messages_by_group_return;
CREATE INDEX IF NOT EXISTS sqs_messages_by_group ON sqs_messages (queue_id, group_id, position)
  WHERE deduplication_id IS NOT NULL;

-- One row for each message group that has messages in a FIFO queue.
CREATE TABLE IF NOT EXISTS sqs_groups (
  queue_id INTEGER NOT NULL REFERENCES sqs_queues ON DELETE CASCADE,
  group_id TEXT NOT NULL,
  -- When its first message is visible: neither in flight nor delayed.
  available_at INTEGER NOT NULL,
  head INTEGER NOT NULL,
  PRIMARY KEY (queue_id, group_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sqs_groups_by_availability
  ON sqs_groups (queue_id, available_at, head, group_id);

CREATE TABLE IF NOT EXISTS sqs_deduplication (
  queue_id INTEGER NOT NULL REFERENCES sqs_queues ON DELETE CASCADE,
  -- The message group when DeduplicationScope is messageGroup, otherwise empty.
  scope TEXT NOT NULL,
  deduplication_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  sequence_number TEXT NOT NULL,
  accepted_at INTEGER NOT NULL,
  PRIMARY KEY (queue_id, scope, deduplication_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sqs_deduplication_by_age ON sqs_deduplication (accepted_at);

CREATE TABLE IF NOT EXISTS sqs_move_tasks (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  task_id TEXT NOT NULL UNIQUE,
  source_arn TEXT NOT NULL,
  destination_arn TEXT,
  messages_per_second INTEGER,
  status TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  -- Messages that come later are not part of the task.
  last_position INTEGER NOT NULL,
  to_move INTEGER NOT NULL,
  moved INTEGER NOT NULL DEFAULT 0,
  failure_reason TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS sqs_move_tasks_by_source ON sqs_move_tasks (source_arn, number);
CREATE INDEX IF NOT EXISTS sqs_move_tasks_active ON sqs_move_tasks (status)
  WHERE status IN ('RUNNING', 'CANCELLING');
`;

export function createTables(store: Store): void {
  store.migrate(schema);
  addMovedAt(store);
}

/** Stores of earlier versions have no such column. */
function addMovedAt(store: Store): void {
  const column = store
    .sql("SELECT 1 AS found FROM pragma_table_info('sqs_messages') WHERE name = 'moved_at'")
    .get();
  if (column === undefined) store.migrate('ALTER TABLE sqs_messages ADD COLUMN moved_at INTEGER');
}
