import Foundation
import Kernels
import Recordings
import Testing

@Suite struct CochleaTests {
  private func tone(_ hertz: Double, amplitude: Double = 1, seconds: Double, rate: Int = 16_000) -> [Float] {
    let step = 2 * Double.pi * hertz / Double(rate)
    return (0..<Int(seconds * Double(rate))).map { Float(amplitude * sin(step * Double($0))) }
  }

  private func noise(count: Int, seed: UInt64) -> [Float] {
    (0..<count).map { 2 * RandomStream.uniform(RandomStream(key: seed).words(array: 0, item: $0, event: 0)[0]) - 1 }
  }

  private func encode(_ samples: [Float], _ parameters: CochleaEncoder.Parameters, sizes: [Int] = [.max]) -> SpikeRaster
  {
    var (encoder, raster, position, turn) = (CochleaEncoder(parameters), SpikeRaster(rowCount: 0), 0, 0)
    encoder.begin(&raster)
    samples.withUnsafeBufferPointer { samples in
      while position < samples.count {
        let size = min(sizes[turn % sizes.count], samples.count - position)
        encoder.append(UnsafeBufferPointer(rebasing: samples[position..<position + size]), to: &raster)
        position += size
        turn += 1
      }
    }
    encoder.finish(&raster)
    return raster
  }

  @Test func bandwidthsAreThoseOfGlasbergAndMoore() throws {
    #expect(abs(AuditoryScale.bandwidth(atHertz: 1000) - 132.639) < 1e-9)
    #expect(abs(AuditoryScale.bandwidth(atHertz: 100) - 35.4939) < 1e-9)
    #expect(AuditoryScale.number(ofHertz: 0) == 0)
    for hertz in [50.0, 440, 1000, 4000, 20_000] {
      #expect(abs(AuditoryScale.number(ofHertz: hertz) - 21.4 * log10(4.37e-3 * hertz + 1)) < 1e-12)
      #expect(abs(AuditoryScale.hertz(ofNumber: AuditoryScale.number(ofHertz: hertz)) / hertz - 1) < 1e-13)
    }
    let bank = GammatoneFilterBank(
      try .init(
        sampleRateInHertz: 16_000, bandCount: 24, lowestFrequencyInHertz: 100, highestFrequencyInHertz: 6000))
    let numbers = bank.centreFrequenciesInHertz.map { AuditoryScale.number(ofHertz: $0) }
    let step = (numbers[23] - numbers[0]) / 23
    #expect(zip(numbers, numbers.dropFirst()).allSatisfy { abs($1 - $0 - step) < 1e-11 })
    #expect(bank.centreFrequenciesInHertz.first == 100 && bank.centreFrequenciesInHertz.last == 6000)
  }

  @Test(arguments: [8000, 16_000, 48_000])
  func theImpulseResponseIsTheGammatone(rate: Int) throws {
    var bank = GammatoneFilterBank(
      try .init(
        sampleRateInHertz: rate, bandCount: 6, lowestFrequencyInHertz: 60, highestFrequencyInHertz: 3500))
    let count = rate / 10
    let response = bank.responses(to: [1] + [Float](repeating: 0, count: count - 1))
    for (band, frequency) in bank.centreFrequenciesInHertz.enumerated() {
      let b = 1.019 * 24.7 * (4.37e-3 * frequency + 1)
      let formula = (0..<count).map { n -> Double in
        let t = Double(n) / Double(rate)
        return t * t * t * exp(-2 * .pi * b * t) * cos(2 * .pi * frequency * t)
      }
      let own = (0..<count).map { response[$0 * 6 + band] }
      // Equal but for the gain, over the whole length.
      var (product, square) = (0.0, 0.0)
      for (value, other) in zip(own, formula) {
        product += value * other
        square += other * other
      }
      let gain = product / square
      let peak = own.map { abs($0) }.max()!
      #expect(zip(own, formula).allSatisfy { abs($0 - gain * $1) < 1e-9 * peak }, "\(frequency) Hz")
      #expect(gain > 0)
    }
  }

