#pragma once
#include <cblas.h>
#include <stddef.h>

// Solves A·X = B for a symmetric positive definite A by Cholesky factorisation (LAPACK). Matrices are column-major; A
// `[n × n]` is overwritten by its factor, B `[n × nrhs]` by X. `info` becomes 0, or k > 0 where the leading minor of order
// k is not positive. Debian's libopenblas-dev ships the symbol without its header; the last argument is the length of
// the Fortran string `uplo`.
void dposv_(const char *uplo, const int *n, const int *nrhs, double *a, const int *lda, double *b, const int *ldb,
            int *info, size_t uplo_length);

// Cholesky factor of a symmetric positive definite A `[n × n]`, column-major, in place (LAPACK), and the inverse from it;
// both touch only the triangle named by `uplo`. `info` as above.
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info, size_t uplo_length);
void dpotri_(const char *uplo, const int *n, double *a, const int *lda, int *info, size_t uplo_length);
