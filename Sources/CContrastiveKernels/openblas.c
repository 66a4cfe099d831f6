// Without the header every Swift file would say so. This one does it once, and first.
#if defined(CONTRASTIVE_OPENBLAS) && !__has_include(<cblas.h>)
#error "OpenBLAS's cblas.h is not there: apt-get install libopenblas-dev, or dnf install openblas-devel; or without a BLAS, slower: --traits PortableGEMM"
#endif

// A file of C has to declare something.
typedef int contrastive_openblas;
