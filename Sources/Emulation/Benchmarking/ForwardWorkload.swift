import Foundation
import Kernels

/// Ticks per second of the forward pass at 2 % input density, against the memory and against dense arithmetic.
struct ForwardWorkload {
  /// 2 % of 2312 rows.
  private static let rowsPerTick = 46
  /// A buffer far larger than any cache.
  private static let largeBytes = 512 << 20

  private let settings: BenchmarkSettings

  init(_ settings: BenchmarkSettings) {
    self.settings = settings
  }

  func run() throws -> [BenchmarkLine] {
    let input = SyntheticInput(seed: settings.seed)
    let samples = (0..<settings.scaled(20)).map {
      input.uniformRaster(sample: $0, rowsPerTick: Self.rowsPerTick)
    }
    let network = try BenchmarkNetwork.ideal.network()
    let ticks = Double(samples.count * SyntheticInput.ticks)
    let forward = TimedWork(amount: ticks) {
      for sample in samples { _ = network.present(sample, label: 0, learns: false) }
    }
    let weights = FloatMemory(bytes: SyntheticInput.rowCount * BenchmarkNetwork.hidden * MemoryLayout<Float>.stride)
    let large = FloatMemory(bytes: settings.isQuick ? Self.largeBytes / 16 : Self.largeBytes)
    let dense = DenseForward(sample: samples[0])
    let rates = try InterleavedTiming.rates(
      [forward, weights.streaming(times: 20), large.streaming(times: 1), dense.products(ticks: settings.scaled(300))],
      repetitions: settings.repetitions)
    let ticksPerSecond = rates[0]
    let reads = ticksPerSecond * bytesPerTick(network: network) / 1e9
    return [
      BenchmarkLine(
        .forward, "cache-bandwidth", reads, "GB/s", baseline: "reading \(weights.megabytes) in order", rates[1] / 1e9),
      BenchmarkLine(
        .forward, "memory-bandwidth", reads, "GB/s", baseline: "reading \(large.megabytes) in order", rates[2] / 1e9),
      BenchmarkLine(
        .forward, "dense-sgemv", ticksPerSecond, "ticks/s", baseline: "dense 2312×256 product, OpenBLAS", rates[3]),
    ]
      + PublishedFigure.forward.map {
        BenchmarkLine(.forward, $0.name, ticksPerSecond, "ticks/s", baseline: $0.baseline, $0.value)
      }
  }

  /// State that a tick cannot do without: weights of the active rows of both layers, potentials read and written.
  private func bytesPerTick(network: SpikingNetwork) -> Double {
    let (hiddenArray, readoutArray) = (network.arrays[0].array, network.arrays[1].array)
    let ticks = Double(max(network.ticksRead, 1))
    let readoutRows = Double(readoutArray.readActivity.activeRows) / ticks
    let hiddenRows = Double(hiddenArray.readActivity.activeRows) / ticks / Double(hiddenArray.layout.blockCount)
    let floats =
      hiddenRows * Double(hiddenArray.layout.columns) + readoutRows * Double(readoutArray.layout.columns)
      + Double(2 * hiddenArray.layout.columns + 2 * readoutArray.layout.columns)
    return floats * Double(MemoryLayout<Float>.stride)
  }
}

/// Memory that is read from beginning to end.
private final class FloatMemory: Sendable {
  private let buffer: AlignedBuffer<Float>

  init(bytes: Int) {
    buffer = AlignedBuffer(count: bytes / MemoryLayout<Float>.stride)
    // Pages that were never written all show the same physical page.
    buffer.fill(1)
  }

  var megabytes: String { String(format: "%.1f MB", Double(buffer.count * MemoryLayout<Float>.stride) / 1e6) }

  func streaming(times: Int) -> TimedWork {
    TimedWork(amount: Double(times * buffer.count * MemoryLayout<Float>.stride)) { [self] in
      for _ in 0..<times { Sink.take(DenseAlgebra.sumOfMagnitudes(buffer.base, count: buffer.count)) }
    }
  }
}

/// What a frame-based simulator does in a tick: all inputs times all weights. Its neurons are left out.
private final class DenseForward {
  private let inputs: AlignedBuffer<Float>
  private let outputs: AlignedBuffer<Float>
  private let weights: AlignedBuffer<Float>
  private let ticks: Int

  init(sample: SpikeRaster) {
    let (rows, columns) = (SyntheticInput.rowCount, BenchmarkNetwork.hidden)
    ticks = sample.tickCount
    inputs = AlignedBuffer(count: ticks * rows)
    outputs = AlignedBuffer(count: columns)
    weights = AlignedBuffer(count: rows * columns)
    weights.fill(0.01)
    for tick in 0..<ticks {
      for row in sample.activeRows(at: tick) { inputs[tick * rows + Int(row)] = 1 }
    }
  }

  func products(ticks count: Int) -> TimedWork {
    TimedWork(amount: Double(count)) { [self] in
      for tick in 0..<count {
        DenseAlgebra.multiply(
          inputs.base + tick % ticks * SyntheticInput.rowCount, by: weights.base, rows: SyntheticInput.rowCount,
          columns: BenchmarkNetwork.hidden, into: outputs.base)
      }
    }
  }
}

/// Takes results that nobody looks at, so that computing them is not optimised away.
enum Sink {
  @inline(never) @_optimize(none)
  static func take<Value>(_ value: Value) {}
}
