/* Failures and ends that were ordered, and when their moment has come. */

#include "disk.h"
#include <errno.h>

void simdisk_fail(simdisk *disk, simdisk_operation operation, uint64_t after, uint64_t times) {
    disk->failures[operation] = (failure){.after = after, .times = times};
}

void simdisk_fill(simdisk *disk, int64_t bytes) { disk->used_bytes_max = disk->used_bytes + bytes; }

void simdisk_relieve(simdisk *disk) {
    for (int i = 0; i < 3; i++) disk->failures[i] = (failure){0};
    disk->used_bytes_max = INT64_MAX;
}

int64_t room_for(simdisk *disk, int64_t bytes) {
    int64_t room = disk->used_bytes_max - disk->used_bytes;
    if (bytes <= room) return bytes;
    disk->counts.full_writes++;
    return room > 0 ? room : 0;
}

void simdisk_set_lies(simdisk *disk, bool lies) { disk->lies = lies; }

void simdisk_lose_power_after(simdisk *disk, uint64_t operations, simdisk_loss loss, uint64_t seed) {
    disk->end = POWER;
    disk->end_after = operations;
    disk->end_loss = loss;
    disk->end_seed = seed;
}

void simdisk_kill_after(simdisk *disk, uint64_t operations) {
    disk->end = KILL;
    disk->end_after = operations;
}

bool simdisk_awaits_end(const simdisk *disk) { return disk->end != NO_END; }
void simdisk_cancel_end(simdisk *disk) { disk->end = NO_END; }

static void end(simdisk *disk, simdisk_process process) {
    bool is_power = disk->end == POWER;
    disk->end = NO_END;
    if (is_power) simdisk_lose_power(disk, disk->end_loss, disk->end_seed);
    else simdisk_kill(disk, process);
}

static bool fails(simdisk *disk, simdisk_operation operation) {
    failure *f = &disk->failures[operation];
    if (f->times == 0) return false;
    if (f->after > 0) {
        f->after--;
        return false;
    }
    if (f->times != UINT64_MAX) f->times--;
    return true;
}

int begin(simdisk *disk, simdisk_process process, simdisk_operation operation) {
    simdisk_counts *counts = &disk->counts;
    if (operation == SIMDISK_READ) {
        counts->reads++;
        if (!fails(disk, operation)) return 0;
        counts->failed_reads++;
        return EIO;
    }
    if (disk->end != NO_END && process != 0 && disk->end_after-- == 0) {
        end(disk, process);
        return EIO;
    }
    uint64_t *done = operation == SIMDISK_WRITE ? &counts->writes : &counts->syncs;
    uint64_t *failed = operation == SIMDISK_WRITE ? &counts->failed_writes : &counts->failed_syncs;
    (*done)++;
    if (!fails(disk, operation)) return 0;
    (*failed)++;
    return EIO;
}
