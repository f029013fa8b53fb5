import Glibc

/// Readings of a potentiation and a depression curve, each the mean of some trains.
struct CurvePair {
  /// Conductances of one polarity.
  struct Curve {
    var pulses: [Int]
    var values: [Double]
    /// Trains averaged.
    var count: Int
    /// k/P of each reading.
    var positions: [Double] { pulses.map { Double($0) / Double(pulses.last ?? 1) } }
  }

  var potentiation: Curve
  var depression: Curve

  subscript(polarity: ExponentialResponse.Polarity) -> Curve {
    polarity == .potentiation ? potentiation : depression
  }
}

/// What makes the curves of a device, apart from its low and its high state.
enum CurveShape {
  /// Exponential progress of given curvatures; 0 and 0 is the linear device.
  case curvatures(Double, Double)
  /// Progress at each reading.
  case progress([Double], [Double])

  /// Levels of potentiation and depression at the readings.
  func levels(of pair: CurvePair) -> ([Double], [Double]) {
    switch self {
    case .curvatures(let up, let down):
      (
        pair.potentiation.positions.map { ProgressCurve.value($0, curvature: up) },
        pair.depression.positions.map { 1 - ProgressCurve.value($0, curvature: down) }
      )
    case .progress(let up, let down): (up, down.map { 1 - $0 })
    }
  }

  /// ln of the factor by which one pulse changes a deviation from the curve.
  func logRatio(_ polarity: ExponentialResponse.Polarity, length: Int) -> Double {
    guard case .curvatures(let up, let down) = self else { return 0 }
    return -(polarity == .potentiation ? up : down) / Double(max(length, 1))
  }
}

/// How readings are weighed.
struct CurveWeights {
  var potentiation: NoiseWhitening
  var depression: NoiseWhitening

  /// All readings alike.
  static func equal(_ pair: CurvePair) -> CurveWeights {
    CurveWeights(
      potentiation: NoiseWhitening(count: pair.potentiation.values.count, scale: 1),
      depression: NoiseWhitening(count: pair.depression.values.count, scale: 1))
  }

  /// By the noise around a curve.
  init(_ pair: CurvePair, around fit: CurveFit, noise: TrainNoise) {
    func whitening(_ polarity: ExponentialResponse.Polarity, _ startSigma: Double) -> NoiseWhitening {
      let (pulses, states) = (pair[polarity].pulses, fit.states(polarity, of: pair))
      let logRatio = fit.shape.logRatio(polarity, length: pulses.last ?? 1)
      let free = NoiseWhitening.free(
        pulses: pulses, states: states, low: fit.low, range: fit.range, logRatio: logRatio, noise: noise,
        startSigma: startSigma)
      return NoiseWhitening(
        pulses: pulses, states: states, range: fit.range, logRatio: logRatio, noise: noise, startSigma: startSigma,
        free: free)
    }
    potentiation = whitening(.potentiation, noise.startSigmas.potentiation)
    depression = whitening(.depression, noise.startSigmas.depression)
  }

  private init(potentiation: NoiseWhitening, depression: NoiseWhitening) {
    self.potentiation = potentiation
    self.depression = depression
  }
}

/// Low state, range and, if asked for, curvatures of a device, fitted to its curves by least squares.
///
///     G = low + range · w(k; c₊)  after k SET pulses,  G = low + range · (1 − w(k; c₋))  after k RESET pulses
///
/// For any curvatures the best low and range follow from linear equations; the curvatures are found by
/// Levenberg–Marquardt, from the best of a grid.
struct CurveFit {
  var low: Double
  var range: Double
  private(set) var shape: CurveShape
  /// Σ of the squared weighted residuals.
  private(set) var cost: Double
  /// Covariance of low, range and, if they were found, c₊ and c₋; nothing where the readings do not determine them.
  private var covariance: Matrix?

  /// Fits low and range of a device with a given shape.
  init(_ pair: CurvePair, weights: CurveWeights, shape: CurveShape) {
    let problem = CurveProblem(pair, weights)
    self.shape = shape
    (low, range, cost) = problem.line(shape)
    covariance = problem.normal(self, parameters: 2).matrix.inverse()
  }

  /// Fits curvatures too; `start` is where to begin to look for them, `nil` a grid.
  init(findingCurvaturesOf pair: CurvePair, weights: CurveWeights, start: CurveShape? = nil) {
    let problem = CurveProblem(pair, weights)
    let trials = [-12.0, -4, -1.5, 0, 1.5, 4, 12]
    let grid = start.map { [$0] } ?? trials.flatMap { up in trials.map { CurveShape.curvatures(up, $0) } }
    shape = grid[0]
    (low, range, cost) = problem.line(grid[0])
    for trial in grid.dropFirst() { _ = tryShape(trial, problem) }
    improve(problem)
    covariance = problem.normal(self, parameters: 4).matrix.inverse()
  }

  /// Takes a shape if it is better; says so.
  private mutating func tryShape(_ trial: CurveShape, _ problem: CurveProblem) -> Bool {
    let (low, range, cost) = problem.line(trial)
    guard cost < self.cost else { return false }
    (self.low, self.range, self.cost, shape) = (low, range, cost, trial)
    return true
  }

