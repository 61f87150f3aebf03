/* Whole disks: snapshots and their return, flipped bits, and what an onlooker reads. */

#include "disk.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    char *name;
    int64_t size;
    unsigned char *bytes;
} image;

struct simdisk_snapshot {
    size_t count;
    int64_t bytes;
    image images[];
};

simdisk_snapshot *simdisk_take(const simdisk *disk) {
    size_t count = disk->present.count;
    simdisk_snapshot *snapshot = allocate(sizeof *snapshot + count * sizeof(image));
    snapshot->count = count;
    for (size_t i = 0; i < count; i++) {
        const entry *e = &disk->present.entries[i];
        image *copy = &snapshot->images[i];
        *copy = (image){.name = copy_text(e->name), .size = e->file->size, .bytes = allocate((size_t)e->file->size)};
        file_read(e->file, 0, copy->bytes, copy->size);
        snapshot->bytes += copy->size;
    }
    return snapshot;
}

int64_t simdisk_snapshot_bytes(const simdisk_snapshot *snapshot) { return snapshot->bytes; }

void simdisk_snapshot_free(simdisk_snapshot *snapshot) {
    for (size_t i = 0; i < snapshot->count; i++) {
        free(snapshot->images[i].name);
        free(snapshot->images[i].bytes);
    }
    free(snapshot);
}

void simdisk_put(simdisk *disk, const simdisk_snapshot *snapshot) {
    if (snapshot) disk->counts.restores++;
    else disk->counts.disk_losses++;
    disk->end = NO_END;
    end_processes(disk, ALL_PROCESSES);
    end_rest(disk, true);
    forget_names(disk);
    for (size_t i = 0; snapshot && i < snapshot->count; i++) {
        const image *copy = &snapshot->images[i];
        file *f = file_create(disk, false);
        if (copy->size) file_write(f, 0, copy->bytes, copy->size);
        link_file(disk, copy->name, f);
        bool lies = disk->lies;
        disk->lies = false;
        file_sync(f);
        disk->lies = lies;
    }
    sync_names(disk);
}

int simdisk_flip(simdisk *disk, const char *path, int64_t bit) {
    file *f = simdisk_owns(disk, path) ? find_file(disk, name_of(disk, path)) : NULL;
    if (!f) return ENOENT;
    if (bit < 0 || bit / 8 >= f->size) return ERANGE;
    size_t index = (size_t)(bit / 8 / BLOCK_BYTES);
    if (index >= f->block_count) return ERANGE;
    block *b = &f->blocks[index];
    int64_t place = bit / 8 % BLOCK_BYTES;
    unsigned char mask = (unsigned char)(1u << (bit % 8));
    if (b->now) b->now[place] ^= mask;
    if (b->then) b->then[place] ^= mask;
    disk->counts.flipped_bits++;
    return 0;
}

int64_t simdisk_read(const simdisk *disk, const char *path, int64_t offset, void *bytes, int64_t count) {
    file *f = simdisk_owns(disk, path) ? find_file(disk, name_of(disk, path)) : NULL;
    return f ? file_read(f, offset, bytes, count) : -1;
}

static uint64_t mix(uint64_t hash, const unsigned char *bytes, size_t count) {
    for (size_t i = 0; i < count; i++) hash = (hash ^ bytes[i]) * 0x100000001b3;
    return hash;
}

uint64_t simdisk_digest(const simdisk *disk) {
    uint64_t hash = 0xcbf29ce484222325;
    unsigned char bytes[BLOCK_BYTES];
    for (size_t i = 0; i < disk->present.count; i++) {
        const entry *e = &disk->present.entries[i];
        hash = mix(hash, (const unsigned char *)e->name, strlen(e->name) + 1);
        for (int64_t at = 0; at < e->file->size; at += BLOCK_BYTES) {
            hash = mix(hash, bytes, (size_t)file_read(e->file, at, bytes, BLOCK_BYTES));
        }
    }
    return hash;
}
