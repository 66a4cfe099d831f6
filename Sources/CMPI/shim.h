#pragma once

// MPI's constants are macros, and its handles numbers in one implementation and pointers in another. What Swift sees of
// them are Fortran's numbers, which all have, and requests behind a pointer. Functions return an MPI error code.

#include <mpi.h>
#include <stdlib.h>

typedef struct contrastive_mpi_request contrastive_mpi_request;
struct contrastive_mpi_request {
  MPI_Request request;
};

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

static inline int contrastive_mpi_send(
  int communicator, const void *bytes, int count, int receiver, contrastive_mpi_request *request) {
  return MPI_Isend(
    bytes, count, MPI_BYTE, receiver, 0, MPI_Comm_f2c((MPI_Fint)communicator), &request->request);
}

static inline int contrastive_mpi_receive(
  int communicator, void *bytes, int count, int sender, contrastive_mpi_request *request) {
  return MPI_Irecv(
    bytes, count, MPI_BYTE, sender, 0, MPI_Comm_f2c((MPI_Fint)communicator), &request->request);
}

// Whether a request is done, which lets the library move all of them on. Of one that is done, always.
static inline int contrastive_mpi_test(contrastive_mpi_request *request, int *is_done) {
  return MPI_Test(&request->request, is_done, MPI_STATUS_IGNORE);
}

static inline void contrastive_mpi_abort(int communicator, int status) {
  MPI_Abort(MPI_Comm_f2c((MPI_Fint)communicator), status);
}
