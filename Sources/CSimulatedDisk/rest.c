/* Connections that were at rest when their process ended, and that another process of the node takes up: a new one costs
 * reading the whole schema, at each start after a kill. What SQLite keeps of such a connection is what it keeps while
 * others write: it looks at everything anew in its next transaction. */

#include "disk.h"

static handle *handle_in(sqlite3 *connection, const char *schema, int which) {
    sqlite3_file *f = NULL;
    return sqlite3_file_control(connection, schema, which, &f) == SQLITE_OK ? handle_of(f) : NULL;
}

static bool is_idle(sqlite3 *connection) {
    if (!sqlite3_get_autocommit(connection)) return false;
    for (sqlite3_stmt *s = sqlite3_next_stmt(connection, NULL); s; s = sqlite3_next_stmt(connection, s)) {
        if (sqlite3_stmt_busy(s)) return false;
    }
    /* A temporary file was its process's alone. */
    return !handle_in(connection, "temp", SQLITE_FCNTL_FILE_POINTER);
}

bool simdisk_rests(sqlite3 *connection) {
    handle *main = handle_in(connection, "main", SQLITE_FCNTL_FILE_POINTER);
    handle *log = handle_in(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER);
    return main && main->is_resting && (!log || log->is_resting) && is_idle(connection);
}

bool simdisk_resume(sqlite3 *connection) {
    if (!simdisk_rests(connection)) return false;
    handle *main = handle_in(connection, "main", SQLITE_FCNTL_FILE_POINTER);
    handle *log = handle_in(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER);
    simdisk_place place = present_place();
    if (place.disk != main->disk || !simdisk_is_alive(place.disk, place.process)) return false;
    if (!has_name(main->disk, main->file) || (log && !has_name(log->disk, log->file))) return false;
    if (!handle_resume(main, place.process)) return false;
    if (log) handle_resume(log, place.process);
    sqlite3_db_release_memory(connection);
    return true;
}
