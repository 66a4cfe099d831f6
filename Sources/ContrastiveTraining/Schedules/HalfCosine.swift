import RealModule

/// ½(1 + cos πx): from 1 at x = 0 to 0 at x = 1.
func halfCosine(_ x: Double) -> Double { (1 + .cos(.pi * x)) / 2 }
