#ifndef CSIMULATEDDISK_H
#define CSIMULATEDDISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Disks in memory for SQLite, with the durability of real ones: what was written and not synced can be lost.
 *
 * A disk holds all files whose path begins with its root and a slash. The VFS "simulated" is the process's default from
 * the first disk on; it serves paths below a root of a disk itself and passes all others to the VFS that was the
 * default before.
 *
 * Law 1. A disk, and all connections to its files, belong to one thread at a time.
 * Law 2. A connection belongs to the process that was at work (`simdisk_enter`) when it opened the file. After the
 *        process or the power has gone its handles fail without touching anything. Connections with a transaction
 *        under way are to be closed before another process of the disk goes on: their WAL index is shared. One that did
 *        nothing when its process ended rests, and another process may take it up.
 * Law 3. Same calls, same bytes: nothing here asks the system for time or randomness while a disk is at work.
 *
 * Functions about a path return 0 or errno. Paths are absolute.
 */

typedef struct simdisk simdisk;
typedef struct simdisk_snapshot simdisk_snapshot;

/* A process of a disk's node; 0 is an observer that only the power can end. */
typedef uint32_t simdisk_process;

/* Makes an empty disk; NULL when there is one with this root. */
simdisk *simdisk_create(const char *root);

/* No new file is opened here any more; what is open stays until it is closed. */
void simdisk_release(simdisk *disk);

/* Whether a path is below the root. */
bool simdisk_owns(const simdisk *disk, const char *path);

/* --- who is at work, on this thread --- */

typedef struct {
    simdisk *disk;
    simdisk_process process;
} simdisk_place;

/* The number of a new process. */
simdisk_process simdisk_start(simdisk *disk);
bool simdisk_is_alive(const simdisk *disk, simdisk_process process);

/* SQLite's clock, waiting and temporary files on this thread are this disk's from now on; without a disk, the system's.
 * Returns what was before. */
simdisk_place simdisk_enter(simdisk_place place);

/* The disk's clock, in milliseconds since 1970 UTC. */
void simdisk_set_clock(simdisk *disk, int64_t milliseconds);
int64_t simdisk_clock(const simdisk *disk);

/* Seeds SQLite's randomness, of the whole process of the operating system, from now on. */
void simdisk_seed(uint64_t seed);

/* --- files beside SQLite --- */

typedef struct {
    /* Of the file, whatever its name; never used again. */
    uint64_t number;
    /* Grows with each write, as a time of modification would. */
    uint64_t changes;
    int64_t size_bytes;
} simdisk_file_state;

int simdisk_state(simdisk *disk, simdisk_process process, const char *path, simdisk_file_state *state);
int simdisk_sync(simdisk *disk, simdisk_process process, const char *path, simdisk_file_state *state);
int simdisk_remove(simdisk *disk, simdisk_process process, const char *path);
int simdisk_rename(simdisk *disk, simdisk_process process, const char *path, const char *name);
int simdisk_sync_directory(simdisk *disk, simdisk_process process);

/* --- connections that outlive their process --- */

typedef struct sqlite3 sqlite3;

/* Whether the process of a connection has ended while the connection did nothing, and nobody has used it since. */
bool simdisk_rests(sqlite3 *connection);

/* The process that is at work takes up a connection that rests, with nothing of the files in its memory. False: it can
 * not, its files are not what they were; the connection is to be closed. */
bool simdisk_resume(sqlite3 *connection);

/* --- the end of a process, and of the power --- */

/* kill -9: what was written stands, whether synced or not. */
void simdisk_kill(simdisk *disk, simdisk_process process);

typedef enum {
    /* Nothing that was not synced is there. */
    SIMDISK_LOSS_WHOLE = 0,
    /* What was written first is there, up to one moment; the block of that moment is torn. */
    SIMDISK_LOSS_IN_ORDER = 1,
    /* Any of it is there, block by block, and some blocks are torn. */
    SIMDISK_LOSS_ANY_ORDER = 2,
} simdisk_loss;

/* All processes end, and of what was not synced remains what the seed draws. */
void simdisk_lose_power(simdisk *disk, simdisk_loss loss, uint64_t seed);

/* The power goes, or the process at work is killed, at the write, sync or deletion after `operations` more; that one is
 * not done. */
void simdisk_lose_power_after(simdisk *disk, uint64_t operations, simdisk_loss loss, uint64_t seed);
void simdisk_kill_after(simdisk *disk, uint64_t operations);
/* Whether an end that was ordered is still to come. */
bool simdisk_awaits_end(const simdisk *disk);
void simdisk_cancel_end(simdisk *disk);

/* Entries of directories are on the disk at once; otherwise a new, removed or renamed file is so once its directory is
 * synced. Off at first. */
void simdisk_set_keeps_entries(simdisk *disk, bool keeps);
/* Syncs succeed and do nothing. Off at first. */
void simdisk_set_lies(simdisk *disk, bool lies);

/* --- faults --- */

typedef enum {
    SIMDISK_READ = 0,
    SIMDISK_WRITE = 1,
    SIMDISK_SYNC = 2,
} simdisk_operation;

/* After `after` more operations of the kind, `times` of them fail with an I/O error. A failed sync forsakes what was to
 * be synced: it can be read, and no later sync writes it unless it is written again (as Linux does). */
void simdisk_fail(simdisk *disk, simdisk_operation operation, uint64_t after, uint64_t times);

/* The disk takes `bytes` more. */
void simdisk_fill(simdisk *disk, int64_t bytes);

/* Ends `simdisk_fail` and `simdisk_fill`. */
void simdisk_relieve(simdisk *disk);

/* Flips one bit of a file, on the disk and in the cache; ERANGE beyond its end. */
int simdisk_flip(simdisk *disk, const char *path, int64_t bit);

/* --- whole disks --- */

/* All files as they stand now. */
simdisk_snapshot *simdisk_take(const simdisk *disk);
int64_t simdisk_snapshot_bytes(const simdisk_snapshot *snapshot);
void simdisk_snapshot_free(simdisk_snapshot *snapshot);

/* All processes end, and the disk holds the snapshot's files, on the disk, or none when it is NULL. */
void simdisk_put(simdisk *disk, const simdisk_snapshot *snapshot);

/* --- what happened --- */

typedef struct {
    uint64_t reads, writes, syncs, bytes_read, bytes_written;
    uint64_t failed_reads, failed_writes, failed_syncs, lied_syncs, full_writes, flipped_bits;
    uint64_t kills, power_losses, lost_blocks, kept_blocks, torn_blocks, lost_entries, restores, disk_losses;
} simdisk_counts;

simdisk_counts simdisk_count(const simdisk *disk);

/* Bytes in files, and blocks of 4096 bytes that are not synced. */
int64_t simdisk_used_bytes(const simdisk *disk);
int64_t simdisk_pending_blocks(const simdisk *disk);

/* FNV-1a of all names and contents, synced or not. */
uint64_t simdisk_digest(const simdisk *disk);

/* Reads `count` bytes of a file as they stand; returns how many there were, or -1 without the file. */
int64_t simdisk_read(const simdisk *disk, const char *path, int64_t offset, void *bytes, int64_t count);

/* The number of names, and the one at `index` without the root, in order of their coming. */
size_t simdisk_names(const simdisk *disk);
const char *simdisk_name(const simdisk *disk, size_t index);

#endif
