#ifndef CREPLICA_H
#define CREPLICA_H

#include <sqlite3.h>

/// Switches all triggers of one connection on or off; 0 on success, else an SQLite result code.
/// (sqlite3_db_config takes variable arguments, which Swift cannot call.)
static inline int creplica_enable_triggers(sqlite3 *connection, int enabled) {
    return sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_TRIGGER, enabled, (int *)0);
}

#endif
