import CKernels
import Kernels

/// The innermost loops against the same arithmetic in plain Swift, whose results must agree.
struct KernelWorkload {
  private static let rows = 256
  private static let activeRows = 16
  private static let draws = 4096

  private let settings: BenchmarkSettings

  init(_ settings: BenchmarkSettings) {
    self.settings = settings
  }

  func run(into report: inout BenchmarkReport) throws {
    for width in [64, 256] { try sumRows(width: width, into: &report) }
    try gaussians(into: &report)
    try readTile(into: &report)
  }

  private func compare(
    _ name: String, amount: Int, unit: String, scale: Double, baseline: String, kernel: @escaping () -> Void,
    plain: @escaping () -> Void, results: (kernel: UnsafeBufferPointer<Float>, plain: UnsafeBufferPointer<Float>),
    into report: inout BenchmarkReport
  ) throws {
    let calls = settings.scaled(2_000)
    let rates = try InterleavedTiming.rates(
      [kernel, plain].map { body in
        TimedWork(amount: Double(calls * amount)) { for _ in 0..<calls { body() } }
      }, repetitions: settings.repetitions)
    report.lines.append(BenchmarkLine(.kernels, name, rates[0] / scale, unit, baseline: baseline, rates[1] / scale))
    if !results.kernel.elementsEqual(results.plain) {
      report.failures.append("\(name): the kernel and plain Swift differ")
    }
  }

  private func sumRows(width: Int, into report: inout BenchmarkReport) throws {
    let tile = KernelTile(rows: Self.rows, width: width, active: Self.activeRows, seed: settings.seed)
    try compare(
      "sum-rows-\(width)", amount: Self.activeRows, unit: "Mrows/s", scale: 1e6, baseline: "plain Swift, row by row",
      kernel: { cpk_sum_rows(tile.weights.base, width, tile.active.base, tile.active.count, tile.sums.base, width) },
      plain: { tile.sumRowsPlainly() }, results: (tile.seen, tile.seenPlainly), into: &report)
  }

  private func gaussians(into report: inout BenchmarkReport) throws {
    let tile = KernelTile(rows: 1, width: Self.draws, active: 1, seed: settings.seed)
    let stream = RandomStream(seed: settings.seed, purpose: .readNoise)
    try compare(
      "gaussian", amount: Self.draws, unit: "Mdraws/s", scale: 1e6, baseline: "RandomStream, four at a time",
      kernel: { cpk_gaussian_fill(stream.key, 0, 0, 7, 0, tile.sums.base, Self.draws) },
      plain: {
        for item in 0..<Self.draws / 4 {
          let normal = stream.gaussians(array: 0, item: item, event: 7)
          let first = item / 8 * 32 + item % 8
          for lane in 0..<4 { tile.plainSums[first + 8 * lane] = normal[lane] }
        }
      }, results: (tile.seen, tile.seenPlainly), into: &report)
  }

  private func readTile(into report: inout BenchmarkReport) throws {
    let tile = KernelTile(rows: 64, width: 64, active: 8, seed: settings.seed)
    let stream = RandomStream(seed: settings.seed, purpose: .readNoise)
    var read = cpk_tile_read()
    read.weights = UnsafePointer(tile.weights.base)
    read.variances = UnsafePointer(tile.variances.base)
    read.stride = 64
    read.rows = UnsafePointer(tile.active.base)
    read.count = tile.active.count
    read.key = stream.key
    read.counter = (0, 0, 7, 0)
    read.step = KernelTile.step
    read.inverse_step = 1 / KernelTile.step
    read.smallest_code = -KernelTile.largestCode
    read.largest_code = KernelTile.largestCode
    read.columns = 64
    try compare(
      "read-tile", amount: 1, unit: "Mreads/s", scale: 1e6, baseline: "plain Swift, the same noise and converter",
      kernel: {
        tile.sums.fill(0)
        _ = cpk_read_tile(&read, tile.sums.base, 64)
      }, plain: { tile.readPlainly(stream: stream) }, results: (tile.seen, tile.seenPlainly), into: &report)
  }
}

/// A tile with some active rows, and its reads in plain Swift.
private final class KernelTile {
  static let step: Float = 0.25
  static let largestCode: Float = 31

  let weights: AlignedBuffer<Float>
  let variances: AlignedBuffer<Float>
  let active: AlignedBuffer<Int32>
  let sums: AlignedBuffer<Float>
  let plainSums: AlignedBuffer<Float>
  private let noise: AlignedBuffer<Float>
  private let width: Int

  init(rows: Int, width: Int, active count: Int, seed: UInt64) {
    self.width = width
    weights = AlignedBuffer(count: rows * width)
    variances = AlignedBuffer(count: rows * width)
    active = AlignedBuffer(count: count)
    sums = AlignedBuffer(count: width)
    plainSums = AlignedBuffer(count: width)
    noise = AlignedBuffer(count: width)
    let stream = RandomStream(seed: seed, purpose: .initialWeights)
    for index in 0..<weights.count {
      weights[index] = stream.gaussians(array: 0, item: index / 4, event: 0)[index % 4]
      variances[index] = 1e-4 * weights[index] * weights[index]
    }
    for index in 0..<count { active[index] = Int32(index * (rows / count)) }
  }

  var seen: UnsafeBufferPointer<Float> { UnsafeBufferPointer(sums.elements) }
  var seenPlainly: UnsafeBufferPointer<Float> { UnsafeBufferPointer(plainSums.elements) }

  func sumRowsPlainly() {
    let (sums, weights, width) = (plainSums.base, weights.base, width)
    for column in 0..<width { sums[column] = 0 }
    for row in active.elements {
      let start = weights + Int(row) * width
      for column in 0..<width { sums[column] += start[column] }
    }
  }

  func readPlainly(stream: RandomStream) {
    sumRowsPlainly()
    for item in 0..<width / 4 {
      let normal = stream.gaussians(array: 0, item: item, event: 7)
      let first = item / 8 * 32 + item % 8
      for lane in 0..<4 { noise[first + 8 * lane] = normal[lane] }
    }
    for column in 0..<width {
      var variance: Float = 0
      for row in active.elements { variance += variances[Int(row) * width + column] }
      let code = ((plainSums[column] + variance.squareRoot() * noise[column]) * (1 / Self.step))
        .rounded(.toNearestOrEven)
      plainSums[column] = min(max(code, -Self.largestCode), Self.largestCode) * Self.step
    }
  }
}
