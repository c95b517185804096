//! The server's settings, written at each start.

/// The settings for one start, with their reasons as comments.
pub(super) fn text(port: u16, durable: bool, lz4: bool) -> String {
    let compression = if lz4 { "default_toast_compression = lz4\n" } else { "" };
    let durability = if durable {
        "# fsync and synchronous_commit stay on: acknowledged data is on disk.\n\
         max_wal_size = 4GB\n"
    } else {
        "# For tests without power failures: commits do not wait for the disk, and the log is short, because it may be in \
         memory.\n\
         max_wal_size = 1GB\n\
         fsync = off\n\
         full_page_writes = off\n\
         synchronous_commit = off\n"
    };
    format!(
        "# Written by causerie-sandbox at each start; changes here are lost.\n\
         listen_addresses = '127.0.0.1'\n\
         port = {port}\n\
         unix_socket_directories = ''\n\
         max_connections = 200\n\
         shared_buffers = 256MB\n\
         # A batch holds many advisory locks.\n\
         max_locks_per_transaction = 256\n\
         # A prepared or an idle transaction would delay the readers of the log.\n\
         max_prepared_transactions = 0\n\
         idle_in_transaction_session_timeout = 10s\n\
         # A lost client is detected after 25 s.\n\
         tcp_keepalives_idle = 10\n\
         tcp_keepalives_interval = 5\n\
         tcp_keepalives_count = 3\n\
         wal_compression = on\n\
         checkpoint_timeout = 15min\n\
         log_line_prefix = '%m [%p] %q%d '\n\
         timezone = 'UTC'\n\
         log_timezone = 'UTC'\n\
         {compression}{durability}"
    )
}
