import Devices
import Quantities

/// One key of the `device` section and the field of a draft that it stands for.
struct DeviceKey: Sendable {
  let key: ConfigurationKey
  /// Its value in a draft.
  let get: @Sendable (DeviceDraft) -> ConfigurationValue
  /// Puts a value of the key's kind into a draft.
  let set: @Sendable (inout DeviceDraft, ConfigurationValue) -> Void
}

/// Way to a part of a draft.
typealias DevicePath<Part> = WritableKeyPath<DeviceDraft, Part> & Sendable

/// A field of a draft.
struct DeviceField<Value>: Sendable {
  let get: @Sendable (DeviceDraft) -> Value
  let set: @Sendable (inout DeviceDraft, Value) -> Void

  /// The field at the end of a way.
  static func at(_ path: DevicePath<Value>) -> DeviceField {
    DeviceField {
      $0[keyPath: path]
    } set: {
      $0[keyPath: path] = $1
    }
  }

  /// A field of a part.
  static func at<Part>(_ path: DevicePath<Part>, _ field: WritableKeyPath<Part, Value> & Sendable) -> DeviceField {
    DeviceField {
      $0[keyPath: path][keyPath: field]
    } set: {
      $0[keyPath: path][keyPath: field] = $1
    }
  }
}

extension DeviceKey {
  /// Where most defaults of the section come from.
  static let preset = "By preset; config explain device.preset lists its sources."

  private init(
    _ name: String, _ kind: ConfigurationKey.Kind, _ range: ConfigurationRange, _ unit: String,
    _ conditions: [ConfigurationCondition], _ summary: String, _ source: String,
    get: @escaping @Sendable (DeviceDraft) -> ConfigurationValue,
    set: @escaping @Sendable (inout DeviceDraft, ConfigurationValue) -> Void
  ) {
    key = ConfigurationKey(
      "device.\(name)", kind, default: .preset, range: range, unit: unit, when: conditions, summary: summary,
      source: source)
    self.get = get
    self.set = set
  }

  /// A number without dimension.
  static func number(
    _ name: String, _ field: DeviceField<Double>, _ range: ConfigurationRange, unit: String = "1",
    when conditions: [ConfigurationCondition] = [], _ summary: String, source: String = preset
  ) -> DeviceKey {
    DeviceKey(name, .number, range, unit, conditions, summary, source) {
      .number(field.get($0))
    } set: { draft, value in
      if case .number(let number) = value { field.set(&draft, number) }
    }
  }

  /// A number with a unit, kept in the SI base unit.
  static func quantity(
    _ name: String, _ field: DeviceField<Double>, _ dimension: PhysicalDimension, _ range: ConfigurationRange,
    when conditions: [ConfigurationCondition] = [], _ summary: String, source: String = preset
  ) -> DeviceKey {
    DeviceKey(name, .quantity(dimension), range, "", conditions, summary, source) {
      .quantity(field.get($0), dimension)
    } set: { draft, value in
      if case .quantity(let number, dimension) = value { field.set(&draft, number) }
    }
  }

  /// A whole number.
  static func integer(
    _ name: String, _ field: DeviceField<Int>, _ range: ConfigurationRange, unit: String,
    when conditions: [ConfigurationCondition] = [], _ summary: String, source: String = preset
  ) -> DeviceKey {
    DeviceKey(name, .integer, range, unit, conditions, summary, source) {
      .integer(field.get($0))
    } set: { draft, value in
      if case .integer(let number) = value { field.set(&draft, number) }
    }
  }

  /// A whole number that the physics takes as any number.
  static func integer(
    _ name: String, _ field: DeviceField<Double>, _ range: ConfigurationRange, unit: String,
    when conditions: [ConfigurationCondition] = [], _ summary: String, source: String = preset
  ) -> DeviceKey {
    DeviceKey(name, .integer, range, unit, conditions, summary, source) {
      .integer(Int(field.get($0)))
    } set: { draft, value in
      if case .integer(let number) = value { field.set(&draft, Double(number)) }
    }
  }

  /// Numbers without dimension; none at all is no value.
  static func numbers(
    _ name: String, _ field: DeviceField<[Double]>, count: ClosedRange<Int>, _ range: ConfigurationRange, unit: String,
    when conditions: [ConfigurationCondition] = [], _ summary: String, source: String = preset
  ) -> DeviceKey {
    DeviceKey(name, .numberList(count), range, unit, conditions, summary, source) {
      field.get($0).isEmpty ? .unused : .numbers(field.get($0))
    } set: { draft, value in
      if case .numbers(let numbers) = value { field.set(&draft, numbers) }
    }
  }

  /// Numbers with a unit, kept in the SI base unit.
  static func quantities(
    _ name: String, _ field: DeviceField<[Double]>, _ dimension: PhysicalDimension, count: ClosedRange<Int>,
    _ range: ConfigurationRange, when conditions: [ConfigurationCondition] = [], _ summary: String,
    source: String = preset
  ) -> DeviceKey {
    DeviceKey(name, .quantityList(dimension, count), range, "", conditions, summary, source) {
      .quantities(field.get($0), dimension)
    } set: { draft, value in
      if case .quantities(let numbers, dimension) = value { field.set(&draft, numbers) }
    }
  }

  /// One of the words of a choice.
  static func choice<Word: ConfigurationChoice & Equatable>(
    _ name: String, _ field: DeviceField<Word>, when conditions: [ConfigurationCondition] = [], _ summary: String,
    source: String = preset
  ) -> DeviceKey {
    choice(
      name, field, words: Word.allCases.map { ($0.rawValue, $0) }, when: conditions, summary, source: source)
  }

  /// One of some words for values of the physics.
  static func choice<Value: Equatable & Sendable>(
    _ name: String, _ field: DeviceField<Value>, words: [(word: String, value: Value)],
    when conditions: [ConfigurationCondition] = [], _ summary: String, source: String = preset
  ) -> DeviceKey {
    DeviceKey(name, .choice(words.map(\.word)), .any, "", conditions, summary, source) { draft in
      .text(words.first { $0.value == field.get(draft) }?.word ?? "")
    } set: { draft, value in
      if let chosen = words.first(where: { $0.word == value.text }) { field.set(&draft, chosen.value) }
    }
  }
}

extension ConfigurationCondition {
  static func response(_ words: DeviceDraft.Response...) -> [ConfigurationCondition] {
    [.isOne(of: words.map(\.rawValue), key: "device.response")]
  }
}
