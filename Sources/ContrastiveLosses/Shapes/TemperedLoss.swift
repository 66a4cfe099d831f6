public import ContrastiveEmbeddings

/// A loss that divides its logits by a temperature.
///
/// For code that sets it, as a schedule does, of whichever loss it is given.
public protocol TemperedLoss: Sendable {
  /// τ, and with it NormFace's scale s = 1/τ.
  var temperature: Temperature { get set }
}

extension InfoNCE: TemperedLoss {}
extension CLIP: TemperedLoss {}
extension SigLIP: TemperedLoss {}
extension MoCoV3: TemperedLoss {}
extension SmoothedInfoNCE: TemperedLoss {}
extension RINCE: TemperedLoss {}
extension MultiPositiveInfoNCE: TemperedLoss {}
extension MultiPositiveCLIP: TemperedLoss {}
extension SupCon: TemperedLoss {}
extension NTXentPairs: TemperedLoss {}
extension ArcFace: TemperedLoss {}
extension SubCenterArcFace: TemperedLoss {}
extension NPIDSoftmax: TemperedLoss {}
extension NPIDNCE: TemperedLoss {}
extension SoftmaxCrossEntropy: TemperedLoss {}
extension Distillation: TemperedLoss {}
extension EmbeddingDistillation: TemperedLoss {}
extension OneWayLoss: TemperedLoss {}
extension BothWaysLoss: TemperedLoss {}
extension BatchLoss: TemperedLoss {}
