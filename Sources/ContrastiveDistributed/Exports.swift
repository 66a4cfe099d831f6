@_exported public import ContrastiveLosses
