extension EmulatedNetwork {
  /// Sets learning rates to those at the end of a run, for a network that goes on learning after it.
  func setFinalRates(of configuration: ExperimentConfiguration, samplesSeen: UInt64) {
    let (learning, passes) = (configuration.learning, configuration.run.passes)
    let factor = learning.rateFactor(pass: max(passes - 1, 0), passes: passes, samples: Int(samplesSeen))
    setRates(
      hidden: Float(learning.rate * factor), readout: Float(learning.readoutRate * factor), factor: Float(factor))
  }
}
