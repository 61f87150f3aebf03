/* Bytes of a file, and which of them are on the disk. */

#include "disk.h"
#include <stdlib.h>
#include <string.h>

enum { SPARES_MAX = 4096 };

unsigned char *take_block(simdisk *disk) {
    return disk->spare_count ? disk->spare[--disk->spare_count] : allocate(BLOCK_BYTES);
}

void give_block(simdisk *disk, unsigned char *data) {
    if (!data) return;
    if (disk->spare_count == SPARES_MAX) {
        free(data);
        return;
    }
    disk->spare = grow(disk->spare, disk->spare_count, &disk->spare_capacity, sizeof *disk->spare);
    disk->spare[disk->spare_count++] = data;
}

file *file_create(simdisk *disk, bool is_temporary) {
    file *f = allocate(sizeof *f);
    f->disk = disk;
    f->number = ++disk->files_made;
    f->is_temporary = is_temporary;
    f->cut_size = -1;
    f->next = disk->files;
    if (f->next) f->next->previous = f;
    disk->files = f;
    return f;
}

void file_unreference(file *f) {
    if (--f->references > 0) return;
    simdisk *disk = f->disk;
    for (size_t i = 0; i < f->block_count; i++) {
        give_block(disk, f->blocks[i].now);
        give_block(disk, f->blocks[i].then);
    }
    disk->used_bytes -= f->size;
    if (f->previous) f->previous->next = f->next;
    else disk->files = f->next;
    if (f->next) f->next->previous = f->previous;
    free(f->blocks);
    free(f->dirty);
    free(f);
}

static void set_size(file *f, int64_t size) {
    f->disk->used_bytes += size - f->size;
    f->size = size;
}

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

int64_t file_read(const file *f, int64_t offset, unsigned char *bytes, int64_t count) {
    int64_t found = offset < f->size ? least(count, f->size - offset) : 0;
    for (int64_t done = 0; done < found;) {
        size_t index = (size_t)((offset + done) / BLOCK_BYTES);
        int64_t within = (offset + done) % BLOCK_BYTES;
        int64_t part = least(found - done, BLOCK_BYTES - within);
        const unsigned char *data = index < f->block_count ? f->blocks[index].now : NULL;
        if (data) memcpy(bytes + done, data + within, (size_t)part);
        else memset(bytes + done, 0, (size_t)part);
        done += part;
    }
    return found;
}

static void mark_dirty(file *f, size_t index) {
    block *b = &f->blocks[index];
    if (!b->is_dirty) {
        f->dirty = grow(f->dirty, f->dirty_count, &f->dirty_capacity, sizeof *f->dirty);
        f->dirty[f->dirty_count++] = (uint32_t)index;
        b->is_dirty = true;
        b->then = b->now;
        b->now = NULL;
    }
    b->is_forsaken = false;
}

/* The block's bytes, to be written; all of them when it is `whole`. */
static unsigned char *open_block(file *f, size_t index, bool whole) {
    while (f->block_count <= index) {
        f->blocks = grow(f->blocks, f->block_count, &f->block_capacity, sizeof *f->blocks);
        f->blocks[f->block_count++] = (block){0};
    }
    block *b = &f->blocks[index];
    if (!f->is_temporary && (!b->is_dirty || b->is_forsaken)) {
        bool was_clean = !b->is_dirty;
        if (was_clean) b->tick = ++f->disk->tick;
        mark_dirty(f, index);
        if (was_clean && b->then && !whole) {
            b->now = take_block(f->disk);
            memcpy(b->now, b->then, BLOCK_BYTES);
        }
    }
    if (!b->now) {
        b->now = take_block(f->disk);
        if (!whole) memset(b->now, 0, BLOCK_BYTES);
    }
    return b->now;
}

void file_write(file *f, int64_t offset, const unsigned char *bytes, int64_t count) {
    f->changes++;
    for (int64_t done = 0; done < count;) {
        size_t index = (size_t)((offset + done) / BLOCK_BYTES);
        int64_t within = (offset + done) % BLOCK_BYTES;
        int64_t part = least(count - done, BLOCK_BYTES - within);
        memcpy(open_block(f, index, part == BLOCK_BYTES) + within, bytes + done, (size_t)part);
        done += part;
    }
    if (offset + count > f->size) set_size(f, offset + count);
}

void file_truncate(file *f, int64_t size) {
    f->changes++;
    if (size < f->size) {
        uint64_t tick = ++f->disk->tick;
        if (f->cut_size < 0 || size < f->cut_size) {
            f->cut_size = size;
            f->cut_tick = tick;
        }
        int64_t within = size % BLOCK_BYTES;
        size_t first = (size_t)((size + BLOCK_BYTES - 1) / BLOCK_BYTES);
        if (within && (size_t)(size / BLOCK_BYTES) < f->block_count) {
            memset(open_block(f, (size_t)(size / BLOCK_BYTES), false) + within, 0, (size_t)(BLOCK_BYTES - within));
        }
        for (size_t i = first; i < f->block_count; i++) {
            block *b = &f->blocks[i];
            if (!b->now) continue;
            if (f->is_temporary || b->is_dirty) {
                give_block(f->disk, b->now);
                b->now = NULL;
                b->is_forsaken = false;
            } else {
                b->tick = tick;
                mark_dirty(f, i);
            }
        }
    }
    set_size(f, size);
}

void file_sync(file *f) {
    if (f->disk->lies) {
        f->disk->counts.lied_syncs++;
        return;
    }
    size_t forsaken = 0;
    for (size_t i = 0; i < f->dirty_count; i++) {
        block *b = &f->blocks[f->dirty[i]];
        if (b->is_forsaken) {
            f->dirty[forsaken++] = f->dirty[i];
            continue;
        }
        give_block(f->disk, b->then);
        b->then = NULL;
        b->is_dirty = false;
    }
    f->dirty_count = forsaken;
    f->synced_size = f->size;
    f->cut_size = -1;
}

void file_forsake(file *f) {
    for (size_t i = 0; i < f->dirty_count; i++) f->blocks[f->dirty[i]].is_forsaken = true;
}
