// Tells the thread sanitizer of Swift's locks. Where nobody waits, a `Mutex` is an atomic number in the program, which the
// sanitizer sees; where somebody does, it is in Swift's own library, which was built without it, and what was written
// before an `unlock` there would be taken for unordered with what is read after the next `lock`. Loaded before that library,
// these three functions stand for its own, call them and say so.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

#define METHOD __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

void __tsan_acquire(void *address);
void __tsan_release(void *address);

METHOD void lock(uint32_t thread, SELF mutex) __asm__(LOCK);
METHOD bool try_lock(SELF mutex) __asm__(TRY_LOCK);
METHOD void unlock(SELF mutex) __asm__(UNLOCK);

METHOD void lock(uint32_t thread, SELF mutex) {
  METHOD void (*original)(uint32_t, SELF) = dlsym(RTLD_NEXT, LOCK);
  original(thread, mutex);
  __tsan_acquire(mutex);
}

METHOD bool try_lock(SELF mutex) {
  METHOD bool (*original)(SELF) = dlsym(RTLD_NEXT, TRY_LOCK);
  bool locked = original(mutex);
  if (locked) __tsan_acquire(mutex);
  return locked;
}

METHOD void unlock(SELF mutex) {
  METHOD void (*original)(SELF) = dlsym(RTLD_NEXT, UNLOCK);
  __tsan_release(mutex);
  original(mutex);
}
