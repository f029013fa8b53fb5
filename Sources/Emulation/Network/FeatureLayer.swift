import Checkpoints
import Crossbars
import Hardware
import Kernels
import Spiking

/// A layer in front of the dense layers, which does not learn.
protocol FeatureLayer: AnyObject, Sendable {
  /// Spikes of the window, the input of the next layer.
  var output: SpikeRaster { get }
  /// Forgets the sample before.
  func rest()
  /// Runs the ticks `window` of `input`.
  func forward(input: SpikeRaster, window: Range<Int>, firstTick: UInt64, pool: TilePool)
}

/// A pooled layer.
final class PoolingLayer: FeatureLayer, @unchecked Sendable {
  private(set) var output: SpikeRaster
  private var pooling: SpikePooling

  init(_ kind: SpikePooling.Kind, size: Int, input: ImageShape, output shape: ImageShape) {
    pooling = SpikePooling(kind, input: input, output: shape, size: size)
    output = SpikeRaster(rowCount: shape.count)
  }

  func rest() { pooling.rest() }

  func forward(input: SpikeRaster, window: Range<Int>, firstTick: UInt64, pool: TilePool) {
    output.removeAll()
    input.forEachTick(in: window) { _, active in pooling.step(active, into: &output) }
  }
}

/// A convolution: one crossbar that is read once for each place of the output with any active pixel, and a population of
/// neurons for each kernel.
///
/// The reads of a tick follow each other on the same crossbar. Places without active pixels cost no read; their neurons leak.
final class ConvolutionLayer: FeatureLayer, @unchecked Sendable {
  let name: String
  let array: CrossbarArray
  private(set) var output: SpikeRaster
  private let geometry: FeatureParameters.Convolution
  private let workers: [BlockWorker]
  private let blockSpikes: AlignedBuffer<Int>

  /// What one block of kernels needs: threads may work on different blocks.
  private final class BlockWorker: @unchecked Sendable {
    var unrolling: KernelUnrolling
    /// Neurons of the block by place: a place is a block of this population.
    let neurons: LeakyIntegrateAndFire
    let sums: AlignedBuffer<Float>
    let silence: AlignedBuffer<Float>
    /// Spike bits of the window, `[ticks × places × block width / 8]`.
    let bits: AlignedBuffer<UInt8>
    /// Places whose neurons are not all at rest, or are read in this tick.
    let isAwake: AlignedBuffer<Bool>
    let isRead: AlignedBuffer<Bool>

    init(unrolling: KernelUnrolling, neurons: LeakyIntegrateAndFire, width: Int, ticks: Int) {
      self.unrolling = unrolling
      self.neurons = neurons
      sums = AlignedBuffer(count: width)
      silence = AlignedBuffer(count: width)
      bits = AlignedBuffer(count: ticks * unrolling.placeCount * width / 8)
      isAwake = AlignedBuffer(count: unrolling.placeCount)
      isRead = AlignedBuffer(count: unrolling.placeCount)
    }
  }

  init(
    _ geometry: FeatureParameters.Convolution, features: FeatureParameters, parameters: NetworkParameters,
    largestWindow: Int
  ) {
    self.geometry = geometry
    name = geometry.name
    let index = parameters.arrayShapes[geometry.number].index
    array = parameters.makeArray(index: index, rows: geometry.rows, columns: geometry.columns)
    array.deploy(
      features.kernels?[geometry.number]
        ?? NetworkLayer.initialWeights(
          count: geometry.rows * geometry.columns, sigma: features.sigma, array: index, seed: parameters.seed))
    let layout = array.layout
    let unrolling = KernelUnrolling(
      input: geometry.input, output: geometry.output, size: geometry.size, stride: geometry.stride,
      padding: geometry.padding)
    workers = (0..<layout.blockCount).map { block in
      let columns = layout.columns(inBlock: block).count
      let population = BlockedLayout(
        rows: 1, columns: unrolling.placeCount * columns, tileRows: 1, tileColumns: columns)
      // Four neurons an item, those of the blocks before first.
      let draws = parameters.membraneDraws(
        array: index, firstItem: block * unrolling.placeCount * layout.blockWidth / 4)
      return BlockWorker(
        unrolling: unrolling,
        neurons: LeakyIntegrateAndFire(parameters: parameters.neuron, layout: population, draws: draws),
        width: layout.blockWidth, ticks: largestWindow)
    }
    output = SpikeRaster(rowCount: geometry.output.count)
    blockSpikes = AlignedBuffer(count: layout.blockCount)
  }

  /// Places of each map.
  var placeCount: Int { geometry.output.height * geometry.output.width }

  /// Inputs, and neurons: one for each kernel and place.
  var fedNeurons: FedNeurons { (geometry.input.count, geometry.output.count) }

  /// Potential of each neuron, place after place of all kernels, weight units.
  var potentials: [Float] {
    get {
      let columns = array.layout.columns
      var all = [Float](repeating: 0, count: geometry.output.count)
      for (block, worker) in workers.enumerated() {
        let own = array.layout.columns(inBlock: block)
        for (index, value) in worker.neurons.state.potentials.enumerated() {
          all[index / own.count * columns + own.lowerBound + index % own.count] = value
        }
      }
      return all
    }
    set {
      let columns = array.layout.columns
      for (block, worker) in workers.enumerated() {
        let own = array.layout.columns(inBlock: block)
        worker.neurons.state = .init(
          potentials: (0..<worker.unrolling.placeCount).flatMap { place in own.map { newValue[place * columns + $0] } })
        worker.isAwake.fill(true)
      }
    }
  }

