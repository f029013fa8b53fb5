/// A block of an array that lies in one piece, row-major.
struct ArrayBlock {
  /// A range of each axis.
  let ranges: [Range<Int>]
  /// Values in it.
  let count: Int

  /// The largest block that begins `begin` values into an array and has at most `count` of them.
  init(from begin: Int, count: Int, shape: [Int]) {
    // The axis along which the block extends: it has one value of each axis before, and all of each behind.
    var inner = 1
    var axis = shape.count - 1
    while axis > 0, begin % (inner * shape[axis]) == 0, count >= inner * shape[axis] {
      inner *= shape[axis]
      axis -= 1
    }
    var ranges: [Range<Int>] = []
    var (offset, size) = (begin, shape.reduce(1, *))
    for (index, extent) in shape.enumerated() {
      size /= extent
      let position = offset / size
      offset %= size
      if index > axis {
        ranges.append(0..<extent)
      } else {
        ranges.append(position..<(index < axis ? position + 1 : min(extent, position + count / inner)))
      }
    }
    self.ranges = ranges
    self.count = ranges.reduce(1) { $0 * $1.count }
  }
}
