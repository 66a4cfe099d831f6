/// A paper or an article whose results are held against ours.
struct Paper: Hashable, Sendable, Codable {
  /// Authors and year, and the name it goes by.
  let title: String

  /// Its page, for a reader to follow, where it is known.
  var address: String?
}

extension Paper {
  static let normFace = arXiv("1704.06369", "Wang et al. 2017 (NormFace)")
  static let moCo = arXiv("1911.05722", "He et al. 2020 (MoCo)")
  static let moCoV2 = arXiv("2003.04297", "Chen et al. 2020 (MoCo v2)")
  static let simCLR = arXiv("2002.05709", "Chen et al. 2020 (SimCLR)")
  static let alignmentAndUniformity = arXiv("2005.10242", "Wang & Isola 2020")
  static let behaviour = arXiv("2012.09740", "Wang & Liu 2021")
  static let distillation = arXiv("1503.02531", "Hinton et al. 2015")
  static let predictiveCoding = arXiv("1807.03748", "van den Oord et al. 2018 (CPC)")
  static let variationalBounds = arXiv("1905.06922", "Poole et al. 2019")
  static let useArticle = Paper(
    title: "“The Use of Temperature in Softmax” (article, 2022-02-27)")
  static let sensitivityArticle = Paper(
    title: "“Softmax sensitivity to temperature” (article, 2022-11-14)")

  private static func arXiv(_ number: String, _ title: String) -> Paper {
    Paper(title: title, address: "https://arxiv.org/abs/\(number)")
  }
}
