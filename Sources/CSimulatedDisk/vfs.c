/* The disks as SQLite sees them: the VFS "simulated". It answers as the system's `unix` VFS does: sectors of 4096
 * bytes, powersafe overwrite, a new journal or log syncs its directory with its first sync. Paths that are nobody's,
 * and a thread on which no disk is at work, are served by the VFS that was the default before. */

#include "disk.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static sqlite3_vfs *below;
static uint64_t seed;
static bool is_seeded;

/* --- a file --- */

static handle *of(sqlite3_file *f) { return (handle *)f; }

/* Whoever uses a handle of an ended process has not learnt of the end: it rests no more. */
static bool is_dead(handle *h) {
    if (h->is_resting) handle_die(h);
    return h->is_dead;
}

static int x_close(sqlite3_file *f) {
    handle *h = of(f);
    index_unmap(h);
    if (!h->is_dead) {
        if (!h->is_resting) file_unlock(h, SQLITE_LOCK_NONE);
        file_unreference(h->file);
    }
    handle_remove(h);
    f->pMethods = NULL;
    return SQLITE_OK;
}

static int x_read(sqlite3_file *f, void *bytes, int count, sqlite3_int64 offset) {
    handle *h = of(f);
    if (is_dead(h) || begin(h->disk, h->process, SIMDISK_READ)) return SQLITE_IOERR_READ;
    int64_t found = file_read(h->file, offset, bytes, count);
    h->disk->counts.bytes_read += (uint64_t)found;
    if (found == count) return SQLITE_OK;
    memset((unsigned char *)bytes + found, 0, (size_t)(count - found));
    return SQLITE_IOERR_SHORT_READ;
}

static int x_write(sqlite3_file *f, const void *bytes, int count, sqlite3_int64 offset) {
    handle *h = of(f);
    if (is_dead(h) || h->is_read_only || begin(h->disk, h->process, SIMDISK_WRITE)) return SQLITE_IOERR_WRITE;
    int64_t growth = offset + count - h->file->size;
    int64_t fitting = growth > 0 ? count - (growth - room_for(h->disk, growth)) : count;
    if (fitting > 0) {
        file_write(h->file, offset, bytes, fitting);
        h->disk->counts.bytes_written += (uint64_t)fitting;
    }
    return fitting == count ? SQLITE_OK : SQLITE_FULL;
}

static int x_truncate(sqlite3_file *f, sqlite3_int64 size) {
    handle *h = of(f);
    if (is_dead(h) || begin(h->disk, h->process, SIMDISK_WRITE)) return SQLITE_IOERR_TRUNCATE;
    file_truncate(h->file, size);
    return SQLITE_OK;
}

static int x_sync(sqlite3_file *f, int flags) {
    (void)flags;
    handle *h = of(f);
    if (is_dead(h)) return SQLITE_IOERR_FSYNC;
    if (begin(h->disk, h->process, SIMDISK_SYNC)) {
        if (!is_dead(h)) file_forsake(h->file);
        return SQLITE_IOERR_FSYNC;
    }
    file_sync(h->file);
    if (h->syncs_directory && !h->disk->lies) sync_names(h->disk);
    h->syncs_directory = false;
    return SQLITE_OK;
}

static int x_file_size(sqlite3_file *f, sqlite3_int64 *size) {
    handle *h = of(f);
    if (is_dead(h)) return SQLITE_IOERR_FSTAT;
    *size = h->file->size;
    return SQLITE_OK;
}

static int x_lock(sqlite3_file *f, int level) {
    handle *h = of(f);
    /* A write lock needs a descriptor to write with. */
    if (is_dead(h) || (h->is_read_only && level > SQLITE_LOCK_SHARED)) return SQLITE_IOERR_LOCK;
    return file_lock(h, level);
}

static int x_unlock(sqlite3_file *f, int level) {
    handle *h = of(f);
    if (!is_dead(h)) file_unlock(h, level);
    return SQLITE_OK;
}

static int x_check_reserved_lock(sqlite3_file *f, int *is_reserved) {
    handle *h = of(f);
    if (is_dead(h)) return SQLITE_IOERR_CHECKRESERVEDLOCK;
    *is_reserved = h->file->writer != NULL;
    return SQLITE_OK;
}