  /// Of a whole number of periods of a tone.
  private func amplitude(_ response: ArraySlice<Double>) -> Double {
    (response.reduce(0) { $0 + $1 * $1 } * 2 / Double(response.count)).squareRoot()
  }

  @Test func aToneAtTheCentrePassesUnchanged() throws {
    for frequency in [100.0, 1000, 4000] {
      var bank = GammatoneFilterBank(
        try .init(
          sampleRateInHertz: 16_000, bandCount: 1, lowestFrequencyInHertz: frequency,
          highestFrequencyInHertz: frequency))
      let settled = bank.responses(to: tone(frequency, amplitude: 0.5, seconds: 1)).suffix(1600)
      #expect(abs(amplitude(settled) - 0.5) < 1e-4)
      // One bandwidth away it is weaker by more than half.
      bank.reset()
      let away = frequency + 24.7 * (4.37e-3 * frequency + 1)
      let weak = bank.responses(to: tone(away, amplitude: 0.5, seconds: 1)).suffix(1600)
      #expect(amplitude(weak) < 0.25)
    }
  }

  @Test func filtersForgetSilenceAndIgnoreWhatIsNoNumber() throws {
    let parameters = try GammatoneFilterBank.Parameters(sampleRateInHertz: 16_000, bandCount: 5)
    var (bank, clean) = (GammatoneFilterBank(parameters), GammatoneFilterBank(parameters))
    let damaged: [Float] = [1, .nan, .infinity, 0.5, -.infinity]
    #expect(bank.responses(to: damaged) == clean.responses(to: [1, 0, 0, 0.5, 0]))
    let silence = bank.responses(to: [Float](repeating: 0, count: 40_000))
    #expect(silence.suffix(5) == [0, 0, 0, 0, 0] && silence.contains { $0 != 0 })
  }

  @Test func piecesDoNotChangeTheSpikes() throws {
    let samples = noise(count: 9001, seed: 31)
    let bank = try GammatoneFilterBank.Parameters(
      sampleRateInHertz: 11_025, bandCount: 10, highestFrequencyInHertz: 5000)
    let settings: [(CochleaEncoder.Compression, CochleaEncoder.Spiking)] = [
      (.squareRoot, .integrateAndFire()), (.logarithm(reference: 0.01), .levelCrossing()),
      (.none, .integrateAndFire(rateInHertz: 4000, timeConstantInMicroseconds: 3000, refractoryInMicroseconds: 0)),
    ]
    for (compression, spiking) in settings {
      let parameters = try CochleaEncoder.Parameters(
        bank: bank, tickInMicroseconds: 1700, compression: compression, spiking: spiking)
      let whole = encode(samples, parameters)
      #expect(whole.spikeCount > 100)
      // 9001 samples last 816417 µs, which is 480 ticks and a part of one.
      #expect(whole.tickCount == 481)
      for seed in 0..<UInt64(3) {
        let sizes = randomSizes(seed: seed, most: seed == 0 ? 1 : 2000)
        #expect(encode(samples, parameters, sizes: sizes) == whole)
      }
    }
  }

  @Test func integrateAndFireFollowsTheMeanOfTheRectifiedTone() throws {
    // Without leak the rate is R times the mean of the positive half of the tone, A / π.
    let bank = try GammatoneFilterBank.Parameters(
      sampleRateInHertz: 16_000, bandCount: 1, lowestFrequencyInHertz: 1000, highestFrequencyInHertz: 1000)
    let parameters = try CochleaEncoder.Parameters(
      bank: bank, compression: .none,
      spiking: .integrateAndFire(
        rateInHertz: 300, timeConstantInMicroseconds: 100_000_000, refractoryInMicroseconds: 0))
    let raster = encode(tone(1000, amplitude: 0.5, seconds: 4), parameters)
    // The leak of 100 s takes 2 per cent at most, the onset less than one spike.
    let expected = 4 * 300 * 0.5 / .pi
    #expect(Double(raster.spikeCount) <= expected && Double(raster.spikeCount) > 0.97 * expected - 1)
    // Below the least drive nothing happens: c R τ < 1.
    let leaky = try CochleaEncoder.Parameters(
      bank: bank, compression: .none,
      spiking: .integrateAndFire(rateInHertz: 300, timeConstantInMicroseconds: 5000, refractoryInMicroseconds: 0))
    #expect(encode(tone(1000, amplitude: 0.5, seconds: 1), leaky).spikeCount == 0)
  }

