import Kernels

// What each C kernel computes, one column at a time: the same operations in the same order, so the same bits.

func sumRowsTwin(_ matrix: [Float], stride: Int, rows: [Int32], width: Int) -> [Float] {
  (0..<width).map { column in
    rows.reduce(Float(0)) { $0 + matrix[Int($1) * stride + column] }
  }
}

func sumScaledRowsTwin(_ matrix: [Float], stride: Int, rows: [Int32], factors: [Float], width: Int) -> [Float] {
  (0..<width).map { column in
    zip(rows, factors).reduce(Float(0)) { $0 + matrix[Int($1.0) * stride + column] * $1.1 }
  }
}

/// Draws 0..<count: 8 counters a chunk of 32, one per lane; each counter gives four draws, eight places apart.
func gaussianTwin(key: UInt64, first: UInt32, _ c1: UInt32, _ c2: UInt32, _ c3: UInt32, count: Int) -> [Float] {
  let stream = RandomStream(key: key)
  return (0..<count).map { draw in
    let counter = first &+ UInt32(draw / 32 * 8 + draw % 8)
    return RandomStream.gaussians(stream.words(counter, c1, c2, c3))[draw % 32 / 8]
  }
}

/// Round to nearest even as the kernels do; unlike `rounded` it never makes −0.
func roundTwin(_ value: Float) -> Float { (value + 12_582_912) - 12_582_912 }

struct TileReadTwin {
  var weights: [Float]
  var variances: [Float]?
  var stride: Int
  var rows: [Int32]
  var amplitudes: [Float]?
  var key: UInt64 = 0
  var counter: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
  var offsets: [Float]?
  var gains: [Float]?
  var columnVariances: [Float]?
  var noiseVariance: Float = 0
  var step: Float = 0
  var smallestCode: Float = 0
  var largestCode: Float = 0
  var shift: Float = 0
  var bow: Float = 0
  var columns: Int

  var inverseStep: Float { step == 0 ? 0 : 1 / step }
  var middleCode: Float { (largestCode + smallestCode) / 2 }
  var inverseCode: Float { largestCode == smallestCode ? 0 : 2 / (largestCode - smallestCode) }

  func read(into sums: inout [Float]) -> Int {
    let width = sums.count
    var values = sum(weights, width: width, by: amplitudes)
    if variances != nil || columnVariances != nil || noiseVariance != 0 {
      let total = variances.map { sum($0, width: width, by: amplitudes?.map { $0 * $0 }) }
      let z = gaussianTwin(key: key, first: counter.0, counter.1, counter.2, counter.3, count: width)
      for column in 0..<width {
        let variance = (total?[column] ?? 0) + (columnVariances?[column] ?? 0) + noiseVariance
        values[column] = values[column] + variance.squareRoot() * z[column]
      }
    }
    if shift != 0 { for column in 0..<width { values[column] += shift } }
    var saturated = 0
    for column in 0..<width {
      guard inverseStep != 0 else {
        sums[column] += values[column]
        continue
      }
      let code = roundTwin(bowed(trimmed(values[column] * inverseStep, column: column)))
      if !(smallestCode...largestCode ~= code) && column < columns { saturated += 1 }
      sums[column] += min(max(code, smallestCode), largestCode) * step
    }
    return saturated
  }

  private func sum(_ matrix: [Float], width: Int, by factors: [Float]?) -> [Float] {
    guard let factors else { return sumRowsTwin(matrix, stride: stride, rows: rows, width: width) }
    return sumScaledRowsTwin(matrix, stride: stride, rows: rows, factors: factors, width: width)
  }

  private func trimmed(_ code: Float, column: Int) -> Float {
    let scaled = gains.map { code * $0[column] } ?? code
    return offsets.map { scaled + $0[column] } ?? scaled
  }

  private func bowed(_ code: Float) -> Float {
    guard bow != 0 else { return code }
    let inside = min(max(code, smallestCode), largestCode) - middleCode
    let share = inside * inverseCode
    return code + inside * bow * (1 - share * share)
  }
}

struct NeuronTwin {
  var leak: Float
  var threshold: Float
  var gain: Float
  var kind: Int32
  var columns: Int

  var inverseThreshold: Float { 1 / threshold }

