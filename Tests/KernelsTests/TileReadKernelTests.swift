import CKernels
import Kernels
import Testing

@Suite struct TileReadKernelTests {
  /// Runs the kernel on what `twin` describes; returns the number of saturated conversions.
  private func runKernel(_ twin: TileReadTwin, into sums: inout [Float]) -> Int {
    var read = cpk_tile_read()
    read.stride = twin.stride
    read.count = twin.rows.count
    read.key = twin.key
    read.counter = twin.counter
    read.step = twin.step
    read.inverse_step = twin.inverseStep
    read.smallest_code = twin.smallestCode
    read.middle_code = twin.middleCode
    read.largest_code = twin.largestCode
    read.shift = twin.shift
    read.noise_variance = twin.noiseVariance
    read.inverse_code = twin.inverseCode
    read.bow = twin.bow
    read.columns = twin.columns
    let width = sums.count
    let amplitudes = twin.amplitudes ?? []
    return twin.weights.withUnsafeBufferPointer { weights in
      twin.rows.withUnsafeBufferPointer { rows in
        (twin.variances ?? []).withUnsafeBufferPointer { variances in
          (twin.columnVariances ?? []).withUnsafeBufferPointer { columnVariances in
            (twin.offsets ?? []).withUnsafeBufferPointer { offsets in
              (twin.gains ?? []).withUnsafeBufferPointer { gains in
                read.weights = weights.baseAddress
                read.rows = rows.baseAddress
                read.variances = twin.variances == nil ? nil : variances.baseAddress
                read.column_variances = twin.columnVariances == nil ? nil : columnVariances.baseAddress
                read.offsets = twin.offsets == nil ? nil : offsets.baseAddress
                read.gains = twin.gains == nil ? nil : gains.baseAddress
                guard twin.amplitudes != nil else { return cpk_read_tile(&read, &sums, width) }
                return amplitudes.withUnsafeBufferPointer { amplitudes in
                  read.amplitudes = amplitudes.baseAddress
                  return cpk_read_tile(&read, &sums, width)
                }
              }
            }
          }
        }
      }
    }
  }

  @Test(arguments: blockShapes, [false, true])
  func readEqualsTheScalarTwin(shape: (width: Int, columns: Int), isNoisy: Bool) {
    var random = SplitMix64(UInt64(shape.width * 1000 + shape.columns))
    var twin = TileReadTwin(
      weights: random.floats(64 * shape.width, in: -0.5...0.5),
      variances: isNoisy ? random.floats(64 * shape.width, in: 0...0.01) : nil, stride: shape.width,
      rows: random.activeRows(of: 64, density: 0.2), key: 0x0123_4567_89AB_CDEF, counter: (5, 6, 7, 8),
      columns: shape.columns)
    let before = random.floats(shape.width, in: -1...1)
    // No converter; one that never saturates; those that often do, with offsets, and with all that ails a converter.
    for (step, smallest, largest, hasOffsets, ails) in [
      (Float(0), Float(0), Float(0), false, false), (0.01, -32767, 32767, false, false), (0.07, -7, 7, true, false),
      (0.07, -7, 7, true, true), (0.07, 0, 7, true, true),
    ] {
      twin.step = step
      twin.smallestCode = smallest
      twin.largestCode = largest
      twin.shift = ails ? 0.05 : 0
      twin.offsets = hasOffsets ? random.floats(shape.width, in: -2...2) : nil
      twin.gains = ails ? random.floats(shape.width, in: 0.9...1.1) : nil
      twin.noiseVariance = ails ? 0.01 : 0
      twin.columnVariances = ails ? random.floats(shape.width, in: 0...0.02) : nil
      twin.bow = ails ? 0.3 : 0
      var expected = before
      var actual = before
      let expectedSaturated = twin.read(into: &expected)
      let saturated = runKernel(twin, into: &actual)
      #expect(actual.bits == expected.bits)
      #expect(saturated == expectedSaturated)
      #expect(largest != 7 || saturated > 0)
    }
  }

  @Test(arguments: blockShapes, [false, true])
  func amplitudesScaleWeightsAndTheirSquaresVariances(shape: (width: Int, columns: Int), isNoisy: Bool) {
    var random = SplitMix64(UInt64(shape.width * 1000 + shape.columns))
    var twin = TileReadTwin(
      weights: random.floats(64 * shape.width, in: -0.5...0.5),
      variances: isNoisy ? random.floats(64 * shape.width, in: 0...0.01) : nil, stride: shape.width,
      rows: random.activeRows(of: 64, density: 0.2), key: 9, counter: (5, 6, 7, 8), step: 0.01, smallestCode: -127,
      largestCode: 127, columns: shape.columns)
    func bits(_ amplitudes: [Float]?) -> [UInt32] {
      twin.amplitudes = amplitudes
      var sums = [Float](repeating: 0, count: shape.width)
      _ = runKernel(twin, into: &sums)
      return sums.bits
    }
    let binary = bits(nil)
    #expect(bits([Float](repeating: 1, count: twin.rows.count)) == binary)
    let amplitudes = random.floats(twin.rows.count, in: 0...1)
    let graded = bits(amplitudes)
    var expected = [Float](repeating: 0, count: shape.width)
    _ = twin.read(into: &expected)
    #expect(graded == expected.bits && graded != binary)
  }

  /// Padding columns meet no rows, but an offset may rail them: they are not conversions.
  @Test func saturationInPaddingColumnsIsNotCounted() {
    let twin = TileReadTwin(
      weights: [Float](repeating: 9, count: 48), stride: 48, rows: [0], step: 1, smallestCode: -3, largestCode: 3,
      columns: 21)
    var sums = [Float](repeating: 0, count: 48)
    #expect(runKernel(twin, into: &sums) == 21)
  }

  @Test func aSumWithinHalfACodeOfTheRailDoesNotSaturate() {
    let values: [Float] = [7.4, 7.499, 7.51, -7.4, -7.51, 6.6, 100, -100] + [Float](repeating: 0, count: 8)
    let twin = TileReadTwin(
      weights: values, stride: 16, rows: [0], step: 1, smallestCode: -7, largestCode: 7, columns: 16)
    var sums = [Float](repeating: 0, count: 16)
    #expect(runKernel(twin, into: &sums) == 4)
    #expect(Array(sums[..<8]) == [7, 7, 7, -7, -7, 7, 7, -7])
  }
}
