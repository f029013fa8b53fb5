import Crossbars
import Devices
import Plasticity
import Quantities
import Spiking

extension ExperimentConfiguration {
  /// The network of the experiment for a stream of `inputRows` rows and `outputs` classes.
  public func networkParameters(inputRows: Int, outputs: Int) -> NetworkParameters {
    let timeStep = network.timeStep.seconds
    var parameters = NetworkParameters(
      inputRows: inputRows, hidden: network.hidden, outputs: outputs,
      neuron: LeakyIntegrateAndFire.Parameters(
        membraneTimeConstant: network.membraneTimeConstant.seconds, timeStep: timeStep,
        threshold: Float(network.threshold),
        surrogate: SurrogateDerivative(
          kind: network.surrogate == .triangle ? .triangle : .oneSidedStep, gain: Float(network.surrogateGain)),
        reset: network.reset == .zero ? .zero : .subtractive,
        refractoryTicks: Int((network.refractoryTime / network.timeStep).rounded()),
        synapseTimeConstant: network.synapseTimeConstant.seconds, adaptation: adaptiveThreshold,
        membrane: network.membrane),
      readout: LeakyIntegrator.Parameters(timeConstant: network.readoutTimeConstant.seconds, timeStep: timeStep),
      initialWeightSigma: Float(network.initialWeightSigma), initialReadoutSigma: Float(network.initialReadoutSigma),
      tileRows: crossbar.tileRows, tileColumns: crossbar.tileColumns, weightLimit: Float(crossbar.weightLimit),
      converter: converter, hasReadNoise: crossbar.readNoise, ageingInterval: crossbar.ageingInterval.seconds,
      wires: crossbar.wires, charge: chargeParameters, mapping: crossbar.weightMapping,
      rowDriver: stream.drivesGradually ? crossbar.rowDriver : nil,
      device: device.parameters,
      feedback: learning.feedbackWeights,
      loss: learning.loss == .crossEntropy ? .crossEntropy : .squaredError, rate: Float(learning.rate),
      readoutRate: Float(learning.readoutRate), filtersEligibility: learning.readoutFilter,
      ratePenalty: Float(learning.firingRatePenalty), targetRate: learning.targetFiringRate.hertz,
      updateTicks: learning.updateTicks > 0 ? learning.updateTicks : nil, policy: writes.policyChoice,
      writing: writes.parameters, seed: run.seed)
    parameters.noiseSeed = run.futureSeed
    parameters.feedbackFanIn = learning.feedbackFanIn > 0 ? learning.feedbackFanIn : nil
    parameters.optimiser = learning.optimiserChoice
    parameters.columnSum = learning.columnSum > 0 ? Float(learning.columnSum) : nil
    parameters.credit = learning.credit
    parameters.teaching = learning.teachingSignal
    parameters.isRecurrent = network.recurrent
    parameters.initialWeightMean = Float(network.initialWeightMean)
    parameters.competition = competition
    parameters.hasBias = network.bias
    parameters.carriesState = network.state == .carry
    parameters.initialRecurrentSigma = Float(network.initialRecurrentSigma)
    return parameters
  }

  private var adaptiveThreshold: AdaptiveThreshold? {
    guard network.adaptation > 0 else { return nil }
    return AdaptiveThreshold(
      strength: Float(network.adaptation), timeConstant: network.adaptationTimeConstant.seconds,
      share: network.adaptiveShare)
  }

  private var converter: Converter? {
    guard crossbar.adcBits > 0 else { return nil }
    return Converter(
      bits: crossbar.adcBits, fullScale: crossbar.fullScale, offsetSigma: crossbar.adcOffsetSigma,
      trimBits: crossbar.adcTrimBits, gainSigma: crossbar.adcGainSigma, nonlinearity: crossbar.adcInl,
      noise: crossbar.adcNoise)
  }
}

extension ExperimentConfiguration.Crossbar {
  /// What drives rows that carry a signal.
  var rowDriver: RowDriver {
    guard dacBits > 0 else { return RowDriver(bits: nil) }
    return RowDriver(bits: dacBits, gainSigma: dacGainSigma, nonlinearity: dacInl)
  }

  fileprivate var fullScale: Converter.FullScale {
    switch adcFullScale {
    case .activeRows: .activeRows(adcActiveRows)
    case .worstCase: .worstCase
    case .fixed: .fixed(adcFullScaleWeight)
    // Found out with the recording; until then nothing saturates.
    case .calibrated: .worstCase
    }
  }
}
