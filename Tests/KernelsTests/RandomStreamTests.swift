import CKernels
import Kernels
import Testing

@Suite struct RandomStreamTests {
  /// The known answers of the Random123 library for Philox4x32-10.
  @Test(arguments: [
    (UInt64(0), SIMD4<UInt32>(0, 0, 0, 0), SIMD4<UInt32>(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)),
    (
      UInt64.max, SIMD4<UInt32>(repeating: .max),
      SIMD4<UInt32>(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
    ),
    (
      UInt64(0x299f_31d0_a409_3822), SIMD4<UInt32>(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
      SIMD4<UInt32>(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
    ),
  ])
  func wordsEqualTheKnownAnswers(key: UInt64, counter: SIMD4<UInt32>, expected: SIMD4<UInt32>) {
    #expect(RandomStream(key: key).words(counter[0], counter[1], counter[2], counter[3]) == expected)
  }

  @Test func eventAndItemReachAllCounterWords() {
    let stream = RandomStream(seed: 1, purpose: .cycleToCycle)
    #expect(stream.words(array: 3, item: 5, event: 0x7_0000_0009) == stream.words(5, 3, 9, 7))
  }

  @Test func purposesAndSeedsHaveKeysOfTheirOwn() {
    let keys = (UInt64(0)..<50).flatMap { seed in
      RandomPurpose.allCases.map { RandomStream(seed: seed, purpose: $0).key }
    }
    #expect(Set(keys).count == keys.count)
  }

  /// The vector fill, the noise of a tile read and the scalar stream draw the same number for the same column.
  @Test(arguments: [16, 32, 48, 64, 80, 128])
  func gaussianOfAColumnIsTheSameOnEveryPath(width: Int) {
    let key = RandomStream(seed: 99, purpose: .readNoise).key
    let expected = gaussianTwin(key: key, first: 4, 3, 2, 1, count: width)
    var filled = [Float](repeating: 0, count: width)
    cpk_gaussian_fill(key, 4, 3, 2, 1, &filled, width)
    #expect(filled.bits == expected.bits)
    // Zero weights of variance 1: the read is the draw.
    var sums = [Float](repeating: 0, count: width)
    let weights = sums
    let variances = [Float](repeating: 1, count: width)
    weights.withUnsafeBufferPointer { weights in
      variances.withUnsafeBufferPointer { variances in
        [Int32(0)].withUnsafeBufferPointer { rows in
          var read = cpk_tile_read()
          (read.weights, read.variances, read.rows) = (weights.baseAddress, variances.baseAddress, rows.baseAddress)
          (read.stride, read.count, read.columns) = (width, 1, width)
          (read.key, read.counter) = (key, (4, 3, 2, 1))
          _ = cpk_read_tile(&read, &sums, width)
        }
      }
    }
    #expect(sums == expected)
  }

  @Test func vectorFillEqualsTheScalarStreamOnManyDraws() {
    var filled = [Float](repeating: 0, count: 1 << 18)
    cpk_gaussian_fill(0xDEAD_BEEF_0123_4567, .max - 100, 1, 2, 3, &filled, filled.count)
    let expected = gaussianTwin(key: 0xDEAD_BEEF_0123_4567, first: .max - 100, 1, 2, 3, count: filled.count)
    #expect(filled.bits == expected.bits)
  }

  @Test func uniformNumbersCoverTheirInterval() {
    #expect(RandomStream.uniform(0) == 0x1p-24)
    #expect(RandomStream.uniform(.max) == 1)
    #expect(RandomStream.uniform(0, 0) == 0x1p-53)
    #expect(RandomStream.uniform(.max, .max) == 1)
    #expect(RandomStream.uniform(.max, .max - 1 << 12) == 1 - 0x1p-52)
    let stream = RandomStream(seed: 5, purpose: .endurance)
    let draws = (0..<100_000).map { item in
      let words = stream.words(array: 0, item: item, event: 0)
      return RandomStream.uniform(words[0], words[2])
    }
    #expect(kolmogorovSmirnov(draws) { $0 } < 1.95)
  }
}
