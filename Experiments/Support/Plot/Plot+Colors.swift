extension Plot {
  /// Okabe and Ito's colours, told apart with any common colour blindness, darkest first and
  /// without the yellow, which is too pale for lines on white.
  static let palette = [
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000",
  ]

  /// Every colour of a plot on white paper, in hexadecimal digits, with what stands for it on a dark
  /// page.
  static let colors = [
    // Paper, grid, axes, words.
    "ffffff": "#16191d", "dddddd": "#31363d", "555555": "#8a929c", "333333": "#cdd3da",
    // The palette, with the dark ones lighter.
    "0072b2": "#4ba6de", "d55e00": "#f0803a", "009e73": "#2ec49a", "cc79a7": "#d992b8",
    "e69f00": "#efb33a", "56b4e9": "#8fd0f5", "000000": "#e8ebee",
  ]
}
