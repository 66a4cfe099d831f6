extension ComputeOptions {
  /// Of what numbers the products of a loss's tiles are: logits, and the gradients from them.
  public enum Products: String, Hashable, Sendable, CaseIterable {
    /// Of the scalar's own, by BLAS.
    case full

    /// Of rows rounded to sixteen bits, at twice the rate of `Float` where the processor has the
    /// instructions, and above that where it has tiles of them (AMX).
    ///
    /// - *Logits* are sums of products of 16-bit integers, exact in 32 bits, with a step for every row: the
    ///   only error is the rows' rounding, 8.9·10⁻⁶/τ, where the logits of a mixed-precision step (bfloat16)
    ///   are off by some 10⁻³/τ. They are the same bits for any number of threads. With AMX, VNNI, AVX-512 or
    ///   AVX2.
    /// - *Gradients* are products of weights and rows rounded to bfloat16, added up in `Float`. With
    ///   AMX or AVX512_BF16; full elsewhere.
    /// - The logit of a row's single positive, and its part of the gradient, are full; ranks compare what
    ///   equal rows have in common, the rounded product.
    ///
    /// Full whatever is asked for are `Double`, rows of more than 65 536 columns, losses whose negatives are each
    /// row's own (paired ones, memories by index), triplets, the exclusion of near duplicates, and sweeps of
    /// both ways.
    case sixteenBit = "sixteen-bit"
  }
}