static int x_file_control(sqlite3_file *f, int operation, void *argument) {
    handle *h = of(f);
    int *number = argument;
    if (is_dead(h)) return SQLITE_NOTFOUND;
    switch (operation) {
    case SQLITE_FCNTL_LOCKSTATE: *number = h->lock; return SQLITE_OK;
    case SQLITE_FCNTL_LAST_ERRNO: *number = 0; return SQLITE_OK;
    case SQLITE_FCNTL_HAS_MOVED: *number = !has_name(h->disk, h->file); return SQLITE_OK;
    case SQLITE_FCNTL_POWERSAFE_OVERWRITE: *number = 1; return SQLITE_OK;
    case SQLITE_FCNTL_PERSIST_WAL:
        if (*number < 0) *number = h->keeps_log;
        else h->keeps_log = *number != 0;
        return SQLITE_OK;
    case SQLITE_FCNTL_VFSNAME: *(char **)argument = sqlite3_mprintf("simulated"); return SQLITE_OK;
    case SQLITE_FCNTL_SIZE_HINT:
    case SQLITE_FCNTL_CHUNK_SIZE: return SQLITE_OK;
    default: return SQLITE_NOTFOUND;
    }
}

static int x_sector_size(sqlite3_file *f) {
    (void)f;
    return BLOCK_BYTES;
}

static int x_device_characteristics(sqlite3_file *f) {
    (void)f;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int x_shm_map(sqlite3_file *f, int region, int bytes, int extend, void volatile **found) {
    handle *h = of(f);
    return is_dead(h) ? SQLITE_IOERR_SHMMAP : index_map(h, region, bytes, extend, found);
}

static int x_shm_lock(sqlite3_file *f, int slot, int count, int flags) {
    handle *h = of(f);
    if (is_dead(h)) return flags & SQLITE_SHM_UNLOCK ? SQLITE_OK : SQLITE_IOERR_SHMLOCK;
    return index_lock(h, slot, count, flags);
}

static void x_shm_barrier(sqlite3_file *f) { (void)f; }

static int x_shm_unmap(sqlite3_file *f, int deletes) {
    (void)deletes;
    index_unmap(of(f));
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = x_close,
    .xRead = x_read,
    .xWrite = x_write,
    .xTruncate = x_truncate,
    .xSync = x_sync,
    .xFileSize = x_file_size,
    .xLock = x_lock,
    .xUnlock = x_unlock,
    .xCheckReservedLock = x_check_reserved_lock,
    .xFileControl = x_file_control,
    .xSectorSize = x_sector_size,
    .xDeviceCharacteristics = x_device_characteristics,
    .xShmMap = x_shm_map,
    .xShmLock = x_shm_lock,
    .xShmBarrier = x_shm_barrier,
    .xShmUnmap = x_shm_unmap,
};

handle *handle_of(sqlite3_file *f) { return f && f->pMethods == &methods ? of(f) : NULL; }

/* --- paths --- */

/* The process at work, as far as it is one of this disk; else the observer. */
static simdisk_process process_at(const simdisk *disk) {
    simdisk_place place = present_place();
    return place.disk == disk ? place.process : 0;
}

static int open_file(simdisk *disk, const char *path, int flags, file **found) {
    const char *name = path ? name_of(disk, path) : NULL;
    file *f = name ? find_file(disk, name) : NULL;
    if (f && (flags & SQLITE_OPEN_CREATE) && (flags & SQLITE_OPEN_EXCLUSIVE)) return SQLITE_CANTOPEN;
    if (!f && name && !(flags & SQLITE_OPEN_CREATE)) return SQLITE_CANTOPEN;
    if (!f) {
        f = file_create(disk, !name);
        if (name) link_file(disk, name, f);
    }
    f->references++;
    if (name && (flags & SQLITE_OPEN_DELETEONCLOSE)) unlink_file(disk, name);
    *found = f;
    return SQLITE_OK;
}

static int x_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *opened, int flags, int *flags_out) {
    (void)vfs;
    simdisk *disk = path ? disk_of(path) : present_place().disk;
    if (!disk) return below->xOpen(below, path, opened, flags, flags_out);
    handle *h = of(opened);
    *h = (handle){.disk = disk, .process = process_at(disk), .is_read_only = flags & SQLITE_OPEN_READONLY};
    if (!simdisk_is_alive(disk, h->process)) return SQLITE_CANTOPEN;
    int code = open_file(disk, path, flags, &h->file);
    if (code != SQLITE_OK) return code;
    int journals = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
    h->syncs_directory = (flags & SQLITE_OPEN_CREATE) && (flags & journals);
    handle_add(h);
    h->base.pMethods = &methods;
    if (flags_out) *flags_out = flags;
    return SQLITE_OK;
}

