public import ArgumentParser
import ContrastiveKernels

extension SixteenBitFormat: ExpressibleByArgument {}
