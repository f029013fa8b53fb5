import Quantities

/// One key of an experiment file: what it may hold, what it holds if left out, and why.
///
/// The list of all keys, `ConfigurationTable.keys`, is the only description of an experiment: reading, defaults, range
/// checks, overrides, the resolved file and the reference are all made from it.
public struct ConfigurationKey: Sendable, Equatable {
  /// What a key may hold.
  public enum Kind: Sendable, Equatable {
    /// A whole number.
    case integer
    /// A number without dimension.
    case number
    /// A number with a unit of this dimension.
    case quantity(PhysicalDimension)
    /// Any text that is not empty.
    case text
    /// Text that can name a folder.
    case name
    /// One of these words.
    case choice([String])
    /// `true` or `false`.
    case boolean
    /// One to sixteen whole numbers; the range holds for each.
    case integerList
    /// So many numbers without dimension; the range holds for each.
    case numberList(ClosedRange<Int>)
    /// So many numbers with a unit of this dimension; the range holds for each.
    case quantityList(PhysicalDimension, ClosedRange<Int>)
  }

  /// What a key holds if it is left out.
  public enum Default: Sendable, Equatable {
    /// It cannot be left out.
    case required
    /// Always this value.
    case value(ConfigurationValue)
    /// A value for each choice of another key.
    case byChoice(of: String, [String: ConfigurationValue])
    /// The name of the experiment file without its ending.
    case fileName
    /// What the device of `device.preset` has, given the keys further up.
    case preset
    /// So many times the largest of these quantities.
    case multiple(Double, ofLargest: [String])
    /// Nothing.
    case absent
  }

  /// Section and name, such as `crossbar.adc_bits`.
  public let path: String
  /// What it may hold.
  public let kind: Kind
  /// What it holds if left out.
  public let defaultValue: Default
  /// Limits of its numbers, in SI base units.
  public let range: ConfigurationRange
  /// Unit of its number: the base unit of a quantity, what is counted, or `1`; empty for words.
  public let unit: String
  /// What it does, as one sentence.
  public let summary: String
  /// Where the default comes from.
  public let source: String
  /// Whether the result of a run depends on it, so that a resumed run must keep it.
  public let changesResult: Bool
  /// When it has a meaning; all must hold. Elsewhere it may not be set and is not written.
  public let conditions: [ConfigurationCondition]

  init(
    _ path: String, _ kind: Kind, default defaultValue: Default, range: ConfigurationRange = .any, unit: String = "",
    when conditions: [ConfigurationCondition] = [], summary: String, source: String, changesResult: Bool = true
  ) {
    self.path = path
    self.kind = kind
    self.defaultValue = defaultValue
    self.range = range
    switch kind {
    case .quantity(let dimension), .quantityList(let dimension, _): self.unit = dimension.baseUnit
    default: self.unit = unit
    }
    self.summary = summary
    self.source = source
    self.changesResult = changesResult
    self.conditions = conditions
  }

  /// The section, empty for keys at the top level.
  public var section: String { path.contains(".") ? String(path.prefix { $0 != "." }) : "" }
  /// The part after the section.
  public var name: String { path.contains(".") ? String(path.drop { $0 != "." }.dropFirst()) : path }

  /// The kind in words, for messages and the reference.
  public var kindText: String {
    switch kind {
    case .integer: "integer"
    case .number: "number"
    case .quantity(let dimension): dimension.rawValue
    case .text: "text"
    case .name: "name"
    case .choice(let words): words.joined(separator: " | ")
    case .boolean: "true | false"
    case .integerList: "list of integers"
    case .numberList: "list of numbers"
    case .quantityList(let dimension, _): "list of \(dimension.rawValue)s"
    }
  }

  /// The range in words, with the unit of a quantity; empty if there is none.
  public var rangeText: String {
    range.text { bound in
      switch kind {
      case .quantity(let dimension), .quantityList(let dimension, _): QuantityText.format(bound, as: dimension)
      case .integer, .integerList: "\(Int(bound))"
      default: ConfigurationValue.plain(bound)
      }
    }
  }
}
