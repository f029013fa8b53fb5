import Kernels

/// Sums over samples from which ridge regression follows: their memory depends on the number of features only.
///
///     n,  Σx,  Σx·xᵀ,  Σy,  Σy·xᵀ        x: spike counts of the input rows, y: one-hot label
///
/// Counts are whole numbers, so the sums are exact and the order of the samples does not matter.
struct NormalEquations: ~Copyable {
  let features: Int
  let classes: Int
  private(set) var sampleCount = 0.0
  private let sums: AlignedBuffer<Double>
  /// Upper triangle of Σx·xᵀ, row-major `[features × features]`.
  private let products: AlignedBuffer<Double>
  private let labelCounts: AlignedBuffer<Double>
  /// Σy·xᵀ, `[classes × features]`.
  private let labelProducts: AlignedBuffer<Double>

  init(features: Int, classes: Int) {
    self.features = features
    self.classes = classes
    sums = AlignedBuffer(count: features)
    products = AlignedBuffer(count: features * features)
    labelCounts = AlignedBuffer(count: classes)
    labelProducts = AlignedBuffer(count: classes * features)
  }

  /// Adds a sample.
  mutating func add(_ sample: SpikeCounts, label: Int) {
    sampleCount += 1
    labelCounts[label] += 1
    let own = labelProducts.base + label * features
    sample.active.withUnsafeBufferPointer { active in
      sample.counts.withUnsafeBufferPointer { counts in
        for first in active.indices {
          let count = counts[first]
          sums[active[first]] += count
          own[active[first]] += count
          let row = products.base + active[first] * features
          for second in first..<active.count { row[active[second]] += count * counts[second] }
        }
      }
    }
  }

  /// These samples without those of `part`, of which they are a superset.
  borrowing func without(_ part: borrowing NormalEquations) -> NormalEquations {
    var rest = NormalEquations(features: features, classes: classes)
    rest.sampleCount = sampleCount - part.sampleCount
    Self.subtract(sums, part.sums, into: rest.sums)
    Self.subtract(products, part.products, into: rest.products)
    Self.subtract(labelCounts, part.labelCounts, into: rest.labelCounts)
    Self.subtract(labelProducts, part.labelProducts, into: rest.labelProducts)
    return rest
  }

  /// The ridge classifier: features standardised on these samples, the intercept not penalised.
  ///
  ///     (R + ridge·1)·w = c        R: correlations of the features, c: covariances with a label over the feature's σ
  ///
  /// Features that never vary get the weight 0.
  /// - Returns: `nil` when the equations cannot be solved to working precision; a larger ridge helps.
  borrowing func classifier(ridge: Double) -> LinearClassifier? {
    let means = sums.elements.map { $0 / sampleCount }
    let inverseSigmas = (0..<features).map { feature in
      let variance = products[feature * features + feature] / sampleCount - means[feature] * means[feature]
      return variance > 1e-12 ? 1 / variance.squareRoot() : 0
    }
    let matrix = AlignedBuffer<Double>(count: features * features)
    for row in 0..<features {
      for column in row..<features {
        let covariance = products[row * features + column] / sampleCount - means[row] * means[column]
        matrix[row * features + column] = covariance * inverseSigmas[row] * inverseSigmas[column]
      }
      matrix[row * features + row] = 1 + ridge
    }
    let weights = AlignedBuffer<Double>(count: classes * features)
    for label in 0..<classes {
      let share = labelCounts[label] / sampleCount
      for feature in 0..<features {
        let covariance = labelProducts[label * features + feature] / sampleCount - share * means[feature]
        weights[label * features + feature] = covariance * inverseSigmas[feature]
      }
    }
    guard
      DenseAlgebra.solvePositiveDefinite(
        matrix: matrix.base, size: features, rightHandSides: weights.base, count: classes)
    else { return nil }
    return LinearClassifier(
      means: means, inverseSigmas: inverseSigmas, weights: Array(weights.elements),
      shares: labelCounts.elements.map { $0 / sampleCount })
  }

  private static func subtract(
    _ all: borrowing AlignedBuffer<Double>, _ part: borrowing AlignedBuffer<Double>,
    into rest: borrowing AlignedBuffer<Double>
  ) {
    for index in 0..<all.count { rest.base[index] = all.base[index] - part.base[index] }
  }
}

/// How often each input row spiked in a sample, or what its amplitudes sum to; only rows that did are listed.
struct SpikeCounts {
  /// Rows with spikes, ascending.
  private(set) var active: [Int] = []
  /// Their spikes.
  private(set) var counts: [Double] = []
  private var byRow: [Double]

  init(rowCount: Int) {
    byRow = [Double](repeating: 0, count: rowCount)
  }

  /// Counts the spikes of a sample; the storage is used again.
  mutating func count(_ raster: SpikeRaster) {
    for row in active { byRow[row] = 0 }
    active.removeAll(keepingCapacity: true)
    counts.removeAll(keepingCapacity: true)
    for (position, row) in raster.rows.enumerated() {
      byRow[Int(row)] += raster.isGraded ? Double(raster.amplitudes[position]) : 1
    }
    for (row, count) in byRow.enumerated() where count > 0 {
      active.append(row)
      counts.append(count)
    }
  }
}

/// Scores of each class as a linear function of spike counts.
struct LinearClassifier {
  private let classes: Int
  private let features: Int
  /// Per spike, `[features × classes]`: standardisation is folded in.
  private let weights: [Double]
  private let intercepts: [Double]

  /// - Parameter weights: of the standardised features, `[classes × features]`.
  fileprivate init(means: [Double], inverseSigmas: [Double], weights: [Double], shares: [Double]) {
    let (features, classes) = (means.count, shares.count)
    var perSpike = [Double](repeating: 0, count: features * classes)
    var intercepts = shares
    for label in 0..<classes {
      for feature in 0..<features {
        let weight = weights[label * features + feature] * inverseSigmas[feature]
        perSpike[feature * classes + label] = weight
        intercepts[label] -= weight * means[feature]
      }
    }
    self.features = features
    self.classes = classes
    self.weights = perSpike
    self.intercepts = intercepts
  }

  /// Score of each class.
  func scores(_ sample: SpikeCounts) -> [Double] {
    var scores = intercepts
    for (row, count) in zip(sample.active, sample.counts) {
      for label in 0..<classes { scores[label] += count * weights[row * classes + label] }
    }
    return scores
  }

  /// The class with the highest score, the first of equals.
  func decision(_ sample: SpikeCounts) -> Int {
    let scores = scores(sample)
    var best = 0
    for label in scores.indices where scores[label] > scores[best] { best = label }
    return best
  }
}
