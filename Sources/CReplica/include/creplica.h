#ifndef CREPLICA_H
#define CREPLICA_H

#include <sqlite3.h>

/// Switches all triggers of one connection on or off; 0 on success, else an SQLite result code.
/// (sqlite3_db_config takes variable arguments, which Swift cannot call.)
static inline int creplica_enable_triggers(sqlite3 *connection, int enabled) {
    return sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_TRIGGER, enabled, (int *)0);
}

/// SQLite counts its memory no more, which it does under a lock that all connections of the process share; 0 on success,
/// SQLITE_MISUSE once SQLite is in use. (sqlite3_config takes variable arguments.)
static inline int creplica_count_no_memory(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/// Syncs the main database file of one connection through SQLite's own descriptor; 0 on success, else an SQLite result
/// code. (The file's methods are function pointers behind a file control.)
static inline int creplica_sync_main_file(sqlite3 *connection) {
    sqlite3_file *file = 0;
    int code = sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (code != SQLITE_OK || !file || !file->pMethods) return code;
    return file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
}

#endif
