import Quantities

extension ConfigurationKey {
  /// Reads a value of this key's kind and range from text.
  func value(from text: String, at place: ConfigurationPlace) throws(ConfigurationError) -> ConfigurationValue {
    let value = try parsed(text, at: place)
    try checkRange(value, at: place)
    return value
  }

  /// Reads a list of this key's kind and range from the texts of its entries.
  func value(fromList texts: [String], at place: ConfigurationPlace) throws(ConfigurationError) -> ConfigurationValue {
    let value: ConfigurationValue
    switch kind {
    case .integerList:
      try checkCount(texts.count, in: 1...16, at: place)
      value = .integers(try entries(texts, at: place) { Int($0) })
    case .numberList(let counts):
      try checkCount(texts.count, in: counts, at: place)
      value = .numbers(try entries(texts, at: place, QuantityText.plainNumber))
    case .quantityList(let dimension, let counts):
      try checkCount(texts.count, in: counts, at: place)
      var numbers: [Double] = []
      for text in texts { numbers.append(try quantity(text, dimension, at: place)) }
      value = .quantities(numbers, dimension)
    default:
      throw .wrongType(place, key: path, expected: expectation, found: "a list")
    }
    try checkRange(value, at: place)
    return value
  }

  private func entries<Entry>(
    _ texts: [String], at place: ConfigurationPlace, _ parse: (String) -> Entry?
  ) throws(ConfigurationError) -> [Entry] {
    var entries: [Entry] = []
    entries.reserveCapacity(texts.count)
    for text in texts {
      guard let entry = parse(text) else { throw wrongType(text, at: place) }
      entries.append(entry)
    }
    return entries
  }

  private func checkCount(
    _ count: Int, in counts: ClosedRange<Int>, at place: ConfigurationPlace
  ) throws(ConfigurationError) {
    guard !counts.contains(count) else { return }
    throw .wrongType(
      place, key: path, expected: "a \(kindText) with \(counts.lowerBound) to \(counts.upperBound) entries",
      found: "\(count) entries")
  }

  private func quantity(
    _ text: String, _ dimension: PhysicalDimension, at place: ConfigurationPlace
  ) throws(ConfigurationError) -> Double {
    do {
      return try QuantityText.parse(text, as: dimension)
    } catch {
      throw .badQuantity(place, key: path, example: example, problem: error)
    }
  }

  private func parsed(_ text: String, at place: ConfigurationPlace) throws(ConfigurationError) -> ConfigurationValue {
    switch kind {
    case .integer:
      guard let value = Int(text) else { throw wrongType(text, at: place) }
      return .integer(value)
    case .number:
      guard let value = QuantityText.plainNumber(text) else { throw wrongType(text, at: place) }
      return .number(value)
    case .quantity(let dimension):
      return .quantity(try quantity(text, dimension, at: place), dimension)
    case .text:
      guard !text.isEmpty, !text.unicodeScalars.contains("\0") else { throw wrongType(text, at: place) }
      return .text(text)
    case .name:
      guard Self.canNameFolder(text) else { throw wrongType(text, at: place) }
      return .text(text)
    case .choice(let words):
      guard words.contains(text) else { throw wrongType(text, at: place) }
      return .text(text)
    case .boolean:
      guard text == "true" || text == "false" else { throw wrongType(text, at: place) }
      return .boolean(text == "true")
    case .integerList, .numberList, .quantityList:
      let inner = text.hasPrefix("[") && text.hasSuffix("]") && text.count > 1 ? text.dropFirst().dropLast() : text[...]
      let entries = inner.split(separator: ",", omittingEmptySubsequences: false).map { entry in
        String(entry.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      }
      return try value(fromList: entries, at: place)
    }
  }

  private func checkRange(_ value: ConfigurationValue, at place: ConfigurationPlace) throws(ConfigurationError) {
    let numbers: [Double]
    switch value {
    case .integer(let number): numbers = [Double(number)]
    case .number(let number), .quantity(let number, _): numbers = [number]
    case .integers(let list): numbers = list.map(Double.init)
    case .numbers(let list), .quantities(let list, _): numbers = list
    case .text, .boolean, .unused: return
    }
    guard numbers.allSatisfy(range.contains) else {
      throw .outOfRange(place, key: path, range: rangeText, found: value.text.shortenedForMessage)
    }
  }

  private func wrongType(_ found: String, at place: ConfigurationPlace) -> ConfigurationError {
    .wrongType(place, key: path, expected: expectation, found: "\"\(found.shortenedForMessage)\"")
  }

  /// What to write, in words.
  var expectation: String {
    switch kind {
    case .integer: "a whole number"
    case .number: "a number without unit"
    case .quantity(let dimension): "a \(dimension.rawValue) such as \(dimension.example)"
    case .text: "text"
    case .name: "a name of at most 100 characters that can name a folder: no / and no . at its beginning"
    case .choice(let words): "one of " + words.joined(separator: ", ")
    case .boolean: "true or false"
    case .integerList: "a list of whole numbers such as [256]"
    case .numberList: "a list of numbers such as [0, 0.5, 1]"
    case .quantityList(let dimension, _): "a list such as [\(dimension.example)]"
    }
  }

  /// A line of an experiment file that sets this key to its default, or to any valid value.
  var example: String {
    switch defaultValue {
    case .value(let value): "\(name): \(value.text)"
    case .byChoice(_, let values): "\(name): \(values.sorted { $0.key < $1.key }.last?.value.text ?? "…")"
    case .preset: "\(name): \(DevicePresets.usualValue(of: path).text.shortenedForMessage)"
    case .required, .fileName, .multiple, .absent:
      switch kind {
      case .choice(let words): "\(name): \(words[0])"
      case .quantity(let dimension): "\(name): \(dimension.example)"
      default: "\(name): …"
      }
    }
  }

  /// Whether text can name a folder on any common file system without surprises.
  static func canNameFolder(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 100 && !text.hasPrefix(".") && !text.hasPrefix(" ") && !text.hasSuffix(" ")
      && text.unicodeScalars.allSatisfy { $0 != "/" && $0 != "\\" && $0.properties.generalCategory != .control }
  }
}

extension String {
  /// The text cut to what a message can bear.
  var shortenedForMessage: String { count > 60 ? String(prefix(60)) + "…" : self }
}
