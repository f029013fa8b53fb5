import CHDF5

extension HDF5File {
  /// Writes a new dataset of texts in UTF-8; the attribute `units` is `"1"`.
  ///
  /// All get the room of the longest one: values of variable length would be kept in the only part of the file that has
  /// no checksum and that HDF5 reads without caution. In h5py, `asstr()` gives `str` for both forms.
  ///
  /// - Parameters:
  ///   - texts: As many as the product of `shape`; none may contain a NUL character.
  ///   - shape: The extent of each axis; nil for a list.
  ///   - path: Where; nothing may stand there yet.
  ///   - description: What the texts mean.
  ///   - attributes: Further attributes by name.
  public func write(
    _ texts: [String], shape: [Int]? = nil, to path: String, description: String,
    attributes: [String: HDF5Attribute] = [:]
  ) throws(HDF5Error) {
    try locked(path) { (file, place) throws(HDF5Error) in
      let shape = shape ?? [texts.count]
      let all = try complete(attributes, units: "1", description: description, at: place)
      let (bytes, width) = try HDF5Text.encode(texts, at: place)
      let layout = try HDF5Layout(
        shape: shape, valueCount: texts.count, valueBytes: width, compression: .none, at: place)
      let type = try HDF5Handle.text(size: width, characters: H5T_CSET_UTF8, padding: H5T_STR_NULLPAD, at: place)
      let dataset = try makeDataset(path, type: type.identifier, layout: layout, in: file, at: place)
      if !texts.isEmpty {
        let space = chdf5_whole_space()
        try place.check(
          H5Dwrite(dataset.identifier, type.identifier, space, space, chdf5_default_properties(), bytes), "write")
      }
      try writeAttributes(all, to: dataset.identifier, at: place)
    }
  }

  /// Writes a new dataset of a single text; see the form for arrays.
  public func write(
    _ text: String, to path: String, description: String, attributes: [String: HDF5Attribute] = [:]
  ) throws(HDF5Error) {
    try write([text], shape: [], to: path, description: description, attributes: attributes)
  }

  /// The most bytes a read of texts allocates unless told otherwise: 256 MiB.
  public static var defaultTextByteLimit: Int { 256 << 20 }

  /// Reads all texts, row-major, whether stored with fixed or variable length.
  ///
  /// - Parameter byteLimit: The most bytes to allocate.
  public func readTexts(_ path: String, byteLimit: Int = defaultTextByteLimit) throws(HDF5Error) -> [String] {
    try locked(path) { (file, place) throws(HDF5Error) in
      let dataset = try dataset(path, in: file, at: place)
      try dataset.requireStored(at: place)
      return try HDF5Text.read(dataset, byteLimit: byteLimit, at: place)
    }
  }

  /// Reads a dataset of exactly one text, of any shape.
  public func readText(_ path: String, byteLimit: Int = defaultTextByteLimit) throws(HDF5Error) -> String {
    try locked(path) { (file, place) throws(HDF5Error) in
      let dataset = try dataset(path, in: file, at: place)
      try dataset.requireStored(at: place)
      return try HDF5Text.readOne(dataset, byteLimit: byteLimit, at: place)
    }
  }
}

/// Text between Swift and HDF5.
enum HDF5Text {
  /// The most bytes that the texts of one dataset may take, filled up to the longest.
  private static let writtenByteLimit = 4 << 30

  /// The texts side by side, each filled with NUL characters up to `width` bytes.
  static func encode(_ texts: [String], at place: HDF5Place) throws(HDF5Error) -> (bytes: [UInt8], width: Int) {
    let width = max(1, texts.lazy.map(\.utf8.count).max() ?? 0)
    guard texts.count <= writtenByteLimit / width else {
      throw place.invalid("\(texts.count) texts of up to \(width) bytes are too many for one dataset")
    }
    var bytes = [UInt8](repeating: 0, count: texts.count * width)
    for (index, text) in texts.enumerated() {
      guard !text.utf8.contains(0) else { throw place.invalid("a text contains a NUL character") }
      for (offset, byte) in text.utf8.enumerated() { bytes[index * width + offset] = byte }
    }
    return (bytes, width)
  }

