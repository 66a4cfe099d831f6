@_exported public import ContrastiveKernels
