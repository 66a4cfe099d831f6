@_exported public import ContrastiveBounds
@_exported public import ContrastiveEmbeddings
@_exported public import ContrastiveEngine
@_exported public import ContrastiveFiles
@_exported public import ContrastiveLosses
@_exported public import ContrastiveMatrixFiles
@_exported public import ContrastiveSimilarity
