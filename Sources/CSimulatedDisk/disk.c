/* Disks by root, who is at work on a thread, processes and their handles. */

#include "disk.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Disks of several threads share the list; each disk itself belongs to one thread. */
static pthread_mutex_t list_mutex = PTHREAD_MUTEX_INITIALIZER;
static simdisk *list;
static _Thread_local simdisk_place place;

void *allocate(size_t bytes) {
    void *memory = calloc(1, bytes ? bytes : 1);
    if (!memory) {
        fputs("CSimulatedDisk: out of memory; simulate fewer stores at once\n", stderr);
        abort();
    }
    return memory;
}

void *grow(void *array, size_t count, size_t *capacity, size_t element_bytes) {
    if (count < *capacity) return array;
    size_t wanted = *capacity ? *capacity * 2 : 16;
    unsigned char *larger = allocate(wanted * element_bytes);
    if (count) memcpy(larger, array, count * element_bytes);
    free(array);
    *capacity = wanted;
    return larger;
}

char *copy_text(const char *text) {
    size_t bytes = strlen(text) + 1;
    return memcpy(allocate(bytes), text, bytes);
}

/* Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014. */
uint64_t next_random(uint64_t *state) {
    uint64_t word = *state += 0x9e3779b97f4a7c15;
    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9;
    word = (word ^ (word >> 27)) * 0x94d049bb133111eb;
    return word ^ (word >> 31);
}

/* --- disks --- */

simdisk *simdisk_create(const char *root) {
    vfs_register();
    pthread_mutex_lock(&list_mutex);
    for (simdisk *other = list; other; other = other->next) {
        if (strcmp(other->root, root) == 0) {
            pthread_mutex_unlock(&list_mutex);
            return NULL;
        }
    }
    simdisk *disk = allocate(sizeof *disk);
    disk->root = copy_text(root);
    disk->root_length = strlen(root);
    disk->references = 1;
    disk->used_bytes_max = INT64_MAX;
    disk->next = list;
    list = disk;
    pthread_mutex_unlock(&list_mutex);
    simdisk_start(disk); /* the observer, 0 */
    return disk;
}

void simdisk_release(simdisk *disk) {
    pthread_mutex_lock(&list_mutex);
    simdisk **link = &list;
    while (*link != disk) link = &(*link)->next;
    *link = disk->next;
    pthread_mutex_unlock(&list_mutex);
    if (place.disk == disk) place = (simdisk_place){0};
    disk_unreference(disk);
}

void disk_unreference(simdisk *disk) {
    if (--disk->references > 0) return;
    forget_names(disk);
    for (size_t i = 0; i < disk->spare_count; i++) free(disk->spare[i]);
    free(disk->spare);
    free(disk->changes);
    free(disk->alive);
    free(disk->root);
    free(disk);
}

bool simdisk_owns(const simdisk *disk, const char *path) {
    return strncmp(path, disk->root, disk->root_length) == 0 && path[disk->root_length] == '/';
}

simdisk *disk_of(const char *path) {
    if (place.disk && simdisk_owns(place.disk, path)) return place.disk;
    pthread_mutex_lock(&list_mutex);
    simdisk *disk = list;
    while (disk && !simdisk_owns(disk, path)) disk = disk->next;
    pthread_mutex_unlock(&list_mutex);
    return disk;
}

/* --- who is at work --- */

simdisk_place simdisk_enter(simdisk_place next) {
    simdisk_place before = place;
    place = next;
    return before;
}

simdisk_place present_place(void) { return place; }
bool is_simulated(void) { return place.disk != NULL; }

void simdisk_set_clock(simdisk *disk, int64_t milliseconds) { disk->clock = milliseconds; }
int64_t simdisk_clock(const simdisk *disk) { return disk->clock; }

/* --- processes and handles --- */

simdisk_process simdisk_start(simdisk *disk) {
    disk->alive = grow(disk->alive, disk->process_count, &disk->process_capacity, sizeof *disk->alive);
    disk->alive[disk->process_count] = true;
    return (simdisk_process)disk->process_count++;
}

bool simdisk_is_alive(const simdisk *disk, simdisk_process process) {
    return process < disk->process_count && disk->alive[process];
}

void handle_add(handle *h) {
    h->disk->references++;
    h->next = h->disk->handles;
    if (h->next) h->next->previous = h;
    h->disk->handles = h;
}

void handle_remove(handle *h) {
    if (h->previous) h->previous->next = h->next;
    else h->disk->handles = h->next;
    if (h->next) h->next->previous = h->previous;
    disk_unreference(h->disk);
}

void end_processes(simdisk *disk, int64_t process) {
    /* The observer's handles fail with the power, but it observes on. */
    for (size_t i = 1; i < disk->process_count; i++) {
        if (process == ALL_PROCESSES || process == (int64_t)i) disk->alive[i] = false;
    }
    for (handle *h = disk->handles; h; h = h->next) {
        if (h->is_dead || h->is_resting || (process != ALL_PROCESSES && h->process != process)) continue;
        handle_end(h);
    }
}

void end_rest(simdisk *disk, bool all) {
    for (handle *h = disk->handles; h; h = h->next) {
        if (h->is_resting && (all || !has_name(disk, h->file))) handle_die(h);
    }
}

void simdisk_kill(simdisk *disk, simdisk_process process) {
    disk->counts.kills++;
    end_processes(disk, process);
}

simdisk_counts simdisk_count(const simdisk *disk) { return disk->counts; }
int64_t simdisk_used_bytes(const simdisk *disk) { return disk->used_bytes; }

int64_t simdisk_pending_blocks(const simdisk *disk) {
    int64_t count = 0;
    for (const file *f = disk->files; f; f = f->next) count += f->is_temporary ? 0 : (int64_t)f->dirty_count;
    return count;
}