  func surrogate(_ u: Float) -> Float {
    if kind == 0 {
      let height = 1 - abs(u - threshold) * inverseThreshold
      return height > 0 ? height * gain : 0
    }
    return u >= threshold / 3 ? gain : 0
  }

  /// One tick; returns the columns that spiked, in ascending order.
  func step(potentials: inout [Float], input: [Float], psi: inout [Float]) -> [Int] {
    var spiked: [Int] = []
    for column in potentials.indices {
      let reset: Float = potentials[column] > threshold ? threshold : 0
      let u = (potentials[column] * leak + input[column]) - reset
      potentials[column] = u
      psi[column] = surrogate(u)
      if u > threshold && column < columns { spiked.append(column) }
    }
    return spiked
  }
}

struct MembraneTwin {
  var scale: Float
  var bits: Int
  var threshold: Int32
  var shift = 0
  var factor: Int32 = 0
  var draws: [Int32]?

  func next(_ old: Float, input: Float, before: Bool, resetsToZero: Bool, column: Int) -> Float {
    let inverse = 1 / scale
    var n = Int32(roundTwin(old * inverse))
    if factor > 0 {
      let product = n * factor
      n = product >> 15
      if let draws, product & 0x7fff >= draws[column], n != 0 { n += 1 }
    } else {
      n -= (n + (1 << shift) - 1) >> shift
    }
    if before { n = resetsToZero ? 0 : n - threshold }
    n += Int32(roundTwin(min(max(input * inverse, -4_194_303), 4_194_303)))
    let end: Int32 = 1 << (bits - 1)
    return Float(min(max(n, -end), end - 1)) * scale
  }
}

struct GeneralNeuronTwin {
  var plain: NeuronTwin
  var resetsToZero = false
  var synapseLeak: Float = 0
  var adaptationDecay: Float = 0
  var refractory: Float = 0
  var strengths: [Float]
  var membrane: MembraneTwin?

  struct State {
    var potentials: [Float]
    var adaptations: [Float]
    var currents: [Float]
    var left: [Float]

    init(width: Int) {
      potentials = [Float](repeating: 0, count: width)
      (adaptations, currents, left) = (potentials, potentials, potentials)
    }
  }

  /// One tick; returns the columns that spiked, in ascending order.
  func step(_ state: inout State, input: [Float], psi: inout [Float]) -> [Int] {
    var spiked: [Int] = []
    let threshold = plain.threshold
    for j in input.indices {
      let before =
        state.potentials[j] > state.adaptations[j] * strengths[j] + threshold
        && (refractory == 0 || state.left[j] == refractory)
      state.adaptations[j] = state.adaptations[j] * adaptationDecay + (before ? 1 : 0)
      state.currents[j] = (synapseLeak > 0 ? state.currents[j] * synapseLeak : 0) + input[j]
      let decayed = state.potentials[j] * plain.leak
      let u =
        membrane.map {
          $0.next(state.potentials[j], input: state.currents[j], before: before, resetsToZero: resetsToZero, column: j)
        }
        ?? (resetsToZero
          ? (before ? 0 : decayed) + state.currents[j] : (decayed + state.currents[j]) - (before ? threshold : 0))
      let top = state.adaptations[j] * strengths[j] + threshold
      let isBlocked = state.left[j] > 0
      let spike = u > top && !isBlocked
      state.potentials[j] = u
      state.left[j] = (isBlocked ? state.left[j] - 1 : 0) + (spike ? refractory : 0)
      let height = 1 - abs(u - top) * plain.inverseThreshold
      let slope: Float =
        plain.kind == 0 ? (height > 0 ? height * plain.gain : 0) : (u >= top - threshold * (2.0 / 3.0) ? plain.gain : 0)
      psi[j] = isBlocked ? 0 : slope
      if spike && j < plain.columns { spiked.append(j) }
    }
    return spiked
  }
}

func softmaxErrorTwin(_ values: [Float], count: Int, target: Int) -> [Float] {
  let largest = values[..<count].max()!
  let powers = values[..<count].map { PortableMath.exp($0 - largest) }
  let total = powers.reduce(0, +)
  return values.indices.map { $0 < count ? powers[$0] / total - ($0 == target ? 1 : 0) : 0 }
}

/// What the accumulator holds after a change: the sum, or what it held where the sum is not finite.
func accumulateTwin(_ held: Float, _ change: Float) -> Float { (held + change).isFinite ? held + change : held }