  /// Reads all texts of a dataset or attribute.
  static func read(
    _ source: borrowing HDF5Handle, byteLimit: Int, at place: HDF5Place
  ) throws(HDF5Error) -> [String] {
    let stored = try source.storedType(at: place)
    guard stored.elementType == .string else {
      throw .wrongType(file: place.file, object: place.object, stored: stored.elementType, requested: .string)
    }
    let isVariable = try place.check(H5Tis_variable_str(stored.handle.identifier), "read the type of") > 0
    if isVariable { try requireCharacters(stored.handle, at: place) }
    let valueBytes = isVariable ? MemoryLayout<UnsafePointer<CChar>?>.stride : H5Tget_size(stored.handle.identifier)
    let count = HDF5Layout.product(try source.shape(at: place))
    let bytes = count.map { $0.multipliedReportingOverflow(by: valueBytes) }
    guard let count, let bytes, !bytes.overflow, bytes.partialValue <= byteLimit else {
      throw .tooLarge(file: place.file, object: place.object, bytes: .max, limit: byteLimit)
    }
    guard count > 0 else { return [] }
    let characters = H5Tget_cset(stored.handle.identifier)
    let padding = H5Tget_strpad(stored.handle.identifier)
    let type = try HDF5Handle.text(
      size: isVariable ? nil : valueBytes, characters: characters, padding: padding, at: place)
    return isVariable
      ? try readVariable(source, type: type, count: count, byteLimit: byteLimit, at: place)
      : try readFixed(source, type: type, count: count, valueBytes: valueBytes, padding: padding, at: place)
  }

  /// Reads the only text of a dataset or attribute.
  static func readOne(_ source: borrowing HDF5Handle, byteLimit: Int, at place: HDF5Place) throws(HDF5Error) -> String {
    let texts = try read(source, byteLimit: byteLimit, at: place)
    guard texts.count == 1 else {
      let shape = try source.shape(at: place)
      throw .wrongShape(file: place.file, object: place.object, expected: "a single text", found: shape)
    }
    return texts[0]
  }

  /// Throws where a character is not a byte: HDF5 would make room for characters of any size.
  private static func requireCharacters(_ type: borrowing HDF5Handle, at place: HDF5Place) throws(HDF5Error) {
    let action = "read the type of"
    let character = try HDF5Handle(H5Tget_super(type.identifier), closer: H5Tclose, action, at: place)
    guard H5Tget_size(character.identifier) == 1 else {
      throw .library(
        file: place.file, object: place.object, action: action,
        stack: ["its characters are of \(H5Tget_size(character.identifier)) bytes: it is damaged"])
    }
  }

  private static func readVariable(
    _ source: borrowing HDF5Handle, type: borrowing HDF5Handle, count: Int, byteLimit: Int, at place: HDF5Place
  ) throws(HDF5Error) -> [String] {
    try HDF5Heap.verify(source, values: 0..<count, at: place)
    let space = try source.space(at: place)
    let transferProperties = try HDF5Handle.properties(chdf5_dataset_transfer_class(), at: place)
    // Many elements may point to one stored text, so the sum can exceed the file by far.
    let budget = HDF5VariableBudget(bytes: byteLimit)
    defer { withExtendedLifetime(budget) {} }
    try place.check(budget.govern(transferProperties.identifier), "prepare properties for")
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    defer { _ = H5Dvlen_reclaim(type.identifier, space.identifier, transferProperties.identifier, &pointers) }
    let status = transfer(source, type: type, properties: transferProperties.identifier, into: &pointers)
    guard !budget.isExceeded else {
      throw .tooLarge(file: place.file, object: place.object, bytes: UInt64(byteLimit) + 1, limit: byteLimit)
    }
    try place.check(status, "read")
    var texts: [String] = []
    texts.reserveCapacity(count)
    for pointer in pointers {
      // A null pointer is HDF5's empty text.
      guard let pointer else {
        texts.append("")
        continue
      }
      guard let text = String(validatingCString: pointer) else {
        throw .invalidText(file: place.file, object: place.object)
      }
      texts.append(text)
    }
    return texts
  }

  private static func readFixed(
    _ source: borrowing HDF5Handle, type: borrowing HDF5Handle, count: Int, valueBytes: Int, padding: H5T_str_t,
    at place: HDF5Place
  ) throws(HDF5Error) -> [String] {
    var bytes = [UInt8](repeating: 0, count: count * valueBytes)
    try place.check(transfer(source, type: type, properties: chdf5_default_properties(), into: &bytes), "read")
    var texts: [String] = []
    texts.reserveCapacity(count)
    for index in 0..<count {
      var stored = bytes[index * valueBytes..<(index + 1) * valueBytes]
      if padding == H5T_STR_SPACEPAD {
        while stored.last == UInt8(ascii: " ") { stored.removeLast() }
      } else {
        stored = stored.prefix { $0 != 0 }
      }
      guard let text = String(validating: stored, as: UTF8.self) else {
        throw .invalidText(file: place.file, object: place.object)
      }
      texts.append(text)
    }
    return texts
  }

  private static func transfer(
    _ source: borrowing HDF5Handle, type: borrowing HDF5Handle, properties: hid_t,
    into buffer: UnsafeMutableRawPointer
  ) -> herr_t {
    guard H5Iget_type(source.identifier) == H5I_DATASET else {
      return H5Aread(source.identifier, type.identifier, buffer)
    }
    let space = chdf5_whole_space()
    return H5Dread(source.identifier, type.identifier, space, space, properties, buffer)
  }
}
