//! The tables in SQLite.

/// The statements that make what is not there, in order.
pub const SCHEMA: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS base_processes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        queue TEXT NOT NULL,
        parameters TEXT NOT NULL,
        state INTEGER NOT NULL,
        priority INTEGER NOT NULL DEFAULT 0,
        run_at INTEGER NOT NULL,
        delay_ms INTEGER,
        due INTEGER NOT NULL DEFAULT 0,
        attempt INTEGER NOT NULL DEFAULT 0,
        failures INTEGER NOT NULL DEFAULT 0,
        crashes INTEGER NOT NULL DEFAULT 0,
        max_attempts INTEGER NOT NULL DEFAULT 1,
        max_restarts INTEGER NOT NULL DEFAULT 3,
        created_at INTEGER NOT NULL,
        started_at INTEGER,
        ended_at INTEGER,
        progress INTEGER NOT NULL DEFAULT 0,
        response TEXT,
        error TEXT,
        worker TEXT,
        pid INTEGER,
        lease_until INTEGER,
        interrupt_at INTEGER,
        stop_signal INTEGER,
        stop_limit INTEGER,
        unique_key TEXT,
        unique_scope INTEGER NOT NULL DEFAULT 0,
        unique_ms INTEGER,
        unique_taken INTEGER NOT NULL DEFAULT 0,
        unique_hold TEXT,
        unique_until INTEGER,
        trace TEXT
    )",
    // What may be claimed now, in the order of claiming. A process whose time has not come is not in it
    // (`due` is set when it comes), so that many delayed ones cost a claim nothing.
    "CREATE INDEX IF NOT EXISTS base_processes_ready ON base_processes (queue, priority DESC, run_at, id)
        WHERE state = 1 AND due = 1",
    "CREATE INDEX IF NOT EXISTS base_processes_later ON base_processes (run_at) WHERE state = 1 AND due = 0",
    "CREATE INDEX IF NOT EXISTS base_processes_running ON base_processes (lease_until) WHERE state = 2",
    "CREATE INDEX IF NOT EXISTS base_processes_asked ON base_processes (worker)
        WHERE state = 2 AND interrupt_at IS NOT NULL",
    "CREATE UNIQUE INDEX IF NOT EXISTS base_processes_unique ON base_processes (unique_hold)
        WHERE unique_hold IS NOT NULL",
    // The dead ones, to be listed; the ended ones, to be pruned.
    "CREATE INDEX IF NOT EXISTS base_processes_dead ON base_processes (state, id) WHERE state > 3",
    "CREATE INDEX IF NOT EXISTS base_processes_ended ON base_processes (queue, ended_at, id) WHERE state > 2",
    "CREATE TABLE IF NOT EXISTS base_process_attempts (
        process_id INTEGER NOT NULL,
        attempt INTEGER NOT NULL,
        started_at INTEGER,
        ended_at INTEGER,
        worker TEXT,
        pid INTEGER,
        outcome INTEGER NOT NULL,
        error TEXT,
        PRIMARY KEY (process_id, attempt)
    ) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS base_process_logs (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        process_id INTEGER NOT NULL,
        attempt INTEGER NOT NULL,
        at INTEGER NOT NULL,
        level INTEGER NOT NULL,
        text TEXT NOT NULL
    )",
    "CREATE INDEX IF NOT EXISTS base_process_logs_process ON base_process_logs (process_id, seq)",
    "CREATE TABLE IF NOT EXISTS base_process_workers (
        worker TEXT PRIMARY KEY,
        queues TEXT NOT NULL,
        lease_until INTEGER NOT NULL
    )",
    "CREATE TABLE IF NOT EXISTS base_process_schedules (
        name TEXT PRIMARY KEY,
        process TEXT NOT NULL,
        parameters TEXT NOT NULL,
        queue TEXT NOT NULL,
        cron TEXT NOT NULL,
        timezone TEXT NOT NULL,
        catch_up INTEGER NOT NULL,
        next_at INTEGER NOT NULL,
        last_at INTEGER
    )",
];
