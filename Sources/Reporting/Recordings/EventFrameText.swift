/// Frames as text for terminals.
extension EventFrame {
  /// The colours of a picture among the 256 of terminals (ECMA-48, 38;5;n): bright on dark. ON, OFF, both.
  private static let terminalColors = [24, 31, 38, 45, 51, 94, 130, 166, 208, 214, 240, 244, 248, 252, 231]
  /// From few events to many.
  private static let densities = [".", ":", "+", "*", "#"]

  /// Lines of a given number of characters, each ended by a newline.
  ///
  /// In colour a character shows two pixels, one above the other: ON blue, OFF orange, both grey, the brighter the more
  /// events. Without, it shows one of twice the height, by a denser sign for more events.
  /// - Parameters:
  ///   - columns: Characters of a line; rows keep the proportions.
  ///   - isColored: Whether the terminal shows 256 colours.
  ///   - saturation: Events of a character's pixel from which on it is the brightest; `nil` asks the frame.
  /// - Precondition: `columns` and `saturation` are positive.
  public func text(columns: Int, isColored: Bool, saturation: Int? = nil) -> String {
    precondition(columns > 0 && saturation ?? 1 > 0, "columns and saturation are positive")
    let lines = max(1, (height * columns + width) / (2 * width))
    let frame = resized(width: columns, height: isColored ? 2 * lines : lines)
    return isColored ? frame.colored(saturation) : frame.plain(saturation)
  }

  private func plain(_ saturation: Int?) -> String {
    let saturation = saturation ?? self.saturation()
    var text = ""
    for row in 0..<height {
      for column in 0..<width {
        let count = Int(on[row * width + column]) + Int(off[row * width + column])
        text += count == 0 ? " " : Self.densities[EventPicture.shade(count, saturation: saturation)]
      }
      text += "\n"
    }
    return text
  }

  private func colored(_ saturation: Int?) -> String {
    let indices = EventPicture(self, saturation: saturation).indices
    var text = ""
    for row in stride(from: 0, to: height, by: 2) {
      var (ink, ground) = (UInt8(0), UInt8(0))
      for column in 0..<width {
        let (upper, lower) = (indices[row * width + column], indices[(row + 1) * width + column])
        // An empty half shows the ground of the terminal, so what is not empty is the ink.
        let (newInk, newGround, sign) =
          switch (upper, lower) {
          case (0, 0): (ink, UInt8(0), " ")
          case (0, _): (lower, UInt8(0), "\u{2584}")
          default: (upper, lower, "\u{2580}")
          }
        if newInk != ink { text += "\u{1B}[38;5;\(Self.terminalColor(newInk))m" }
        if newGround != ground {
          text += newGround == 0 ? "\u{1B}[49m" : "\u{1B}[48;5;\(Self.terminalColor(newGround))m"
        }
        (ink, ground) = (newInk, newGround)
        text += sign
      }
      text += "\u{1B}[0m\n"
    }
    return text
  }

  private static func terminalColor(_ index: UInt8) -> Int { terminalColors[Int(index) - 1] }
}