static int x_delete(sqlite3_vfs *vfs, const char *path, int syncs_directory) {
    (void)vfs;
    simdisk *disk = disk_of(path);
    if (!disk) return below->xDelete(below, path, syncs_directory);
    int code = simdisk_remove(disk, process_at(disk), path);
    if (code == ENOENT) return SQLITE_IOERR_DELETE_NOENT;
    if (code) return SQLITE_IOERR_DELETE;
    if (syncs_directory && simdisk_sync_directory(disk, process_at(disk))) return SQLITE_IOERR_DIR_FSYNC;
    return SQLITE_OK;
}

static int x_access(sqlite3_vfs *vfs, const char *path, int flags, int *answer) {
    (void)vfs;
    simdisk *disk = disk_of(path);
    if (!disk) return below->xAccess(below, path, flags, answer);
    file *f = find_file(disk, name_of(disk, path));
    /* As on unix, an empty file does not count as one that exists. */
    *answer = f && (flags != SQLITE_ACCESS_EXISTS || f->size > 0);
    return SQLITE_OK;
}

static int x_full_pathname(sqlite3_vfs *vfs, const char *path, int bytes, char *full) {
    (void)vfs;
    if (!disk_of(path)) return below->xFullPathname(below, path, bytes, full);
    if (strlen(path) >= (size_t)bytes) return SQLITE_CANTOPEN;
    strcpy(full, path);
    return SQLITE_OK;
}

static void *x_dl_open(sqlite3_vfs *vfs, const char *path) {
    (void)vfs;
    return below->xDlOpen(below, path);
}

static void x_dl_error(sqlite3_vfs *vfs, int bytes, char *message) {
    (void)vfs;
    below->xDlError(below, bytes, message);
}

static void (*x_dl_sym(sqlite3_vfs *vfs, void *library, const char *symbol))(void) {
    (void)vfs;
    return below->xDlSym(below, library, symbol);
}

static void x_dl_close(sqlite3_vfs *vfs, void *library) {
    (void)vfs;
    below->xDlClose(below, library);
}

/* --- randomness and time --- */

static int x_randomness(sqlite3_vfs *vfs, int count, char *bytes) {
    (void)vfs;
    if (!is_seeded) return below->xRandomness(below, count, bytes);
    for (int i = 0; i < count; i++) bytes[i] = (char)next_random(&seed);
    return count;
}

void simdisk_seed(uint64_t value) {
    vfs_register();
    seed = value;
    is_seeded = true;
    sqlite3_randomness(0, NULL); /* SQLite draws a new seed when it needs the next number */
}

static int x_sleep(sqlite3_vfs *vfs, int microseconds) {
    (void)vfs;
    return is_simulated() ? microseconds : below->xSleep(below, microseconds);
}

static int x_current_time_int64(sqlite3_vfs *vfs, sqlite3_int64 *now) {
    (void)vfs;
    static const sqlite3_int64 julian_of_1970 = 210866760000000;
    if (!is_simulated()) return below->xCurrentTimeInt64(below, now);
    *now = julian_of_1970 + present_place().disk->clock;
    return SQLITE_OK;
}

static int x_current_time(sqlite3_vfs *vfs, double *days) {
    sqlite3_int64 now;
    int code = x_current_time_int64(vfs, &now);
    if (code == SQLITE_OK) *days = (double)now / 86400000.0;
    return code;
}

static int x_get_last_error(sqlite3_vfs *vfs, int bytes, char *message) {
    (void)vfs;
    return is_simulated() ? 0 : below->xGetLastError(below, bytes, message);
}

static sqlite3_vfs simulated = {
    .iVersion = 2,
    .zName = "simulated",
    .xOpen = x_open,
    .xDelete = x_delete,
    .xAccess = x_access,
    .xFullPathname = x_full_pathname,
    .xDlOpen = x_dl_open,
    .xDlError = x_dl_error,
    .xDlSym = x_dl_sym,
    .xDlClose = x_dl_close,
    .xRandomness = x_randomness,
    .xSleep = x_sleep,
    .xCurrentTime = x_current_time,
    .xGetLastError = x_get_last_error,
    .xCurrentTimeInt64 = x_current_time_int64,
};

static void register_once(void) {
    // Before SQLite is used at all, or it would count its memory, under a lock, for nobody.
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    below = sqlite3_vfs_find(NULL);
    int larger = below->szOsFile > (int)sizeof(handle) ? below->szOsFile : (int)sizeof(handle);
    simulated.szOsFile = larger;
    simulated.mxPathname = below->mxPathname;
    sqlite3_vfs_register(&simulated, 1);
}

void vfs_register(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, register_once);
}