  private mutating func improve(_ problem: CurveProblem) {
    let limit = ProgressCurve.largestCurvature
    var damping = 1e-3
    for _ in 0..<60 {
      var (matrix, gradient) = problem.normal(self, parameters: 4)
      for index in 0..<4 { matrix[index, index] *= 1 + damping }
      guard let step = matrix.solve(gradient) else { return }
      let next = CurveShape.curvatures(
        min(max(curvatures.potentiation + step[2], -limit), limit),
        min(max(curvatures.depression + step[3], -limit), limit))
      let before = cost
      if tryShape(next, problem) {
        damping = max(damping / 5, 1e-9)
        if before - cost < 1e-10 * before { return }
      } else {
        damping *= 4
        if damping > 1e9 { return }
      }
    }
  }

  /// Conductance at the end of potentiation.
  var high: Double { low + range }

  /// Mean conductances at the readings of a pair of curves.
  func states(_ polarity: ExponentialResponse.Polarity, of pair: CurvePair) -> [Double] {
    let levels = shape.levels(of: pair)
    return (polarity == .potentiation ? levels.0 : levels.1).map { low + range * $0 }
  }

  /// Curvatures of an exponential fit, 0 of others.
  var curvatures: (potentiation: Double, depression: Double) {
    guard case .curvatures(let up, let down) = shape else { return (0, 0) }
    return (up, down)
  }

  /// Standard errors of the curvatures.
  var curvatureErrors: (potentiation: Double, depression: Double) { (error(2), error(3)) }

  /// Standard error of `low`.
  var lowError: Double { error(0) }
  /// Standard error of `high`.
  var highError: Double {
    guard let covariance else { return .infinity }
    return max(0, covariance[0, 0] + covariance[1, 1] + 2 * covariance[0, 1]).squareRoot()
  }
  /// Standard error of `range`.
  var rangeError: Double { error(1) }

  private func error(_ index: Int) -> Double {
    guard let covariance, index < covariance.size else { return .infinity }
    return covariance[index, index].squareRoot()
  }
}

/// The least-squares problem of one pair of curves.
private struct CurveProblem {
  private let pair: CurvePair
  private let weights: CurveWeights
  private let data: [Double]
  private let ones: [Double]

  init(_ pair: CurvePair, _ weights: CurveWeights) {
    self.pair = pair
    self.weights = weights
    data = Self.weighted(pair, weights, pair.potentiation.values, pair.depression.values)
    ones = Self.weighted(
      pair, weights, pair.potentiation.values.map { _ in 1 }, pair.depression.values.map { _ in 1 })
  }

  private static func weighted(
    _ pair: CurvePair, _ weights: CurveWeights, _ up: [Double], _ down: [Double]
  ) -> [Double] {
    let upScale = Double(pair.potentiation.count).squareRoot()
    let downScale = Double(pair.depression.count).squareRoot()
    return weights.potentiation.whitened(up).map { $0 * upScale }
      + weights.depression.whitened(down).map { $0 * downScale }
  }

  private func levels(_ shape: CurveShape) -> [Double] {
    let levels = shape.levels(of: pair)
    return Self.weighted(pair, weights, levels.0, levels.1)
  }

  /// The best low and range for a given shape, and the cost.
  func line(_ shape: CurveShape) -> (low: Double, range: Double, cost: Double) {
    let levels = levels(shape)
    var matrix = Matrix(size: 2)
    matrix[0, 0] = Self.dot(ones, ones)
    matrix[0, 1] = Self.dot(ones, levels)
    matrix[1, 0] = matrix[0, 1]
    matrix[1, 1] = Self.dot(levels, levels)
    guard let solution = matrix.solve([Self.dot(ones, data), Self.dot(levels, data)]) else { return (0, 0, .infinity) }
    var cost = 0.0
    for index in data.indices {
      let residual = data[index] - solution[0] * ones[index] - solution[1] * levels[index]
      cost += residual * residual
    }
    return (solution[0], solution[1], cost)
  }

  /// Normal equations of low, range and, with four parameters, both curvatures at a fit.
  func normal(_ fit: CurveFit, parameters: Int) -> (matrix: Matrix, gradient: [Double]) {
    let levels = levels(fit.shape)
    var columns = [ones, levels]
    if parameters == 4 {
      let (up, down) = fit.curvatures
      let slopesUp = pair.potentiation.positions.map { fit.range * ProgressCurve.derivative($0, curvature: up) }
      let slopesDown = pair.depression.positions.map { -fit.range * ProgressCurve.derivative($0, curvature: down) }
      columns.append(Self.weighted(pair, weights, slopesUp, slopesDown.map { _ in 0 }))
      columns.append(Self.weighted(pair, weights, slopesUp.map { _ in 0 }, slopesDown))
    }
    let residuals = data.indices.map { data[$0] - fit.low * ones[$0] - fit.range * levels[$0] }
    var matrix = Matrix(size: parameters)
    for (row, left) in columns.enumerated() {
      for (column, right) in columns.enumerated() { matrix[row, column] = Self.dot(left, right) }
    }
    return (matrix, columns.map { Self.dot($0, residuals) })
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
  }
}
