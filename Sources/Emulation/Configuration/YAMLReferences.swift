/// Finds YAML anchors and aliases in text before it is parsed.
///
/// A few nested aliases describe a tree larger than any memory, and the time to compare such trees is spent while
/// parsing. Experiments need none, so a file that has them is refused unread.
enum YAMLReferences {
  /// So many signs in comments are taken for prose; beyond it the comments may not be comments to the parser.
  private static let mostInComments = 8

  /// The line of the first anchor or alias, counted from 1.
  ///
  /// Where in doubt, such as `, &` within quotes, the sign counts as a reference: a file that passes has none.
  static func firstLine(in text: String) -> Int? {
    var line = Line()
    var number = 1
    var commented = 0
    var scalars = text.unicodeScalars.makeIterator()
    var current = scalars.next()
    while let scalar = current {
      let next = scalars.next()
      if isLineBreak(scalar) {
        line = Line()
        // A carriage return before a line feed ends the same line.
        if scalar != "\r" || next != "\n" { number += 1 }
      } else {
        if line.isReference(scalar, before: next) {
          commented += line.isComment ? 1 : mostInComments + 1
          if commented > mostInComments { return number }
        }
        line.append(scalar)
      }
      current = next
    }
    return nil
  }

  private static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
    [0x0A, 0x0D, 0x85, 0x2028, 0x2029].contains(scalar.value)
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar == "\t" || scalar == "\u{FEFF}"
  }

  /// What matters of the part of a line that was read.
  private struct Line {
    /// Last character other than a space.
    private var last: Unicode.Scalar?
    private var endsInSpace = true
    private var wordIsTag = false
    private var previousWordIsTag = false
    private(set) var isComment = false

    /// Whether the sign begins a node: at the beginning of the line, after an indicator, or after a tag.
    func isReference(_ scalar: Unicode.Scalar, before next: Unicode.Scalar?) -> Bool {
      guard scalar == "&" || scalar == "*", let next, !isSpace(next), !isLineBreak(next) else { return false }
      guard let last else { return true }
      if "[{,:".unicodeScalars.contains(last) { return true }
      return endsInSpace && ("-?".unicodeScalars.contains(last) || previousWordIsTag)
    }

    mutating func append(_ scalar: Unicode.Scalar) {
      if isSpace(scalar) {
        if !endsInSpace {
          previousWordIsTag = wordIsTag
          wordIsTag = false
        }
        endsInSpace = true
      } else {
        if scalar == "#", endsInSpace { isComment = true }
        if scalar == "!" { wordIsTag = true }
        last = scalar
        endsInSpace = false
      }
    }
  }
}
