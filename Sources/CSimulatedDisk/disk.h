#ifndef DISK_H
#define DISK_H

/* What the files of this target share: the structs, and who does what.
 *
 *     disk.c      disks by root, processes, handles
 *     names.c     names, and which of them are on the disk
 *     contents.c  bytes of a file, and which of them are on the disk
 *     locks.c     locks of files and of the WAL index
 *     rest.c      connections that are at rest when their process ends
 *     faults.c    ordered failures and ends
 *     loss.c      what a power loss leaves
 *     whole.c     snapshots, restoring, digest
 *     vfs.c       the same as SQLite sees it
 */

#include "CSimulatedDisk.h"
#include <sqlite3.h>

enum { BLOCK_BYTES = 4096, SECTOR_BYTES = 512, SHM_LOCKS = 8, REGION_BYTES = 32768, ALL_PROCESSES = -1 };

/* 4096 bytes of a file.
 *
 *     clean --write--> dirty (now is new, then is what the disk has) --sync--> clean
 *                        '--failed sync--> forsaken --write--> dirty
 *
 * NULL stands for zeros. Two buffers, so that a first write since the sync costs one copy, and none when it covers the
 * block. */
typedef struct {
    unsigned char *now, *then;
    uint64_t tick; /* of the first write since the sync */
    bool is_dirty, is_forsaken;
} block;

typedef struct handle handle;

/* The WAL index of a file. The file has it as long as a living or a resting handle maps it; without a living one it is
 * empty. SQLite may look into what it mapped after its handle has died, so the memory stays until the last is closed. */
typedef struct {
    int references, living, resting;
    size_t count;
    unsigned char **regions;
    int sharers[SHM_LOCKS];
    handle *owner[SHM_LOCKS];
} wal_index;

typedef struct file {
    simdisk *disk;
    struct file *next, *previous;
    int references; /* names, entries on the disk, handles */
    uint64_t number, changes;
    bool is_temporary; /* has never a name: nothing of it need survive */
    int64_t size, synced_size;
    int64_t cut_size; /* the least size since the sync, when a truncation is pending; else -1 */
    uint64_t cut_tick;
    block *blocks;
    size_t block_count, block_capacity;
    uint32_t *dirty; /* indices, in order of the first write */
    size_t dirty_count, dirty_capacity;
    int sharers;    /* handles with SHARED or more */
    handle *writer; /* the one with RESERVED or more */
    wal_index *index;
} file;

/*     living --its process ends in a transaction--> dead
 *        '-----its process ends, it does nothing--> resting --another process takes it up--> living
 *                                                      '-----any use-----> dead */
struct handle {
    sqlite3_file base;
    simdisk *disk;
    file *file; /* NULL once it has died */
    handle *next, *previous;
    simdisk_process process;
    bool is_dead, is_resting, is_read_only, syncs_directory, keeps_log;
    int lock;
    wal_index *index;
    uint16_t shm_shared, shm_owned; /* masks of slots */
};

/* A name below the root, with its slash. */
typedef struct {
    char *name;
    file *file;
} entry;

typedef struct {
    entry *entries;
    size_t count, capacity;
} directory;

/* A change of names that the disk does not have yet: `name` gets `file`, or goes when it is NULL; `from` goes too. */
typedef struct {
    uint64_t tick;
    char *name, *from;
    file *file;
} name_change;

typedef struct {
    uint64_t after, times;
} failure;

struct simdisk {
    char *root;
    size_t root_length;
    simdisk *next; /* in the list of disks */
    int references; /* the owner, and each handle */
    int64_t clock;
    uint64_t tick, files_made;
    directory present, synced;
    name_change *changes;
    size_t change_count, change_capacity;
    file *files;
    handle *handles;
    bool *alive; /* by process */
    size_t process_count, process_capacity;
    unsigned char **spare; /* blocks to be used again */
    size_t spare_count, spare_capacity;
    int64_t used_bytes, used_bytes_max;
    failure failures[3];
    enum { NO_END, KILL, POWER } end;
    uint64_t end_after, end_seed;
    simdisk_loss end_loss;
    bool keeps_entries, lies;
    simdisk_counts counts;
};

/* disk.c */
void *allocate(size_t bytes); /* zeroed; never NULL */
void *grow(void *array, size_t count, size_t *capacity, size_t element_bytes);
char *copy_text(const char *text);
void vfs_register(void);
handle *handle_of(sqlite3_file *f); /* NULL: not open, or not ours */
simdisk *disk_of(const char *path); /* NULL: nobody's */
simdisk_place present_place(void);
bool is_simulated(void); /* a disk is at work on this thread */
void disk_unreference(simdisk *disk);
void handle_add(handle *h);
void handle_remove(handle *h);
void end_processes(simdisk *disk, int64_t process); /* or ALL_PROCESSES */
void end_rest(simdisk *disk, bool all); /* what rests dies: all, or what has no name any more */
uint64_t next_random(uint64_t *state);

/* names.c */
const char *name_of(const simdisk *disk, const char *path);
file *find_file(const simdisk *disk, const char *name);
bool has_name(const simdisk *disk, const file *f);
void link_file(simdisk *disk, const char *name, file *f);
void unlink_file(simdisk *disk, const char *name);
void rename_file(simdisk *disk, const char *from, const char *name);
void sync_names(simdisk *disk);
void settle_names(simdisk *disk, size_t kept_changes); /* after a power loss */
void forget_names(simdisk *disk);

/* contents.c */
file *file_create(simdisk *disk, bool is_temporary);
void file_unreference(file *f);
int64_t file_read(const file *f, int64_t offset, unsigned char *bytes, int64_t count);
void file_write(file *f, int64_t offset, const unsigned char *bytes, int64_t count);
void file_truncate(file *f, int64_t size);
void file_sync(file *f);
void file_forsake(file *f);
unsigned char *take_block(simdisk *disk);
void give_block(simdisk *disk, unsigned char *data);

/* locks.c */
int file_lock(handle *h, int level);
void file_unlock(handle *h, int level);
int index_map(handle *h, int region, int bytes, int extend, void volatile **found);
int index_lock(handle *h, int slot, int count, int flags);
void index_unmap(handle *h);
void handle_die(handle *h);
void handle_end(handle *h); /* its process ended: it rests, or dies */
bool handle_resume(handle *h, simdisk_process process);

/* faults.c */
/* An operation begins: 0, or EIO; the process may have ended by it. */
int begin(simdisk *disk, simdisk_process process, simdisk_operation operation);
/* How many of `bytes` that a file is to grow by still fit. */
int64_t room_for(simdisk *disk, int64_t bytes);

#endif
