@_exported public import ContrastiveEngine
