import Contrastive

/// A number that losses compute with, and that array files hold.
typealias FileScalar = EmbeddingScalar & ArrayElement
