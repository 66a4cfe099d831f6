package import ContrastiveEmbeddings

extension Block {
  /// Sets scale · x·yᵀ: the similarities of every row of x with every row of y.
  ///
  /// Every similarity of the toolkit is computed here, of `Similarity` and of the losses' tiles.
  package func setSimilarities(of x: Block, and y: Block, scale: Scalar = 1) {
    setProduct(x, y, transposingRight: true, scale: scale)
  }
}
