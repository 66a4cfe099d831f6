#pragma once

// MPI's constants are macros, and its handles numbers in one implementation and pointers in another. What Swift sees of
// them are Fortran's numbers, which all have, and for requests, addresses. Functions return an MPI error code.

#include <mpi.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

static inline int contrastive_mpi_success(void) { return MPI_SUCCESS; }

// Starts MPI unless it has been. Sets whether this did, and whether threads besides the calling one are allowed.
static inline int contrastive_mpi_start(int *started_here, int *is_threaded) {
  int initialized = 0, provided = MPI_THREAD_SINGLE;
  int code = MPI_Initialized(&initialized);
  if (code != MPI_SUCCESS) return code;
  *started_here = !initialized;
  code = initialized ? MPI_Query_thread(&provided)
                     : MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
  *is_threaded = provided >= MPI_THREAD_FUNNELED;
  return code;
}

static inline int contrastive_mpi_is_over(void) {
  int finalized = 0;
  return MPI_Finalized(&finalized) != MPI_SUCCESS || finalized;
}

static inline int contrastive_mpi_finalize(void) { return MPI_Finalize(); }

static inline int contrastive_mpi_is_main_thread(void) {
  int is_main = 0;
  return MPI_Is_thread_main(&is_main) == MPI_SUCCESS && is_main;
}

static inline int contrastive_mpi_world(void) { return (int)MPI_Comm_c2f(MPI_COMM_WORLD); }

// A communicator of the same ranks, whose messages are nobody else's and whose errors are returned.
static inline int contrastive_mpi_duplicate(int parent, int *result) {
  MPI_Comm copy = MPI_COMM_NULL;
  int code = MPI_Comm_dup(MPI_Comm_f2c((MPI_Fint)parent), &copy);
  if (code == MPI_SUCCESS) code = MPI_Comm_set_errhandler(copy, MPI_ERRORS_RETURN);
  *result = (int)MPI_Comm_c2f(copy);
  return code;
}

static inline int contrastive_mpi_size(int communicator, int *rank, int *count) {
  int code = MPI_Comm_rank(MPI_Comm_f2c((MPI_Fint)communicator), rank);
  if (code != MPI_SUCCESS) return code;
  return MPI_Comm_size(MPI_Comm_f2c((MPI_Fint)communicator), count);
}

// Begins to send bytes from an offset on. The request is to be tested until it is done.
static inline int contrastive_mpi_send(
  int communicator, const void *bytes, size_t offset, int count, int receiver, uintptr_t *result) {
  MPI_Request *request = (MPI_Request *)malloc(sizeof(MPI_Request));
  if (!request) return MPI_ERR_NO_MEM;
  *result = (uintptr_t)request;
  return MPI_Isend(
    (const char *)bytes + offset, count, MPI_BYTE, receiver, 0,
    MPI_Comm_f2c((MPI_Fint)communicator), request);
}

static inline int contrastive_mpi_receive(
  int communicator, void *bytes, size_t offset, int count, int sender, uintptr_t *result) {
  MPI_Request *request = (MPI_Request *)malloc(sizeof(MPI_Request));
  if (!request) return MPI_ERR_NO_MEM;
  *result = (uintptr_t)request;
  return MPI_Irecv(
    (char *)bytes + offset, count, MPI_BYTE, sender, 0, MPI_Comm_f2c((MPI_Fint)communicator),
    request);
}

// Whether a request is done, which lets the library move all of them on. One that is done is gone. Of one that receives,
// an error if it was shorter than expected; of one that sends, nothing is expected: −1.
static inline int contrastive_mpi_test(uintptr_t request, int expected, int *is_done) {
  MPI_Status status;
  int count = expected;
  int code = MPI_Test((MPI_Request *)request, is_done, &status);
  if (code != MPI_SUCCESS || !*is_done) return code;
  free((void *)request);
  if (expected >= 0) code = MPI_Get_count(&status, MPI_BYTE, &count);
  return code == MPI_SUCCESS && count != expected ? MPI_ERR_TRUNCATE : code;
}

static inline void contrastive_mpi_abort(int communicator, int status) {
  MPI_Abort(MPI_Comm_f2c((MPI_Fint)communicator), status);
}
