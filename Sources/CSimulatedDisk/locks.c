/* Locks of database files and of their WAL index, among the handles of this process of the operating system. */

#include "disk.h"
#include <stdlib.h>
#include <string.h>

/*     NONE -> SHARED -> RESERVED -> (PENDING) -> EXCLUSIVE
 *
 * Many readers, one writer; PENDING lets no new reader in. */
int file_lock(handle *h, int level) {
    file *f = h->file;
    if (h->lock >= level) return SQLITE_OK;
    if (level == SQLITE_LOCK_SHARED) {
        if (f->writer && f->writer->lock >= SQLITE_LOCK_PENDING) return SQLITE_BUSY;
        f->sharers++;
        h->lock = SQLITE_LOCK_SHARED;
        return SQLITE_OK;
    }
    if (f->writer && f->writer != h) return SQLITE_BUSY;
    f->writer = h;
    h->lock = level == SQLITE_LOCK_RESERVED ? level : SQLITE_LOCK_PENDING;
    if (level == SQLITE_LOCK_RESERVED) return SQLITE_OK;
    if (f->sharers > 1) return SQLITE_BUSY;
    h->lock = SQLITE_LOCK_EXCLUSIVE;
    return SQLITE_OK;
}

void file_unlock(handle *h, int level) {
    if (h->lock <= level) return;
    if (h->file->writer == h) h->file->writer = NULL;
    if (level == SQLITE_LOCK_NONE) h->file->sharers--;
    h->lock = level;
}

int index_map(handle *h, int region, int bytes, int extend, void volatile **found) {
    file *f = h->file;
    if (!h->index) {
        if (!f->index) f->index = allocate(sizeof *f->index);
        h->index = f->index;
        h->index->references++;
        h->index->living++;
    }
    wal_index *index = h->index;
    if (bytes > REGION_BYTES) return SQLITE_IOERR_SHMSIZE;
    *found = NULL;
    if ((size_t)region >= index->count) {
        if (!extend) return SQLITE_OK;
        unsigned char **regions = allocate(((size_t)region + 1) * sizeof *regions);
        for (size_t i = 0; i <= (size_t)region; i++) {
            regions[i] = i < index->count ? index->regions[i] : allocate(REGION_BYTES);
        }
        free(index->regions);
        index->regions = regions;
        index->count = (size_t)region + 1;
    }
    *found = index->regions[region];
    return SQLITE_OK;
}

int index_lock(handle *h, int slot, int count, int flags) {
    wal_index *index = h->index;
    uint16_t mask = (uint16_t)(((1u << count) - 1) << slot);
    if (flags & SQLITE_SHM_UNLOCK) {
        for (int i = slot; i < slot + count; i++) {
            if (h->shm_shared & (1u << i)) index->sharers[i]--;
            if (h->shm_owned & (1u << i)) index->owner[i] = NULL;
        }
        h->shm_shared &= (uint16_t)~mask;
        h->shm_owned &= (uint16_t)~mask;
        return SQLITE_OK;
    }
    bool is_shared = flags & SQLITE_SHM_SHARED;
    for (int i = slot; i < slot + count; i++) {
        if (index->owner[i] && index->owner[i] != h) return SQLITE_BUSY;
        int others = index->sharers[i] - ((h->shm_shared >> i) & 1);
        if (!is_shared && others > 0) return SQLITE_BUSY;
    }
    for (int i = slot; i < slot + count; i++) {
        if (is_shared && !(h->shm_shared & (1u << i))) index->sharers[i]++;
        if (!is_shared) index->owner[i] = h;
    }
    if (is_shared) h->shm_shared |= mask;
    else h->shm_owned |= mask;
    return SQLITE_OK;
}

/* The last living handle takes the index from the file, or empties it for those that rest: who opens the file next
 * finds nothing in it. */
static void index_leave(handle *h) {
    wal_index *index = h->index;
    if (h->is_resting) {
        index->resting--;
    } else {
        index_lock(h, 0, SHM_LOCKS, SQLITE_SHM_UNLOCK);
        index->living--;
    }
    if (index->living > 0) return;
    if (index->resting == 0) {
        h->file->index = NULL;
    } else if (!h->is_resting) {
        for (size_t i = 0; i < index->count; i++) memset(index->regions[i], 0, REGION_BYTES);
    }
}

void index_unmap(handle *h) {
    wal_index *index = h->index;
    if (!index) return;
    if (!h->is_dead) index_leave(h);
    h->index = NULL;
    if (--index->references > 0) return;
    for (size_t i = 0; i < index->count; i++) free(index->regions[i]);
    free(index->regions);
    free(index);
}

void handle_die(handle *h) {
    if (h->index) index_leave(h);
    if (!h->is_resting) file_unlock(h, SQLITE_LOCK_NONE);
    file_unreference(h->file);
    h->file = NULL;
    h->is_resting = false;
    h->is_dead = true;
}

void handle_end(handle *h) {
    bool is_busy = h->shm_shared || h->shm_owned || h->lock > SQLITE_LOCK_SHARED;
    if (is_busy || h->file->is_temporary) {
        handle_die(h);
        return;
    }
    /* Its lock goes with its process; SQLite believes that it has it. */
    if (h->lock == SQLITE_LOCK_SHARED) h->file->sharers--;
    if (h->index) {
        h->index->resting++;
        index_leave(h);
    }
    h->is_resting = true;
}

bool handle_resume(handle *h, simdisk_process process) {
    handle *writer = h->file->writer;
    bool is_locked = h->lock == SQLITE_LOCK_SHARED;
    if (is_locked && writer && writer->lock >= SQLITE_LOCK_PENDING) return false;
    if (is_locked) h->file->sharers++;
    if (h->index) {
        h->index->resting--;
        h->index->living++;
    }
    h->process = process;
    h->is_resting = false;
    return true;
}
