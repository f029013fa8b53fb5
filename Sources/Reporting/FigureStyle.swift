/// The look shared by all figures: one type face, two text sizes, colours that colour-blind readers can tell apart.
enum FigureStyle {
  static let width = 760.0
  static let fontStack = "Helvetica Neue, Helvetica, Arial, Liberation Sans, DejaVu Sans, sans-serif"
  static let textSize = 11.0
  static let titleSize = 12.0
  static let lineHeight = 14.0

  static let ink = "#222222"
  static let quietInk = "#666666"
  static let axis = "#888888"
  static let grid = "#e8e8e8"

  /// Qualitative colours of Okabe and Ito, "Color Universal Design" (2008), those readable as text on white first.
  static let series = ["#0072b2", "#d55e00", "#00795a", "#a3487a", "#9a6a00", "#333333"]

  static func seriesColor(_ index: Int) -> String { series[index % series.count] }

  /// Series beyond the number of colours repeat them with dashes.
  static func seriesDash(_ index: Int) -> String? {
    [nil, "6 3", "2 2"][(index / series.count) % 3]
  }

  /// An upper estimate of the width of `text` in px, from the widest face in the font stack.
  static func textWidth(_ text: String, size: Double = textSize) -> Double {
    text.reduce(0.0) { total, character in
      switch character {
      case "i", "j", "l", "I", ".", ",", ":", ";", "|", "'", " ", "·": total + 0.34
      case "m", "w", "M", "W", "@", "%": total + 0.98
      case "A"..."Z", "×", "+", "−", "=", "<", ">": total + 0.78
      default: character.isASCII || character.isLetter && character < "\u{1100}" ? total + 0.63 : total + 1
      }
    } * size
  }

  /// `text` cut with an ellipsis so that it fits into `width` px.
  static func fitted(_ text: String, width: Double, size: Double = textSize) -> String {
    guard textWidth(text, size: size) > width else { return text }
    var short = Substring(text.prefix(400))
    while !short.isEmpty && textWidth(short + "…", size: size) > width { short.removeLast() }
    return short + "…"
  }
}
