import Kernels

/// A convolution as reads of a crossbar: for each place of the output that sees an active pixel, the active rows of the
/// kernel.
///
/// Row `(channel · size + y) · size + x` of the crossbar is the place (y, x) of the kernel in an input channel, whatever the
/// order of the image. Places of the output without any active pixel are not visited.
public struct KernelUnrolling: Sendable {
  /// The image that is read.
  public let input: ImageShape
  /// The maps that come out.
  public let output: ImageShape
  /// Side of a kernel.
  public let size: Int
  /// Pixels from one place of the output to the next.
  public let stride: Int
  /// Idle pixels around the image.
  public let padding: Int
  /// Places with an active pixel, in the order in which the first was met.
  public private(set) var activePlaces: [Int32] = []
  // Active kernel rows of each place, and how many.
  private var rows: [Int32]
  private var counts: [Int32]

  /// Sets the geometry; `output` must be the shape of that convolution.
  public init(input: ImageShape, output: ImageShape, size: Int, stride: Int, padding: Int) {
    self.input = input
    self.output = output
    self.size = size
    self.stride = stride
    self.padding = padding
    counts = [Int32](repeating: 0, count: output.height * output.width)
    rows = [Int32](repeating: 0, count: output.height * output.width * input.channels * size * size)
  }

  /// Rows of the crossbar.
  public var rowCount: Int { input.channels * size * size }
  /// Places of the output.
  public var placeCount: Int { output.height * output.width }

  /// The row of the crossbar that carries one place of the kernel in one channel.
  public func kernelRow(channel: Int, y: Int, x: Int) -> Int {
    (channel * size + y) * size + x
  }

  /// Takes the active pixels of a tick, ascending rows of the image. O(pixels · size²/stride²).
  public mutating func take(_ active: UnsafeBufferPointer<Int32>) {
    for place in activePlaces { counts[Int(place)] = 0 }
    activePlaces.removeAll(keepingCapacity: true)
    for row in active {
      let (channel, y, x) = input.pixel(ofRow: Int(row))
      let lines = places(over: y + padding, of: output.height)
      let columns = places(over: x + padding, of: output.width)
      for line in lines {
        for column in columns {
          let place = line * output.width + column
          if counts[place] == 0 { activePlaces.append(Int32(place)) }
          let kernelRow = kernelRow(channel: channel, y: y + padding - line * stride, x: x + padding - column * stride)
          rows[place * rowCount + Int(counts[place])] = Int32(kernelRow)
          counts[place] += 1
        }
      }
    }
    if input.order == .channelsLast { for place in activePlaces { sort(Int(place)) } }
  }

  /// Puts the kernel rows of a place in ascending order; there are few of them.
  private mutating func sort(_ place: Int) {
    let start = place * rowCount
    for index in start + 1..<max(start + 1, start + Int(counts[place])) {
      let row = rows[index]
      var at = index
      while at > start, rows[at - 1] > row {
        rows[at] = rows[at - 1]
        at -= 1
      }
      rows[at] = row
    }
  }

  /// Places along one axis whose kernel covers a pixel.
  private func places(over pixel: Int, of count: Int) -> Range<Int> {
    let first = max(0, (pixel - size + stride) / stride)
    return first..<max(first, min(count, pixel / stride + 1))
  }

  /// Calls `body` for each active place with its active kernel rows, ascending.
  public func forEachActivePlace(_ body: (_ place: Int, _ rows: UnsafeBufferPointer<Int32>) -> Void) {
    rows.withUnsafeBufferPointer { rows in
      for place in activePlaces {
        let start = Int(place) * rowCount
        body(Int(place), UnsafeBufferPointer(rebasing: rows[start..<start + Int(counts[Int(place)])]))
      }
    }
  }
}
