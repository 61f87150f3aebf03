/* Names of files, and which of them are on the disk.
 *
 * Law: changes of names reach the disk in the order in which they were made, as a journal of metadata has it. `present`
 * is `synced` with all `changes` done to it. A sync of the directory is one of all directories of the disk; they exist
 * always. */

#include "disk.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char *name_of(const simdisk *disk, const char *path) { return path + disk->root_length; }

static entry *find(const directory *d, const char *name) {
    for (size_t i = 0; i < d->count; i++) {
        if (strcmp(d->entries[i].name, name) == 0) return &d->entries[i];
    }
    return NULL;
}

file *find_file(const simdisk *disk, const char *name) {
    entry *found = find(&disk->present, name);
    return found ? found->file : NULL;
}

bool has_name(const simdisk *disk, const file *f) {
    for (size_t i = 0; i < disk->present.count; i++) {
        if (disk->present.entries[i].file == f) return true;
    }
    return false;
}

static void drop(directory *d, const char *name) {
    entry *found = find(d, name);
    if (!found) return;
    file_unreference(found->file);
    free(found->name);
    size_t after = d->count - (size_t)(found - d->entries) - 1;
    memmove(found, found + 1, after * sizeof *found);
    d->count--;
}

static void put(directory *d, const char *name, file *f) {
    f->references++;
    drop(d, name);
    d->entries = grow(d->entries, d->count, &d->capacity, sizeof *d->entries);
    d->entries[d->count++] = (entry){.name = copy_text(name), .file = f};
}

static void clear(directory *d) {
    while (d->count) drop(d, d->entries[d->count - 1].name);
    free(d->entries);
    *d = (directory){0};
}

static void apply(directory *d, const name_change *change) {
    if (change->file) put(d, change->name, change->file);
    else drop(d, change->name);
    if (change->from) drop(d, change->from);
}

static void change_names(simdisk *disk, const char *name, file *f, const char *from) {
    disk->changes = grow(disk->changes, disk->change_count, &disk->change_capacity, sizeof *disk->changes);
    name_change *change = &disk->changes[disk->change_count++];
    *change = (name_change){
        .tick = ++disk->tick, .name = copy_text(name), .from = from ? copy_text(from) : NULL, .file = f};
    if (f) f->references++;
    apply(&disk->present, change);
    if (disk->keeps_entries) sync_names(disk);
}

void link_file(simdisk *disk, const char *name, file *f) { change_names(disk, name, f, NULL); }
void unlink_file(simdisk *disk, const char *name) { change_names(disk, name, NULL, NULL); }

void rename_file(simdisk *disk, const char *from, const char *name) {
    if (strcmp(from, name) != 0) change_names(disk, name, find_file(disk, from), from);
}

/* The first `count` changes are on the disk; the others have never been. */
static void commit(simdisk *disk, size_t count) {
    for (size_t i = 0; i < disk->change_count; i++) {
        name_change *change = &disk->changes[i];
        if (i < count) apply(&disk->synced, change);
        if (change->file) file_unreference(change->file);
        free(change->name);
        free(change->from);
    }
    disk->change_count = 0;
}

void sync_names(simdisk *disk) { commit(disk, disk->change_count); }

void settle_names(simdisk *disk, size_t kept_changes) {
    disk->counts.lost_entries += disk->change_count - kept_changes;
    commit(disk, kept_changes);
    directory lost = disk->present;
    disk->present = (directory){0};
    for (size_t i = 0; i < disk->synced.count; i++) {
        put(&disk->present, disk->synced.entries[i].name, disk->synced.entries[i].file);
    }
    clear(&lost);
}

void forget_names(simdisk *disk) {
    sync_names(disk);
    clear(&disk->present);
    clear(&disk->synced);
}

size_t simdisk_names(const simdisk *disk) { return disk->present.count; }
const char *simdisk_name(const simdisk *disk, size_t index) { return disk->present.entries[index].name; }

void simdisk_set_keeps_entries(simdisk *disk, bool keeps) {
    disk->keeps_entries = keeps;
    if (keeps) sync_names(disk);
}

/* --- files beside SQLite --- */

/* The file of a path, for a process that is alive. */
static int look_up(simdisk *disk, simdisk_process process, const char *path, file **found) {
    if (!simdisk_is_alive(disk, process)) return EIO;
    *found = simdisk_owns(disk, path) ? find_file(disk, name_of(disk, path)) : NULL;
    return *found ? 0 : ENOENT;
}

static simdisk_file_state state_of(const file *f) {
    return (simdisk_file_state){.number = f->number, .changes = f->changes, .size_bytes = f->size};
}

int simdisk_state(simdisk *disk, simdisk_process process, const char *path, simdisk_file_state *state) {
    file *f;
    int code = look_up(disk, process, path, &f);
    if (code == 0) *state = state_of(f);
    return code;
}

int simdisk_sync(simdisk *disk, simdisk_process process, const char *path, simdisk_file_state *state) {
    file *f;
    int code = look_up(disk, process, path, &f);
    if (code) return code;
    *state = state_of(f);
    code = begin(disk, process, SIMDISK_SYNC);
    if (code == 0) file_sync(f);
    else if (simdisk_is_alive(disk, process)) file_forsake(f);
    return code;
}

int simdisk_remove(simdisk *disk, simdisk_process process, const char *path) {
    file *f;
    int code = look_up(disk, process, path, &f);
    if (code == 0) code = begin(disk, process, SIMDISK_WRITE);
    if (code == 0) unlink_file(disk, name_of(disk, path));
    return code;
}

int simdisk_rename(simdisk *disk, simdisk_process process, const char *path, const char *name) {
    file *f;
    if (!simdisk_owns(disk, name)) return EXDEV;
    int code = look_up(disk, process, path, &f);
    if (code == 0) code = begin(disk, process, SIMDISK_WRITE);
    if (code == 0) rename_file(disk, name_of(disk, path), name_of(disk, name));
    return code;
}

int simdisk_sync_directory(simdisk *disk, simdisk_process process) {
    if (!simdisk_is_alive(disk, process)) return EIO;
    int code = begin(disk, process, SIMDISK_SYNC);
    if (code == 0 && !disk->lies) sync_names(disk);
    return code;
}
