/// A memory device whose numbers are known by name.
///
/// The numbers come from the cited works where they give them and are assumptions where `notes` says so. All
/// imperfections are on with their typical size, except those that a note names as switched off.
public struct DeviceTechnology: Sendable, Equatable {
  /// Name in experiment files, such as `rram-taox-hfox`.
  public let name: String
  /// Kind of device, such as RRAM.
  public let family: String
  /// What it is, as one sentence.
  public let summary: String
  /// Works to cite in results obtained with it; none for the ideal device.
  public let citations: [String]
  /// Its numbers.
  public let parameters: DeviceParameters
  /// What is assumed, and what is left out, one sentence each.
  public let notes: [String]

  /// A technology from its parts.
  public init(
    name: String, family: String, summary: String, citations: [String], parameters: DeviceParameters,
    notes: [String] = []
  ) {
    self.name = name
    self.family = family
    self.summary = summary
    self.citations = citations
    self.parameters = parameters
    self.notes = notes
  }

  /// All technologies, the ideal device first.
  public static let all: [DeviceTechnology] =
    [ideal] + resistive + resistiveFits + phaseChange + ferroelectric + [magneticJunction] + electrochemical

  /// The technology of a name, `nil` if there is none.
  public static func named(_ name: String) -> DeviceTechnology? { all.first { $0.name == name } }

  /// The reference a real device is compared with: it differs from `rram-taox-hfox` in nothing but the imperfections.
  static let ideal = DeviceTechnology(
    name: "ideal", family: "ideal",
    summary: "Continuous device without noise, spread or wear, in the conductance range of rram-taox-hfox.",
    citations: [],
    parameters: DeviceParameters(
      off: 1e-6, on: 10e-6, isContinuous: true,
      response: .exponential(
        ExponentialPair(
          labels: NonlinearityLabels(
            potentiation: 0, depression: 0, potentiationPulses: 128, depressionPulses: 128))),
      endurance: Endurance(scale: .infinity, shape: 1.5), pulse: PulseConditions()))
}

/// Works that numbers of technologies come from.
enum TechnologyCitation {
  static let neuroSim = "P.-Y. Chen, X. Peng, S. Yu, IEEE TCAD 37, 3067 (2018), doi:10.1109/TCAD.2018.2789723"
  static let review = "A. Moitra et al., arXiv:2408.12767 (2024)"
  static let tantalumHafnium = "W. Wu et al., Symp. VLSI Technology 2018, \(manual)"
  static let aluminiumHafnium = "J. Woo et al., IEEE Electron Device Lett. (2016), \(manual)"
  static let epitaxial = "S. Choi et al. (2018), \(manual)"
  static let silverSilicon = "S. H. Jo et al. (2010), \(manual)"
  static let manganite = "S. Park et al., IEDM 2013, \(manual)"
  static let tantalumTitanium = "NeuroSim V3.0 manual, Table I (TaOx/TiO2)"
  static let kuzum = "D. Kuzum et al. (2011), \(manual)"
  static let jerry = "M. Jerry et al., IEDM 2017, \(manual)"
  static let magneticTable = "NeuroSim V3.0 manual, Table II (STT-MRAM)"
  static let metalOxide = "D. F. Falcone et al., arXiv:2502.04524 (2025), as fitted in IBM's aihwkit"
  static let gong = "N. Gong et al., Nat. Commun. (2018), as fitted in IBM's aihwkit"
  static let gongRasch = "N. Gong, M. J. Rasch et al., IEDM 2022, as fitted in IBM's aihwkit"
  static let tang = "J. Tang et al., IEDM 2018, as fitted in IBM's aihwkit"
  static let kim = "S. Kim et al., IEDM 2019, as fitted in IBM's aihwkit"
  static let gokmenVlasov = "T. Gokmen, Y. Vlasov, Front. Neurosci. 10, 333 (2016)"
  static let accumulation = "S. R. Nandakumar et al., J. Appl. Phys. 124, 152135 (2018)"
  static let inference = "S. R. Nandakumar et al., ICECS 2019, as fitted in IBM's aihwkit"
  static let joshi = "V. Joshi et al., Nat. Commun. 11, 2473 (2020)"
  static let capacitive = "arXiv:2511.09838 (2025)"
  static let capacitiveReview = "Zhou et al. (2025), review PMC11754580"
  static let writeErrors = "arXiv:2209.13828 (2022)"
  static let interlayer = "K. Ni et al. (2018)"
  static let endurance = "M. Lanza et al., Adv. Electron. Mater. 5, 1800143 (2019), doi:10.1002/aelm.201800143"

  private static let manual = "as fitted in the NeuroSim V3.0 manual, Table II"
}

extension PulseResponse {
  /// The exponential model of NeuroSim with labels and pulse numbers of SET and RESET.
  static func neuroSim(_ labels: (Double, Double), pulses: (Double, Double)) -> PulseResponse {
    .exponential(
      ExponentialPair(
        labels: NonlinearityLabels(
          potentiation: labels.0, depression: labels.1, potentiationPulses: pulses.0, depressionPulses: pulses.1)))
  }

  /// The response of laws that are known to move a device.
  static func known(_ potentiation: StepLaw, _ depression: StepLaw) -> PulseResponse {
    guard let response = try? laws(potentiation: potentiation, depression: depression) else {
      preconditionFailure("the step laws of a technology move its devices")
    }
    return response
  }
}