  @Test func aBandRestsAfterASpike() throws {
    let bank = try GammatoneFilterBank.Parameters(sampleRateInHertz: 16_000, bandCount: 8)
    let parameters = try CochleaEncoder.Parameters(
      bank: bank,
      spiking: .integrateAndFire(
        rateInHertz: 20_000, timeConstantInMicroseconds: 2000, refractoryInMicroseconds: 7000))
    let raster = encode(noise(count: 16_000, seed: 32), parameters)
    var latest = [Int32: Int]()
    for tick in 0..<raster.tickCount {
      for row in raster.activeRows(at: tick) {
        if let before = latest[row] { #expect(tick - before >= 7) }
        latest[row] = tick
      }
    }
    #expect(raster.spikeCount > 500)
  }

  @Test(arguments: [
    CochleaEncoder.Compression.none, .squareRoot, .logarithm(reference: 0.01),
  ])
  func aToneExcitesItsBandMost(compression: CochleaEncoder.Compression) throws {
    let bank = try GammatoneFilterBank.Parameters(sampleRateInHertz: 16_000, bandCount: 32)
    let frequencies = GammatoneFilterBank(bank).centreFrequenciesInHertz
    let parameters = try CochleaEncoder.Parameters(
      bank: bank, compression: compression,
      spiking: .integrateAndFire(
        rateInHertz: 700, timeConstantInMicroseconds: 50_000, refractoryInMicroseconds: 0))
    let raster = encode(tone(frequencies[17], amplitude: 0.7, seconds: 1), parameters)
    let counts = raster.rows.reduce(into: [Int](repeating: 0, count: 32)) { $0[Int($1)] += 1 }
    #expect(counts[17] == counts.max() && counts[17] > 100)
    #expect(counts[3] < counts[17] / 4)
    #expect(encode([Float](repeating: 0, count: 16_000), parameters).spikeCount == 0)
  }

  @Test func levelCrossingSendsTheEnvelopeUpAndDown() throws {
    let bank = try GammatoneFilterBank.Parameters(
      sampleRateInHertz: 16_000, bandCount: 1, lowestFrequencyInHertz: 1000, highestFrequencyInHertz: 1000)
    let parameters = try CochleaEncoder.Parameters(
      bank: bank, tickInMicroseconds: 10_000, compression: .none,
      spiking: .levelCrossing(spacing: 0.05, hysteresis: 0.5))
    // The mean of the positive half is 0.85 / π = 0.2706: past five levels and half the band, and then down to 0.
    let sound =
      [Float](repeating: 0, count: 1600) + tone(1000, amplitude: 0.85, seconds: 0.3)
      + [Float](repeating: 0, count: 4800)
    let raster = encode(sound, parameters)
    #expect(raster.rowCount == 2)
    #expect(Array(raster.rows) == [0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
  }

  @Test func settingsOutOfRangeAreRefused() throws {
    #expect(recordingError { _ = try GammatoneFilterBank.Parameters(sampleRateInHertz: 8000) } != nil)
    #expect(recordingError { _ = try GammatoneFilterBank.Parameters(sampleRateInHertz: 16_000, bandCount: 0) } != nil)
    let bank = try GammatoneFilterBank.Parameters(sampleRateInHertz: 16_000)
    #expect(recordingError { _ = try CochleaEncoder.Parameters(bank: bank, tickInMicroseconds: 62) } != nil)
    #expect(
      recordingError { _ = try CochleaEncoder.Parameters(bank: bank, compression: .logarithm(reference: .nan)) } != nil)
    #expect(
      recordingError { _ = try CochleaEncoder.Parameters(bank: bank, spiking: .levelCrossing(spacing: 0)) } != nil)
  }
}
