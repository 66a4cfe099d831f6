#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import ContrastiveLosses
  import _Differentiation

  // A tangent vector has to be named: the compiler would make one of all stored properties.

  extension CLIP: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension NormFaceSoftmax: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension CosFace: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension ArcFace: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension SubCenterArcFace: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension Distillation: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension InfoNCE: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension MoCoV3: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension NPIDNCE: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension NPIDSoftmax: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension NTXentPairs: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension SoftmaxCrossEntropy: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension SupCon: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension NTXent: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension DecoupledContrastive: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension DebiasedContrastive: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension HardNegative: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension MaxSimInfoNCE: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension MaxSimCLIP: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension CoSENT: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension AnglE: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension SmoothedInfoNCE: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension RINCE: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension MACL: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension OneWayLoss: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension BothWaysLoss: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }

  extension BatchLoss: TemperatureDifferentiable {
    public typealias TangentVector = Temperature.TangentVector
  }
#endif