  /// What evolves.
  func snapshot(stateUnit: String) -> LayerSnapshot {
    LayerSnapshot(
      name: name, rows: array.layout.rows, columns: array.layout.columns, places: placeCount, array: array.state,
      stateUnit: stateUnit, potentials: potentials)
  }

  /// Puts back what evolves.
  func restore(_ saved: LayerSnapshot) {
    array.state = saved.array
    potentials = saved.potentials
  }

  func rest() {
    for worker in workers {
      worker.neurons.rest()
      worker.isAwake.fill(false)
    }
  }

  func forward(input: SpikeRaster, window: Range<Int>, firstTick: UInt64, pool: TilePool) {
    pool.forEach(workers.count) { [self] block in
      blockSpikes[block] = run(block: block, input: input, window: window, firstTick: firstTick)
    }
    gather(ticks: window.count)
  }

  /// Runs one block of kernels; returns its spikes.
  private func run(block: Int, input: SpikeRaster, window: Range<Int>, firstTick: UInt64) -> Int {
    let (worker, array) = (workers[block], array)
    let places = worker.unrolling.placeCount
    let bytes = bytesPerPlace(block: block)
    var fired = 0
    input.forEachTick(in: window) { step, active in
      let bits = worker.bits.base + step * places * bytes
      let tick = firstTick &+ UInt64(step)
      worker.unrolling.take(active)
      worker.unrolling.forEachActivePlace { place, rows in
        array.read(
          block: block, rows: rows, tick: tick, number: tick &* UInt64(places) &+ UInt64(place),
          into: worker.sums.base)
        worker.isAwake[place] = true
        worker.isRead[place] = true
        fired += worker.neurons.step(
          block: place, input: worker.sums.base, psi: nil, spikes: bits + place * bytes, tick: tick)
      }
      for place in 0..<places where !worker.isRead[place] {
        guard worker.isAwake[place] else {
          (bits + place * bytes).update(repeating: 0, count: bytes)
          continue
        }
        fired += worker.neurons.step(
          block: place, input: worker.silence.base, psi: nil, spikes: bits + place * bytes, tick: tick)
      }
      for place in worker.unrolling.activePlaces { worker.isRead[Int(place)] = false }
    }
    return fired
  }

  private func bytesPerPlace(block: Int) -> Int { workers[block].neurons.layout.blockWidth / 8 }

  /// Collects the spikes of all blocks: of each place all kernels, place after place.
  private func gather(ticks: Int) {
    output.removeAll()
    let layout = array.layout
    let places = workers[0].unrolling.placeCount
    output.append(atMostSpikes: blockSpikes.elements.reduce(0, +), atMostTicks: ticks) { appender in
      for tick in 0..<ticks {
        for place in 0..<places {
          for block in workers.indices {
            let bytes = bytesPerPlace(block: block)
            let at = UnsafeRawPointer(workers[block].bits.base + (tick * places + place) * bytes)
            for word in 0..<bytes / 2 {
              let bits = UInt16(littleEndian: at.load(fromByteOffset: 2 * word, as: UInt16.self))
              guard bits != 0 else { continue }
              appender.appendRows(
                bits: UInt64(bits),
                firstRow: place * layout.columns + block * layout.tileColumns + 16 * word)
            }
          }
        }
        appender.endTick()
      }
    }
  }
}

/// The feature layers of a network, one after the other.
final class FeatureLayers: @unchecked Sendable {
  let layers: [any FeatureLayer]
  /// The convolutions among them.
  let convolutions: [ConvolutionLayer]

  init(_ features: FeatureParameters, parameters: NetworkParameters, largestWindow: Int) {
    let convolutions = features.convolutions.map {
      ConvolutionLayer($0, features: features, parameters: parameters, largestWindow: largestWindow)
    }
    var next = 0
    layers = features.stages.enumerated().map { index, stage -> any FeatureLayer in
      let input = index == 0 ? features.image : features.shapes[index - 1]
      switch stage {
      case .convolution:
        next += 1
        return convolutions[next - 1]
      case .meanPool(let size): return PoolingLayer(.mean, size: size, input: input, output: features.shapes[index])
      case .anyPool(let size): return PoolingLayer(.any, size: size, input: input, output: features.shapes[index])
      }
    }
    self.convolutions = convolutions
  }

  func rest() { for layer in layers { layer.rest() } }

  /// Runs a window of the input; returns the spikes of each layer.
  func forward(_ sample: SpikeRaster, window: Range<Int>, firstTick: UInt64, pool: TilePool) -> [Int] {
    for (index, layer) in layers.enumerated() {
      if index == 0 {
        layer.forward(input: sample, window: window, firstTick: firstTick, pool: pool)
      } else {
        layer.forward(input: layers[index - 1].output, window: 0..<window.count, firstTick: firstTick, pool: pool)
      }
    }
    return layers.map(\.output.spikeCount)
  }

  /// Spikes of the window, the input of the dense layers.
  var output: SpikeRaster { layers[layers.count - 1].output }
}
