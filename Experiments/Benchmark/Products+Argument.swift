public import ArgumentParser
import Contrastive

extension ComputeOptions.Products: ExpressibleByArgument {}
