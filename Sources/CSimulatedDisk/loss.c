/* What a power loss leaves of the files. */

#include "disk.h"
#include <stdlib.h>
#include <string.h>

/* What decides what is kept. */
typedef struct {
    simdisk_loss loss;
    uint64_t moment; /* in order: the last tick that is kept */
    uint64_t random;
} draw;

static bool coin(draw *d) { return next_random(&d->random) & 1; }

static bool keeps(draw *d, uint64_t tick) {
    switch (d->loss) {
    case SIMDISK_LOSS_WHOLE: return false;
    case SIMDISK_LOSS_IN_ORDER: return tick <= d->moment;
    case SIMDISK_LOSS_ANY_ORDER: return coin(d);
    }
    return false;
}

/* In order: the block at the moment is cut off. In any order: one in four is mixed, sector by sector. */
static bool tears(draw *d, uint64_t tick) {
    if (d->loss == SIMDISK_LOSS_IN_ORDER) return tick == d->moment;
    return next_random(&d->random) % 4 == 0;
}

static void tear(block *b, simdisk *disk, draw *d) {
    unsigned char *torn = take_block(disk);
    int sectors = BLOCK_BYTES / SECTOR_BYTES;
    int cut = (int)(next_random(&d->random) % (uint64_t)sectors);
    for (int i = 0; i < sectors; i++) {
        bool is_new = d->loss == SIMDISK_LOSS_IN_ORDER ? i < cut : coin(d);
        const unsigned char *from = is_new ? b->now : b->then;
        if (from) memcpy(torn + i * SECTOR_BYTES, from + i * SECTOR_BYTES, SECTOR_BYTES);
        else memset(torn + i * SECTOR_BYTES, 0, SECTOR_BYTES);
    }
    give_block(disk, b->now);
    b->now = torn;
    disk->counts.torn_blocks++;
}

/* Frees what is beyond the file's end, so that it does not come back when the file grows. */
static void cut_off(file *f, int64_t size) {
    size_t kept = (size_t)((size + BLOCK_BYTES - 1) / BLOCK_BYTES);
    for (size_t i = kept; i < f->block_count; i++) {
        give_block(f->disk, f->blocks[i].now);
        f->blocks[i].now = NULL;
    }
    int64_t within = size % BLOCK_BYTES;
    if (within && kept <= f->block_count && f->blocks[kept - 1].now) {
        memset(f->blocks[kept - 1].now + within, 0, (size_t)(BLOCK_BYTES - within));
    }
}

static void settle_file(file *f, draw *d) {
    simdisk *disk = f->disk;
    int64_t size = f->synced_size;
    /* A truncation that is kept takes away what stood beyond it; one that is not, what was written there since. */
    bool was_cut = f->cut_size >= 0 && f->cut_size < size;
    bool keeps_cut = was_cut && keeps(d, f->cut_tick);
    if (keeps_cut) size = f->cut_size;
    /* A file that grew has its new size, and zeros, or ends with the last block that is kept. */
    if (d->loss == SIMDISK_LOSS_ANY_ORDER && f->size > size && coin(d)) size = f->size;
    for (size_t i = 0; i < f->dirty_count; i++) {
        block *b = &f->blocks[f->dirty[i]];
        int64_t start = (int64_t)f->dirty[i] * BLOCK_BYTES;
        if (keeps_cut && start >= f->cut_size) {
            give_block(disk, b->then);
            b->then = NULL;
        }
        bool is_behind_cut = was_cut && start + BLOCK_BYTES > f->cut_size;
        if (!b->is_forsaken && keeps(d, b->tick) && (keeps_cut || !is_behind_cut)) {
            disk->counts.kept_blocks++;
            if (tears(d, b->tick)) tear(b, disk, d);
            int64_t end = start + BLOCK_BYTES < f->size ? start + BLOCK_BYTES : f->size;
            if (b->now && end > size) size = end;
            give_block(disk, b->then);
        } else {
            disk->counts.lost_blocks++;
            give_block(disk, b->now);
            b->now = b->then;
        }
        b->then = NULL;
        b->is_dirty = b->is_forsaken = false;
    }
    f->dirty_count = 0;
    cut_off(f, size);
    disk->used_bytes += size - f->size;
    f->size = f->synced_size = size;
    f->cut_size = -1;
    f->changes++;
}

static uint64_t first_tick(const simdisk *disk) {
    uint64_t first = disk->tick + 1;
    if (disk->change_count) first = disk->changes[0].tick;
    for (const file *f = disk->files; f; f = f->next) {
        for (size_t i = 0; i < f->dirty_count; i++) {
            if (f->blocks[f->dirty[i]].tick < first) first = f->blocks[f->dirty[i]].tick;
        }
    }
    return first;
}

static size_t kept_changes(const simdisk *disk, draw *d) {
    size_t count = 0;
    switch (d->loss) {
    case SIMDISK_LOSS_WHOLE: break;
    case SIMDISK_LOSS_IN_ORDER:
        while (count < disk->change_count && disk->changes[count].tick <= d->moment) count++;
        break;
    case SIMDISK_LOSS_ANY_ORDER: count = (size_t)(next_random(&d->random) % (disk->change_count + 1)); break;
    }
    return count;
}

void simdisk_lose_power(simdisk *disk, simdisk_loss loss, uint64_t seed) {
    disk->counts.power_losses++;
    disk->end = NO_END;
    end_processes(disk, ALL_PROCESSES);
    draw d = {.loss = loss, .random = seed};
    uint64_t first = first_tick(disk);
    d.moment = first - 1 + next_random(&d.random) % (disk->tick + 2 - first);
    settle_names(disk, kept_changes(disk, &d));
    /* The list's order is that of making, the newest first: the same in each run. */
    for (file *f = disk->files; f; f = f->next) {
        if (!f->is_temporary) settle_file(f, &d);
    }
    end_rest(disk, false);
}
