/// What lies between two layers of neurons: a linear map of signals, row-major over their shapes.
enum LinearMap: Sendable, Equatable {
  /// Signals pass.
  case identity(Int)
  /// Signals are scaled one by one.
  case diagonal([Double])
  /// Signals are convolved, maybe seen as a list afterwards.
  case image(ImageMap)
  /// `[outputs × inputs]`, row-major.
  case matrix(DenseMatrix)

  /// Number of signals that come out.
  var outputs: Int {
    switch self {
    case .identity(let count): count
    case .diagonal(let factors): factors.count
    case .image(let map): map.output.count
    case .matrix(let matrix): matrix.outputs
    }
  }

  /// Number of signals that go in.
  var inputs: Int {
    switch self {
    case .identity(let count): count
    case .diagonal(let factors): factors.count
    case .image(let map): map.input.count
    case .matrix(let matrix): matrix.inputs
    }
  }

  /// Weights that a dense form of the map would have.
  var denseCount: Double { Double(outputs) * Double(inputs) }

  /// The map as a matrix.
  var dense: DenseMatrix {
    switch self {
    case .identity(let count): return .diagonal([Double](repeating: 1, count: count))
    case .diagonal(let factors): return .diagonal(factors)
    case .image(let map): return map.dense
    case .matrix(let matrix): return matrix
    }
  }

  /// This map, then factors for each of its outputs.
  func scaled(by factors: [Double]) -> LinearMap {
    switch self {
    case .identity: return .diagonal(factors)
    case .diagonal(let own): return .diagonal(zip(own, factors).map(*))
    case .image(let map):
      if let kernels = map.scaled(by: factors) { return .image(kernels) }
      return .matrix(map.dense.scaled(rows: factors))
    case .matrix(let matrix): return .matrix(matrix.scaled(rows: factors))
    }
  }

  /// This map, then a matrix.
  func followed(by matrix: DenseMatrix) -> LinearMap {
    switch self {
    case .identity: return .matrix(matrix)
    case .diagonal(let factors): return .matrix(matrix.scaled(columns: factors))
    case .image, .matrix: return .matrix(matrix.product(with: dense))
    }
  }

  /// The sum of two maps of the same signals.
  func adding(_ other: LinearMap) -> LinearMap {
    var sum = dense
    let summand = other.dense
    for index in sum.values.indices { sum.values[index] += summand.values[index] }
    return .matrix(sum)
  }
}

/// A matrix `[outputs × inputs]`, row-major, in double precision.
struct DenseMatrix: Sendable, Equatable {
  let outputs: Int
  let inputs: Int
  var values: [Double]

  /// A square matrix with these numbers in its diagonal.
  static func diagonal(_ factors: [Double]) -> DenseMatrix {
    var matrix = DenseMatrix(
      outputs: factors.count, inputs: factors.count,
      values: [Double](repeating: 0, count: factors.count * factors.count))
    for (index, factor) in factors.enumerated() { matrix.values[index * factors.count + index] = factor }
    return matrix
  }

  func scaled(rows factors: [Double]) -> DenseMatrix {
    var scaled = self
    for index in values.indices { scaled.values[index] *= factors[index / inputs] }
    return scaled
  }

  func scaled(columns factors: [Double]) -> DenseMatrix {
    var scaled = self
    for index in values.indices { scaled.values[index] *= factors[index % inputs] }
    return scaled
  }

  /// This matrix times another.
  func product(with other: DenseMatrix) -> DenseMatrix {
    var product = DenseMatrix(
      outputs: outputs, inputs: other.inputs, values: [Double](repeating: 0, count: outputs * other.inputs))
    for output in 0..<outputs {
      for middle in 0..<inputs {
        let weight = values[output * inputs + middle]
        guard weight != 0 else { continue }
        for input in 0..<other.inputs {
          product.values[output * other.inputs + input] += weight * other.values[middle * other.inputs + input]
        }
      }
    }
    return product
  }

  /// This matrix times a list of signals.
  func product(with signals: [Double]) -> [Double] {
    (0..<outputs).map { output in
      (0..<inputs).reduce(0) { $0 + values[output * inputs + $1] * signals[$1] }
    }
  }
}
